//! Which ports offer the service that a test looks at, and where that cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{Fact, Observation, ProbeError, Protocol, ServiceFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_scheme::{CriterionId, Text};

use super::port_table::{PortState, PortTable};
use crate::Evidence;
use crate::subject::{Seen, Statement, Subject};
use crate::words::{self, joined};

/// Aspect of a result that says where the service of a test may hide, rather than what it does.
pub const OVERLOOKED: &str = "overlooked";

/// The service that a test looks at.
pub(super) struct Offer {
    /// The test.
    pub(super) test: CriterionId,
    /// What the service is called.
    pub(super) name: &'static str,
    /// Whether an identified service is one.
    pub(super) is_spoken_by: fn(&ServiceFact) -> bool,
}

impl Offer {
    /// Judges each port of which the probes of the test saw something, in a fixed order. A port
    /// that speaks the protocol and was not probed is inconclusive, and so is a host on which
    /// the service may have been overlooked.
    pub(super) fn evaluate<'a, T: 'a>(
        &self,
        evidence: &Evidence<'a>,
        pick: fn(&'a Fact) -> Option<&'a T>,
        judge: impl Fn(Subject, &[Seen<'a, T>]) -> Vec<Judgement>,
    ) -> Vec<Judgement> {
        let mut ports: BTreeMap<Subject, (Vec<&Observation>, Vec<Seen<'a, T>>)> = BTreeMap::new();
        for (observation, service) in evidence.facts(as_service) {
            if (self.is_spoken_by)(service) {
                let subject = self.subject(observation, observation.target);
                ports.entry(subject).or_default().0.push(observation);
            }
        }
        for (observation, fact) in evidence.facts(pick) {
            let subject = self.subject(observation, observation.target);
            ports.entry(subject).or_default().1.push((observation, fact));
        }
        let judged = ports.into_iter().flat_map(|(subject, (identified, seen))| {
            if seen.is_empty() {
                vec![subject.inconclusive("not-probed", self.not_probed(), identified)]
            } else {
                judge(subject, &seen)
            }
        });
        judged.chain(self.overlooked(evidence)).collect()
    }

    /// One inconclusive judgement for each host on which the service may have been overlooked.
    ///
    /// Without it a port that could not be identified would read as "the service is not there".
    fn overlooked(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        let mut gaps: BTreeMap<Subject, Gap<'_>> = BTreeMap::new();
        let mut identified = BTreeSet::new();
        for (observation, service) in evidence.facts(as_service) {
            let host = self.subject(observation, Target::host(observation.target.address));
            let Some((port, Transport::Tcp)) = observation.target.port else { continue };
            identified.insert((host, port));
            if let Some(trouble) = self.trouble(service) {
                let gap = gaps.entry(host).or_default();
                gap.unidentified.insert(port);
                gap.troubles.insert(trouble);
                gap.evidence.push(observation);
            }
        }
        for ((vantage, target), scans) in PortTable::scans(evidence) {
            let host = Subject { test: self.test, vantage, target };
            let table = PortTable::merged(&scans);
            let answering = table.ports(PortState::Open).chain(table.ports(PortState::Unstable));
            let unknown: BTreeSet<u16> =
                answering.filter(|port| !identified.contains(&(host, *port))).collect();
            let unscanned: Vec<u16> = table.ports(PortState::Unscanned).collect();
            if !unknown.is_empty() || !unscanned.is_empty() {
                let gap = gaps.entry(host).or_default();
                if !unknown.is_empty() {
                    gap.unidentified.extend(unknown);
                    gap.troubles.insert(not_identified());
                }
                gap.unscanned = unscanned;
                gap.evidence.extend(scans.iter().map(|(observation, _)| *observation));
            }
        }
        let judged = gaps.into_iter().map(|(host, gap)| (host, self.words(&gap), gap.evidence));
        judged.map(|(host, said, seen)| host.inconclusive("overlooked", said, seen)).collect()
    }

    /// Why `service` may be the one that the test looks at although it was not recognised.
    fn trouble(&self, service: &ServiceFact) -> Option<Text> {
        if (self.is_spoken_by)(service) {
            return None;
        }
        let trouble = service.trouble.as_ref().map(ProbeError::to_text);
        match service.protocol {
            // Silence proves nothing: a busy or tarpitted server is silent too.
            Protocol::Silent => Some(trouble.unwrap_or_else(|| {
                Text::new("接続を受け入れるが何も言わない", "it accepts connections and is silent")
            })),
            Protocol::Unknown | Protocol::Tls => trouble,
            _ => None,
        }
    }

    fn not_probed(&self) -> Statement {
        let name = self.name;
        Statement {
            title: Text::new(format!("{name}を検査していない"), format!("{name} was not tested")),
            because: Text::new(
                format!("このポートは{name}と分かったが、検査の記録がない。"),
                format!("The port was found to speak {name}; no test of it is recorded."),
            ),
        }
    }

    fn words(&self, gap: &Gap<'_>) -> Statement {
        let name = self.name;
        let mut because = Vec::new();
        if !gap.unidentified.is_empty() {
            let ports = words::ports(gap.unidentified.iter().copied());
            let troubles = words::listed(gap.troubles.iter().cloned());
            because.push(Text::new(
                format!("ポート{ports}で何が動いているか確認できなかった（{}）。", troubles.ja),
                format!("What runs on port {ports} could not be told ({}).", troubles.en),
            ));
        }
        if !gap.unscanned.is_empty() {
            let ports = words::ports(gap.unscanned.iter().copied());
            because.push(Text::new(
                format!("ポート{ports}は走査できていない。"),
                format!("Port {ports} could not be scanned."),
            ));
        }
        because.push(Text::new(
            format!("そこに{name}があれば、この検査では見ていない。"),
            format!("If {name} is there, this test has not looked at it."),
        ));
        Statement {
            title: Text::new(
                format!("{name}の有無を判断できないポートがある"),
                format!("Some ports may or may not offer {name}"),
            ),
            because: joined(because),
        }
    }

    fn subject(&self, observation: &Observation, target: Target) -> Subject {
        Subject { test: self.test, vantage: observation.vantage, target }
    }
}

/// Where a service may hide on one host.
#[derive(Default)]
struct Gap<'a> {
    unidentified: BTreeSet<u16>,
    troubles: BTreeSet<Text>,
    unscanned: Vec<u16>,
    evidence: Vec<&'a Observation>,
}

fn not_identified() -> Text {
    Text::new("識別していない", "it was not identified")
}

fn as_service(fact: &Fact) -> Option<&ServiceFact> {
    match fact {
        Fact::Service(service) => Some(service),
        _ => None,
    }
}
