use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::ManualClock;
use hoshimori_inspection::evidence::{ProbeError, UdpState, UnscannedReason};
use jiff::Timestamp;
use tokio::task::yield_now;

use super::bench::{Bench, MEMCACHED, Server, fact, privileged_socket, socket, version};

#[tokio::test(start_paused = true)]
async fn a_socket_that_says_nothing_is_no_answer_and_never_closed() {
    let address = "127.82.2.1";
    let _silent = Server::start(address, MEMCACHED, |_| vec![]);
    let scanned = Bench::with_virtual_time().scan(address).await;
    let fact = scanned.fact(MEMCACHED);
    assert_eq!((fact.state, fact.is_recognised, fact.attempts), (UdpState::NoAnswer, false, 3));
    assert!(!scanned.port(MEMCACHED).sent.is_empty());
    assert!(scanned.took <= Duration::from_secs(8), "{:?}", scanned.took);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hears_only_the_second_question_is_open() {
    let address = "127.82.2.2";
    let mut heard = 0;
    let _server = Server::start(address, MEMCACHED, move |question| {
        heard += 1;
        if heard < 2 { vec![] } else { vec![version(question)] }
    });
    let scanned = Bench::with_virtual_time().scan(address).await;
    let fact = scanned.fact(MEMCACHED);
    assert_eq!((fact.state, fact.is_recognised, fact.attempts), (UdpState::Open, true, 2));
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_another_address_is_not_heard() {
    let address = "127.82.2.3";
    let stranger = socket("127.82.2.4", MEMCACHED);
    let _server =
        Server::start_answering_from(socket(address, MEMCACHED), Some(stranger), |question| {
            vec![version(question)]
        });
    let scanned = Bench::with_virtual_time().scan(address).await;
    assert_eq!(scanned.state(MEMCACHED), UdpState::NoAnswer);
    assert!(scanned.port(MEMCACHED).received.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_another_port_is_heard_for_tftp_alone() {
    let address = "127.82.2.5";
    let _server = Server::start_answering_from(
        socket(address, MEMCACHED),
        Some(socket(address, 0)),
        |question| vec![version(question)],
    );
    let scanned = Bench::with_virtual_time().scan(address).await;
    assert_eq!(scanned.state(MEMCACHED), UdpState::NoAnswer);
}

#[tokio::test(start_paused = true)]
async fn tftp_is_not_heard_from_another_address() {
    let address = "127.82.2.6";
    let Some(server) = privileged_socket(address, 69) else { return };
    let refusal = |_: &[u8]| vec![b"\0\x05\0\x01File not found\0".to_vec()];
    let _server = Server::start_answering_from(server, Some(socket("127.82.2.7", 0)), refusal);
    let scanned = Bench::with_virtual_time().scan(address).await;
    assert_eq!(scanned.state(69), UdpState::NoAnswer);
}

#[tokio::test(start_paused = true)]
async fn silence_that_hides_something_says_so() {
    let address = "127.82.2.8";
    let Some(agent) = privileged_socket(address, 161) else { return };
    let _agent = Server::start_answering_from(agent, None, |_| vec![]);
    let scanned = Bench::with_virtual_time().scan(address).await;
    assert!(scanned.note(161).contains("no community string is sent"), "{}", scanned.note(161));
}

#[tokio::test(start_paused = true)]
async fn a_server_for_dhcp_that_cannot_be_heard_is_no_answer_with_the_reason() {
    let address = "127.82.2.9";
    let Some(server) = privileged_socket(address, 67) else { return };
    let Some(_client_of_this_machine) = privileged_socket("0.0.0.0", 68) else { return };
    let _server = Server::start_answering_from(server, None, |_| vec![]);
    let scanned = Bench::with_virtual_time().scan(address).await;
    assert_eq!(scanned.state(67), UdpState::NoAnswer);
    assert!(scanned.note(67).contains("port 68"), "{}", scanned.note(67));
}

#[tokio::test]
async fn without_consent_nothing_is_asked_and_nothing_is_closed() {
    let address = "127.82.2.10";
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let bench = Bench::with_clock(clock.clone());
    let permit = bench.permit(address);
    let server = socket(address, MEMCACHED);
    clock.advance(Duration::from_hours(1));
    let scanned = bench.scan_with(&permit).await;
    let unscanned = UdpState::Unscanned { reason: UnscannedReason::OutsideConsent };
    assert_eq!(scanned.ports_in(unscanned).len(), 15);
    assert!(scanned.seen.iter().all(|it| fact(it).attempts == 0 && it.sent.is_empty()));
    assert!(scanned.seen.iter().all(|it| it.repeat.is_none()));
    assert_eq!(scanned.told, 15);
    assert!(server.try_recv(&mut [0; 16]).is_err());
}

#[tokio::test]
async fn a_refusal_wakes_who_waits_for_an_answer() {
    let bench = Bench::new();
    let socket = bench.gate.datagram(&bench.permit("127.82.2.11"), 4_000).await.unwrap();
    let sending = async {
        yield_now().await;
        socket.send(b"ping").await
    };
    let (heard, sent) = tokio::join!(socket.receive(16, Duration::from_mins(2)), sending);
    assert_eq!((heard, sent), (Err(ProbeError::Refused), Ok(())));
}
