use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Accuracy;
use crate::evidence::{
    Fact, NameFact, NameSource, Observation, PortsFact, ServiceFact, UdpFact, UdpState,
};
use crate::inventory::{Device, Identity, Inventory, Product, System};
use crate::target::{Target, Transport};

/// One host as the observations show it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct HostRecord {
    /// Its address.
    pub address: IpAddr,
    /// What it is called, by whom.
    #[serde(default)]
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
    #[serde(default)]
    pub udp: Vec<UdpRecord>,
    /// How much of it was looked at.
    pub accuracy: Accuracy,
    /// What it is and what runs on it, with the reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
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
            Fact::Profile(_)
            | Fact::Mappings(_)
            | Fact::Relay(_)
            | Fact::Peer(_)
            | Fact::SshAuth(_)
            | Fact::Http(_)
            | Fact::Tls(_) => {}
        }
    }
    for host in hosts.values_mut() {
        host.udp.sort_by_key(|port| port.port);
        host.names.sort_by(|a, b| (a.source, &a.name).cmp(&(b.source, &b.name)));
    }
    hosts.into_values().collect()
}

impl HostRecord {
    /// Takes over what `inventory` knows of the host.
    pub fn identify(&mut self, inventory: &Inventory) {
        let Some(identity) = inventory.host(self.address) else { return };
        for port in &mut self.ports {
            let target = Target { address: self.address, port: Some((port.port, port.protocol)) };
            if let Some(product) = inventory.product(target) {
                port.product = Some(product.name.clone());
                port.version = full_version(product);
                port.cpe.clone_from(&product.cpe);
            }
        }
        self.device = identity.device.as_ref().map(device_in_words);
        self.os = Some(systems_in_words(&identity.systems)).filter(|words| !words.is_empty());
        self.identity = Some(identity.clone());
    }
}

/// `9.2p1 Debian-2+deb12u10`: the version with the distribution's revision.
fn full_version(product: &Product) -> Option<String> {
    let told = [&product.version, &product.revision];
    let words: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
    Some(words.join(" ")).filter(|words| !words.is_empty())
}

/// `Synology DS220+ (nas)`.
fn device_in_words(device: &Device) -> String {
    let told = [&device.vendor, &device.model];
    let words: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
    match words.as_slice() {
        [] => device.class.word().to_owned(),
        words => format!("{} ({})", words.join(" "), device.class.word()),
    }
}

/// All candidates, since none is guessed: `Windows 10 1809 / Windows Server 2019`.
fn systems_in_words(systems: &[System]) -> String {
    let words: Vec<String> = systems
        .iter()
        .map(|system| match &system.version {
            Some(version) => format!("{} {version}", system.name),
            None => system.name.clone(),
        })
        .collect();
    words.join(" / ")
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
        identity: None,
    }
}

fn add_ports(host: &mut HostRecord, fact: &PortsFact) {
    host.alive |= fact.closed > 0 || !fact.open.is_empty() || !fact.unstable.is_empty();
    for (ports, state) in [(&fact.open, PortState::Open), (&fact.unstable, PortState::Unstable)] {
        for port in ports {
            port_of(host, *port, Transport::Tcp).state = state;
        }
    }
    host.accuracy.add(fact);
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
    port.banner.clone_from(&fact.banner);
}

/// The record of a port, made open where it is new. The records are in order of their ports.
fn port_of(host: &mut HostRecord, number: u16, protocol: Transport) -> &mut PortRecord {
    let place = host.ports.binary_search_by_key(&(number, protocol), |p| (p.port, p.protocol));
    let index = place.unwrap_or_else(|index| {
        host.ports.insert(index, PortRecord::open(number, protocol));
        index
    });
    #[expect(clippy::indexing_slicing, reason = "the index was found or filled just above")]
    &mut host.ports[index]
}

impl PortRecord {
    fn open(port: u16, protocol: Transport) -> Self {
        Self {
            port,
            protocol,
            state: PortState::Open,
            service: None,
            product: None,
            version: None,
            cpe: None,
            banner: None,
        }
    }
}
