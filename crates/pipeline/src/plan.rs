//! What will be looked at: which hosts from where, which ports, which tests.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::num::NonZeroU32;

use hoshimori_checks::{CHECKS, Need};
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::evidence::PortSpan;
use hoshimori_inspection::file::{InspectionFile, SeenFrom};
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::scope::{Refusal, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::PacketsPerSecond;
use hoshimori_scanner::discover::link::Patience;
use hoshimori_scanner::ports::syn::Limits;
use hoshimori_scheme::{CriterionId, InputError, Text};
use ipnet::IpNet;

use crate::error::PipelineError;
use crate::papers::line_of;

/// Ports of one journal entry: an interrupted host resumes at the last multiple of this.
const PORTS_PER_TASK: u16 = 1024;

/// Every TCP port that a service can listen on.
pub const ALL_PORTS: PortSpan = PortSpan { first: 1, last: u16::MAX };

/// Everything that decides what is sent to whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who may be sent to.
    pub scope: Scope,
    /// The hosts, each once, in order.
    pub hosts: Vec<PlannedHost>,
    /// Networks with too many addresses to ask one by one: their hosts have to answer a call.
    pub uncountable: Vec<Uncountable>,
    /// The tests to perform.
    pub tests: BTreeSet<CriterionId>,
    /// What the operator has said about hosts.
    pub known_hosts: Vec<KnownHost>,
    /// Total packets per second of everything but the half-open scan; `None` is unlimited.
    pub packets_per_second: Option<NonZeroU32>,
    /// How ports are scanned.
    pub engine: Engine,
    /// How long hosts that sleep are waited for.
    pub patience: Patience,
    /// The speeds of the half-open scan.
    pub half_open: Limits,
    /// Whether to look at services at all, or at ports only.
    pub looks_at_services: bool,
    /// Whether to ask UDP ports.
    pub looks_at_udp: bool,
    /// Whether to ask what hosts are called.
    pub looks_at_names: bool,
}

/// How TCP ports are scanned.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Engine {
    /// By single packets where this machine may send them, by connecting elsewhere.
    HalfOpenWherePossible,
    /// By connecting, which needs no privileges.
    Connect,
}

/// A network whose addresses nobody can go through one by one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uncountable {
    /// The network.
    pub network: IpNet,
    /// From which side it is seen.
    pub vantage: Vantage,
    /// The TCP ports to scan of the hosts in it.
    pub spans: Vec<PortSpan>,
}

/// One address that will be looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedHost {
    /// The address.
    pub address: IpAddr,
    /// From which side of the network it is seen.
    pub vantage: Vantage,
    /// Whether it stands for itself, or was enumerated from a range and may not exist.
    pub is_named: bool,
    /// The TCP ports to scan.
    pub spans: Vec<PortSpan>,
}

impl PlannedHost {
    /// How many ports are to be scanned.
    pub fn ports(&self) -> u64 {
        self.spans.iter().map(|span| u64::from(span.count())).sum()
    }
}

impl Plan {
    /// The plan of an inspection: every host of every segment, every port, every test.
    pub fn of_inspection(name: &str, file: &InspectionFile) -> Result<Self, PipelineError> {
        let scope = Scope::new(file.authorization.clone());
        let (mut hosts, mut uncountable) = (Vec::new(), Vec::new());
        for segment in &file.segments {
            if let SeenFrom::Agent(agent) = &segment.seen_from {
                return Err(agent_needed(name, &segment.name, agent).into());
            }
            for network in &segment.networks {
                let named =
                    file.hosts.iter().map(|host| host.address).filter(|a| network.contains(a));
                hosts.extend(hosts_of(&scope, *network, named, segment.role)?);
                if is_uncountable(&scope, *network) {
                    let (network, vantage) = (*network, segment.role);
                    let spans = tasks_of(ALL_PORTS);
                    uncountable.push(Uncountable { network, vantage, spans });
                }
            }
        }
        Ok(Self {
            scope,
            hosts,
            uncountable,
            tests: CHECKS.iter().map(|check| check.id()).collect(),
            known_hosts: file.hosts.clone(),
            packets_per_second: Some(file.pace.max_packets_per_second),
            engine: Engine::HalfOpenWherePossible,
            patience: Patience::Thorough,
            half_open: within(
                Limits {
                    fragile: PacketsPerSecond(file.pace.fragile_packets_per_second),
                    ..Limits::default()
                },
                PacketsPerSecond(file.pace.max_packets_per_second),
            ),
            looks_at_services: true,
            looks_at_udp: true,
            looks_at_names: true,
        })
    }

