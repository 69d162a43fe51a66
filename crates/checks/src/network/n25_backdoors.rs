//! N-25 Backdoors and suspicious services
//! (バックドアの可能性が高い、非標準ポートで動作しているサービスを確認する).
//!
//! ## What it inspects
//! Every open TCP port of a host, beside what is usual for its number and for the kind of device:
//! command interpreters without a login, remote control, debug interfaces, open proxies, products
//! that were published with a backdoor, and services that nobody can name.
//!
//! ## How it decides
//! A `fail` rests on behaviour seen on two connections: a shell that answers, a desktop, debugger
//! or device bridge that lets in without a credential. A proxy fails when bytes of another port of
//! its own host came through it, and none did from a closed port. Remote control that asks for a
//! credential fails where guests or the internet reach it; inside, it is a question unless the
//! operator expects it. A protocol away from its usual ports, a protocol that the kind of device
//! does not have (both in `data/baseline.toml`) and a service that no pattern knows are questions
//! to the operator: `suspected`, low; medium only where he was asked and cannot explain the port.
//! A port number by itself is never evidence. A product version that once carried a backdoor is
//! `suspected`: the trigger that would prove it opens the backdoor and is never sent.
//!
//! ## What it cannot see
//! Backdoors that connect outwards by themselves or wait for a signal, and those behind a service
//! that looks usual.
//!
//! ## References
//! CWE-912, CWE-506, CWE-306; CVE-2011-2523 (vsftpd 2.3.4), CVE-2010-2075 (`UnrealIRCd` 3.2.8.1);
//! RFC 1928 (SOCKS), RFC 6143 (RFB).

mod baseline;
mod host;
mod known;
mod port;
mod proxy;
mod statements;

use std::collections::BTreeMap;

use hoshimori_inspection::evidence::{Access, Fact, Protocol, ServiceFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::CriterionId;

use self::host::Host;
use super::port_table::PortTable;
use crate::subject::{Seen, Subject};
use crate::{Check, Evidence, Need};

/// The check of N-25.
pub(crate) struct Backdoors;

impl Check for Backdoors {
    fn id(&self) -> CriterionId {
        ID
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::Confirmation, Need::Relays]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        hosts(evidence).into_values().flat_map(|host| host.judge(evidence)).collect()
    }
}

const ID: CriterionId = CriterionId::network(25);

/// Whether a service has to be looked at on a second connection before it is called a backdoor.
pub fn lets_anybody_in(service: &ServiceFact) -> bool {
    matches!(service.protocol, Protocol::Shell | Protocol::Jdwp | Protocol::SmartInstall)
        || service.access == Some(Access::Open)
            && matches!(
                service.protocol,
                Protocol::Telnet | Protocol::Vnc | Protocol::X11 | Protocol::Adb
            )
}

/// What was seen of each host from each vantage.
fn hosts<'a>(evidence: &Evidence<'a>) -> BTreeMap<(Vantage, Target), Host<'a>> {
    let mut hosts: BTreeMap<(Vantage, Target), Host<'a>> = BTreeMap::new();
    for (key, scans) in PortTable::scans(evidence) {
        hosts.entry(key).or_insert_with(|| Host::new(subject(key))).scans = scans;
    }
    for (observation, service) in evidence.facts(as_service) {
        let Some((_, Transport::Tcp)) = observation.target.port else { continue };
        let key = (observation.vantage, Target::host(observation.target.address));
        let host = hosts.entry(key).or_insert_with(|| Host::new(subject(key)));
        let seen: Seen<'a, ServiceFact> = (observation, service);
        host.services.entry(observation.target).or_default().push(seen);
    }
    for (observation, relay) in evidence.facts(as_relay) {
        let key = (observation.vantage, Target::host(observation.target.address));
        let host = hosts.entry(key).or_insert_with(|| Host::new(subject(key)));
        host.relays.entry(observation.target).or_default().push((observation, relay));
    }
    hosts
}

fn subject((vantage, target): (Vantage, Target)) -> Subject {
    Subject { test: ID, vantage, target }
}

fn as_service(fact: &Fact) -> Option<&ServiceFact> {
    match fact {
        Fact::Service(service) => Some(service),
        _ => None,
    }
}

fn as_relay(fact: &Fact) -> Option<&hoshimori_inspection::evidence::RelayFact> {
    match fact {
        Fact::Relay(relay) => Some(relay),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
