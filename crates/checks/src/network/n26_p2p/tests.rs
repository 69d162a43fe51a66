use hoshimori_inspection::evidence::{
    Clue, ClueSource, PeerOutcome, PeerQuestion, PortMapping, PortSpan, ProbeError, Protocol,
};
use hoshimori_inspection::target::Transport;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::sample::{
    self, HOST, assert_weakness_counts, judged, judged_with, observation, ports, scan, service,
    short,
};

const ALL: PortSpan = PortSpan { first: 1, last: u16::MAX };

const TIMED_OUT: PeerOutcome = PeerOutcome::Failed(ProbeError::TimedOut);
const CLOSED: PeerOutcome = PeerOutcome::Failed(ProbeError::Refused);

fn answered() -> PeerOutcome {
    PeerOutcome::Answered { proof: "so".into(), client: Some("a program".into()) }
}

/// What came of asking `port` in a dialogue.
fn peer(
    network: PeerNetwork,
    port: (u16, Transport),
    asked: PeerQuestion,
    outcome: PeerOutcome,
) -> Observation {
    let fact = PeerFact { network, dialogue: "words".into(), asked, outcome };
    let target = Target { address: HOST.into(), port: Some(port) };
    observation("peer", target, &format!("{}/{asked:?}", network.word()), Fact::Peer(fact))
}

fn tcp(network: PeerNetwork, asked: PeerQuestion, outcome: PeerOutcome) -> Observation {
    peer(network, (7_743, Transport::Tcp), asked, outcome)
}

/// Both networks that have words over UDP, asked on one port.
fn udp(outcome: &PeerOutcome) -> Vec<Observation> {
    [PeerNetwork::Bittorrent, PeerNetwork::Edonkey]
        .map(|network| peer(network, (51_413, Transport::Udp), PeerQuestion::Real, outcome.clone()))
        .to_vec()
}

/// Every network over TCP on port 7743.
fn all_over_tcp(outcome: &PeerOutcome) -> Vec<Observation> {
    PeerNetwork::ALL.map(|network| tcp(network, PeerQuestion::Real, outcome.clone())).to_vec()
}

/// A scan of all ports that found 7743 open, and the port of Winny opening to a question.
fn winny(control: PeerOutcome) -> Vec<Observation> {
    vec![
        ports(scan(ALL, &[7_743])),
        service(7_743, Protocol::Silent, None),
        tcp(PeerNetwork::Winny, PeerQuestion::Real, answered()),
        tcp(PeerNetwork::Winny, PeerQuestion::Spoilt, control),
    ]
}

fn from(vantage: Vantage, seen: Vec<Observation>) -> Vec<Observation> {
    seen.into_iter().map(|one| sample::from(vantage, one)).collect()
}

fn mapping(description: &str) -> Observation {
    let entry = PortMapping {
        protocol: "TCP".into(),
        external_port: 40_123,
        internal_client: "192.168.10.77".into(),
        internal_port: 40_123,
        description: description.into(),
        is_enabled: true,
    };
    let fact = MappingsFact {
        control_url: "http://192.168.10.1:5000/ctl".into(),
        entries: vec![entry],
        is_complete: true,
        trouble: None,
    };
    observation("mappings", Target::host([192, 168, 10, 1].into()), "", Fact::Mappings(fact))
}

#[test]
fn winny_is_high_on_a_members_device_and_critical_on_the_operators() {
    let seen = winny(TIMED_OUT);
    assert_eq!(short(&judged(&PeerToPeer, &seen))[0], "winny fail high");
    let known = judged_with(&PeerToPeer, &seen, &[sample::host()]);
    assert_eq!(known[0].severity, FindingSeverity::Critical);
    assert_eq!(known[0].ids, ["CVE-2006-2007"]);
    let inside = judged(&PeerToPeer, &from(Vantage::Business, seen));
    assert_eq!(inside[0].severity, FindingSeverity::Critical);
}

