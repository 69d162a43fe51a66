use std::net::TcpListener;
use std::time::Duration;

use hoshimori_inspection::evidence::{ClueSource, Observation, ProbeError, Protocol};
use hoshimori_inspection::scope::is_print_port;
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::bench::{Bench, PATIENCE, SHORT, clues, service};
use super::stand_in::{StandIn, acceptor, drip, flood, read_some, response};

async fn identify(stand_in: &StandIn) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(SHORT).identify(&permit, stand_in.port, Breadth::Every).await
}

#[tokio::test]
async fn ssh_is_found_on_any_port_with_its_distribution_revision() {
    let server = StandIn::saying(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n").await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Ssh, false));
    let software = clues(fact, ClueSource::SshSoftware);
    assert_eq!(software, ["OpenSSH_9.2p1 Debian-2+deb12u10"]);
    assert_eq!(fact.banner.as_deref(), Some("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"));
    assert_eq!(seen.received.0, b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n");
    assert!(seen.sent.is_empty() && server.received().is_empty());
    assert!(seen.source.is_some());
    assert_eq!(seen.repeat.unwrap(), format!("nc -w 5 127.78.0.1 {}", server.port));
}

#[tokio::test]
async fn a_server_that_thinks_before_it_speaks_is_heard() {
    let server = StandIn::start(|mut visit| async move {
        sleep(SHORT.guess + Duration::from_millis(100)).await;
        drop(visit.stream.write_all(b"SSH-2.0-slow_1\r\n").await);
        visit.read_to_end().await;
    })
    .await;
    assert_eq!(service(&identify(&server).await).protocol, Protocol::Ssh);
}

#[tokio::test]
async fn mail_and_file_servers_are_told_apart_by_their_words() {
    let mail = StandIn::saying(b"220 mail.office.example ESMTP Postfix (Debian/GNU)\r\n").await;
    assert_eq!(service(&identify(&mail).await).protocol, Protocol::Smtp);
    let files = StandIn::saying(b"220-Welcome\r\n220 (vsFTPd 3.0.3)\r\n").await;
    let seen = identify(&files).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Ftp);
    let greeting = clues(fact, ClueSource::FtpGreeting);
    assert!(greeting[0].contains("(vsFTPd 3.0.3)"), "{greeting:?}");
}

#[tokio::test]
async fn mail_and_file_servers_are_told_apart_by_one_harmless_command() {
    for (ehlo, noop, protocol) in [
        ("250 office", "250 ok", Protocol::Smtp),
        ("502 what?", "250 ok", Protocol::Smtp),
        ("500 what?", "200 ok", Protocol::Ftp),
        ("530 log in", "530 log in", Protocol::Ftp),
        ("500 what?", "500 what?", Protocol::Unknown),
    ] {
        let server = StandIn::start(move |mut visit| async move {
            drop(visit.stream.write_all(b"220 ready\r\n").await);
            for answer in [ehlo, noop] {
                visit.read().await;
                drop(visit.stream.write_all(format!("{answer}\r\n").as_bytes()).await);
            }
            visit.read_to_end().await;
        })
        .await;
        assert_eq!(service(&identify(&server).await).protocol, protocol, "{ehlo} {noop}");
    }
}

#[tokio::test]
async fn http_is_found_on_any_port() {
    let answer = b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n";
    let server = StandIn::answering(answer).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Http);
    assert_eq!(clues(fact, ClueSource::HttpServer), ["nginx/1.22.1"]);
    assert!(seen.sent.0.starts_with(b"GET / HTTP/1.1\r\nHost: 127.78.0.1:"));
    assert_eq!(seen.received.0, answer);
}

#[tokio::test]
async fn http_inside_tls_is_found_on_any_port() {
    let acceptor = acceptor("portal.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            if read_some(&mut tls).await.starts_with(b"GET / ") {
                drop(tls.write_all(&response("200 OK", "hello")).await);
                drop(tls.shutdown().await);
            }
        }
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Http, true));
    assert_eq!(clues(fact, ClueSource::TlsSubject), ["CN=rcgen self signed cert"]);
    assert_eq!(clues(fact, ClueSource::TlsIssuer), ["CN=rcgen self signed cert"]);
    assert!(seen.received.0.starts_with(b"HTTP/1.1 200 OK"), "plain text is kept");
    assert!(seen.note.is_some());
}

