//! Peers that mean harm, or are only strange, against everything that a port is asked.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;
use hoshimori_inspection::evidence::{ClueSource, Observation, ProbeError, Protocol};
use hoshimori_scanner::{Breadth, Timing};
use socket2::SockRef;
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use super::bench::{Bench, NEAR, clues, service};
use super::stand_in::{StandIn, acceptor, drip, read_some, response};

/// What a probe may take beyond its time: the machine that runs the tests is busy.
const MARGIN: Duration = Duration::from_millis(1_500);

/// The most bytes of each direction in one observation.
const KEPT: usize = 32 * 1_024;

/// Identifies the port, and insists on an end in time and on evidence of bounded size.
async fn meet(stand_in: &StandIn) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    #[expect(clippy::disallowed_methods, reason = "the test measures real time")]
    let began = Instant::now();
    let seen = bench.prober(NEAR).identify(&permit, stand_in.port, Breadth::Every).await;
    assert!(began.elapsed() < NEAR.port + MARGIN, "it took {:?}", began.elapsed());
    assert!(seen.received.0.len() <= KEPT && seen.sent.0.len() <= KEPT);
    seen
}

fn protocol(seen: &Observation) -> (Protocol, bool) {
    (service(seen).protocol, service(seen).tls)
}

#[tokio::test]
async fn a_peer_that_sends_without_end_is_cut_off_at_its_limit() {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    let server = StandIn::start(move |mut visit| {
        let sent = counter.clone();
        async move {
            let piece = vec![b'z'; 64 * 1_024];
            while let Ok(count) = visit.stream.write(&piece).await {
                sent.fetch_add(count as u64, Ordering::Relaxed);
            }
        }
    })
    .await;
    let seen = meet(&server).await;
    assert_eq!(protocol(&seen), (Protocol::Unknown, false));
    assert!(service(&seen).banner.as_deref().unwrap().starts_with("zzz"));
    // Each connection reads up to its limit; the rest is in buffers of the system.
    let each = sent.load(Ordering::Relaxed) / server.connections() as u64;
    println!("{} connections, {each} bytes each", server.connections());
    assert!(each < 16 * 1_024 * 1_024, "{each} bytes for each connection");
}

#[tokio::test]
async fn a_peer_that_sends_byte_by_byte_is_not_waited_for() {
    let meeting = [b'S', b'2', b'*', b'+', 0, 0x16].map(|byte| async move {
        let server = StandIn::start(move |mut visit| async move {
            drip(&mut visit.stream, byte).await;
        })
        .await;
        (byte, meet(&server).await)
    });
    for (byte, seen) in join_all(meeting).await {
        assert_eq!(protocol(&seen), (Protocol::Unknown, false), "{byte:#x}");
        assert!(!seen.received.is_empty());
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_is_told() {
    let server = StandIn::start(|mut visit| async move {
        visit.read().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le").await);
        sleep(Duration::from_millis(20)).await;
        SockRef::from(&visit.stream).set_linger(Some(Duration::ZERO)).unwrap();
    })
    .await;
    let seen = meet(&server).await;
    assert_eq!(protocol(&seen), (Protocol::Unknown, false));
    assert_eq!(service(&seen).trouble, Some(ProbeError::Closed));
    assert!(seen.received.0.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_handshake_that_stops_is_tls_with_trouble() {
    let flight = include_bytes!("../../../../wire/fixtures/openssl_tls10_flight.bin");
    let length = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
    let hello = &flight[..length];
    let server = StandIn::start(move |mut visit| async move {
        if visit.read().await.first() == Some(&0x16) {
            drop(visit.stream.write_all(hello).await);
        }
        visit.read_to_end().await;
    })
    .await;
    let seen = meet(&server).await;
    assert_eq!(protocol(&seen), (Protocol::Tls, true));
    assert!(service(&seen).trouble.is_some());
}

#[tokio::test]
async fn tls_inside_tls_is_looked_into_once() {
    let acceptor = acceptor("device.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(outer) = acceptor.accept(visit.stream).await else { return };
            drop(acceptor.accept(outer).await);
        }
    })
    .await;
    let seen = meet(&server).await;
    assert_eq!(protocol(&seen), (Protocol::Tls, true));
    assert_eq!(clues(service(&seen), ClueSource::TlsSubject), ["CN=rcgen self signed cert"]);
}

#[tokio::test]
async fn an_echo_is_an_echo_and_no_other_protocol() {
    let server = StandIn::start(|mut visit| async move {
        loop {
            let heard = visit.read().await;
            if heard.is_empty() || visit.stream.write_all(&heard).await.is_err() {
                return;
            }
        }
    })
    .await;
    assert_eq!(protocol(&meet(&server).await), (Protocol::Echo, false));
}

#[tokio::test]
async fn an_echo_inside_tls_is_an_echo_and_nothing_more() {
    let acceptor = acceptor("device.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            loop {
                let heard = read_some(&mut tls).await;
                if heard.is_empty() || tls.write_all(&heard).await.is_err() {
                    return;
                }
            }
        }
    })
    .await;
    assert_eq!(protocol(&meet(&server).await), (Protocol::Echo, true));
}

