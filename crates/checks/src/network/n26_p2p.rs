//! N-26 P2P software running (P2Pソフトウェアが動作していないか確認する).
//!
//! ## What it inspects
//! Whether a host answers in the first words of Winny, `BitTorrent`, eDonkey, Gnutella, `WinMX`,
//! Soulseek or Direct Connect; what port mappings on the router and pages of web servers call
//! themselves.
//!
//! ## How it decides
//! An answer in the words of a network is a `fail` where the same question, spoilt, is not
//! answered alike, or where nothing was asked before. Where the spoilt one is answered too, or was
//! not asked, it is `suspected`. Signs that others may give as well – names of port mappings, web
//! pages, the single digit of `WinMX` – are `suspected`. A network has a `pass` on a host whose
//! ports were all scanned, where each open one is known to be something else or gave another
//! answer, and where the UDP ports of that network are closed or gave another answer. Silence
//! leaves it `inconclusive`. Share and Perfect Dark are `inconclusive` on every host, always: no
//! question is known that they answer.
//!
//! A host is the operator's where he has named it or where it is seen from any network but the
//! guests'; otherwise it is a member's own device.
//!
//! ## What it cannot see
//! Software that does not run at the time, takes no connections from this side of the network, or
//! uses other UDP ports than those asked and no TCP port of the same number. Other copies of Winny
//! that open differently. `BitTorrent`'s local service discovery is not asked.
//!
//! ## References
//! BEP 3, BEP 5, BEP 20 and BEP 29 (`BitTorrent`); CVE-2006-2007 (Winny); RFC 6229 (RC4).

mod coverage;
mod indicators;
mod proof;
mod statements;

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{
    Fact, MappingsFact, Observation, PeerFact, PeerNetwork, PortsFact, ServiceFact,
};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{CriterionId, FindingSeverity};

use self::coverage::Coverage;
use self::proof::Proof;
use super::port_table::PortTable;
use crate::subject::{Seen, Subject};
use crate::{Check, Evidence, Need};

/// The check of N-26.
pub(crate) struct PeerToPeer;

const TEST: CriterionId = CriterionId::network(26);

impl Check for PeerToPeer {
    fn id(&self) -> CriterionId {
        TEST
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::Peers, Need::PortMappings]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        let hosts = Host::all(evidence);
        let mappings: Vec<Seen<'_, MappingsFact>> = evidence.facts(as_mappings).collect();
        let judged = hosts.iter().flat_map(|host| host.judge(&mappings));
        judged.chain(indicators::of_mappings(&mappings)).collect()
    }
}

/// Whose device a host is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Owner {
    Operator,
    Member,
}

impl Owner {
    /// docs/severity.md: the row names the vantage, so that it is not applied once more.
    fn severity(self, network: PeerNetwork) -> FindingSeverity {
        match (network, self) {
            (PeerNetwork::Winny, Self::Operator) => FindingSeverity::Critical,
            (PeerNetwork::Winny, Self::Member) => FindingSeverity::High,
            (_, Self::Operator) => FindingSeverity::Medium,
            (_, Self::Member) => FindingSeverity::Low,
        }
    }
}

/// All that was seen of one host from one vantage.
struct Host<'a> {
    subject: Subject,
    owner: Owner,
    scans: Vec<Seen<'a, PortsFact>>,
    services: Vec<Seen<'a, ServiceFact>>,
    peers: Vec<Seen<'a, PeerFact>>,
}

impl<'a> Host<'a> {
    fn all(evidence: &Evidence<'a>) -> Vec<Self> {
        let mut scans = PortTable::scans(evidence);
        let asked = evidence.facts(as_peer).map(|(seen, _)| (seen.vantage, host_of(seen)));
        let hosts: BTreeSet<(Vantage, Target)> = scans.keys().copied().chain(asked).collect();
        hosts
            .into_iter()
            .map(|(vantage, target)| {
                let is_known = evidence.hosts.iter().any(|host| host.address == target.address);
                let is_members = vantage == Vantage::Guest && !is_known;
                Self {
                    subject: Subject { test: TEST, vantage, target },
                    owner: if is_members { Owner::Member } else { Owner::Operator },
                    scans: scans.remove(&(vantage, target)).unwrap_or_default(),
                    services: here(evidence, vantage, target, as_service),
                    peers: here(evidence, vantage, target, as_peer),
                }
            })
            .collect()
    }

