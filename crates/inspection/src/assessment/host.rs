use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::evidence::{
    Fact, NameFact, NameSource, Observation, PortAccuracy, PortNote, PortSpan, PortsFact,
    ServiceFact, UdpFact, UdpState, UnscannedReason,
};
use crate::target::Transport;

/// One host as the observations show it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct HostRecord {
    /// Its address.
    pub address: IpAddr,
    /// What it is called, by whom.
    pub names: Vec<HostName>,
    /// Hardware address, where it can be seen.
    pub mac: Option<String>,
    /// Maker of the network interface, by the register of hardware addresses.
    pub vendor: Option<String>,
    /// Kind of device.
    pub device: Option<String>,
    /// Operating system.
    pub os: Option<String>,
    /// Whether anything came back from it.
    pub alive: bool,
    /// Open and unstable ports, ascending.
    pub ports: Vec<PortRecord>,
    /// UDP ports that were asked and did not answer, ascending.
    pub udp: Vec<UdpRecord>,
    /// How much of it was looked at.
    pub accuracy: Accuracy,
}

/// A name of a host.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HostName {
    /// The name.
    pub name: String,
    /// Who calls it so.
    pub source: NameSource,
}

/// A UDP port that was asked and did not answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UdpRecord {
    /// The number.
    pub port: u16,
    /// The protocol in whose words it was asked.
    pub asked_as: String,
    /// Closed, rejected, silent or not asked.
    #[serde(flatten)]
    pub state: UdpState,
}

/// One port that accepted a connection or answered a datagram.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortRecord {
    /// The number.
    pub port: u16,
    /// The transport.
    pub protocol: Transport,
    /// Open, or only once.
    pub state: PortState,
    /// Protocol spoken on it, `https` for HTTP inside TLS.
    pub service: Option<String>,
    /// What the server claims to be.
    pub product: Option<String>,
    /// Which version it claims.
    pub version: Option<String>,
    /// Common Platform Enumeration 2.3 name.
    pub cpe: Option<String>,
    /// Greeting.
    pub banner: Option<String>,
}

/// State of a listed port.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PortState {
    /// Completed the handshake twice, or answered.
    Open,
    /// Completed the handshake once and not the second time.
    Unstable,
}

/// What a scan of a host covered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Accuracy {
    /// Upper bound of the chance that an open port was missed, where the method can state one.
    pub missed_port_probability: Option<f64>,
    /// Share of packets lost, where the method can measure it.
    pub loss: Option<f64>,
    /// Connection attempts or packets sent.
    pub probes: u64,
    /// Packets that the half-open scan sent to it; none where the system sent them.
    pub packets_sent: Option<u64>,
    /// Packets that came back to the half-open scan.
    pub packets_received: Option<u64>,
    /// How often a port that stayed silent was asked by the half-open scan.
    pub rounds: Option<u8>,
    /// Ports that were to be scanned.
    pub requested: u32,
    /// Ports that refused.
    pub closed: u32,
    /// Ports that did not answer.
    pub filtered: u32,
    /// Ports that were not scanned, and why.
    pub unscanned: Vec<UnscannedRecord>,
    /// What was remarkable about how it answered.
    pub notes: Vec<PortNote>,
}

/// Ports of one host that were not scanned for one reason.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UnscannedRecord {
    /// The reason.
    pub reason: UnscannedReason,
    /// How many ports.
    pub ports: u32,
}

/// The hosts of `observations`, by address.
pub fn hosts(observations: &[Observation]) -> Vec<HostRecord> {
    let mut hosts: BTreeMap<IpAddr, HostRecord> = BTreeMap::new();
    for seen in observations {
        let host = hosts.entry(seen.target.address).or_insert_with(|| unknown(seen.target.address));
        match &seen.fact {
            Fact::Discovery(fact) => {
                host.alive |= fact.alive;
                host.mac = host.mac.take().or_else(|| fact.mac.clone());
            }
            Fact::Name(fact) => add_names(host, fact),
            Fact::Ports(fact) => add_ports(host, fact),
            Fact::Udp(fact) => add_udp(host, seen, fact),
            Fact::Service(fact) => add_service(host, seen, fact),
            Fact::SshAuth(_) | Fact::Http(_) | Fact::Tls(_) => {}
        }
    }
    for host in hosts.values_mut() {
        host.ports.sort_by_key(|port| (port.port, port.protocol));
        host.udp.sort_by_key(|port| port.port);
        host.names.sort_by(|a, b| (a.source, &a.name).cmp(&(b.source, &b.name)));
    }
    hosts.into_values().collect()
}

