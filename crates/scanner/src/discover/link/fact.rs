//! What a sweep heard of one address, as evidence.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    DiscoveryFact, DiscoveryMethod, Fact, Observation, ObservationKey, Text,
};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_wire::link::ethernet::MacAddress;
use jiff::Timestamp;

use super::Job;
use super::hearing::{Heard, Marks};
use crate::device::Link;
use crate::gate::raw::{Course, Question, TTL};

/// What a sweep heard of one address.
pub(super) struct Sighting<'a> {
    pub(super) job: &'a Job,
    pub(super) link: &'a Link,
    pub(super) heard: &'a Heard,
    pub(super) marks: &'a Marks,
    /// The stations that have so many addresses that they may answer for others.
    pub(super) crowded: &'a HashSet<MacAddress>,
}

impl Sighting<'_> {
    /// Whether only such stations have it that may answer for others.
    pub(super) fn is_proxied(&self) -> bool {
        self.job.is_near() && self.heard.is_of(self.crowded)
    }

    pub(super) fn observation(&self, vantage: Vantage, seen_at: Timestamp) -> Observation {
        let address = self.job.permit.address();
        // The station of a router says nothing about the host behind it.
        let own = self.heard.stations.iter().find(|station| !self.crowded.contains(*station));
        let mac = own.filter(|_| self.job.is_near());
        let resolved = mac.map(|_| resolution(address));
        let echoed = self.heard.is_echoed().then_some(DiscoveryMethod::Echo);
        let heard_by: Vec<DiscoveryMethod> = resolved.into_iter().chain(echoed).collect();
        let target = Target::host(address);
        let by = if self.job.is_near() { "link" } else { "echo" };
        let (sent, received) = self.exchange();
        Observation {
            key: ObservationKey::new("discovery", target, vantage, by),
            seen_at,
            vantage,
            source: Some(SocketAddr::new(self.job.path.source, 0)),
            target,
            sent: Bytes(sent.map(|question| question.bytes().to_vec()).unwrap_or_default()),
            received,
            repeat: Some(self.repeat()),
            note: self.note(),
            fact: Fact::Discovery(DiscoveryFact {
                alive: !heard_by.is_empty(),
                answered_on: Vec::new(),
                heard_by,
                mac: mac.map(MacAddress::to_string),
            }),
        }
    }

    /// Whether an echo tells more than the station does.
    fn is_by_echo(&self) -> bool {
        !self.job.is_near() || (self.is_proxied() && self.heard.is_echoed())
    }

    /// The question that decided, and its answer.
    fn exchange(&self) -> (Option<Question>, Bytes) {
        let (source, address) = (self.job.path.source, self.job.permit.address());
        if self.is_by_echo() {
            let course = Course { source, destination: address, hop_limit: TTL };
            let question = Question::of_echo(course, self.marks.of(address));
            (question, self.heard.echoed.clone())
        } else {
            let question = Question::of_station(source, address, self.link.station);
            (question, self.heard.resolved.clone())
        }
    }

    fn repeat(&self) -> String {
        let (address, interface) = (self.job.permit.address(), &self.link.name);
        match address {
            _ if self.is_by_echo() => format!("ping -c 1 {address}"),
            IpAddr::V4(_) => format!("arping -c 1 -I {interface} {address}"),
            IpAddr::V6(_) => format!("ndisc6 {address} {interface}"),
        }
    }

    fn note(&self) -> Option<Text> {
        let stations: Vec<String> = self.heard.stations.iter().map(MacAddress::to_string).collect();
        if self.is_proxied() {
            let station = stations.first().map_or("", String::as_str);
            return Some(Text::new(
                format!(
                    "{station} は多数のアドレスに答えており、ルーターが代わりに答えている可能性がある"
                ),
                format!("{station} answers for many addresses; a router may answer for others"),
            ));
        }
        (self.job.is_near() && stations.len() > 1).then(|| {
            let list = stations.join(", ");
            Text::new(
                format!(
                    "複数の機器がこのアドレスを名乗った（{list}）。アドレスの重複か、なりすまし"
                ),
                format!(
                    "more than one station claims this address ({list}): a conflict or a fraud"
                ),
            )
        })
    }
}

/// How an address is resolved on a link.
fn resolution(address: IpAddr) -> DiscoveryMethod {
    match address {
        IpAddr::V4(_) => DiscoveryMethod::Arp,
        IpAddr::V6(_) => DiscoveryMethod::NeighbourDiscovery,
    }
}
