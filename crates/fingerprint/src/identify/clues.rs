//! The clues of an inspection, by host, in an order of their own.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::evidence::{
    Clue, ClueSource, Fact, Observation, ObservationKey, Protocol, TlsFact, TlsOutcome,
};
use hoshimori_inspection::target::Target;

/// The most clues of one observation that are read: ours; the longest lists, those of mDNS and of
/// MSRPC, have some hundreds.
const MAX_CLUES: usize = 1_024;

/// Sources whose clues are lines of one list, which mean something only together: `version=3.10.8`
/// is that of the product in another line. Patterns read them as one text, sorted and joined.
const LISTS: &[ClueSource] = &[
    ClueSource::AmqpProperty,
    ClueSource::CassandraOption,
    ClueSource::ImapId,
    ClueSource::LdapRootDse,
    ClueSource::RedisInfo,
];

/// What joins the lines of a list.
const JOINT: &str = "; ";

/// What is known of one host.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// What it told, each clue once.
    pub(super) heard: Vec<Heard>,
    /// Where something answers.
    pub(super) services: BTreeMap<Target, Service>,
}

/// A port on which something answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Service {
    pub(super) is_web: bool,
    pub(super) is_encrypted: bool,
}

/// A clue with the place where it was heard.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) target: Target,
    pub(super) clue: Clue,
    pub(super) evidence: ObservationKey,
}

impl Heard {
    /// What makes it the same clue as another.
    fn identity(&self) -> (Target, ClueSource, &str) {
        (self.target, self.clue.from, &self.clue.text)
    }
}

/// Every clue of `observations`, by host.
pub(super) fn gather(
    observations: &[Observation],
    hardware_vendors: &BTreeMap<IpAddr, String>,
) -> BTreeMap<IpAddr, Host> {
    let mut hosts: BTreeMap<IpAddr, Host> = BTreeMap::new();
    for observation in observations {
        let target = observation.target;
        let host = hosts.entry(target.address).or_default();
        if let Some(service) = service(&observation.fact) {
            let known = host.services.entry(target).or_default();
            known.is_web |= service.is_web;
            known.is_encrypted |= service.is_encrypted;
        }
        let clues = joined(clues(&observation.fact).into_iter().take(MAX_CLUES).collect());
        host.heard.extend(clues.into_iter().map(|clue| Heard {
            target,
            clue,
            evidence: observation.key.clone(),
        }));
    }
    for (address, vendor) in hardware_vendors {
        if let (Some(host), Some(evidence)) =
            (hosts.get_mut(address), link_observation(observations, *address))
        {
            let clue = Clue::new(ClueSource::HardwareVendor, vendor);
            host.heard.push(Heard { target: Target::host(*address), clue, evidence });
        }
    }
    for host in hosts.values_mut() {
        host.heard.sort_by(|a, b| {
            a.identity().cmp(&b.identity()).then_with(|| a.evidence.cmp(&b.evidence))
        });
        host.heard.dedup_by(|later, first| later.identity() == first.identity());
        for heard in &host.heard {
            host.services.entry(heard.target).or_default();
        }
        host.services.retain(|target, _| target.port.is_some());
    }
    hosts
}

/// The observation in which the hardware address of a host was seen; else its first one.
fn link_observation(observations: &[Observation], address: IpAddr) -> Option<ObservationKey> {
    let of_host = observations.iter().filter(|seen| seen.target.address == address);
    let tells_mac = |seen: &Observation| match &seen.fact {
        Fact::Discovery(fact) => fact.mac.is_some(),
        _ => false,
    };
    of_host.min_by_key(|seen| (!tells_mac(seen), &seen.key)).map(|seen| seen.key.clone())
}

/// The service that a fact shows, if it shows one that speaks.
fn service(fact: &Fact) -> Option<Service> {
    match fact {
        Fact::Service(fact) => {
            Some(Service { is_web: fact.protocol == Protocol::Http, is_encrypted: fact.tls })
        }
        Fact::Udp(fact) if fact.is_recognised => Some(Service::default()),
        _ => None,
    }
}

/// The clues in a fact.
fn clues(fact: &Fact) -> Vec<Clue> {
    match fact {
        Fact::Service(fact) => {
            let protocol = Clue::new(ClueSource::ServiceProtocol, fact.protocol.word());
            fact.clues.iter().cloned().chain([protocol]).collect()
        }
        Fact::Udp(fact) => {
            let is_known = fact.is_recognised;
            let asked = Clue::new(ClueSource::ServiceProtocol, &fact.asked_as);
            fact.clues.iter().cloned().chain(is_known.then_some(asked)).collect()
        }
        Fact::Profile(fact) => fact.clues.clone(),
        Fact::Name(fact) => {
            fact.names.iter().map(|name| Clue::new(ClueSource::HostName, name)).collect()
        }
        Fact::SshAuth(fact) => {
            let line = fact.server_version.as_deref().unwrap_or_default();
            software(line)
                .map(|text| Clue::new(ClueSource::SshSoftware, text))
                .into_iter()
                .collect()
        }
        Fact::Tls(fact) => certificate(fact),
        Fact::Discovery(_)
        | Fact::Ports(_)
        | Fact::Mappings(_)
        | Fact::Relay(_)
        | Fact::Peer(_)
        | Fact::Http(_) => Vec::new(),
    }
}

/// `clues` with the lines of each list made into one.
fn joined(clues: Vec<Clue>) -> Vec<Clue> {
    let (mut lines, mut clues): (Vec<Clue>, Vec<Clue>) =
        clues.into_iter().partition(|clue| LISTS.contains(&clue.from));
    lines.sort_by(|a, b| (a.from, &a.text).cmp(&(b.from, &b.text)));
    for list in lines.chunk_by(|a, b| a.from == b.from) {
        let texts: Vec<&str> = list.iter().map(|line| line.text.as_str()).collect();
        clues.extend(list.first().map(|line| Clue::new(line.from, &texts.join(JOINT))));
    }
    clues
}

/// Software and comment of an SSH identification line (RFC 4253 section 4.2).
fn software(line: &str) -> Option<&str> {
    let (_, software) = line.strip_prefix("SSH-")?.split_once('-')?;
    Some(software.trim_end()).filter(|software| !software.is_empty())
}

/// The names in the certificate that a server shows for itself.
fn certificate(fact: &TlsFact) -> Vec<Clue> {
    let TlsOutcome::Chain { certificates, .. } = &fact.outcome else { return Vec::new() };
    let names = certificates.first().into_iter().flat_map(|leaf| {
        [(ClueSource::TlsSubject, &leaf.subject), (ClueSource::TlsIssuer, &leaf.issuer)]
    });
    names.map(|(source, name)| Clue::new(source, name)).collect()
}
