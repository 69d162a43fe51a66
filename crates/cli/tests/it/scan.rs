//! `hoshimori scan`.

use std::net::Ipv4Addr;

use hoshimori_testkit::{Manner, Recorder};
use serde_json::json;

use crate::support::program::hoshimori;
use crate::support::schema::assert_valid;

#[test]
fn open_ports_are_listed_with_their_services_and_nothing_else_is() {
    let address = Ipv4Addr::new(127, 0, 71, 1);
    let _web = Recorder::listen(address, 24_000, Manner::PlainWeb);
    let _other = Recorder::listen(address, 24_002, Manner::PlainWeb);
    let scan = ["scan", "127.0.71.1", "-p", "23990-24001", "--quiet"];

    let document = hoshimori(scan.iter().chain(&["--json", "--services"])).exits(0).json();

    assert_valid("scan", &document);
    let host = &document["hosts"][0];
    let ports = host["ports"].as_array().unwrap();
    assert_eq!(ports.len(), 1, "{ports:#?}");
    assert_eq!(ports[0]["port"], 24_000);
    assert_eq!(ports[0]["service"], "http");
    assert_eq!(ports[0]["banner"], "recorder");
    assert_eq!(host["accuracy"]["requested"], 12);
    assert_eq!(host["accuracy"]["closed"], 11);
    assert_eq!(document["statistics"]["engine"], "connect");

    let text = hoshimori(scan).exits(0).stdout;
    let counts = "開1 閉11 無応答0 未走査0  すべてのポートが応答し、見逃しはない";
    assert_eq!(text, format!("127.0.71.1\n  {counts}\n  open 24000/tcp\n"));
}

#[test]
fn scan_without_services_sends_no_byte() {
    let server = Recorder::listen(Ipv4Addr::new(127, 0, 72, 1), 24_000, Manner::PlainWeb);
    hoshimori(["scan", "127.0.72.1:24000", "--quiet"]).exits(0);
    let connections = server.settle();
    assert_eq!(connections.len(), 2, "a handshake and its confirmation");
    assert!(connections.iter().all(|connection| connection.received.is_empty()));
}

#[test]
fn more_open_ports_than_believable_are_not_believed() {
    let address = Ipv4Addr::new(127, 0, 73, 1);
    let _servers: Vec<Recorder> = (0..101)
        .map(|number| Recorder::listen(address, 24_000 + number, Manner::PlainWeb))
        .collect();
    let run = hoshimori(["check", "127.0.73.1", "--tests", "N-01", "--json", "--quiet"]).exits(0);
    let results = run.json()["results"].clone();
    assert_eq!(results[0]["id"], "N-01:127.0.73.1:guest:middlebox");
    assert_eq!(results[0]["verdict"], "inconclusive");
    assert_eq!(results[1], json!(null));
}

#[test]
fn impossible_targets_and_ports_are_wrong_usage() {
    for arguments in [
        &["scan"][..],
        &["scan", "127.0.0.1/33"],
        &["scan", "127.0.0.1:0"],
        &["scan", "127.0.0.1:70000"],
        &["scan", "127.0.0.1", "-p", "80-70"],
        &["scan", "127.0.0.1", "-p", "ssh"],
        &["scan", "127.0.0.1", "--max-rate", "0"],
        &["scan", "http://127.0.0.1/"],
    ] {
        let run = hoshimori(arguments).exits(64);
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{arguments:?}");
    }
}
