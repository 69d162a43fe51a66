//! The sweep over a scripted link.

mod script;

use std::net::{IpAddr, Ipv4Addr};

use hoshimori_inspection::clock::{Clock, ManualClock};
use hoshimori_inspection::evidence::{DiscoveryFact, DiscoveryMethod, Fact};
use hoshimori_inspection::scope::{Authorization, Scope};
use hoshimori_wire::link::ethernet::{EtherType, MacAddress};

use super::*;
use crate::Pacer;
use crate::device::Inbox;
use crate::device::fault::Fault;
use script::Script;

const OWN: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 1);
const OWN_STATION: MacAddress = MacAddress([2, 0, 0, 0x87, 0, 1]);

fn jobs(last: impl Iterator<Item = u8>, next_hop: Option<Ipv4Addr>) -> Vec<Job> {
    jobs_until(jiff::Timestamp::MAX, last, next_hop)
}

fn jobs_until(
    valid_until: jiff::Timestamp,
    last: impl Iterator<Item = u8>,
    next_hop: Option<Ipv4Addr>,
) -> Vec<Job> {
    let scope = Scope::new(Authorization {
        granted_by: "the tests".into(),
        valid_from: jiff::Timestamp::UNIX_EPOCH,
        valid_until,
        networks: vec!["10.87.0.0/16".parse().unwrap()],
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    last.map(|last| {
        let address = Ipv4Addr::new(10, 87, 0, last);
        let permit = scope.permit(address.into(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        let next_hop = next_hop.unwrap_or(address).into();
        Job { permit, path: Path { source: OWN.into(), next_hop, interface: 1 } }
    })
    .collect()
}

fn sweep<D: Device>(device: D, clock: &Arc<ManualClock>, jobs: &[Job]) -> (Swept, Duration) {
    sweep_within(device, clock, None, jobs)
}

fn sweep_within<D: Device>(
    device: D,
    clock: &Arc<ManualClock>,
    total: Option<PacketsPerSecond>,
    jobs: &[Job],
) -> (Swept, Duration) {
    let gate = Gate::new(clock.clone(), Pacer::new(total, clock.clone()));
    let sweep = LinkSweep::new(gate, Vantage::Guest, Patience::Quick);
    let wanted = Wanted::default();
    let swept = sweep.sweep_over(device, sweep.means(&wanted), jobs);
    (swept, clock.elapsed())
}

fn alive(swept: &Swept) -> Vec<IpAddr> {
    let seen = swept.observations.iter().filter(|seen| fact(&seen.fact).alive);
    seen.map(|seen| seen.target.address).collect()
}

fn fact(fact: &Fact) -> &DiscoveryFact {
    let Fact::Discovery(fact) = fact else { panic!("{fact:?}") };
    fact
}

/// Thirty hosts, each with a station of its own.
fn thirty(address: Ipv4Addr) -> Vec<MacAddress> {
    let [.., last] = address.octets();
    if (10..40).contains(&last) {
        vec![MacAddress([0, 0, 0x5e, 0, 0x53, last])]
    } else {
        Vec::new()
    }
}

#[test]
fn hosts_of_a_network_are_found_with_their_stations_and_the_rest_is_nobody() {
    let script = Script::new(thirty);
    let clock = script.clock.clone();
    let (swept, took) = sweep(script, &clock, &jobs(2..=254, None));
    assert_eq!(alive(&swept).len(), 30);
    assert_eq!(swept.observations.len(), 253);
    assert!(swept.unresolved.is_empty());
    let first = swept.observations.iter().find(|seen| fact(&seen.fact).alive).unwrap();
    assert_eq!(fact(&first.fact).heard_by, [DiscoveryMethod::Arp]);
    assert_eq!(fact(&first.fact).mac.as_deref(), Some("00:00:5e:00:53:0a"));
    assert!(took < Duration::from_millis(400), "{took:?}");
}

#[test]
fn loss_hides_no_host() {
    for lost_per_thousand in [30, 100] {
        for seed in 0..40 {
            let script = Script::new(thirty);
            let clock = script.clock.clone();
            let faulty = Fault::new(script, lost_per_thousand, seed);
            let (swept, took) = sweep(faulty, &clock, &jobs(2..=254, None));
            assert_eq!(alive(&swept).len(), 30, "{lost_per_thousand} {seed}");
            assert!(took < Duration::from_secs(2), "{took:?}");
        }
    }
}

#[test]
fn station_that_answers_for_everybody_makes_nobody_alive_but_those_that_echo() {
    let mut script = Script::new(|_| vec![MacAddress([0, 0, 0x5e, 0, 0x53, 0xfe])]);
    script.echoes = |address| address.octets()[3] == 77;
    let clock = script.clock.clone();
    let (swept, _) = sweep(script, &clock, &jobs(2..=254, None));
    assert_eq!(alive(&swept), [IpAddr::from([10, 87, 0, 77])]);
    assert_eq!(swept.unresolved.len(), 252);
    let silent = swept.observations.iter().find(|seen| !fact(&seen.fact).alive).unwrap();
    assert!(silent.note.as_ref().unwrap().en.contains("may answer for others"));
    assert_eq!(fact(&silent.fact).mac, None);
    let alive = swept.observations.iter().find(|seen| fact(&seen.fact).alive).unwrap();
    assert_eq!(fact(&alive.fact).heard_by, [DiscoveryMethod::Echo]);
    // IPv4 and 20 bytes of it, then an echo request and its reply with the same mark.
    let (asked, answered) = (&alive.sent.0, &alive.received.0);
    assert_eq!((asked[0], asked[20], answered[0], answered[20]), (0x45, 8, 0x45, 0));
    assert_eq!(asked[24..28], answered[24..28]);
}

#[test]
fn host_with_a_station_of_its_own_is_alive_although_a_router_answers_for_it_as_well() {
    let script = Script::new(|address| {
        let router = MacAddress([0, 0, 0x5e, 0, 0x53, 0xfe]);
        if address.octets()[3] == 77 { vec![router, MacAddress([2; 6])] } else { vec![router] }
    });
    let clock = script.clock.clone();
    let (swept, _) = sweep(script, &clock, &jobs(2..=254, None));
    assert_eq!(alive(&swept), [IpAddr::from([10, 87, 0, 77])]);
    let seen = swept.observations.iter().find(|seen| fact(&seen.fact).alive).unwrap();
    assert_eq!(fact(&seen.fact).mac.as_deref(), Some("02:02:02:02:02:02"));
}

#[test]
fn two_stations_with_one_address_are_told() {
    let script = Script::new(|_| {
        vec![MacAddress([0, 0, 0x5e, 0, 0x53, 1]), MacAddress([0, 0, 0x5e, 0, 0x53, 2])]
    });
    let clock = script.clock.clone();
    let (swept, _) = sweep(script, &clock, &jobs(9..=9, None));
    let note = swept.observations[0].note.clone().unwrap();
    assert!(note.en.contains("00:00:5e:00:53:01, 00:00:5e:00:53:02"), "{}", note.en);
}

#[test]
fn station_that_claims_an_address_shortly_after_the_last_answer_is_heard() {
    let mut script = Script::new(|_| vec![MacAddress([2; 6]), MacAddress([4; 6])]);
    script.delay = |station| Duration::from_millis(u64::from(station.0[0]) * 10 - 20);
    let clock = script.clock.clone();
    let (swept, _) = sweep(script, &clock, &jobs(9..=9, None));
    assert!(swept.observations[0].note.is_some());
}

#[test]
fn budget_of_the_gate_is_kept() {
    let script = Script::new(thirty);
    let (clock, traffic) = (script.clock.clone(), script.traffic.clone());
    let total = per_second(100);
    sweep_within(script, &clock, Some(total), &jobs(2..=61, None));
    let sent = traffic.sent.lock().unwrap();
    let times: Vec<Duration> = sent.iter().map(|(at, _)| *at).collect();
    assert!(times.len() > 60);
    // A hundred a second, with one more at each end.
    assert!(times.windows(12).all(|of| of[11] >= of[0] + Duration::from_millis(100)), "{times:?}");
}

#[test]
fn nothing_is_asked_once_nobody_wants_to_know() {
    let script = Script::new(thirty);
    let (clock, traffic) = (script.clock.clone(), script.traffic.clone());
    let gate = Gate::new(clock.clone(), Pacer::new(None, clock));
    let sweep = LinkSweep::new(gate, Vantage::Guest, Patience::Quick);
    let means = sweep.means(&Wanted::default());
    let swept = sweep.sweep_over(script, means, &jobs(2..=254, None));
    // The drop of `Wanted` has said so before the first question.
    assert_eq!(traffic.sent.lock().unwrap().len(), 0);
    assert_eq!(swept.unresolved.len(), 253);
}

#[test]
fn nothing_is_asked_after_the_consent_and_the_silent_are_not_taken_for_nobody() {
    let script = Script::new(thirty);
    let (clock, traffic) = (script.clock.clone(), script.traffic.clone());
    let until = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_millis(80);
    let (swept, _) = sweep(script, &clock, &jobs_until(until, 2..=254, None));
    let late = Duration::from_millis(80);
    assert!(traffic.sent.lock().unwrap().iter().all(|(at, _)| *at <= late));
    assert_eq!(alive(&swept).len(), 30);
    assert_eq!(swept.unresolved.len(), 223);
}

#[test]
fn beyond_a_router_an_echo_proves_a_host_and_silence_proves_nothing() {
    let router = Ipv4Addr::new(10, 87, 0, 254);
    let mut script = Script::new(|_| vec![MacAddress([0, 0, 0x5e, 0, 0x53, 0xfe])]);
    script.echoes = |address| address.octets()[3].is_multiple_of(2);
    let clock = script.clock.clone();
    let traffic = script.traffic.clone();
    let (swept, _) = sweep(script, &clock, &jobs(10..=29, Some(router)));
    assert_eq!(traffic.count(EtherType::ARP), 1);
    assert_eq!(alive(&swept).len(), 10);
    assert_eq!(swept.observations.len(), 10);
    assert_eq!(swept.unresolved.len(), 10);
    let first = fact(&swept.observations[0].fact);
    assert_eq!((first.heard_by.as_slice(), &first.mac), (&[DiscoveryMethod::Echo][..], &None));
}

#[test]
fn answers_about_addresses_that_were_not_asked_are_not_heard() {
    let script = Script::new(|_| Vec::new());
    let forged = {
        let liar = Script::new(|_| vec![MacAddress([0, 0, 0x5e, 0, 0x53, 9])]);
        let mut gate = crate::gate::raw::RawGate::new(liar, script.clock.clone());
        let job = jobs(200..=200, None)[0];
        gate.solicit(&job.permit, &job.path).unwrap();
        gate.flush().unwrap();
        let mut inbox = Inbox::new(1);
        gate.receive(&mut inbox, Duration::ZERO).unwrap();
        inbox.frames()[0].bytes().to_vec()
    };
    script.traffic.coming.lock().unwrap().push((Duration::ZERO, forged));
    let clock = script.clock.clone();
    let (swept, _) = sweep(script, &clock, &jobs(9..=9, None));
    assert!(alive(&swept).is_empty());
    assert_eq!(swept.observations.len(), 1);
}
