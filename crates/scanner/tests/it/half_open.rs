//! The half-open scan over a real packet socket, against simulated hosts behind a TAP device.
//!
//! These tests need root and skip themselves, with the reason, where they do not have it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{Fact, PortNote, PortSpan, PortsFact};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::ports::syn::{Checkpoint, Limits, SynJob, SynReport, SynScanner};
use hoshimori_scanner::{Gate, Pacer, PacketsPerSecond, Quiet};
use hoshimori_testkit::tap_lan::{Closed, SimulatedHost, TapLan, ToPort, Traffic};
use tokio::sync::Notify;

const OPEN: [u16; 20] = [
    22, 25, 80, 110, 443, 445, 3306, 3389, 5900, 8080, 1, 1883, 9100, 9200, 11211, 31337, 49161,
    50321, 60777, 65535,
];

/// Ports on which a printer prints what it is sent.
const PRINT_PORTS: [u16; 16] =
    [515, 9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107, 9112, 9113, 9114, 9115, 9116, 9999, 631];

const ALL: PortSpan = PortSpan { first: 1, last: u16::MAX };

/// What came of a scan.
struct Outcome {
    facts: BTreeMap<IpAddr, PortsFact>,
    checkpoints: Vec<Checkpoint>,
    traffic: Traffic,
}

impl Outcome {
    fn fact(&self, address: &str) -> &PortsFact {
        &self.facts[&ip(address)]
    }

    /// How many ports of `address` were asked so often.
    fn asked_at_least(&self, address: &str, syns: u32) -> usize {
        let is_so_often = |(_, to_port): &(u16, ToPort)| to_port.syns >= syns;
        self.traffic.to_ports(ip(address)).filter(is_so_often).count()
    }

    /// How many ports of `address` were asked, and how often all of them together.
    fn syns(&self, address: &str) -> (usize, u64) {
        let asked = self.traffic.to_ports(ip(address)).filter(|(_, to_port)| to_port.syns > 0);
        asked.fold((0, 0), |(ports, all), (_, to_port)| (ports + 1, all + u64::from(to_port.syns)))
    }
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn sorted(ports: &[u16]) -> Vec<u16> {
    let mut ports = ports.to_vec();
    ports.sort_unstable();
    ports
}

fn plain(address: &str) -> SimulatedHost {
    SimulatedHost::at(address, &OPEN)
}

/// Scans `span` of every address of `targets` that the scope permits, one after the other listed.
fn scan(hosts: Vec<SimulatedHost>, targets: &[&str], span: PortSpan) -> Option<Outcome> {
    let limits = Limits::default();
    let task = Task { targets, span, limits, resumed: Vec::new(), stops_after: usize::MAX };
    TapLan::run(hosts, 11, |lan| scan_on(lan, &task))
}

struct Task<'a> {
    targets: &'a [&'a str],
    span: PortSpan,
    limits: Limits,
    resumed: Vec<Checkpoint>,
    /// The number of checkpoints behind which the scan is torn off.
    stops_after: usize,
}

fn scan_on(lan: &TapLan, task: &Task<'_>) -> Outcome {
    let clock = Arc::new(SystemClock::start());
    let now = clock.now();
    let scope = Scope::new(Authorization {
        granted_by: "the tests".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_hours(1),
        networks: vec!["10.77.0.0/24".parse().unwrap(), "fd77::/64".parse().unwrap()],
        exclude: vec!["10.77.0.12/32".parse().unwrap()],
        state_changing_probes: false,
        default_credentials: false,
    });
    let permits = task.targets.iter().filter_map(|target| scope.permit(ip(target), now).ok());
    let jobs = permits
        .map(|permit| {
            let resumed = task.resumed.iter().filter(|one| one.address == permit.address());
            let resumed = resumed.cloned().collect();
            SynJob { permit, spans: vec![task.span], is_fragile: false, resumed }
        })
        .collect();
    let limits = task.limits;
    let gate = Gate::new(clock.clone(), Pacer::new(Some(limits.total), clock.clone()));
    let scanner = SynScanner::new(gate, Vantage::Guest, clock, limits, 7);
    let (mut facts, mut checkpoints) = (BTreeMap::new(), Vec::new());
    let is_torn_off = Notify::new();
    let mut sink = |report| match report {
        SynReport::Host { address, observations } => {
            let Fact::Ports(fact) = observations[0].fact.clone() else { panic!("no ports") };
            facts.insert(address, fact);
        }
        SynReport::Unsuitable { address, reason } => panic!("{address}: {reason}"),
        SynReport::Checkpoint(checkpoint) => {
            checkpoints.push(checkpoint);
            if checkpoints.len() == task.stops_after {
                is_torn_off.notify_one();
            }
        }
        SynReport::Open { .. } => {}
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::select! {
            biased;
            () = is_torn_off.notified() => {}
            () = scanner.scan(jobs, &mut sink, &Quiet) => {}
        }
    });
    Outcome { facts, checkpoints, traffic: lan.traffic() }
}

