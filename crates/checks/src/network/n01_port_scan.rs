//! N-01 TCP all-port scan (ポートスキャン).
//!
//! ## What it inspects
//! Which TCP ports of each host accept connections, from each vantage, and whether the operator
//! can explain them.
//!
//! ## How it decides
//! All scans of one host from one vantage are merged. The list is complete, `pass`, when each of
//! the ports 1 to 65535 was seen open (a handshake confirmed by a second one), refusing or silent,
//! and at least one of them answered. Ports that were not scanned, whatever the reason, ports
//! that accepted once only, and a host that never answered make it `inconclusive`. An open port
//! that is missing from the list that the operator gave is a `fail`. A host with more than 100
//! open ports is `inconclusive` as a whole: a firewall, tarpit or proxy may accept in its place.
//! Where the scan states a chance of having missed a port, a chance of 1 in 10,000 or more makes
//! the list incomplete. A host that stopped answering while it was asked and came back is
//! `suspected` of not bearing a port scan. UDP ports that were asked are listed, never judged.
//!
//! ## What it cannot see
//! Whether a silent port is closed or filtered, TCP or UDP. Whether a middle box accepts on fewer
//! than 100 ports. What a port is used for: a number proves nothing (N-25), so even a customary
//! telnet port is only mentioned. Whether a port is needed, where the operator was not asked.
//!
//! ## References
//! RFC 9293 sections 3.5 (handshake) and 3.10.7.1 (a closed port answers with RST).

mod statements;

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{
    DiscoveryFact, Fact, PortAccuracy, PortNote, PortsFact, UdpFact,
};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::Target;
use hoshimori_scheme::{CriterionId, FindingSeverity};

use super::port_table::{PortState, PortTable};
use crate::subject::{Seen, Subject};
use crate::{Check, Evidence, Need};

/// The check of N-01.
pub(crate) struct PortScan;

impl Check for PortScan {
    fn id(&self) -> CriterionId {
        CriterionId::network(1)
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Udp]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        let test = self.id();
        let mut judged = BTreeMap::new();
        for ((vantage, target), scans) in PortTable::scans(evidence) {
            let subject = Subject { test, vantage, target };
            let known = evidence.hosts.iter().find(|host| host.address == target.address);
            let expected = known.and_then(|host| host.expected_tcp.as_deref());
            let udp: Vec<Seen<'_, UdpFact>> = evidence
                .facts(as_udp)
                .filter(|(seen, _)| {
                    seen.vantage == vantage && seen.target.address == target.address
                })
                .collect();
            judged.insert(subject, judge(subject, &scans, &udp, expected));
        }
        for (observation, discovery) in evidence.facts(as_discovery) {
            let target = Target::host(observation.target.address);
            let subject = Subject { test, vantage: observation.vantage, target };
            let is_known = evidence.hosts.iter().any(|host| host.address == target.address);
            // Addresses of a range at which nobody lives are no hosts, and get no judgement.
            let is_elsewhere_alive = || {
                let mut others = evidence.facts(as_discovery);
                others.any(|(other, fact)| other.target == observation.target && fact.alive)
            };
            if discovery.alive || (is_known && !is_elsewhere_alive()) {
                judged.entry(subject).or_insert_with(|| {
                    let said = statements::not_scanned(discovery);
                    vec![subject.inconclusive("ports", said, [observation])]
                });
            }
        }
        judged.into_values().flatten().collect()
    }
}