#[test]
fn bittorrent_is_low_on_a_members_device_and_medium_on_the_operators() {
    let seen = [
        udp(&answered()).swap_remove(0),
        peer(PeerNetwork::Bittorrent, (51_413, Transport::Udp), PeerQuestion::Spoilt, TIMED_OUT),
    ];
    assert_eq!(judged(&PeerToPeer, &seen)[0].severity, FindingSeverity::Low);
    let known = judged_with(&PeerToPeer, &seen, &[sample::host()]);
    assert_eq!(short(&known)[0], "bittorrent fail medium");
}

#[test]
fn answer_that_the_control_got_as_well_is_only_suspected() {
    for control in [answered(), PeerOutcome::Failed(ProbeError::Local { detail: "full".into() })] {
        assert_eq!(short(&judged(&PeerToPeer, &winny(control)))[0], "winny suspected high");
    }
    let alone = &winny(TIMED_OUT)[..3];
    assert_eq!(short(&judged(&PeerToPeer, alone))[0], "winny suspected high");
}

#[test]
fn greeting_that_nobody_asked_for_needs_no_control() {
    let seen =
        [ports(scan(ALL, &[7_743])), tcp(PeerNetwork::Winny, PeerQuestion::Nothing, answered())];
    assert_eq!(short(&judged(&PeerToPeer, &seen))[0], "winny fail high");
}

#[test]
fn digit_of_winmx_is_a_sign_and_a_sign_that_the_control_gives_too_is_none() {
    let sign = PeerOutcome::Resembles { sign: "1".into() };
    let greeting = tcp(PeerNetwork::Winmx, PeerQuestion::Nothing, sign.clone());
    assert_eq!(short(&judged(&PeerToPeer, &[greeting]))[0], "winmx suspected low");
    let alike = [
        tcp(PeerNetwork::Bittorrent, PeerQuestion::Real, sign.clone()),
        tcp(PeerNetwork::Bittorrent, PeerQuestion::Spoilt, sign),
    ];
    assert!(!short(&judged(&PeerToPeer, &alike))[0].starts_with("bittorrent"));
}

#[test]
fn host_whose_ports_are_all_known_and_closed_over_udp_passes() {
    let scanned = [ports(scan(ALL, &[22])), service(22, Protocol::Ssh, None)];
    let seen = [&scanned[..], &udp(&CLOSED)].concat();
    assert_eq!(short(&judged(&PeerToPeer, &seen)), ["networks pass", "share inconclusive"]);
}

#[test]
fn unknown_port_that_answers_every_network_otherwise_passes() {
    let scanned = [ports(scan(ALL, &[7_743])), service(7_743, Protocol::Unknown, None)];
    let asked = [all_over_tcp(&PeerOutcome::Otherwise), udp(&PeerOutcome::Otherwise)].concat();
    let seen = [&scanned[..], &asked].concat();
    assert_eq!(short(&judged(&PeerToPeer, &seen)), ["networks pass", "share inconclusive"]);
}

#[test]
fn silence_is_never_a_pass() {
    let scanned = [ports(scan(ALL, &[7_743])), service(7_743, Protocol::Silent, None)];
    for outcome in [TIMED_OUT, PeerOutcome::Failed(ProbeError::Closed)] {
        let seen = [&scanned[..], &all_over_tcp(&outcome), &udp(&CLOSED)].concat();
        let judgements = judged(&PeerToPeer, &seen);
        assert_eq!(short(&judgements), ["undecided inconclusive", "share inconclusive"]);
        assert!(judgements[0].because.en.contains("TCP port 7743 was silent"));
    }
    let seen = [ports(scan(ALL, &[])), udp(&TIMED_OUT).swap_remove(0)];
    let judgements = judged(&PeerToPeer, &seen);
    let said = judgements.iter().find(|one| one.aspect == "undecided").unwrap();
    assert!(said.because.en.starts_with("BitTorrent, eDonkey could not be decided."));
    assert!(said.because.en.contains("UDP port 51413 was silent"));
}

