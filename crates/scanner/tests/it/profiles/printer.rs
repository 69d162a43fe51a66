//! Printers of the tests' own on the port of IPP.

use hoshimori_inspection::evidence::{Access, ClueSource, ProbeError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::bench::{Bench, profile, texts, web_server};
use crate::services::bench::SHORT;
use crate::services::stand_in::{HttpRequest, StandIn, acceptor, read_some, response};

/// What a printer makes of a request.
type Reply = fn(&HttpRequest) -> Vec<u8>;

/// The port of IPP at `address`, if this machine lets the test have it.
async fn may_listen(address: &str) -> bool {
    let is_free = TcpListener::bind(address).await.is_ok();
    if !is_free {
        println!("skipped: port 631 needs a privilege");
    }
    is_free
}

/// A response with `status` and `attributes` to the request in `body`.
fn answer(body: &[u8], status: u16, attributes: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = vec![1, 1];
    bytes.extend(status.to_be_bytes());
    bytes.extend(&body[4..8]);
    bytes.push(4);
    for (name, value) in attributes {
        bytes.push(0x41);
        for text in [name, value] {
            bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    bytes.push(3);
    let head = "HTTP/1.1 200 OK\r\nServer: Example IPP\r\nContent-Type: application/ipp\r\n";
    [format!("{head}Content-Length: {}\r\n\r\n", bytes.len()).as_bytes(), &bytes].concat()
}

fn model(request: &HttpRequest) -> Vec<u8> {
    let told = [
        ("printer-make-and-model", "Example Works P-1"),
        ("printer-device-id", "MFG:Example Works;MDL:P-1;"),
        ("printer-firmware-string-version", "1.02"),
        ("printer-location", "受付"),
    ];
    answer(&request.body, 0, &told)
}

#[tokio::test]
async fn a_printer_tells_its_model_at_the_announced_path_first() {
    if !may_listen("127.84.3.1:631").await {
        return;
    }
    let server = web_server("127.84.3.1:631", |request| match request.path.as_str() {
        "/printers/reception" => model(request),
        _ => answer(&request.body, 0x0406, &[]),
    })
    .await;
    let bench = Bench::new();
    let announced = ["printers/reception".to_owned()];
    let seen = bench.prober().printer(&bench.permit("127.84.3.1"), &announced).await;
    let fact = profile(&seen);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    assert_eq!(fact.url.as_deref(), Some("ipp://127.84.3.1:631/printers/reception"));
    assert_eq!(texts(fact, ClueSource::IppModel), ["Example Works P-1"]);
    assert_eq!(texts(fact, ClueSource::IppDeviceId), ["MFG:Example Works;MDL:P-1;"]);
    assert_eq!(texts(fact, ClueSource::IppFirmware), ["1.02"]);
    assert_eq!(texts(fact, ClueSource::IppAttribute), ["printer-location=受付"]);
    assert_eq!(texts(fact, ClueSource::HttpServer), ["Example IPP"]);
    assert_eq!(server.connections(), 1);
    // Version, then the operation: Get-Printer-Attributes and nothing else.
    let sent = &seen.sent.0;
    let body = sent.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    assert_eq!(sent[body..body + 4], [1, 1, 0, 0x0b]);
}

#[tokio::test]
async fn usual_paths_are_tried_until_one_is_a_printer() {
    if !may_listen("127.84.3.2:631").await {
        return;
    }
    let server = web_server("127.84.3.2:631", |request| match request.path.as_str() {
        "/ipp" => model(request),
        "/ipp/print" => response("404 Not Found", ""),
        path => panic!("asked for {path}"),
    })
    .await;
    let bench = Bench::new();
    let seen = bench.prober().printer(&bench.permit("127.84.3.2"), &[]).await;
    assert_eq!(texts(profile(&seen), ClueSource::IppModel), ["Example Works P-1"]);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_printer_that_asks_who_is_there_is_told_apart() {
    let replies: [(&str, Reply); 2] = [
        ("127.84.3.3", |request| answer(&request.body, 0x0402, &[])),
        ("127.84.3.13", |_| response("401 Unauthorized", "")),
    ];
    for (address, reply) in replies {
        let place = format!("{address}:631");
        if !may_listen(&place).await {
            return;
        }
        let _server = web_server(&place, reply).await;
        let bench = Bench::new();
        let seen = bench.prober().printer(&bench.permit(address), &[]).await;
        assert_eq!(profile(&seen).access, Some(Access::CredentialAsked));
    }
}

#[tokio::test]
async fn a_printer_inside_tls_is_asked_there() {
    if !may_listen("127.84.3.4:631").await {
        return;
    }
    let acceptor = acceptor("printer.office.example");
    let _server = StandIn::start_at("127.84.3.4:631", move |visit| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            let mut bytes = Vec::new();
            loop {
                if let Some(request) = HttpRequest::parse(&bytes) {
                    drop(tls.write_all(&model(&request)).await);
                    drop(tls.shutdown().await);
                    return;
                }
                let more = read_some(&mut tls).await;
                if more.is_empty() {
                    return;
                }
                bytes.extend(more);
            }
        }
    })
    .await;
    let bench = Bench::new();
    let seen = bench.prober().printer(&bench.permit("127.84.3.4"), &[]).await;
    let fact = profile(&seen);
    assert_eq!(fact.access, Some(Access::Open), "{fact:?}");
    assert_eq!(fact.url.as_deref(), Some("ipps://127.84.3.4:631/ipp/print"));
    assert!(seen.key.as_str().ends_with("/profile/ipps"));
    assert!(seen.note.is_some() && seen.sent.0.starts_with(b"POST /ipp/print "));
}

#[tokio::test]
async fn what_is_no_printer_is_told_as_it_is() {
    let replies: [(&str, Reply); 2] = [
        ("127.84.3.5", |_| response("200 OK", "<html>Welcome</html>")),
        ("127.84.3.15", |request| {
            let mut bytes = model(request);
            let body = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
            // The number of the request.
            bytes[body + 7] ^= 1;
            bytes
        }),
    ];
    for (address, reply) in replies {
        let place = format!("{address}:631");
        if !may_listen(&place).await {
            return;
        }
        let _server = web_server(&place, reply).await;
        let bench = Bench::new();
        let seen = bench.prober_with(SHORT).printer(&bench.permit(address), &[]).await;
        let fact = profile(&seen);
        assert!(fact.access.is_none(), "{fact:?}");
        assert!(matches!(fact.trouble, Some(ProbeError::Malformed { .. })), "{fact:?}");
        assert!(texts(fact, ClueSource::IppModel).is_empty());
    }
}

#[tokio::test]
async fn a_closed_port_is_asked_once() {
    let bench = Bench::new();
    let seen = bench.prober_with(SHORT).printer(&bench.permit("127.84.3.6"), &[]).await;
    assert_eq!(profile(&seen).trouble, Some(ProbeError::Refused));
    assert!(seen.source.is_none() && seen.sent.is_empty());
}
