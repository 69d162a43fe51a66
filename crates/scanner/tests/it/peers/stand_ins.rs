use hoshimori_inspection::evidence::{Observation, PeerOutcome, ProbeError};
use tokio::io::AsyncWriteExt;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{answered, is_controlled, otherwise, peer};
use crate::services::bench::{Bench, SHORT};
use crate::services::stand_in::{StandIn, flood};

async fn over_tcp(stand_in: &StandIn) -> Vec<Observation> {
    let bench = Bench::new();
    bench.prober(SHORT).peers_tcp(&bench.permit("127.78.0.1"), stand_in.port).await
}

/// A UDP server on a free port of 127.78.0.1 that answers with what `answer` makes of a question.
#[expect(clippy::disallowed_methods, reason = "the test makes its own server")]
async fn server(answer: fn(&[u8]) -> Option<Vec<u8>>) -> (u16, JoinHandle<()>) {
    let socket = UdpSocket::bind("127.78.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let mut buffer = [0; 2_048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(answer) = answer(&buffer[..length]) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    (port, serving)
}

async fn over_udp(answer: fn(&[u8]) -> Option<Vec<u8>>) -> Vec<Observation> {
    let (port, serving) = server(answer).await;
    let bench = Bench::new();
    let seen = bench.prober(SHORT).peers_udp(&bench.permit("127.78.0.1"), &[port]).await;
    serving.abort();
    seen
}

/// What a node of the DHT says to a ping (BEP 5).
fn dht_node(question: &[u8]) -> Option<Vec<u8>> {
    let transaction = question.strip_suffix(b"1:y1:qe")?.last_chunk::<4>()?;
    let is_ping = question.windows(10).any(|part| part == b"1:q4:ping1");
    let answer =
        [b"d1:rd2:id20:bbbbbbbbbbbbbbbbbbbbe1:t4:", &transaction[..], b"1:v4:LT\x01\x021:y1:re"];
    is_ping.then(|| answer.concat())
}

#[tokio::test]
async fn a_node_of_the_dht_is_found() {
    let seen = over_udp(dht_node).await;
    assert_eq!(answered(&seen), ["bittorrent/dht-ping: libtorrent"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn an_echo_over_udp_is_something_else() {
    let seen = over_udp(|question| Some(question.to_vec())).await;
    assert!(answered(&seen).is_empty(), "{seen:#?}");
    assert_eq!(otherwise(&seen).len(), 3, "{seen:#?}");
}

#[tokio::test]
async fn a_server_that_answers_the_control_alike_is_told() {
    let gnutella = StandIn::answering_any(b"GNUTELLA/0.6 200 OK\r\n\r\n").await;
    let seen = over_tcp(&gnutella).await;
    assert!(answered(&seen).contains(&"gnutella/connect control: -".to_owned()), "{seen:#?}");
    assert!(!is_controlled(&seen));
}

#[tokio::test]
async fn limewire_refuses_and_names_itself() {
    let servent = StandIn::start(|mut visit| async move {
        if visit.read().await.starts_with(b"GNUTELLA CONNECT/") {
            let refusal = b"GNUTELLA/0.6 503 Full\r\nUser-Agent: LimeWire/4.18.8\r\n\r\n";
            drop(visit.stream.write_all(refusal).await);
        }
    })
    .await;
    let seen = over_tcp(&servent).await;
    assert_eq!(answered(&seen), ["gnutella/connect: LimeWire/4.18.8"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

/// As aMule, which takes 20 connections in five seconds.
#[tokio::test]
async fn a_program_that_had_too_many_visitors_is_asked_once_more() {
    let began = Instant::now();
    let servent = StandIn::start(move |mut visit| async move {
        if visit.read().await.starts_with(b"GNUTELLA CONNECT/") && began.elapsed().as_secs() > 4 {
            drop(visit.stream.write_all(b"GNUTELLA/0.6 200 OK\r\n\r\n").await);
        }
    })
    .await;
    let seen = over_tcp(&servent).await;
    assert_eq!(answered(&seen), ["gnutella/connect: -"], "{seen:#?}");
    assert!(is_controlled(&seen), "{seen:#?}");
}

#[tokio::test]
async fn the_digit_of_winmx_is_a_sign_and_the_lock_of_a_hub_is_proof() {
    let winmx = StandIn::saying(b"1").await;
    assert_eq!(answered(&over_tcp(&winmx).await), ["winmx/greeting: 1"]);
    let hub = StandIn::saying(b"$Lock EXTENDEDPROTOCOLABC Pk=YnHub|").await;
    assert_eq!(answered(&over_tcp(&hub).await), ["direct-connect/lock: YnHub"]);
}

#[tokio::test]
async fn a_flood_is_cut_off_and_is_something_else() {
    let flooding = StandIn::start(|mut visit| async move {
        flood(&mut visit.stream, b"rubbish").await;
    })
    .await;
    let seen = over_tcp(&flooding).await;
    assert!(answered(&seen).is_empty());
    assert!(otherwise(&seen).len() >= 8, "{seen:#?}");
}

#[tokio::test]
async fn a_port_that_says_nothing_is_undecided_for_every_network() {
    let silent = StandIn::start(|mut visit| async move { visit.read_to_end().await }).await;
    for one in over_tcp(&silent).await {
        assert_eq!(peer(&one).outcome, PeerOutcome::Failed(ProbeError::TimedOut), "{one:#?}");
    }
}

#[tokio::test]
async fn nothing_is_written_to_a_print_port() {
    let Ok(listener) = tokio::net::TcpListener::bind("127.78.7.1:9100").await else { return };
    let bench = Bench::new();
    let permit = bench.permit("127.78.7.1");
    let seen = bench.prober(SHORT).peers_tcp(&permit, 9_100).await;
    assert!(seen.iter().all(|one| one.sent.0.is_empty()), "{seen:#?}");
    drop(listener);
}