    fn judge(&self, mappings: &[Seen<'_, MappingsFact>]) -> Vec<Judgement> {
        let mut judgements = self.answers();
        let found: BTreeSet<&str> = judgements.iter().map(|judgement| judgement.aspect).collect();
        judgements.extend(indicators::of_web_pages(self, &judgements));
        judgements.extend(self.rest(&found));
        let vantage = self.subject.vantage;
        let mappings: Vec<Seen<'_, MappingsFact>> =
            mappings.iter().copied().filter(|(seen, _)| seen.vantage == vantage).collect();
        let said = statements::not_decidable(&mappings);
        let looked_at = mappings.iter().map(|(seen, _)| *seen).chain(self.looked_at());
        judgements.push(self.subject.inconclusive("share", said, looked_at));
        judgements
    }

    /// One judgement for each port and network that was answered for.
    fn answers(&self) -> Vec<Judgement> {
        let mut told: BTreeMap<(Target, PeerNetwork), Vec<Seen<'a, PeerFact>>> = BTreeMap::new();
        for (seen, fact) in &self.peers {
            told.entry((seen.target, fact.network)).or_default().push((*seen, *fact));
        }
        let judged = told.into_iter().filter_map(|((target, network), seen)| {
            let subject = Subject { target, ..self.subject };
            let aspect = network.word();
            let proof = Proof::among(&seen)?;
            let evidence = proof.evidence();
            let judgement = match &proof {
                Proof::Sign { .. } => {
                    let said = statements::sign(network, &proof);
                    subject.suspected(aspect, FindingSeverity::Low, said, evidence)
                }
                Proof::Doubtful { .. } => {
                    let said = statements::doubtful(network, &proof);
                    subject.suspected(aspect, self.owner.severity(network), said, evidence)
                }
                Proof::Certain { .. } => {
                    let said = statements::proved(network, &proof, self.owner);
                    subject.fail(aspect, self.owner.severity(network), said, evidence)
                }
            };
            let ids = match network {
                PeerNetwork::Winny => vec!["CVE-2006-2007".to_owned()],
                _ => Vec::new(),
            };
            Some(Judgement { ids, ..judgement })
        });
        judged.collect()
    }

    /// What can be said of the networks of which nothing was found.
    fn rest(&self, found: &BTreeSet<&str>) -> Vec<Judgement> {
        let coverage = Coverage::of(self);
        let absent = PeerNetwork::ALL.into_iter().filter(|one| !found.contains(one.word()));
        let (decided, open): (Vec<PeerNetwork>, Vec<PeerNetwork>) =
            absent.partition(|network| coverage.gap(*network).is_empty());
        let mut judgements = Vec::new();
        if !decided.is_empty() {
            let said = statements::absent(&decided);
            judgements.push(self.subject.pass("networks", said, self.looked_at()));
        }
        if !open.is_empty() {
            let said = statements::undecided(&open, &coverage);
            judgements.push(self.subject.inconclusive("undecided", said, self.looked_at()));
        }
        judgements
    }

    /// The scans, what was recognised, and what the dialogues brought.
    fn looked_at(&self) -> impl Iterator<Item = &'a Observation> {
        let scans = self.scans.iter().map(|(seen, _)| *seen);
        let services = self.services.iter().map(|(seen, _)| *seen);
        scans.chain(services).chain(self.peers.iter().map(|(seen, _)| *seen))
    }
}

/// Whether `judgements` have a finding on `target` already.
fn is_found(judgements: &[Judgement], target: Target) -> bool {
    judgements.iter().any(|judgement| {
        judgement.target == target
            && matches!(judgement.verdict, Verdict::Fail | Verdict::Suspected)
    })
}

fn here<'a, T: 'a>(
    evidence: &Evidence<'a>,
    vantage: Vantage,
    target: Target,
    pick: fn(&'a Fact) -> Option<&'a T>,
) -> Vec<Seen<'a, T>> {
    let facts = evidence.facts(pick);
    facts.filter(|(seen, _)| seen.vantage == vantage && host_of(seen) == target).collect()
}

fn host_of(seen: &Observation) -> Target {
    Target::host(seen.target.address)
}

fn as_peer(fact: &Fact) -> Option<&PeerFact> {
    match fact {
        Fact::Peer(peer) => Some(peer),
        _ => None,
    }
}

fn as_service(fact: &Fact) -> Option<&ServiceFact> {
    match fact {
        Fact::Service(service) => Some(service),
        _ => None,
    }
}

fn as_mappings(fact: &Fact) -> Option<&MappingsFact> {
    match fact {
        Fact::Mappings(mappings) => Some(mappings),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