    /// What has to be gathered for the tests of this plan.
    pub fn needs(&self) -> BTreeSet<Need> {
        let chosen = CHECKS.iter().filter(|check| self.tests.contains(&check.id()));
        chosen.flat_map(|check| check.needs().iter().copied()).collect()
    }

    /// What is known about `address`.
    pub fn known_host(&self, address: IpAddr) -> Option<&KnownHost> {
        self.known_hosts.iter().find(|host| host.address == address)
    }
}

/// `limits`, none above `total`.
pub(crate) fn within(limits: Limits, total: PacketsPerSecond) -> Limits {
    Limits {
        total,
        host: limits.host.min(total),
        routed: limits.routed.min(total),
        fragile: limits.fragile.min(total),
    }
}

/// Whether the hosts of `network` have to be called, since they are too many to be asked one by
/// one. Only IPv6 knows such a call.
pub(crate) fn is_uncountable(scope: &Scope, network: IpNet) -> bool {
    let is_large = matches!(scope.addresses_of(network), Err(Refusal::TooManyAddresses { .. }));
    is_large && matches!(network, IpNet::V6(_))
}

/// The hosts of `network`: enumerated, or only the `named` ones where it is too large for that.
fn hosts_of(
    scope: &Scope,
    network: IpNet,
    named: impl Iterator<Item = IpAddr>,
    vantage: Vantage,
) -> Result<Vec<PlannedHost>, Refusal> {
    let named: BTreeSet<IpAddr> = named.filter(|address| scope.contains(*address)).collect();
    let addresses = match scope.addresses_of(network) {
        Ok(addresses) => addresses,
        Err(Refusal::TooManyAddresses { .. })
            if !named.is_empty() || is_uncountable(scope, network) =>
        {
            named.iter().copied().collect()
        }
        Err(refusal) => return Err(refusal),
    };
    let is_single = network.prefix_len() == network.max_prefix_len();
    Ok(addresses
        .into_iter()
        .map(|address| PlannedHost {
            address,
            vantage,
            is_named: is_single || named.contains(&address),
            spans: tasks_of(ALL_PORTS),
        })
        .collect())
}

/// `span` in pieces of one journal entry each.
pub fn tasks_of(span: PortSpan) -> Vec<PortSpan> {
    let mut pieces = Vec::new();
    let mut first = span.first;
    loop {
        let last = first.saturating_add(PORTS_PER_TASK - 1).min(span.last);
        pieces.push(PortSpan { first, last });
        match last.checked_add(1) {
            Some(next) if next <= span.last => first = next,
            _ => return pieces,
        }
    }
}

/// SHA-256 over the parts of the file that decide what is sent to whom.
///
/// Answers and reviews may change while an inspection goes on; the scope may not.
pub(crate) fn fingerprint(file: &InspectionFile) -> String {
    let parts = (&file.inspection.number, &file.authorization, &file.segments, &file.hosts);
    // A tuple of plain structs with string keys always has a JSON form.
    let text = serde_json::to_string(&parts).unwrap_or_default();
    sha256_hex(&[text.as_bytes()])
}

fn agent_needed(file: &str, segment: &str, agent: &str) -> InputError {
    let mut error = InputError::whole_file(
        file,
        Text::new(
            format!("区画 `{segment}` はエージェント `{agent}` から見る指定ですが、この版は手元の端末からしか検査できません"),
            format!("segment `{segment}` is to be seen from agent `{agent}`; this version inspects from this machine only"),
        ),
    )
    .with_hint(Text::new(
        "端末をその区画につなぎ `vantage = \"local\"` とするか、区画を外して別の検査にしてください",
        "connect this machine to that segment and write `vantage = \"local\"`, or inspect it apart",
    ));
    "segment.vantage".clone_into(&mut error.key);
    error.line = line_of(file, &error.key, agent);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_every_port_once() {
        let pieces = tasks_of(ALL_PORTS);
        assert_eq!(pieces.len(), 64);
        assert_eq!(pieces.iter().map(|piece| piece.count()).sum::<u32>(), 65_535);
        assert_eq!(pieces.first(), Some(&PortSpan { first: 1, last: 1024 }));
        assert_eq!(pieces.last(), Some(&PortSpan { first: 64_513, last: 65_535 }));
        assert_eq!(tasks_of(PortSpan { first: 22, last: 22 }).len(), 1);
    }
}