fn judge(
    subject: Subject,
    scans: &[Seen<'_, PortsFact>],
    udp: &[Seen<'_, UdpFact>],
    expected: Option<&[u16]>,
) -> Vec<Judgement> {
    let table = PortTable::merged(scans);
    let accuracies: Vec<&PortAccuracy> =
        scans.iter().filter_map(|(_, fact)| fact.accuracy.as_ref()).collect();
    let evidence = || scans.iter().map(|(observation, _)| *observation);
    if table.count(PortState::Open) > BELIEVABLE_OPEN_PORTS {
        return vec![subject.inconclusive("middlebox", statements::middlebox(&table), evidence())];
    }
    let mut judgements = Vec::new();
    let expected = expected.map(|ports| ports.iter().copied().collect::<BTreeSet<u16>>());
    if let Some(expected) = &expected {
        let unexplained: Vec<u16> =
            table.ports(PortState::Open).filter(|port| !expected.contains(port)).collect();
        if !unexplained.is_empty() {
            let severity = subject.severity(FindingSeverity::Low);
            let said = statements::unexplained(&unexplained, &table);
            judgements.push(subject.fail("unexplained", severity, said, evidence()));
        }
    }
    if let Some(said) = statements::doubts(&table, &table.missed(scans), chance(&accuracies)) {
        judgements.push(subject.inconclusive("ports", said, evidence()));
    } else if judgements.is_empty() {
        let said = statements::complete(&table, chance(&accuracies), udp, expected.is_some());
        let udp = udp.iter().map(|(observation, _)| *observation);
        judgements.push(subject.pass("ports", said, evidence().chain(udp)));
    }
    let fell_silent = accuracies
        .iter()
        .flat_map(|one| &one.notes)
        .find(|note| matches!(note, PortNote::WentSilent { came_back: true, .. }));
    if let Some(note) = fell_silent {
        let severity = subject.severity(FindingSeverity::Low);
        judgements.push(subject.suspected(
            "silence",
            severity,
            statements::silence(*note),
            evidence(),
        ));
    }
    judgements
}

/// The chance that an open port was missed, where every scan of the host states one.
fn chance(accuracies: &[&PortAccuracy]) -> Option<f64> {
    let parts = accuracies.iter().filter_map(|one| one.missed_per_billion).max()?;
    Some(f64::from(parts) / 1e9)
}

/// docs/severity.md: above it something other than the host is likely to answer.
const BELIEVABLE_OPEN_PORTS: usize = 100;

fn as_udp(fact: &Fact) -> Option<&UdpFact> {
    match fact {
        Fact::Udp(udp) => Some(udp),
        _ => None,
    }
}

fn as_discovery(fact: &Fact) -> Option<&DiscoveryFact> {
    match fact {
        Fact::Discovery(discovery) => Some(discovery),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use hoshimori_inspection::evidence::{
        Observation, PortSpan, UdpState, Unscanned, UnscannedReason,
    };
    use hoshimori_inspection::host::KnownHost;
    use hoshimori_inspection::vantage::Vantage;
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::sample::{self, judged, judged_with, ports, scan, short};

    const ALL: PortSpan = PortSpan { first: 1, last: u16::MAX };

    fn needing(expected: &[u16]) -> [KnownHost; 1] {
        [KnownHost { expected_tcp: Some(expected.to_vec()), ..sample::host() }]
    }

    #[test]
    fn complete_scan_of_a_host_that_answers_passes_and_lists_its_ports() {
        let low = ports(scan(PortSpan { first: 1, last: 32_767 }, &[22, 80]));
        let high = ports(scan(PortSpan { first: 32_768, last: u16::MAX }, &[]));
        let judgements = judged(&PortScan, &[low, high]);
        assert_eq!(short(&judgements), ["ports pass"]);
        assert!(judgements[0].because.en.contains("2 open (22, 80), 65533 refused, 0 silent"));
        assert_eq!(judgements[0].evidence.len(), 2);
    }

    #[test]
    fn missing_ports_are_inconclusive_whatever_the_reason() {
        let partial = scan(PortSpan { first: 1, last: 1_000 }, &[22]);
        let span = PortSpan { first: 60_000, last: u16::MAX };
        let unscanned = vec![Unscanned { span, reason: UnscannedReason::NoDescriptors }];
        let starved = PortsFact { unscanned, closed: 59_998, ..scan(ALL, &[22]) };
        let unstable = PortsFact { unstable: vec![8080], closed: 65_533, ..scan(ALL, &[22]) };
        let silent = PortsFact { filtered: vec![ALL], closed: 0, ..scan(ALL, &[]) };
        let wrong = PortsFact { closed: 65_000, ..scan(ALL, &[22]) };
        for (fact, reason) in [
            (partial, "Only 1000 of the 65535"),
            (starved, "5536 ports could not be scanned: this machine ran out of descriptors"),
            (unstable, "Port 8080 accepted a connection once"),
            (silent, "No port answered"),
            (wrong, "do not add up"),
        ] {
            let judgements = judged(&PortScan, &[ports(fact)]);
            assert_eq!(short(&judgements), ["ports inconclusive"], "{reason}");
            assert!(judgements[0].because.en.contains(reason), "{}", judgements[0].because.en);
        }
    }

    fn accurate(missed_per_billion: u32, notes: Vec<PortNote>) -> PortsFact {
        let accuracy = PortAccuracy {
            missed_per_billion: Some(missed_per_billion),
            lost_per_million: Some(190_000),
            rounds: 6,
            packets_sent: 400_000,
            packets_received: 70_000,
            notes,
        };
        let filtered = vec![PortSpan { first: 60_000, last: u16::MAX }];
        PortsFact { filtered, closed: 59_998, accuracy: Some(accuracy), ..scan(ALL, &[22]) }
    }

    #[test]
    fn list_is_complete_only_where_the_chance_of_a_miss_is_small() {
        let good = judged(&PortScan, &[ports(accurate(99_999, Vec::new()))]);
        assert_eq!(short(&good), ["ports pass"]);
        assert!(good[0].because.en.contains("below 1 in 10,000"), "{}", good[0].because.en);
        let poor = judged(&PortScan, &[ports(accurate(100_000, Vec::new()))]);
        assert_eq!(short(&poor), ["ports inconclusive"]);
        assert!(poor[0].because.en.contains("up to 0.01 %"), "{}", poor[0].because.en);
    }

    #[test]
    fn host_that_fell_silent_and_came_back_is_suspected_and_one_that_did_not_is_incomplete() {
        let note = |came_back| {
            vec![PortNote::WentSilent { port: 4_242, packets_per_second: 900, came_back }]
        };
        let back = judged(&PortScan, &[ports(accurate(1, note(true)))]);
        assert_eq!(short(&back), ["ports pass", "silence suspected low"]);
        assert!(back[1].because.ja.contains("ポート4242付近"), "{}", back[1].because.ja);
        let gone = judged(&PortScan, &[ports(accurate(1, note(false)))]);
        assert_eq!(short(&gone), ["ports pass"]);
    }

    #[test]
    fn udp_ports_are_listed_and_silence_among_them_is_no_claim() {
        let udp = |port, state| {
            let (asked_as, is_recognised) = ("ntp".to_owned(), state == UdpState::Open);
            let fact = UdpFact { asked_as, state, is_recognised, attempts: 3, clues: Vec::new() };
            let target = Target::udp(sample::host().address, port);
            Observation { target, fact: Fact::Udp(fact), ..ports(scan(ALL, &[])) }
        };
        let seen = [
            ports(scan(ALL, &[22])),
            udp(123, UdpState::Open),
            udp(161, UdpState::NoAnswer),
            udp(53, UdpState::Closed),
        ];
        let judgements = judged(&PortScan, &seen);
        assert_eq!(short(&judgements), ["ports pass"]);
        let said = &judgements[0].because.en;
        assert!(
            said.contains("Of 3 UDP ports that were asked, 1 answered (123), 1 are closed, 1 were")
        );
    }

    #[test]
    fn open_port_that_the_operator_cannot_explain_fails() {
        let scan = ports(scan(ALL, &[22, 80, 8080]));
        let explained =
            judged_with(&PortScan, slice::from_ref(&scan), &needing(&[22, 80, 443, 8080]));
        assert_eq!(short(&explained), ["ports pass"]);
        let unexplained = judged_with(&PortScan, slice::from_ref(&scan), &needing(&[22]));
        assert_eq!(short(&unexplained), ["unexplained fail low"]);
        assert!(unexplained[0].title.ja.contains("80, 8080"));
        let outside = sample::from(Vantage::Internet, scan);
        let unexplained = judged_with(&PortScan, &[outside], &needing(&[22]));
        assert_eq!(short(&unexplained), ["unexplained fail medium"]);
    }

    #[test]
    fn more_open_ports_than_a_host_has_point_at_a_middle_box() {
        let many: Vec<u16> = (1..=101).collect();
        let judgements = judged_with(&PortScan, &[ports(scan(ALL, &many))], &needing(&[]));
        assert_eq!(short(&judgements), ["middlebox inconclusive"]);
    }

    #[test]
    fn host_that_the_operator_names_and_that_is_silent_is_inconclusive() {
        let absent = Observation {
            fact: Fact::Discovery(DiscoveryFact::default()),
            ..ports(scan(ALL, &[]))
        };
        assert!(judged(&PortScan, slice::from_ref(&absent)).is_empty());
        let known = judged_with(&PortScan, &[absent], &[sample::host()]);
        assert_eq!(short(&known), ["ports inconclusive"]);
    }

    proptest! {
        // Each case fills tables of 65,536 ports.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn one_more_unexplained_port_never_makes_a_fail_a_pass(
            open in subsequence(vec![22_u16, 80, 443, 8080, 9999], 0..5),
            weakness in 1_u16..,
            first in 1_u16..200,
        ) {
            let base = ports(scan(PortSpan { first, last: u16::MAX }, &open));
            let seen = ports(scan(PortSpan { first: weakness, last: weakness }, &[weakness]));
            let before = judged_with(&PortScan, slice::from_ref(&base), &needing(&[22, 80]));
            let after = judged_with(&PortScan, &[base, seen], &needing(&[22, 80]));
            if short(&before).contains(&"unexplained fail low".to_owned()) {
                prop_assert!(short(&after).contains(&"unexplained fail low".to_owned()));
                prop_assert!(!short(&after).contains(&"ports pass".to_owned()));
            }
        }
    }
}
