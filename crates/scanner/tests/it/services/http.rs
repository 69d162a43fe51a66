use hoshimori_inspection::evidence::{HttpOutcome, HttpPurpose, Observation, ProbeError};
use hoshimori_scanner::WebTarget;
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::bench::{Bench, PATIENCE, SHORT, http, named, plain};
use super::stand_in::{StandIn, Visit, acceptor, drip, flood, read_some, response};

async fn methods(server: &StandIn) -> Vec<Observation> {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(SHORT).http_methods(&permit, &plain(server.port)).await
}

async fn trace(server: &StandIn) -> Vec<Observation> {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(SHORT).http_trace(&permit, &plain(server.port)).await
}

fn status(seen: &Observation) -> u16 {
    http(seen).response().unwrap_or_else(|| panic!("no response: {seen:?}")).status
}

fn failure(seen: &Observation) -> &ProbeError {
    match &http(seen).outcome {
        HttpOutcome::Failed(error) => error,
        HttpOutcome::Response(response) => panic!("a response: {response:?}"),
    }
}

fn body_has_token(seen: &Observation) -> bool {
    let fact = http(seen);
    fact.response().unwrap().body_contains(fact.token.as_deref().unwrap())
}

/// A server that knows GET, OPTIONS and TRACE, as Apache does with `TraceEnable on`.
async fn echoing() -> StandIn {
    StandIn::start(|mut visit| async move {
        let Some(request) = visit.read_request().await else { return };
        let answer = match request.method.as_str() {
            "TRACE" => response("200 OK", &request.head),
            "OPTIONS" => b"HTTP/1.1 200 OK\r\nAllow: GET,TRACE\r\nContent-Length: 0\r\n\r\n".into(),
            "GET" => response("200 OK", "front"),
            _ => response("501 Not Implemented", ""),
        };
        drop(visit.stream.write_all(&answer).await);
    })
    .await
}

#[tokio::test]
async fn every_method_is_asked_for_beside_its_control() {
    let server = echoing().await;
    let seen = methods(&server).await;
    let variants: Vec<_> =
        seen.iter().map(|it| it.key.as_str().split_once("/http/").unwrap().1).collect();
    assert_eq!(
        variants,
        [
            "front",
            "options",
            "options-server",
            "options-missing",
            "control-method",
            "prop-find/",
            "prop-find/dav/",
            "prop-find/webdav/",
            "prop-find/uploads/",
            "control-connect",
            "connect",
        ]
    );
    assert_eq!(http(named(&seen, "options-server")).path, "*");
    assert_eq!(status(named(&seen, "options")), 200);
    assert_eq!(status(named(&seen, "control-method")), 501);
    let control = http(named(&seen, "control-method"));
    assert_eq!(control.purpose, HttpPurpose::ControlMethod);
    assert!(control.method.len() == 12 && control.method.bytes().all(|b| b.is_ascii_uppercase()));
    assert_eq!(server.connections(), seen.len(), "one connection a request");
    let sent = String::from_utf8(server.received()).unwrap();
    assert!(sent.contains("PROPFIND /dav/ HTTP/1.1\r\n") && sent.contains("Depth: 0\r\n"));
    assert!(!sent.contains("PUT ") && !sent.contains("DELETE "), "no consent, no upload");
}

#[tokio::test]
async fn requests_and_answers_are_kept_byte_for_byte() {
    let server = echoing().await;
    let seen = methods(&server).await;
    let front = named(&seen, "front");
    let port = server.port;
    assert_eq!(
        String::from_utf8(front.sent.0.clone()).unwrap(),
        format!(
            "GET / HTTP/1.1\r\nHost: 127.78.0.1:{port}\r\nUser-Agent: hoshimori\r\n\
             Accept: */*\r\nConnection: close\r\n\r\n"
        )
    );
    assert_eq!(front.received.0, response("200 OK", "front"));
    assert!(front.repeat.as_deref().unwrap().starts_with("curl -k -i --http1.1 "));
}

#[tokio::test]
async fn a_server_that_traces_sends_the_token_back() {
    let server = echoing().await;
    let seen = trace(&server).await;
    assert!(body_has_token(named(&seen, "trace")));
    assert_eq!(status(named(&seen, "track")), 501);
    assert_eq!(status(named(&seen, "control-trace")), 501);
    let fact = http(named(&seen, "trace"));
    let token = fact.token.as_deref().unwrap();
    assert!(!fact.path.contains(token), "the path must not give the token away");
    let response = fact.response().unwrap();
    assert!(response.body_contains(&format!("Cookie: hoshimori={token}")));
    assert!(response.body_contains(&format!("Authorization: Hoshimori {token}")));
}

