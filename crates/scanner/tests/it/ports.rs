use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, ManualClock};
use hoshimori_inspection::evidence::{PortSpan, PortsFact, UnscannedReason};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{ConnectScanner, Progress, Quiet};
use jiff::Timestamp;

use crate::loopback::{
    Loopback, Queue, listen, listen_for_one, listening_at, ports_fact, waiting_connections,
};

const ALL_PORTS: PortSpan = PortSpan { first: 1, last: 65_535 };

/// Counts the ports that it is told of.
#[derive(Default)]
struct Count(AtomicU32);

impl Progress for Count {
    fn ports_done(&self, count: u32) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
}

async fn scan(loopback: &Loopback, address: &str, span: PortSpan) -> PortsFact {
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    ports_fact(scanner.scan(&loopback.permit(address), span, &Quiet).await)
}

fn ports_in(spans: &[PortSpan]) -> u32 {
    spans.iter().map(|span| span.count()).sum()
}

fn unscanned(fact: &PortsFact) -> u32 {
    fact.unscanned.iter().map(|unscanned| unscanned.span.count()).sum()
}

/// Every port of the span is in exactly one class.
fn assert_complete(fact: &PortsFact) {
    let named = u32::try_from(fact.open.len() + fact.unstable.len()).unwrap();
    let all = named + fact.closed + ports_in(&fact.filtered) + unscanned(fact);
    assert_eq!(all, fact.span.count(), "{fact:?}");
}

#[tokio::test]
async fn finds_exactly_the_listening_ports_span_by_span() {
    let address = "127.81.1.1";
    // On both sides of the borders between spans, in the ephemeral range and at the very end.
    let own = [2_047, 2_048, 2_049, 3_071, 3_072, 40_000, 50_001, 65_535];
    let _listeners = own.map(|port| listen(address, port));
    let before = listening_at(address);
    let loopback = Loopback::new();
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let mut open = BTreeSet::new();
    for first in (0..=u16::MAX).step_by(1_024) {
        let span = PortSpan { first: first.max(1), last: first | 1_023 };
        let count = Count::default();
        let seen = scanner.scan(&loopback.permit(address), span, &count).await;
        let fact = ports_fact(seen);
        assert_complete(&fact);
        assert_eq!(count.0.into_inner(), span.count());
        assert_eq!((unscanned(&fact), ports_in(&fact.filtered)), (0, 0), "{fact:?}");
        open.extend(fact.open);
    }
    let allowed = &before | &listening_at(address);
    assert!(own.iter().all(|port| open.contains(port)), "{open:?}");
    assert!(open.is_subset(&allowed), "{:?} do not listen", &open - &allowed);
}

/// Looks who listens when every port has been asked and none confirmed yet: other tests and
/// programs open ports of 127.0.0.1 for a while, and one that is found open was so at that moment.
#[derive(Default)]
struct Witness {
    asked: Count,
    listening: Mutex<BTreeSet<u16>>,
}

impl Progress for Witness {
    fn ports_done(&self, count: u32) {
        self.asked.ports_done(count);
        if self.asked.0.load(Ordering::Relaxed) == ALL_PORTS.count() {
            *self.listening.lock().unwrap() = listening_at("127.0.0.1");
        }
    }
}

/// On 127.0.0.1 source and target address are the same, so a scan of the ephemeral range meets
/// itself about once each time it goes through; repeated, it must.
#[tokio::test]
async fn never_takes_a_connection_to_itself_for_an_open_port() {
    let loopback = Loopback::new();
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let permit = loopback.permit("127.0.0.1");
    let listener = listen("127.0.0.1", 0);
    let own = listener.local_addr().unwrap().port();
    for _ in 0..3 {
        let witness = Witness::default();
        let fact = ports_fact(scanner.scan(&permit, ALL_PORTS, &witness).await);
        assert_complete(&fact);
        assert!(fact.open.contains(&own));
        let open: BTreeSet<u16> = fact.open.iter().copied().collect();
        let listening = witness.listening.into_inner().unwrap();
        assert!(open.is_subset(&listening), "{:?} do not listen", &open - &listening);
        assert_eq!(unscanned(&fact), 0);
    }
}

