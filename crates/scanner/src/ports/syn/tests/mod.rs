//! The campaign on the fake LAN: seeded loss, a virtual clock, no privilege.

mod budget;
mod forecast;
mod hostile;
mod resume;

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use jiff::Timestamp;

use super::accuracy::ENOUGH;
use super::campaign::{Campaign, Prepared, Settings};
use super::checkpoint::Checkpoint;
use super::forecast::Forecast;
use super::news::{Ending, Finished, News};
use super::states::{PortSet, PortState};
use crate::device::Path;
use crate::device::fake::{Behaviour, Closed, FakeLan, OWN_ADDRESS};
use crate::device::fault::Fault;
use crate::pacer::PacketsPerSecond;

const OPEN: [u16; 20] = [
    22, 25, 80, 110, 443, 445, 3306, 3389, 5900, 8080, 1, 1883, 9100, 9200, 11211, 31337, 49161,
    50321, 60777, 65535,
];

const HOST: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 10);

fn permit(address: Ipv4Addr, seconds: i64) -> Permit {
    let now = Timestamp::UNIX_EPOCH;
    let scope = Scope::new(Authorization {
        granted_by: "the tests".into(),
        valid_from: now,
        valid_until: now + jiff::SignedDuration::from_secs(seconds),
        networks: vec!["10.87.0.0/16".parse().unwrap()],
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    scope.permit(address.into(), now).unwrap()
}

fn rate(packets: u32) -> PacketsPerSecond {
    PacketsPerSecond(NonZeroU32::new(packets).unwrap())
}

fn job(address: Ipv4Addr, resumed: Vec<Checkpoint>) -> Prepared {
    let address_of_host = IpAddr::V4(address);
    let path = Path { source: OWN_ADDRESS.into(), next_hop: address_of_host, interface: 1 };
    let wanted = PortSet::of(1..=u16::MAX);
    Prepared { permit: permit(address, 3_600), path, wanted, cap: rate(300_000), resumed }
}

struct Scanned {
    hosts: Vec<Finished>,
    checkpoints: Vec<Checkpoint>,
    forecasts: Vec<Forecast>,
    agreed: usize,
    packets: u64,
    took: Duration,
}

impl Scanned {
    fn open(&self) -> Vec<u16> {
        ports_in(&self.hosts[0], PortState::Open)
    }
}

fn ports_in(host: &Finished, state: PortState) -> Vec<u16> {
    (1..=u16::MAX).filter(|port| host.states.get(*port) == state).collect()
}

fn scan(lan: FakeLan, lost_per_thousand: usize, seed: u64) -> Scanned {
    scan_jobs(lan, lost_per_thousand, seed, vec![job(HOST, Vec::new())], usize::MAX)
}

/// Scans until `most` checkpoints have been told.
fn scan_jobs(
    lan: FakeLan,
    lost_per_thousand: usize,
    seed: u64,
    jobs: Vec<Prepared>,
    most: usize,
) -> Scanned {
    let lan = Arc::new(lan);
    let clock = lan.clock();
    let device = Fault::new(lan.clone(), lost_per_thousand, seed);
    let mut scanned = Scanned {
        hosts: Vec::new(),
        checkpoints: Vec::new(),
        forecasts: Vec::new(),
        agreed: 0,
        packets: 0,
        took: Duration::ZERO,
    };
    let mut tell = |news| {
        match news {
            News::Ended(host) => scanned.hosts.push(*host),
            News::Checkpoint(checkpoint) => scanned.checkpoints.push(checkpoint),
            News::Agreed { .. } => scanned.agreed += 1,
            News::Forecast(forecast) => scanned.forecasts.push(forecast),
        }
        if scanned.checkpoints.len() >= most {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    let settings =
        Settings { clock: clock.clone(), seed: 7, first_source_port: 61_000, total: rate(300_000) };
    Campaign::new(device, settings, jobs, &mut tell).run().unwrap();
    scanned.packets = lan.packets().values().sum();
    scanned.took = clock.elapsed();
    scanned
}

fn lan(behaviour: Behaviour) -> FakeLan {
    FakeLan::new([(HOST, behaviour)])
}

fn plain() -> Behaviour {
    Behaviour::plain(OPEN.to_vec())
}

fn sorted_open() -> Vec<u16> {
    let mut open = OPEN.to_vec();
    open.sort_unstable();
    open
}

#[test]
fn a_host_that_refuses_is_asked_about_once_per_port() {
    let scanned = scan(lan(plain()), 0, 1);
    assert_eq!(scanned.open(), sorted_open());
    assert_eq!(ports_in(&scanned.hosts[0], PortState::Closed).len(), 65_515);
    assert!(scanned.packets < 72_000, "{}", scanned.packets);
    assert_eq!(scanned.hosts[0].chance_of_missing, Some(0.0));
}

#[test]
fn a_host_that_drops_is_asked_twice_and_states_its_bound() {
    let scanned = scan(lan(Behaviour { closed: Closed::Drops, ..plain() }), 0, 1);
    assert_eq!(scanned.open(), sorted_open());
    assert!(scanned.packets < 142_000, "{}", scanned.packets);
    assert!(scanned.hosts[0].chance_of_missing.unwrap() < ENOUGH);
    assert_eq!(scanned.hosts[0].rate_limit, None);
}

#[test]
fn loss_hides_no_port_and_is_not_taken_for_a_limit() {
    for (lost, closed) in [(30, Closed::Refuses), (100, Closed::Refuses), (100, Closed::Drops)] {
        for seed in 0..12 {
            let scanned = scan(lan(Behaviour { closed, ..plain() }), lost, seed);
            assert_eq!(scanned.open(), sorted_open(), "{lost} {closed:?} {seed}");
            let host = &scanned.hosts[0];
            assert!(host.chance_of_missing.unwrap() < ENOUGH, "{lost} {closed:?} {seed}");
            let arrives = f64::from(u32::try_from(1_000 - lost).unwrap()) / 1e3;
            let true_loss = 1.0 - arrives.powi(2);
            assert!((host.loss.unwrap() - true_loss).abs() < 0.06, "{:?}", host.loss);
            assert!(scanned.took < Duration::from_secs(6), "{lost} {closed:?} {:?}", scanned.took);
        }
    }
}

#[test]
fn the_stated_bound_holds_over_many_seeds() {
    // Nearly every port is open, so that a few scans give the bound many chances to be wrong.
    let open: Vec<u16> = (1..=u16::MAX).filter(|port| port % 16 != 0).collect();
    let (mut missed, mut allowed) = (0_u32, 0.0);
    for seed in 100..106 {
        let behaviour = Behaviour { closed: Closed::Drops, ..Behaviour::plain(open.clone()) };
        let scanned = scan(lan(behaviour), 150, seed);
        missed += u32::try_from(open.len() - scanned.open().len()).unwrap();
        allowed += scanned.hosts[0].chance_of_missing.unwrap() * 61_440.0;
    }
    // By the bound about one port in 100,000, and three standard deviations.
    assert!(f64::from(missed) <= allowed + 3.0 * allowed.sqrt(), "{missed} of {allowed}");
}

#[test]
fn a_limit_on_refusals_does_not_slow_the_scan_and_is_noticed() {
    let scanned = scan(lan(Behaviour { refusals_per_second: Some(200), ..plain() }), 0, 1);
    assert_eq!(scanned.open(), sorted_open());
    assert!(scanned.packets < 142_000, "{}", scanned.packets);
    assert!(scanned.took < Duration::from_secs(2), "{:?}", scanned.took);
    let signs = scanned.hosts[0].signs;
    assert!(signs.closed_later > 20, "{signs:?}");
}

#[test]
fn a_limit_on_questions_is_found_and_followed() {
    for closed in [Closed::Refuses, Closed::Drops] {
        let behaviour = Behaviour { syns_per_second: Some(2_000), closed, ..plain() };
        let scanned = scan(lan(behaviour), 0, 1);
        assert_eq!(scanned.open(), sorted_open(), "{closed:?}");
        // A silent port can be told from a lost question only by asking again, round by round.
        let rounds = if closed == Closed::Drops { 7 } else { 1 };
        assert!(scanned.packets < rounds * 78_600, "{closed:?}: {}", scanned.packets);
        let limit = scanned.hosts[0].rate_limit.unwrap();
        assert!((1_400..2_800).contains(&limit), "{closed:?}: {limit}");
    }
}

#[test]
fn a_limit_on_a_bad_way_does_not_bring_the_scan_to_a_standstill() {
    let behaviour = Behaviour { syns_per_second: Some(20_000), closed: Closed::Drops, ..plain() };
    for seed in 0..4 {
        let scanned = scan(lan(behaviour.clone()), 100, seed);
        assert_eq!(scanned.open(), sorted_open(), "{seed}");
        assert!(scanned.took < Duration::from_mins(2), "{seed}: {:?}", scanned.took);
    }
}

#[test]
fn a_tarpit_agrees_to_everything_and_looks_odd() {
    let scanned = scan(lan(Behaviour { closed: Closed::Agrees, is_odd: true, ..plain() }), 0, 1);
    assert_eq!(scanned.hosts[0].signs.open, 65_535);
    assert_eq!(scanned.hosts[0].signs.odd, 65_535);
    assert_eq!(scanned.agreed, 65_535);
}

#[test]
fn a_host_that_goes_away_and_comes_back_is_scanned_to_the_end() {
    let is_away = Some((Duration::from_millis(150), Duration::from_secs(4)));
    for closed in [Closed::Refuses, Closed::Drops] {
        let scanned = scan(lan(Behaviour { closed, is_away, ..plain() }), 0, 1);
        assert_eq!(scanned.open(), sorted_open(), "{closed:?}");
        assert_eq!(scanned.hosts[0].ending, Ending::Complete);
        assert!(scanned.hosts[0].signs.silent_at.is_some());
    }
}

#[test]
fn a_host_that_dies_is_not_called_filtered() {
    let is_away = Some((Duration::from_millis(150), Duration::MAX));
    let scanned = scan(lan(Behaviour { is_away, ..plain() }), 0, 1);
    let host = &scanned.hosts[0];
    assert_eq!((host.ending, host.chance_of_missing), (Ending::Silent, None));
    assert!(host.signs.silent_at.is_some());
}

#[test]
fn nobody_at_an_address_is_silence() {
    let scanned = scan(FakeLan::new([]), 0, 1);
    assert_eq!(scanned.hosts[0].ending, Ending::Silent);
    assert_eq!(scanned.packets, 0);
}

#[test]
fn a_host_that_answers_nothing_states_no_bound() {
    let behaviour = Behaviour { closed: Closed::Drops, ..Behaviour::plain(Vec::new()) };
    let scanned = scan(lan(behaviour), 0, 1);
    assert_eq!(scanned.hosts[0].chance_of_missing, None);
    assert_eq!(scanned.hosts[0].ending, Ending::Complete);
}

#[test]
fn many_hosts_at_once_are_all_right() {
    let addresses: Vec<Ipv4Addr> = (10..22).map(|last| Ipv4Addr::new(10, 87, 0, last)).collect();
    let hosts = addresses.iter().enumerate().map(|(index, address)| {
        let closed = if index % 2 == 0 { Closed::Refuses } else { Closed::Drops };
        (*address, Behaviour { closed, ..plain() })
    });
    let jobs = addresses.iter().map(|address| job(*address, Vec::new())).collect();
    let scanned = scan_jobs(FakeLan::new(hosts), 10, 3, jobs, usize::MAX);
    assert_eq!(scanned.hosts.len(), 12);
    for host in &scanned.hosts {
        assert_eq!(ports_in(host, PortState::Open), sorted_open());
    }
}