#[tokio::test]
async fn a_page_that_shows_the_path_does_not_show_the_token() {
    let server = StandIn::start(|mut visit| async move {
        let Some(request) = visit.read_request().await else { return };
        let page = format!("you asked for {}", request.path);
        drop(visit.stream.write_all(&response("200 OK", &page)).await);
    })
    .await;
    for seen in trace(&server).await {
        assert_eq!(status(&seen), 200);
        assert!(!body_has_token(&seen), "{}", seen.key);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = StandIn::answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.78.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let seen = trace(&server).await;
    assert!(seen.iter().all(|it| status(it) == 302));
    assert_eq!(server.connections(), seen.len());
}

/// A proxy: opens what CONNECT asks for, and is a web server besides.
#[expect(clippy::disallowed_methods, reason = "a proxy connects; this one to itself")]
async fn proxy(mut visit: Visit) {
    let Some(request) = visit.read_request().await else { return };
    if request.method == "CONNECT" {
        let Ok(mut far) = TcpStream::connect(&request.path).await else { return };
        drop(visit.stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await);
        drop(copy_bidirectional(&mut visit.stream, &mut far).await);
    } else if request.method == "GET" {
        drop(visit.stream.write_all(&response("404 Not Found", "nothing here")).await);
    } else {
        drop(visit.stream.write_all(&response("405 Method Not Allowed", "")).await);
    }
}

#[tokio::test]
async fn what_comes_through_a_tunnel_is_the_body_of_connect() {
    let server = StandIn::start(proxy).await;
    let seen = methods(&server).await;
    let connect = named(&seen, "connect");
    assert_eq!(status(connect), 200);
    assert!(http(connect).response().unwrap().body.0.starts_with(b"HTTP/1.1 404 Not Found"));
    assert_eq!(status(named(&seen, "control-connect")), 405);
    assert_eq!(http(connect).path, format!("127.78.0.1:{}", server.port));
}

#[tokio::test]
async fn a_server_that_says_yes_to_everything_does_so_to_the_control() {
    let server = StandIn::start(|mut visit| async move {
        while visit.read_request().await.is_some() {
            let answer = b"HTTP/1.1 200 OK\r\n\r\n";
            if visit.stream.write_all(answer).await.is_err() {
                return;
            }
        }
    })
    .await;
    let seen = methods(&server).await;
    let body = |variant| http(named(&seen, variant)).response().unwrap().body.0.clone();
    assert_eq!(body("connect"), b"HTTP/1.1 200 OK\r\n\r\n");
    assert_eq!(body("control-connect"), body("connect"));
}

#[tokio::test]
async fn a_tunnel_to_a_port_with_tls_answers_a_hello() {
    let acceptor = acceptor("proxy.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            if read_some(&mut tls).await.starts_with(b"CONNECT ") {
                drop(tls.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await);
                // The far end refuses the hello, which only a far end can.
                if read_some(&mut tls).await.starts_with(&[22, 3, 1]) {
                    drop(tls.write_all(&[21, 3, 3, 0, 2, 2, 70]).await);
                }
            }
        }
    })
    .await;
    let bench = Bench::new();
    let web = WebTarget { tls: true, ..plain(server.port) };
    let seen = bench.prober(SHORT).http_methods(&bench.permit("127.78.0.1"), &web).await;
    let connect = named(&seen, "connect");
    assert_eq!(http(connect).response().unwrap().body.0, [21, 3, 3, 0, 2, 2, 70]);
    assert!(connect.note.is_some() && connect.sent.0.starts_with(b"CONNECT "));
}

#[tokio::test]
async fn hostile_answers_are_evidence_and_end_in_time() {
    let endless_head = StandIn::start(|mut visit| async move {
        visit.read_request().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 OK\r\n").await);
        flood(&mut visit.stream, b"X: y\r\n").await;
    });
    let garbage = StandIn::answering_any(b"\0\xff garbage \r\n\r\n").await;
    let closing = StandIn::answering_any(b"").await;
    let silent = StandIn::saying(b"").await;
    let loris = StandIn::start(|mut visit| async move {
        visit.read_request().await;
        drip(&mut visit.stream, b'H').await;
    });
    let first = async |server: &StandIn| timeout(PATIENCE, trace(server)).await.unwrap().remove(0);
    assert_eq!(failure(&first(&endless_head.await).await), &ProbeError::TooLong);
    assert!(matches!(failure(&first(&garbage).await), ProbeError::Malformed { .. }));
    assert_eq!(failure(&first(&closing).await), &ProbeError::Closed);
    assert_eq!(failure(&first(&silent).await), &ProbeError::TimedOut);
    assert!(matches!(failure(&first(&loris.await).await), ProbeError::Malformed { .. }));
}

#[tokio::test]
async fn a_body_that_does_not_end_is_kept_and_marked() {
    let server = StandIn::start(|mut visit| async move {
        visit.read_request().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello").await);
        visit.read_to_end().await;
    })
    .await;
    let seen = trace(&server).await;
    let response = http(&seen[0]).response().unwrap();
    assert_eq!((response.body.0.as_slice(), response.is_cut), (&b"hello"[..], true));
}

#[tokio::test]
async fn a_server_name_goes_into_host_and_sni() {
    let acceptor = acceptor("portal.office.example");
    let server = StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            let name = tls.get_ref().1.server_name().unwrap_or("none").to_owned();
            read_some(&mut tls).await;
            drop(tls.write_all(&response("200 OK", &name)).await);
        }
    })
    .await;
    let bench = Bench::new();
    let host = "portal.office.example".to_owned();
    let web = WebTarget { port: server.port, tls: true, host };
    let seen = bench.prober(SHORT).http_trace(&bench.permit("127.78.0.1"), &web).await;
    assert_eq!(http(&seen[0]).response().unwrap().body.0, b"portal.office.example");
    assert!(seen[0].sent.0.windows(6).any(|window| window == b"Host: "));
    assert!(seen[0].repeat.as_deref().unwrap().contains("--resolve portal.office.example:"));
}

#[tokio::test]
async fn a_host_with_a_line_break_is_not_sent() {
    let server = echoing().await;
    let bench = Bench::new();
    let host = "a\r\nX-Evil: b".to_owned();
    let web = WebTarget { port: server.port, tls: false, host };
    let seen = bench.prober(SHORT).http_trace(&bench.permit("127.78.0.1"), &web).await;
    assert!(seen.iter().all(|it| matches!(failure(it), ProbeError::Local { .. })));
    assert_eq!(server.connections(), 0);
}