#[test]
fn a_host_that_refuses_is_asked_once_and_told_in_full() {
    let Some(seen) = scan(vec![plain("10.77.0.10")], &["10.77.0.10"], ALL) else { return };
    let fact = seen.fact("10.77.0.10");
    assert_eq!((fact.open.clone(), fact.closed), (sorted(&OPEN), 65_515));
    assert_eq!((fact.filtered.len(), fact.unscanned.len(), fact.unstable.len()), (0, 0, 0));
    let (ports, syns) = seen.syns("10.77.0.10");
    assert_eq!(ports, 65_535);
    assert!(syns < 80_000, "{syns}");
    assert_eq!(seen.traffic.unreadable(), 0);
}

#[test]
fn a_host_that_drops_is_told_with_its_bound() {
    let host = SimulatedHost { closed: Closed::Drops, ..plain("10.77.0.11") };
    let Some(seen) = scan(vec![host], &["10.77.0.11"], ALL) else { return };
    let fact = seen.fact("10.77.0.11");
    assert_eq!((fact.open.clone(), fact.closed), (sorted(&OPEN), 0));
    let accuracy = fact.accuracy.as_ref().unwrap();
    assert!(accuracy.missed_per_billion.unwrap() <= 10_000, "{accuracy:?}");
    let asked_again = seen.asked_at_least("10.77.0.11", 2);
    assert!(asked_again >= 65_515, "{asked_again}");
}

#[test]
fn a_tenth_lost_each_way_hides_no_port() {
    for closed in [Closed::Refuses, Closed::Drops] {
        let delay = Duration::from_millis(3);
        let host = SimulatedHost { lost_per_thousand: 100, closed, delay, ..plain("10.77.0.14") };
        let Some(seen) = scan(vec![host], &["10.77.0.14"], ALL) else { return };
        let fact = seen.fact("10.77.0.14");
        assert_eq!(fact.open, sorted(&OPEN), "{closed:?} {fact:?}");
        let accuracy = fact.accuracy.as_ref().unwrap();
        let lost = accuracy.lost_per_million.unwrap();
        assert!((100_000..350_000).contains(&lost), "{accuracy:?}");
        assert!(accuracy.missed_per_billion.unwrap() <= 10_000, "{accuracy:?}");
    }
}

#[test]
fn rationed_refusals_are_said_and_do_not_slow_the_scan() {
    let host = SimulatedHost { refusals_per_second: Some(200), ..plain("10.77.0.13") };
    let Some(seen) = scan(vec![host], &["10.77.0.13"], ALL) else { return };
    let fact = seen.fact("10.77.0.13");
    assert_eq!(fact.open, sorted(&OPEN));
    let notes = &fact.accuracy.as_ref().unwrap().notes;
    assert!(notes.contains(&PortNote::RefusalsLimited), "{notes:?}");
}

#[test]
fn a_limit_on_questions_is_found_followed_and_said() {
    let host = SimulatedHost { syns_per_second: Some(2_000), ..plain("10.77.0.15") };
    let span = PortSpan { first: 1, last: 12_000 };
    let Some(seen) = scan(vec![host], &["10.77.0.15"], span) else { return };
    let fact = seen.fact("10.77.0.15");
    let open: Vec<u16> = sorted(&OPEN).into_iter().filter(|port| *port <= 12_000).collect();
    assert_eq!((fact.open.clone(), fact.closed), (open.clone(), 12_000 - 15), "{open:?}");
    let limits: Vec<u32> = fact.accuracy.iter().flat_map(|accuracy| &accuracy.notes).fold(
        Vec::new(),
        |mut limits, note| {
            if let PortNote::QuestionsLimited { packets_per_second } = note {
                limits.push(*packets_per_second);
            }
            limits
        },
    );
    assert!(limits.len() == 1 && (1_200..3_000).contains(&limits[0]), "{limits:?}");
}

#[test]
fn a_tarpit_is_called_a_middlebox() {
    let host = SimulatedHost { closed: Closed::Agrees, ..plain("10.77.0.16") };
    let span = PortSpan { first: 1, last: 5_000 };
    let Some(seen) = scan(vec![host], &["10.77.0.16"], span) else { return };
    let fact = seen.fact("10.77.0.16");
    assert_eq!(fact.open.len() + fact.unstable.len(), 5_000);
    assert!(fact.open.len() <= 1_000, "{}", fact.open.len());
    let notes = &fact.accuracy.as_ref().unwrap().notes;
    assert!(notes.contains(&PortNote::AnsweredByMiddlebox { ports: 5_000 }), "{notes:?}");
}

