use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::ManualClock;
use hoshimori_inspection::evidence::{DiscoveryFact, Fact, Observation};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::ConnectScanner;
use jiff::Timestamp;

use crate::loopback::Loopback;

fn discovery_fact(observation: &Observation) -> &DiscoveryFact {
    match &observation.fact {
        Fact::Discovery(fact) => fact,
        other => panic!("not a fact about discovery: {other:?}"),
    }
}

#[tokio::test]
async fn a_host_that_refuses_every_port_is_alive() {
    let loopback = Loopback::new();
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let seen = scanner.discover(&loopback.permit("127.81.3.1")).await;
    assert_eq!(seen.key.as_str(), "guest/127.81.3.1/discovery/tcp");
    assert!(discovery_fact(&seen).alive);
    assert_eq!(discovery_fact(&seen).answered_on.len(), 12);
    assert!(discovery_fact(&seen).answered_on.is_sorted());
    assert_eq!(seen.note, None);
}

#[tokio::test]
async fn what_could_not_be_asked_is_noted() {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let loopback = Loopback::with_clock(clock.clone());
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let permit = loopback.permit("127.81.3.2");
    clock.advance(Duration::from_hours(1));
    let seen = scanner.discover(&permit).await;
    assert!(!discovery_fact(&seen).alive);
    let note = seen.note.unwrap();
    assert_eq!(note.en, "12 of 12 ports could not be asked (outside the consented time or range)");
    assert!(note.ja.contains("12ポートのうち12ポート"));
}