#[test]
fn partial_scan_and_a_host_that_answers_nothing_are_undecided() {
    let part = ports(scan(PortSpan { first: 1, last: 1_000 }, &[]));
    let silent = ports(PortsFact { filtered: vec![ALL], closed: 0, ..scan(ALL, &[]) });
    let many: Vec<u16> = (1..=101).collect();
    for seen in [part, silent, ports(scan(ALL, &many))] {
        let judgements = judged(&PeerToPeer, &[&[seen][..], &udp(&CLOSED)].concat());
        assert_eq!(short(&judgements), ["undecided inconclusive", "share inconclusive"]);
    }
}

#[test]
fn print_ports_and_ports_that_were_not_asked_are_undecided() {
    for found in [service(9_100, Protocol::Printer, None), service(1, Protocol::Ssh, None)] {
        let seen = [&[ports(scan(ALL, &[9_100])), found][..], &udp(&CLOSED)].concat();
        assert_eq!(short(&judged(&PeerToPeer, &seen))[0], "undecided inconclusive");
    }
}

#[test]
fn web_server_is_open_to_be_gnutella_until_it_was_asked() {
    let scanned = [ports(scan(ALL, &[7_743])), service(7_743, Protocol::Http, None)];
    let seen = [&scanned[..], &udp(&CLOSED)].concat();
    let judgements = judged(&PeerToPeer, &seen);
    assert_eq!(short(&judgements)[..2], ["networks pass", "undecided inconclusive"]);
    assert!(judgements[1].because.en.starts_with("Gnutella could not be decided."));
    let asked = tcp(PeerNetwork::Gnutella, PeerQuestion::Real, PeerOutcome::Otherwise);
    let judgements = judged(&PeerToPeer, &[&seen[..], &[asked]].concat());
    assert_eq!(short(&judgements), ["networks pass", "share inconclusive"]);
}

#[test]
fn port_that_proved_to_be_one_network_is_no_other() {
    let seen = [winny(TIMED_OUT), udp(&CLOSED)].concat();
    let judgements = judged(&PeerToPeer, &seen);
    assert_eq!(short(&judgements), ["winny fail high", "networks pass", "share inconclusive"]);
    assert!(!judgements[1].because.en.contains("Winny"));
}

#[test]
fn mapping_named_after_a_program_is_suspected_at_the_host_behind_it() {
    let seen = [mapping("libtorrent/2.0"), ports(scan(ALL, &[]))];
    let judgements = judged(&PeerToPeer, &seen);
    let suspected = judgements.last().unwrap();
    assert_eq!(short(&judgements).last().unwrap(), "mapping suspected low");
    assert_eq!(suspected.target, Target::host([192, 168, 10, 77].into()));
    let share = judgements.iter().find(|one| one.aspect == "share").unwrap();
    assert!(share.because.en.contains("(1, of which 0 point"), "{}", share.because.en);
}

#[test]
fn web_page_of_a_program_is_suspected_unless_its_port_has_a_finding() {
    let mut page = service(7_743, Protocol::Http, None);
    if let Fact::Service(fact) = &mut page.fact {
        fact.clues = vec![Clue::new(ClueSource::HttpServer, "Transmission")];
    }
    let seen = [ports(scan(ALL, &[7_743])), page];
    assert_eq!(short(&judged(&PeerToPeer, &seen))[0], "web-page suspected low");
    let sign = PeerOutcome::Resembles { sign: "X-Transmission-Session-Id".into() };
    let sign = tcp(PeerNetwork::Bittorrent, PeerQuestion::Real, sign);
    let both = short(&judged(&PeerToPeer, &[&seen[..], &[sign]].concat()));
    assert_eq!(both[0], "bittorrent suspected low");
    assert!(!both.iter().any(|one| one.starts_with("web-page")));
}

proptest! {
    // Each case fills tables of 65,536 ports.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn one_more_answer_never_makes_a_fail_a_pass(
        others in subsequence(
            [
                vec![ports(scan(ALL, &[7_743])), service(7_743, Protocol::Unknown, None)],
                udp(&CLOSED),
                all_over_tcp(&PeerOutcome::Otherwise),
            ]
            .concat(),
            0..=11,
        )
    ) {
        let greeting = tcp(PeerNetwork::Winny, PeerQuestion::Nothing, answered());
        assert_weakness_counts(&PeerToPeer, &others, &[greeting], &["winny"]);
    }
}