#[test]
fn a_host_that_dies_is_said_and_scanned_to_the_end_if_it_comes_back() {
    let back_after = |seconds| {
        let dies = Some((20_000, Duration::from_secs(seconds)));
        vec![SimulatedHost { dies, ..plain("10.77.0.17") }]
    };
    let Some(seen) = scan(back_after(3), &["10.77.0.17"], ALL) else { return };
    let fact = seen.fact("10.77.0.17");
    assert_eq!((fact.open.clone(), fact.closed), (sorted(&OPEN), 65_515));
    let notes = &fact.accuracy.as_ref().unwrap().notes;
    let is_back = |note: &PortNote| matches!(note, PortNote::WentSilent { came_back: true, .. });
    assert!(notes.iter().any(is_back), "{notes:?}");

    let Some(seen) = scan(back_after(3_600), &["10.77.0.17"], ALL) else { return };
    let fact = seen.fact("10.77.0.17");
    assert!(fact.filtered.is_empty() && !fact.unscanned.is_empty(), "{fact:?}");
    let notes = &fact.accuracy.as_ref().unwrap().notes;
    let is_gone = |note: &PortNote| matches!(note, PortNote::WentSilent { came_back: false, .. });
    assert!(notes.iter().any(is_gone), "{notes:?}");
}

#[test]
fn a_host_of_ipv6_is_scanned_alike() {
    let Some(seen) = scan(vec![plain("fd77::10")], &["fd77::10"], ALL) else { return };
    let fact = seen.fact("fd77::10");
    assert_eq!((fact.open.clone(), fact.closed), (sorted(&OPEN), 65_515));
    let asked_for: Vec<IpAddr> = seen.traffic.asked_for().collect();
    assert_eq!(asked_for, [ip("fd77::10")]);
}

#[test]
fn no_packet_leaves_the_scope() {
    // The excluded host is there, listens, and lies between two that are scanned.
    let addresses: Vec<String> = (10..15).map(|last| format!("10.77.0.{last}")).collect();
    let hosts = addresses.iter().map(|address| plain(address)).chain([plain("10.77.1.10")]);
    let mut targets: Vec<&str> = addresses.iter().map(String::as_str).collect();
    targets.push("10.77.1.10");
    let span = PortSpan { first: 1, last: 3_000 };
    let Some(seen) = scan(hosts.collect(), &targets, span) else { return };
    let permitted = ["10.77.0.10", "10.77.0.11", "10.77.0.13", "10.77.0.14"].map(ip);
    assert_eq!(seen.traffic.addresses().collect::<Vec<_>>(), permitted);
    assert_eq!(seen.traffic.asked_for().collect::<Vec<_>>(), permitted);
    assert_eq!(seen.facts.keys().copied().collect::<Vec<_>>(), permitted);
    assert_eq!(seen.traffic.unreadable(), 0);
}

#[test]
fn no_byte_is_written_to_a_port_that_prints() {
    let ports: Vec<u16> = PRINT_PORTS.to_vec();
    let host = SimulatedHost::at("10.77.0.20", &ports);
    let Some(seen) = scan(vec![host], &["10.77.0.20"], ALL) else { return };
    assert_eq!(seen.fact("10.77.0.20").open, sorted(&ports));
    for (port, to_port) in seen.traffic.to_ports(ip("10.77.0.20")) {
        assert_eq!(to_port.payload_bytes, 0, "port {port}");
        // What agreed was reset: by the engine or by the system, for each of the handshakes.
        assert!(to_port.resets > 0 || !ports.contains(&port), "port {port}: {to_port:?}");
    }
}

#[test]
fn an_interrupted_scan_sends_at_most_two_percent_again() {
    for (closed, usual_syns) in [(Closed::Refuses, 1), (Closed::Drops, 2)] {
        let host = SimulatedHost { closed, ..plain("10.77.0.18") };
        // Slow enough for the one who tears the scan off to be in time.
        let host_limit = PacketsPerSecond(NonZeroU32::new(15_000).unwrap());
        let limits = Limits { host: host_limit, ..Limits::default() };
        let task = |resumed, stops_after| Task {
            targets: &["10.77.0.18"],
            span: ALL,
            limits,
            resumed,
            stops_after,
        };
        let twice = TapLan::run(vec![host], 12, |lan| {
            let first = scan_on(lan, &task(Vec::new(), 70));
            (first.facts.len(), scan_on(lan, &task(first.checkpoints, usize::MAX)))
        });
        let Some((finished_at_first, seen)) = twice else { return };
        assert_eq!(finished_at_first, 0);
        let closed_ports = if closed == Closed::Refuses { 65_515 } else { 0 };
        let fact = seen.fact("10.77.0.18");
        assert_eq!((fact.open.clone(), fact.closed), (sorted(&OPEN), closed_ports));
        let again = seen.asked_at_least("10.77.0.18", usual_syns + 1);
        assert!(again <= 65_535 / 50, "{closed:?}: {again}");
    }
}
