//! How much of a host was asked, so that silence is not taken for absence.

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{
    PeerFact, PeerNetwork, PeerOutcome, ProbeError, Protocol, ServiceFact,
};
use hoshimori_inspection::target::{Target, Transport};

use super::Host;
use super::proof::Proof;
use crate::network::port_table::{PortState, PortTable};
use crate::subject::Seen;

/// More open ports than this are not the host's own (docs/severity.md, N-01).
const BELIEVABLE_OPEN_PORTS: usize = 100;

/// What was asked of one host.
pub(super) struct Coverage<'a> {
    /// Whether every TCP port was scanned, and the host is there.
    is_scanned: bool,
    /// The ports that accept connections.
    open: Vec<u16>,
    services: BTreeMap<u16, &'a ServiceFact>,
    /// What was asked, by port.
    asked: BTreeMap<Target, Vec<Seen<'a, PeerFact>>>,
    host: Target,
}

/// Where the software of one network may be and was not looked for, or was silent.
#[derive(Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Gap {
    /// Not all TCP ports were scanned, or none answered.
    pub(super) is_unscanned: bool,
    /// Open TCP ports of which nobody knows what they are.
    pub(super) tcp: BTreeSet<u16>,
    /// UDP ports that were silent.
    pub(super) udp: BTreeSet<u16>,
    /// No UDP port was asked, and the network has some.
    pub(super) is_udp_unasked: bool,
}

impl Gap {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl<'a> Coverage<'a> {
    pub(super) fn of(host: &Host<'a>) -> Self {
        let table = PortTable::merged(&host.scans);
        let count = |state| table.count(state);
        let [open, closed] = [PortState::Open, PortState::Closed].map(count);
        let is_whole =
            table.adds_up() && count(PortState::Outside) + count(PortState::Unscanned) == 0;
        let is_host = open + closed > 0 && open <= BELIEVABLE_OPEN_PORTS;
        let mut asked: BTreeMap<Target, Vec<Seen<'a, PeerFact>>> = BTreeMap::new();
        for (seen, fact) in &host.peers {
            asked.entry(seen.target).or_default().push((*seen, *fact));
        }
        let services = host.services.iter().filter_map(|(seen, fact)| match seen.target.port {
            Some((port, Transport::Tcp)) => Some((port, *fact)),
            _ => None,
        });
        Self {
            is_scanned: is_whole && is_host,
            open: table.ports(PortState::Open).chain(table.ports(PortState::Unstable)).collect(),
            services: services.collect(),
            asked,
            host: host.subject.target,
        }
    }

    /// Where `network` may hide.
    pub(super) fn gap(&self, network: PeerNetwork) -> Gap {
        let is_over_udp = matches!(network, PeerNetwork::Bittorrent | PeerNetwork::Edonkey);
        let udp = || {
            let asked = self.asked.iter().filter(|_| is_over_udp);
            asked.filter_map(|(target, seen)| match target.port {
                Some((port, Transport::Udp)) => Some((port, seen)),
                _ => None,
            })
        };
        let open = self.open.iter().copied();
        Gap {
            is_unscanned: !self.is_scanned,
            tcp: open.filter(|port| !self.is_other(*port, network)).collect(),
            udp: udp()
                .filter(|(_, seen)| !is_other_over_udp(seen, network))
                .map(|(port, _)| port)
                .collect(),
            is_udp_unasked: is_over_udp && udp().next().is_none(),
        }
    }

    /// Whether TCP port `port` is known not to be `network`.
    fn is_other(&self, port: u16, network: PeerNetwork) -> bool {
        let target = Target::tcp(self.host.address, port);
        let asked = self.asked.get(&target).map(Vec::as_slice).unwrap_or_default();
        let protocol = self.services.get(&port).map(|service| service.protocol);
        // Gnutella's programs are web servers themselves, and Direct Connect may be inside TLS.
        let is_open_question = matches!(
            (protocol, network),
            (Some(Protocol::Http), PeerNetwork::Gnutella)
                | (Some(Protocol::Tls), PeerNetwork::DirectConnect)
        );
        let is_known = protocol.is_some_and(is_recognised) && !is_open_question;
        is_known || is_answered_otherwise(asked, network) || is_of_another(asked, network)
    }
}

/// Whether the protocol was recognised by what was said: a print port is known by number only.
fn is_recognised(protocol: Protocol) -> bool {
    !matches!(
        protocol,
        Protocol::Unknown
            | Protocol::Silent
            | Protocol::Printer
            | Protocol::Bittorrent
            | Protocol::Edonkey
            | Protocol::Gnutella
            | Protocol::Winny
    )
}

/// Whether a dialogue of `network` was answered with something else.
fn is_answered_otherwise(asked: &[Seen<'_, PeerFact>], network: PeerNetwork) -> bool {
    asked.iter().any(|(_, fact)| fact.network == network && fact.outcome == PeerOutcome::Otherwise)
}

/// Whether the port proved to be another network's: then it was not asked any further.
fn is_of_another(asked: &[Seen<'_, PeerFact>], network: PeerNetwork) -> bool {
    PeerNetwork::ALL.into_iter().filter(|other| *other != network).any(|other| {
        let facts: Vec<Seen<'_, PeerFact>> =
            asked.iter().copied().filter(|(_, fact)| fact.network == other).collect();
        matches!(Proof::among(&facts), Some(Proof::Certain { .. }))
    })
}

fn is_other_over_udp(asked: &[Seen<'_, PeerFact>], network: PeerNetwork) -> bool {
    let is_closed =
        asked.iter().any(|(_, fact)| fact.outcome == PeerOutcome::Failed(ProbeError::Refused));
    is_closed || is_answered_otherwise(asked, network) || is_of_another(asked, network)
}