#[tokio::test]
async fn a_mail_server_inside_tls_is_found() {
    let acceptor = acceptor("mail.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            drop(tls.write_all(b"220 mail.office.example ESMTP Exim 4.96\r\n").await);
            read_some(&mut tls).await;
        }
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Smtp, true));
    let greeting = clues(fact, ClueSource::SmtpGreeting);
    assert_eq!(greeting, ["mail.office.example ESMTP Exim 4.96"]);
}

#[tokio::test]
async fn tls_around_something_unknown_is_tls() {
    let acceptor = acceptor("device.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            while !read_some(&mut tls).await.is_empty() {}
        }
    })
    .await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Tls, true));
    assert_eq!(fact.trouble, Some(ProbeError::TimedOut));
}

#[tokio::test]
async fn a_tls_server_that_libraries_refuse_is_still_tls() {
    // An alert, as old servers send to a hello that they do not understand.
    let server = StandIn::answering_any(&[0x15, 3, 1, 0, 2, 2, 70]).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Tls, true));
    assert!(matches!(fact.trouble, Some(ProbeError::NoCommonGround { .. })), "{fact:?}");
}

#[tokio::test]
async fn a_web_server_that_wants_tls_is_not_taken_for_plain_http() {
    let acceptor = acceptor("portal.office.example");
    let server = StandIn::start_at("127.77.1.1:8888", move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let mut first = [0];
            drop(visit.stream.peek(&mut first).await);
            let mut stream = visit.stream;
            if first == *b"G" {
                read_some(&mut stream).await;
                drop(stream.write_all(&response("400 Bad Request", "speak TLS")).await);
                return;
            }
            let Ok(mut tls) = acceptor.accept(stream).await else { return };
            read_some(&mut tls).await;
            drop(tls.write_all(&response("200 OK", "")).await);
        }
    })
    .await;
    let bench = Bench::new();
    let permit = bench.permit("127.77.1.1");
    let seen = bench.prober(SHORT).identify(&permit, server.port, Breadth::Every).await;
    assert_eq!((service(&seen).protocol, service(&seen).tls), (Protocol::Http, true));
}

#[tokio::test]
async fn a_web_server_that_only_knows_bad_requests_is_plain_http() {
    let server = StandIn::start_at("127.77.1.2:8888", |mut visit| async move {
        if visit.read().await.starts_with(b"GET") {
            drop(visit.stream.write_all(&response("400 Bad Request", "")).await);
        }
    })
    .await;
    let bench = Bench::new();
    let permit = bench.permit("127.77.1.2");
    let seen = bench.prober(SHORT).identify(&permit, server.port, Breadth::Every).await;
    assert_eq!((service(&seen).protocol, service(&seen).tls), (Protocol::Http, false));
}

#[tokio::test]
async fn silence_is_silence_and_is_not_waited_for_without_end() {
    let server = StandIn::saying(b"").await;
    let seen = timeout(PATIENCE, identify(&server)).await.unwrap();
    assert_eq!(service(&seen).protocol, Protocol::Silent);
    assert_eq!(service(&seen).trouble, None);
}

#[tokio::test]
async fn a_server_that_hangs_up_at_once_is_silent_and_says_why() {
    let server = StandIn::start(|visit| async move { drop(visit) }).await;
    let seen = identify(&server).await;
    assert_eq!(service(&seen).protocol, Protocol::Silent);
    assert_eq!(service(&seen).trouble, Some(ProbeError::Closed));
}

#[tokio::test]
async fn words_that_nobody_knows_are_kept_while_everything_else_is_asked() {
    let server = StandIn::saying("受付 7 番\r\n".as_bytes()).await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Unknown);
    assert_eq!(fact.banner.as_deref(), Some("受付 7 番"));
    assert_eq!(clues(fact, ClueSource::Banner), ["受付 7 番"]);
    assert_eq!(seen.received.0, "受付 7 番\r\n".as_bytes());
    assert!(server.received().windows(5).any(|bytes| bytes == b"GET /"));
}

