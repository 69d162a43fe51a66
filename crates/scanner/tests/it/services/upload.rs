use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use hoshimori_inspection::evidence::{HttpOutcome, HttpPurpose, Observation, ProbeError};
use hoshimori_scanner::WebTarget;
use tokio::io::AsyncWriteExt;

use super::bench::{Bench, SHORT, Storing, http, named, plain};
use super::stand_in::{StandIn, response};

type Files = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A server that stores files under `/dav/`, like WebDAV without a password.
async fn storing(address: &str, files: Files) -> StandIn {
    StandIn::start_at(address, move |mut visit| {
        let files = files.clone();
        async move {
            let Some(request) = visit.read_request().await else { return };
            let is_open = request.path.starts_with("/dav/");
            let answer = {
                let mut files = files.lock().unwrap();
                match request.method.as_str() {
                    "PUT" if is_open => {
                        files.insert(request.path, request.body);
                        response("201 Created", "")
                    }
                    "DELETE" if files.remove(&request.path).is_some() => response("200 OK", ""),
                    "GET" => match files.get(&request.path) {
                        Some(body) => response("200 OK", std::str::from_utf8(body).unwrap()),
                        None => response("404 Not Found", ""),
                    },
                    _ => response("405 Method Not Allowed", ""),
                }
            };
            drop(visit.stream.write_all(&answer).await);
        }
    })
    .await
}

async fn methods(server: &StandIn, address: &str, storing: Storing) -> Vec<Observation> {
    let bench = Bench::new();
    let permit = bench.permit_with(address, storing);
    bench.prober(SHORT).http_methods(&permit, &plain(server.port)).await
}

#[tokio::test]
async fn a_stored_file_is_read_back_removed_and_looked_for() {
    let files = Files::default();
    let server = storing("127.77.2.1:0", files.clone()).await;
    let seen = methods(&server, "127.77.2.1", Storing::Allowed).await;
    let status = |variant| http(named(&seen, variant)).response().unwrap().status;
    assert_eq!((status("put/"), status("put/dav/")), (405, 201));
    let read_back = http(named(&seen, "put-read-back/dav/"));
    assert_eq!(read_back.purpose, HttpPurpose::PutReadBack);
    assert!(read_back.response().unwrap().body_contains(read_back.token.as_deref().unwrap()));
    assert_eq!((status("put-clean-up/dav/"), status("put-gone/dav/")), (200, 404));
    assert!(files.lock().unwrap().is_empty(), "nothing is left behind");
    assert!(!seen.iter().any(|it| it.key.as_str().ends_with("put-read-back/")));
    let put = http(named(&seen, "put/dav/"));
    let token = put.token.as_deref().unwrap();
    assert!(token.len() <= 32 && !put.path.contains(token));
    let name = put.path.strip_prefix("/dav/").unwrap().strip_suffix(".txt").unwrap();
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && name != token);
}

#[tokio::test]
async fn nothing_is_stored_without_the_consent() {
    let server = storing("127.77.2.2:0", Files::default()).await;
    methods(&server, "127.77.2.2", Storing::Refused).await;
    let sent = String::from_utf8(server.received()).unwrap();
    assert!(!sent.contains("PUT ") && !sent.contains("DELETE "));
}

#[tokio::test]
async fn nothing_is_stored_on_a_printer() {
    let printer = StandIn::start_at("127.77.2.3:9100", |mut visit| async move {
        visit.read_to_end().await;
    })
    .await;
    let server = storing("127.77.2.3:0", Files::default()).await;
    let seen = methods(&server, "127.77.2.3", Storing::Allowed).await;
    let put = http(named(&seen, "put/"));
    assert!(matches!(&put.outcome, HttpOutcome::Failed(ProbeError::NotPermitted { .. })));
    assert!(!String::from_utf8(server.received()).unwrap().contains("PUT "));
    assert!(printer.received().is_empty());
}

#[tokio::test]
async fn a_page_for_everything_does_not_hold_the_text() {
    let server = StandIn::start_at("127.77.2.4:0", |mut visit| async move {
        let Some(request) = visit.read_request().await else { return };
        drop(visit.stream.write_all(&response("200 OK", &request.path)).await);
    })
    .await;
    let bench = Bench::new();
    let permit = bench.permit_with("127.77.2.4", Storing::Allowed);
    let web = WebTarget { port: server.port, tls: false, host: "127.77.2.4".into() };
    let seen = bench.prober(SHORT).http_methods(&permit, &web).await;
    let read_back = http(named(&seen, "put-read-back/"));
    assert!(!read_back.response().unwrap().body_contains(read_back.token.as_deref().unwrap()));
}