#[tokio::test]
async fn one_page_for_every_request_is_a_web_server() {
    for status in ["200 OK", "400 Bad Request", "501 Not Implemented"] {
        let server = StandIn::start(move |mut visit| async move {
            while !visit.read().await.is_empty() {
                drop(visit.stream.write_all(&response(status, "<title>a</title>")).await);
            }
        })
        .await;
        let seen = meet(&server).await;
        assert_eq!(protocol(&seen), (Protocol::Http, false), "{status}");
        assert_eq!(clues(service(&seen), ClueSource::HtmlTitle), ["a"]);
    }
}

#[tokio::test]
async fn the_same_words_in_answer_to_everything_prove_nothing() {
    let words = [&b"ERR\r\n"[..], b"500 what?\r\n", b"+OK\r\n", b"\0\0\0\x04\0\0\0\0", b"\xff\xff"];
    let meeting = words.map(|words| async move {
        let server = StandIn::start(move |mut visit| async move {
            while !visit.read().await.is_empty() {
                drop(visit.stream.write_all(words).await);
            }
        })
        .await;
        (words, meet(&server).await)
    });
    for (words, seen) in join_all(meeting).await {
        assert_eq!(protocol(&seen), (Protocol::Unknown, false), "{words:?}");
    }
}

#[tokio::test]
async fn a_web_server_of_one_connection_at_a_time_is_found() {
    let server = StandIn::one_at_a_time(|mut visit| async move {
        // Whatever has no empty line is not a request yet.
        if visit.read_request().await.is_some() {
            drop(visit.stream.write_all(&response("200 OK", "<title>a</title>")).await);
        }
    })
    .await;
    assert_eq!(protocol(&meet(&server).await), (Protocol::Http, false));
}

#[tokio::test]
async fn a_server_that_thinks_for_seconds_before_it_greets_is_heard() {
    let server = StandIn::start(|mut visit| async move {
        sleep(Duration::from_millis(1_500)).await;
        drop(visit.stream.write_all(b"SSH-2.0-slow_1\r\n").await);
        visit.read_to_end().await;
    })
    .await;
    assert_eq!(protocol(&meet(&server).await), (Protocol::Ssh, false));
}

#[tokio::test]
async fn a_silent_port_is_asked_a_bounded_number_of_times() {
    let server = StandIn::saying(b"").await;
    let seen = meet(&server).await;
    assert_eq!(protocol(&seen), (Protocol::Silent, false));
    assert_eq!(service(&seen).trouble, None, "everything was asked in time");
    println!("a silent port was connected to {} times", server.connections());
    assert!(server.connections() < 80, "{}", server.connections());
}

#[tokio::test]
async fn a_bomb_in_a_page_stays_small() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(b"<title>a</title>").unwrap();
    for _ in 0..16 {
        gzip.write_all(&vec![b' '; 1_024 * 1_024]).unwrap();
    }
    let body = gzip.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = [head.as_bytes(), &body].concat();
    let server = StandIn::with_pages(vec![("/", answer)]).await;
    let seen = meet(&server).await;
    assert_eq!(clues(service(&seen), ClueSource::HtmlTitle), ["a"]);
}

#[tokio::test]
async fn a_dialogue_that_calls_again_and_again_ends_with_the_time_of_the_port() {
    // Each protocol's first words are answered by the beginning of everything and of nothing.
    let meeting = [
        &b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\0\0\0\0"[..],
        b"\0\0\0\x40\xfeSMB",
        b"\x83\0\0\x01\x8f",
    ]
    .map(|words| async move {
        let server = StandIn::start(move |mut visit| async move {
            while !visit.read().await.is_empty() {
                drop(visit.stream.write_all(words).await);
            }
        })
        .await;
        meet(&server).await
    });
    for seen in join_all(meeting).await {
        assert!(!seen.received.is_empty());
    }
}

#[tokio::test]
async fn a_server_with_room_for_few_connections_is_found() {
    #[expect(clippy::disallowed_methods, reason = "the test plays the server")]
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.78.0.1:0".parse().unwrap()).unwrap();
    // As small devices do: two may wait, and each is met only after a while.
    let listener = socket.listen(2).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            sleep(Duration::from_millis(60)).await;
            tokio::spawn(async move {
                if read_some(&mut stream).await.starts_with(b"version\r\n") {
                    drop(stream.write_all(b"VERSION 1.6.18\r\n").await);
                    read_some(&mut stream).await;
                    drop(stream.write_all(b"END\r\n").await);
                }
                read_some(&mut stream).await;
            });
        }
    });
    let bench = Bench::new();
    let near = Timing::from_rtt(Some(Duration::from_millis(1)));
    let seen = bench.prober(near).identify(&bench.permit("127.78.0.1"), port, Breadth::Every).await;
    serving.abort();
    assert_eq!(protocol(&seen), (Protocol::Memcached, false));
}