#[tokio::test]
async fn on_a_delicate_host_an_odd_port_is_listened_to_and_not_asked() {
    let server = StandIn::saying(b"").await;
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let seen = bench.prober(SHORT).identify(&permit, server.port, Breadth::AtHome).await;
    assert_eq!(service(&seen).protocol, Protocol::Silent);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn garbage_is_unknown_with_a_safe_banner() {
    let server = StandIn::answering_any(b"\x16\x03\x01\xff\xff\x1b[2Jjunk").await;
    let seen = identify(&server).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Unknown);
    assert!(!fact.banner.as_deref().unwrap().contains('\x1b'));
}

#[tokio::test]
async fn floods_and_drips_end_in_time() {
    let banner = StandIn::start(|mut visit| async move { flood(&mut visit.stream, b"x\n").await });
    let line = StandIn::start(|mut visit| async move { flood(&mut visit.stream, b"220-x").await });
    let head = StandIn::start(|mut visit| async move {
        visit.read().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 OK\r\n").await);
        flood(&mut visit.stream, b"X: y\r\n").await;
    });
    let body = StandIn::start(|mut visit| async move {
        visit.read().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await);
        flood(&mut visit.stream, b"y").await;
    });
    let loris = StandIn::start(|mut visit| async move { drip(&mut visit.stream, b'S').await });
    let (banner, line, head, body, loris) = tokio::join!(banner, line, head, body, loris);
    let all = async {
        tokio::join!(
            identify(&banner),
            identify(&line),
            identify(&head),
            identify(&body),
            identify(&loris),
        )
    };
    let seen = timeout(PATIENCE, Box::pin(all)).await.unwrap();
    for seen in [&seen.0, &seen.1, &seen.2, &seen.3, &seen.4] {
        assert!(seen.received.0.len() <= 32 * 1_024);
        assert!(service(seen).banner.as_ref().unwrap().chars().count() <= 512);
    }
    for seen in [&seen.0, &seen.1, &seen.2, &seen.4] {
        assert_eq!(service(seen).protocol, Protocol::Unknown, "{seen:?}");
    }
    assert_eq!(service(&seen.3).protocol, Protocol::Http);
}

#[tokio::test]
async fn a_print_port_is_connected_to_and_never_written_to() {
    let server = StandIn::start_at("127.77.1.3:9100", |mut visit| async move {
        visit.read_to_end().await;
    })
    .await;
    assert!(is_print_port(server.port));
    let bench = Bench::new();
    let permit = bench.permit("127.77.1.3");
    let prober = bench.prober(SHORT);
    let seen = prober.identify(&permit, server.port, Breadth::Every).await;
    assert_eq!(service(&seen).protocol, Protocol::Printer);
    // The other probes cannot write there either, should anybody ask them to.
    let web = hoshimori_scanner::WebTarget { port: 9_100, tls: false, host: "127.77.1.3".into() };
    prober.http_methods(&permit, &web).await;
    prober.http_trace(&permit, &web).await;
    prober.ssh_auth(&permit, 9_100, &["root".into()]).await;
    prober.certificates(&permit, 9_100, &[]).await;
    while server.connections() <= 10 {
        tokio::task::yield_now().await;
    }
    assert!(server.received().is_empty(), "{:?}", server.received());
}

#[tokio::test]
async fn a_closed_port_is_said_to_be_closed() {
    let port = TcpListener::bind("127.78.0.1:0").unwrap().local_addr().unwrap().port();
    let bench = Bench::new();
    let seen =
        bench.prober(SHORT).identify(&bench.permit("127.78.0.1"), port, Breadth::Every).await;
    assert_eq!(service(&seen).protocol, Protocol::Unknown);
    assert_eq!(service(&seen).trouble, Some(ProbeError::Refused));
}

#[tokio::test]
async fn keys_are_the_same_every_time() {
    let server = StandIn::saying(b"SSH-2.0-x_1\r\n").await;
    let (first, second) = (identify(&server).await, identify(&server).await);
    assert_eq!(first.key, second.key);
    assert_eq!(first.key.as_str(), format!("guest/127.78.0.1:{}/tcp/service", server.port));
}
