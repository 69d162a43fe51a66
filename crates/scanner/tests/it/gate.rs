use std::io::{self, Read};
use std::net::UdpSocket;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, ManualClock};
use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::is_print_port;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::loopback::{Loopback, Queue, listen, listen_for_one};

const WAIT: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_connection_carries_bytes_both_ways() {
    let address = "127.81.2.1";
    let listener = listen(address, 4_000);
    let loopback = Loopback::new();
    let mut connection =
        loopback.gate.connect(&loopback.permit(address), 4_000, WAIT).await.unwrap();
    let (mut peer, seen_from) = listener.accept().unwrap();
    assert_eq!(connection.source(), seen_from);
    assert_eq!(connection.port(), 4_000);

    connection.write_all(b"ping").await.unwrap();
    let mut question = [0; 4];
    peer.read_exact(&mut question).unwrap();
    io::Write::write_all(&mut peer, &question).unwrap();
    let mut answer = [0; 4];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"ping");
}

#[tokio::test]
async fn nothing_can_be_written_to_a_print_port() {
    let address = "127.81.2.2";
    let loopback = Loopback::new();
    // Port 515 is left to the property of `is_print_port`: it takes privilege to listen there.
    for port in (1_024..=u16::MAX).filter(|port| is_print_port(*port)) {
        let listener = listen(address, port);
        let mut connection =
            loopback.gate.connect(&loopback.permit(address), port, WAIT).await.unwrap();
        let page = connection.write_all(b"a page").await.unwrap_err();
        assert_eq!(page.kind(), io::ErrorKind::PermissionDenied);
        let pieces = [io::IoSlice::new(b"a"), io::IoSlice::new(b"page")];
        let page = connection.write_vectored(&pieces).await.unwrap_err();
        assert_eq!(page.kind(), io::ErrorKind::PermissionDenied);
        connection.shutdown().await.unwrap();

        let mut received = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut received).unwrap();
        assert!(received.is_empty(), "{port}: {received:?}");
    }
}

#[tokio::test]
async fn no_datagram_goes_to_a_print_port() {
    let loopback = Loopback::new();
    let socket = loopback.gate.datagram(&loopback.permit("127.81.2.3"), 9_100).await.unwrap();
    assert!(matches!(socket.send(b"a page").await, Err(ProbeError::NotPermitted { .. })));
}

#[tokio::test]
async fn a_refused_connection_is_refused() {
    let loopback = Loopback::new();
    let refused = loopback.gate.connect(&loopback.permit("127.81.2.4"), 4_000, WAIT).await;
    assert_eq!(refused.unwrap_err(), ProbeError::Refused);
}

#[tokio::test(start_paused = true)]
async fn a_silent_port_times_out() {
    let address = "127.81.2.5";
    let _silent = listen_for_one(address, 4_000, Queue::Full);
    let loopback = Loopback::new();
    let silent = loopback.gate.connect(&loopback.permit(address), 4_000, WAIT).await;
    assert_eq!(silent.unwrap_err(), ProbeError::TimedOut);
}

#[test]
fn there_is_no_permit_outside_the_scope() {
    let loopback = Loopback::new();
    let start = loopback.scope().authorization().valid_from;
    for address in ["192.0.2.1", "127.99.0.1", "0.0.0.0", "::1", "::ffff:192.0.2.1"] {
        assert!(loopback.scope().permit(address.parse().unwrap(), start).is_err(), "{address}");
    }
}

#[tokio::test]
async fn nothing_is_sent_after_the_consented_time() {
    let address = "127.81.2.6";
    let listener = listen(address, 4_000);
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let loopback = Loopback::with_clock(clock.clone());
    let permit = loopback.permit(address);
    let receiver = receiver(address);
    let port = receiver.local_addr().unwrap().port();
    let socket = loopback.gate.datagram(&permit, port).await.unwrap();
    socket.send(b"in time").await.unwrap();

    clock.advance(Duration::from_hours(1));
    assert!(clock.now() >= loopback.scope().authorization().valid_until);
    assert!(matches!(socket.send(b"late").await, Err(ProbeError::NotPermitted { .. })));
    let late = loopback.gate.datagram(&permit, port).await;
    assert!(matches!(late.err(), Some(ProbeError::NotPermitted { .. })));
    let late = loopback.gate.connect(&permit, 4_000, WAIT).await;
    assert!(matches!(late, Err(ProbeError::NotPermitted { .. })));

    let mut buffer = [0; 16];
    let length = receiver.recv(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"in time");
    receiver.set_nonblocking(true).unwrap();
    assert_eq!(receiver.recv(&mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn an_answer_longer_than_the_limit_is_too_long() {
    let address = "127.81.2.7";
    let receiver = receiver(address);
    let loopback = Loopback::new();
    let port = receiver.local_addr().unwrap().port();
    let socket = loopback.gate.datagram(&loopback.permit(address), port).await.unwrap();
    socket.send(b"ping").await.unwrap();
    let (_, asker) = receiver.recv_from(&mut [0; 16]).unwrap();
    assert_eq!(asker, socket.source());
    receiver.send_to(b"four", asker).unwrap();
    assert_eq!(socket.receive(4, WAIT).await.unwrap(), b"four");
    receiver.send_to(b"five!", asker).unwrap();
    assert_eq!(socket.receive(4, WAIT).await, Err(ProbeError::TooLong));
}

#[tokio::test]
async fn a_datagram_to_a_closed_port_is_refused() {
    let loopback = Loopback::new();
    let socket = loopback.gate.datagram(&loopback.permit("127.81.2.8"), 4_000).await.unwrap();
    socket.send(b"ping").await.unwrap();
    assert_eq!(socket.receive(4, WAIT).await, Err(ProbeError::Refused));
}

#[expect(clippy::disallowed_methods, reason = "the test makes its own receiver")]
fn receiver(address: &str) -> UdpSocket {
    UdpSocket::bind((address, 0)).unwrap()
}