#[tokio::test]
async fn an_open_port_is_connected_to_twice_and_a_closed_one_once() {
    let address = "127.81.1.2";
    let listener = listen(address, 4_000);
    let loopback = Loopback::new();
    let fact = scan(&loopback, address, PortSpan { first: 4_000, last: 4_001 }).await;
    assert_eq!((fact.open, fact.closed, fact.attempts), (vec![4_000], 1, 3));
    assert_eq!(waiting_connections(&listener), 2);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_never_answers_is_filtered_not_closed() {
    let address = "127.81.1.3";
    let _silent = [5_001, 5_002, 5_005].map(|port| listen_for_one(address, port, Queue::Full));
    let loopback = Loopback::new();
    let fact = scan(&loopback, address, PortSpan { first: 5_000, last: 5_009 }).await;
    let filtered: Vec<String> = fact.filtered.iter().map(ToString::to_string).collect();
    assert_eq!(filtered, ["5001-5002", "5005"]);
    assert_eq!((fact.closed, fact.open), (7, vec![]));
    assert_eq!(fact.attempts, 10 + 3);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_answers_only_once_is_unstable() {
    let address = "127.81.1.4";
    let _listener = listen_for_one(address, 5_000, Queue::Free);
    let loopback = Loopback::new();
    let fact = scan(&loopback, address, PortSpan { first: 5_000, last: 5_000 }).await;
    assert_eq!((fact.unstable, fact.open, fact.closed), (vec![5_000], vec![], 0));
}

/// Lets the consented hour pass once some ports have been asked.
struct HourPasses<'a>(&'a ManualClock);

impl Progress for HourPasses<'_> {
    fn ports_done(&self, _count: u32) {
        self.0.advance(Duration::from_hours(1));
    }
}

#[tokio::test]
async fn ports_left_when_the_consent_ends_are_unscanned_not_closed() {
    let address = "127.81.1.5";
    let _listener = listen(address, 7_900);
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let loopback = Loopback::with_clock(clock.clone());
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let permit = loopback.permit(address);
    let span = PortSpan { first: 7_000, last: 8_000 };
    let seen = scanner.scan(&permit, span, &HourPasses(&clock)).await;
    assert_eq!(seen.seen_at, clock.now());
    let fact = ports_fact(seen);
    assert_complete(&fact);
    assert!(fact.closed > 0);
    assert!(fact.closed < 900, "{fact:?}");
    let reasons: Vec<UnscannedReason> = fact.unscanned.iter().map(|left| left.reason).collect();
    assert_eq!(reasons, [UnscannedReason::OutsideConsent]);
    assert_eq!(fact.unscanned[0].span.last, 8_000);
    assert!(fact.open.is_empty(), "{fact:?}");
}

#[tokio::test]
async fn many_scans_at_once_find_what_one_finds() {
    let addresses = ["127.81.1.6", "127.81.1.7", "127.81.1.8"];
    let _listeners = addresses.map(|address| [6_000, 6_500].map(|port| listen(address, port)));
    let loopback = Loopback::new();
    let span = PortSpan { first: 6_000, last: 6_999 };
    let [a, b, c] = addresses.map(|address| scan(&loopback, address, span));
    let (a, b, c) = tokio::join!(a, b, c);
    for fact in [a, b, c] {
        assert_eq!((fact.open, fact.closed), (vec![6_000, 6_500], 998));
    }
}

#[tokio::test]
async fn the_evidence_names_its_source_its_span_and_a_way_to_repeat_it() {
    let loopback = Loopback::new();
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    let span = PortSpan { first: 1_024, last: 2_047 };
    let seen = scanner.scan(&loopback.permit("127.81.1.9"), span, &Quiet).await;
    assert_eq!(seen.key.as_str(), "guest/127.81.1.9/ports/01024-02047");
    assert!(seen.source.unwrap().ip().is_loopback());
    assert_eq!(seen.repeat.unwrap(), "nmap -n -sT -Pn -p 1024-2047 127.81.1.9");
}

#[test]
fn a_scan_can_move_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    let loopback = Loopback::new();
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    assert_send(scanner.scan(&loopback.permit("127.0.0.1"), ALL_PORTS, &Quiet));
}
