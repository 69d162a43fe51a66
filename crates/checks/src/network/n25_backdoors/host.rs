//! One host: its ports one by one, then what can be said of the whole.

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{PortsFact, RelayFact, ServiceFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::verdict::Verdict;

use super::port::Port;
use super::statements;
use crate::Evidence;
use crate::network::OVERLOOKED;
use crate::network::port_table::{PortState, PortTable};
use crate::subject::{Seen, Subject};

/// All that was seen of one host from one vantage.
pub(super) struct Host<'a> {
    subject: Subject,
    pub(super) scans: Vec<Seen<'a, PortsFact>>,
    pub(super) services: BTreeMap<Target, Vec<Seen<'a, ServiceFact>>>,
    pub(super) relays: BTreeMap<Target, Vec<Seen<'a, RelayFact>>>,
}

impl<'a> Host<'a> {
    pub(super) fn new(subject: Subject) -> Self {
        let (services, relays) = (BTreeMap::new(), BTreeMap::new());
        Self { subject, scans: Vec::new(), services, relays }
    }

    pub(super) fn judge(&self, evidence: &Evidence<'a>) -> Vec<Judgement> {
        let address = self.subject.target.address;
        let identity = evidence.inventory.host(address);
        let known = evidence.hosts.iter().find(|host| host.address == address);
        let mut judgements: Vec<Judgement> = self
            .services
            .iter()
            .flat_map(|(target, services)| {
                let port = Port {
                    subject: Subject { target: *target, ..self.subject },
                    services,
                    relays: self.relays.get(target).map_or(&[], Vec::as_slice),
                    class: identity.and_then(|it| it.device.as_ref()).map(|device| device.class),
                    product: evidence.inventory.product(*target),
                    known,
                };
                port.judge()
            })
            .collect();
        judgements.extend(self.overlooked());
        let is_clean = judgements.iter().all(|one| one.verdict == Verdict::Pass);
        if is_clean && !self.scans.is_empty() {
            judgements.push(self.clean());
        }
        judgements
    }

    /// Nothing suspicious on any port, where every port was looked at.
    fn clean(&self) -> Judgement {
        let scans = self.scans.iter().map(|(observation, _)| *observation);
        let services = self.services.values().flatten().map(|(observation, _)| *observation);
        let count = self.services.len();
        self.subject.pass("overall", statements::clean(count), scans.chain(services))
    }

    /// Ports on which something may run that was not looked at.
    fn overlooked(&self) -> Option<Judgement> {
        let table = PortTable::merged(&self.scans);
        let identified: BTreeSet<u16> =
            self.services.keys().filter_map(Target::port_number).collect();
        let answering = table.ports(PortState::Open).chain(table.ports(PortState::Unstable));
        let unidentified: BTreeSet<u16> =
            answering.filter(|port| !identified.contains(port)).collect();
        let unscanned: Vec<u16> = table.ports(PortState::Unscanned).collect();
        if unidentified.is_empty() && unscanned.is_empty() {
            return None;
        }
        let said = statements::overlooked(&unidentified, &unscanned);
        let scans = self.scans.iter().map(|(observation, _)| *observation);
        Some(self.subject.inconclusive(OVERLOOKED, said, scans))
    }
}
