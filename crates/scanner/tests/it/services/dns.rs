use hoshimori_inspection::evidence::{ClueSource, Protocol};
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;
use tokio::net::UdpSocket;

use super::bench::{Bench, SHORT, clues, service};
use super::stand_in::StandIn;

/// The answer to `question` that gives `version` as text.
fn answer(question: &[u8], version: &str) -> Vec<u8> {
    let text = version.as_bytes();
    let length = u8::try_from(text.len()).unwrap();
    let head = [&question[..2], &[0x85, 0, 0, 1, 0, 1, 0, 0, 0, 0]].concat();
    let record = [0xc0, 12, 0, 16, 0, 3, 0, 0, 0, 0, 0, length + 1, length];
    [&head, &question[12..], &record, text].concat()
}

#[tokio::test]
async fn a_name_server_is_found_on_any_tcp_port() {
    let server = StandIn::start(|mut visit| async move {
        let question = visit.read().await;
        // Whatever is not a DNS message of the stated length is ignored.
        if question.first() == Some(&0) && question.len() > 14 {
            let message = answer(&question[2..], "9.18.28-1~deb12u2-Debian");
            let length = u16::try_from(message.len()).unwrap().to_be_bytes();
            drop(visit.stream.write_all(&[&length[..], &message].concat()).await);
        }
        visit.read_to_end().await;
    })
    .await;
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let seen = bench.prober(SHORT).identify(&permit, server.port, Breadth::Every).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Dns);
    assert_eq!(clues(fact, ClueSource::DnsVersion), ["9.18.28-1~deb12u2-Debian"]);
}

/// The port of DNS on an address of loopback, if this user may have it.
#[expect(clippy::disallowed_methods, reason = "the test plays the name server")]
fn name_server_socket(address: &str) -> Option<UdpSocket> {
    let socket = std::net::UdpSocket::bind(format!("{address}:53")).ok()?;
    socket.set_nonblocking(true).unwrap();
    Some(UdpSocket::from_std(socket).unwrap())
}

#[tokio::test]
async fn a_name_server_on_udp_tells_its_version() {
    let Some(socket) = name_server_socket("127.77.3.1") else {
        println!("skipped: port 53 needs a privilege");
        return;
    };
    let serving = tokio::spawn(async move {
        let mut buffer = [0; 512];
        let (count, peer) = socket.recv_from(&mut buffer).await.unwrap();
        socket.send_to(&answer(&buffer[..count], "dnsmasq-2.90"), peer).await.unwrap();
    });
    let bench = Bench::new();
    let seen = bench.prober(SHORT).identify_dns_udp(&bench.permit("127.77.3.1")).await.unwrap();
    serving.await.unwrap();
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Dns);
    assert_eq!(clues(fact, ClueSource::DnsVersion), ["dnsmasq-2.90"]);
    assert_eq!(seen.key.as_str(), "guest/127.77.3.1:53/udp/service");
}

#[tokio::test]
async fn a_name_server_that_hides_its_version_is_found_by_a_question_about_nothing() {
    let Some(socket) = name_server_socket("127.77.3.2") else {
        println!("skipped: port 53 needs a privilege");
        return;
    };
    let serving = tokio::spawn(async move {
        let mut buffer = [0; 512];
        socket.recv_from(&mut buffer).await.unwrap();
        let (count, peer) = socket.recv_from(&mut buffer).await.unwrap();
        let refusal = [&buffer[..2], &[0x80, 5], &buffer[4..count]].concat();
        socket.send_to(&refusal, peer).await.unwrap();
    });
    let bench = Bench::new();
    let seen = bench.prober(SHORT).identify_dns_udp(&bench.permit("127.77.3.2")).await.unwrap();
    serving.await.unwrap();
    let fact = service(&seen);
    assert_eq!((fact.protocol, clues(fact, ClueSource::DnsVersion).len()), (Protocol::Dns, 0));
}

#[tokio::test]
async fn a_silent_or_closed_udp_port_is_no_service() {
    let bench = Bench::new();
    let prober = bench.prober(SHORT);
    assert!(prober.identify_dns_udp(&bench.permit("127.77.3.3")).await.is_none());
    let Some(_silent) = name_server_socket("127.77.3.4") else {
        println!("skipped: port 53 needs a privilege");
        return;
    };
    assert!(prober.identify_dns_udp(&bench.permit("127.77.3.4")).await.is_none());
}