fn unknown(address: IpAddr) -> HostRecord {
    HostRecord {
        address,
        names: Vec::new(),
        mac: None,
        vendor: None,
        device: None,
        os: None,
        alive: false,
        ports: Vec::new(),
        udp: Vec::new(),
        accuracy: Accuracy::default(),
    }
}

fn add_ports(host: &mut HostRecord, fact: &PortsFact) {
    host.alive |= fact.closed > 0 || !fact.open.is_empty() || !fact.unstable.is_empty();
    for (ports, state) in [(&fact.open, PortState::Open), (&fact.unstable, PortState::Unstable)] {
        for port in ports {
            port_of(host, *port, Transport::Tcp).state = state;
        }
    }
    let accuracy = &mut host.accuracy;
    if let Some(of_host) = &fact.accuracy {
        add_accuracy(accuracy, of_host);
    }
    accuracy.probes += u64::from(fact.attempts);
    accuracy.requested += fact.span.count();
    accuracy.closed += fact.closed;
    accuracy.filtered += fact.filtered.iter().map(|span| PortSpan::count(*span)).sum::<u32>();
    for unscanned in &fact.unscanned {
        let ports = unscanned.span.count();
        match accuracy.unscanned.iter_mut().find(|known| known.reason == unscanned.reason) {
            Some(known) => known.ports += ports,
            None => {
                accuracy.unscanned.push(UnscannedRecord { reason: unscanned.reason, ports });
            }
        }
    }
}

/// The half-open scan says the same of all spans of a host, since it asks them together.
fn add_accuracy(known: &mut Accuracy, of_host: &PortAccuracy) {
    known.missed_port_probability = of_host.missed_per_billion.map(|parts| f64::from(parts) / 1e9);
    known.loss = of_host.lost_per_million.map(|parts| f64::from(parts) / 1e6);
    known.packets_sent = Some(of_host.packets_sent);
    known.packets_received = Some(of_host.packets_received);
    known.rounds = Some(of_host.rounds);
    known.notes.clone_from(&of_host.notes);
}

fn add_udp(host: &mut HostRecord, seen: &Observation, fact: &UdpFact) {
    let Some((port, transport)) = seen.target.port else { return };
    host.alive |= matches!(fact.state, UdpState::Open | UdpState::Closed);
    if fact.state == UdpState::Open {
        let record = port_of(host, port, transport);
        if fact.is_recognised && record.service.is_none() {
            record.service = Some(fact.asked_as.clone());
        }
    } else {
        let asked_as = fact.asked_as.clone();
        host.udp.push(UdpRecord { port, asked_as, state: fact.state });
    }
}

fn add_names(host: &mut HostRecord, fact: &NameFact) {
    for name in &fact.names {
        let named = HostName { name: name.clone(), source: fact.source };
        if !host.names.contains(&named) {
            host.names.push(named);
        }
    }
}

fn add_service(host: &mut HostRecord, seen: &Observation, fact: &ServiceFact) {
    let Some((number, transport)) = seen.target.port else { return };
    let service = match (fact.protocol.word(), fact.tls) {
        (word, false) => word.to_owned(),
        ("tls", true) => "tls".to_owned(),
        (word, true) => format!("{word}s"),
    };
    let port = port_of(host, number, transport);
    port.service = Some(service);
    port.product.clone_from(&fact.product);
    port.version.clone_from(&fact.version);
    port.banner.clone_from(&fact.banner);
}

/// The record of a port, made open where it is new.
fn port_of(host: &mut HostRecord, number: u16, protocol: Transport) -> &mut PortRecord {
    let known = host.ports.iter().position(|port| port.port == number && port.protocol == protocol);
    let index = known.unwrap_or(host.ports.len());
    if known.is_none() {
        host.ports.push(PortRecord {
            port: number,
            protocol,
            state: PortState::Open,
            service: None,
            product: None,
            version: None,
            cpe: None,
            banner: None,
        });
    }
    #[expect(clippy::indexing_slicing, reason = "the index was found or pushed just above")]
    &mut host.ports[index]
}
