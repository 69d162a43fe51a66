//! The IPv6 nodes of a link, whose addresses nobody can count through.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    DiscoveryFact, DiscoveryMethod, Fact, Observation, ObservationKey,
};
use hoshimori_inspection::scope::{LinkPermit, Refusal, Scope};
use hoshimori_inspection::target::Target;
use hoshimori_wire::net::icmpv6;
use ipnet::IpNet;

use super::asking::{Asking, Means, Stop};
use super::hearing::{Caller, Marks};
use super::{LinkSweep, Wanted};
use crate::device::{Device, Link, route};
use crate::gate::raw::{Question, SendError, to_all};

/// How long answers are waited for, each time: some nodes spread theirs.
const WAITS: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// What a call to all nodes of a link found.
#[derive(Debug, Default)]
pub struct Called {
    /// One for each address in scope that answered.
    pub observations: Vec<Observation>,
    /// How many stations answered from no address in scope: hosts that have a link-local address
    /// only, or that were not meant.
    pub elsewhere: usize,
}

/// Why the nodes of a network could not be called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotCalled {
    /// No Ethernet link of this machine is in the network.
    #[error("no link of this machine is in `{0}`")]
    NotOnLink(IpNet),
    /// Calling everybody would go beyond the consent.
    #[error("outside the consent")]
    NotPermitted(#[from] Refusal),
    /// This machine could not.
    #[error("cannot send to the link")]
    Device(#[from] io::Error),
}

impl From<Stop> for NotCalled {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Send(SendError::NotPermitted(refusal)) => Self::NotPermitted(refusal),
            Stop::Send(SendError::Device(error)) => Self::Device(error),
            Stop::Unwanted => Self::Device(io::ErrorKind::Interrupted.into()),
        }
    }
}

/// This machine's place in a network.
struct Place {
    link: Link,
    /// Its address there, and its link-local one: nodes answer each from one of the same kind.
    sources: Vec<Ipv6Addr>,
    /// All prefixes of the link.
    prefixes: Vec<IpNet>,
}

impl LinkSweep {
    /// Asks all nodes of the link in `network` for an echo, and tells which in it answered. Takes a
    /// second and a half.
    ///
    /// Windows does not answer such a request, and nobody has to: who is silent may still be there.
    pub async fn call_neighbours(
        &self,
        scope: &Scope,
        network: IpNet,
    ) -> Result<Called, NotCalled> {
        let Place { link, sources, prefixes } = place_in(network)?;
        let permit = scope.permit_link(&prefixes, self.gate.clock().now())?;
        let wanted = Wanted::default();
        let called = tokio::task::spawn_blocking({
            let (sweep, means, sources) = (self.clone(), self.means(&wanted), sources.clone());
            move || call(sweep.open(link)?, means, &permit, &sources)
        });
        let (callers, marks) = called.await.map_err(io::Error::other)??;
        let is_meant = |address: &IpAddr| network.contains(address) && scope.contains(*address);
        let of_scope: BTreeSet<_> = callers
            .iter()
            .filter(|(address, _)| scope.contains(**address))
            .map(|(_, caller)| caller.station)
            .collect();
        let all: BTreeSet<_> = callers.values().map(|caller| caller.station).collect();
        let question = sources.first().map(|source| (*source, &marks));
        let found = callers.into_iter().filter(|(address, _)| is_meant(address));
        let observations = found
            .filter_map(|(address, caller)| Some(self.answered(address, question?, caller)))
            .collect();
        Ok(Called { observations, elsewhere: all.difference(&of_scope).count() })
    }

    fn answered(
        &self,
        address: IpAddr,
        (source, marks): (Ipv6Addr, &Marks),
        caller: Caller,
    ) -> Observation {
        let target = Target::host(address);
        let question = Question::of_echo(to_all(source), marks.of(icmpv6::ALL_NODES.into()));
        Observation {
            key: ObservationKey::new("discovery", target, self.vantage, "multicast"),
            seen_at: self.gate.clock().now(),
            vantage: self.vantage,
            source: Some(SocketAddr::new(source.into(), 0)),
            target,
            sent: Bytes(question.map(|question| question.bytes().to_vec()).unwrap_or_default()),
            received: caller.packet,
            repeat: Some(format!("ping -6 -c 2 -I {source} ff02::1")),
            note: None,
            fact: Fact::Discovery(DiscoveryFact {
                alive: true,
                heard_by: vec![DiscoveryMethod::MulticastEcho],
                ..DiscoveryFact::default()
            }),
        }
    }
}

fn call<D: Device>(
    device: D,
    means: Means,
    permit: &LinkPermit,
    sources: &[Ipv6Addr],
) -> Result<(BTreeMap<IpAddr, Caller>, Marks), NotCalled> {
    let mut asking = Asking::new(device, means, sources.iter().map(|source| (*source).into()));
    asking.call_all(permit, sources, &WAITS)?;
    let hearing = asking.into_hearing();
    Ok((hearing.callers, hearing.marks))
}

fn place_in(network: IpNet) -> Result<Place, NotCalled> {
    let addresses = route::addresses()?;
    let v6 = |(interface, prefix): &(u32, IpNet)| match prefix.addr() {
        IpAddr::V6(address) => Some((*interface, address)),
        IpAddr::V4(_) => None,
    };
    let own = addresses.iter().filter_map(v6).find(|(_, own)| network.contains(&IpAddr::V6(*own)));
    let (interface, address) = own.ok_or(NotCalled::NotOnLink(network))?;
    let link = route::link(interface)?.ok_or(NotCalled::NotOnLink(network))?;
    let mut local = addresses.iter().filter_map(v6).filter(|(_, own)| own.is_unicast_link_local());
    let local = local.find(|(of, _)| *of == interface).map(|(_, local)| local);
    let sources = [Some(address), local.filter(|local| *local != address)];
    let all = addresses.into_iter().chain(route::on_link()?);
    Ok(Place {
        link,
        sources: sources.into_iter().flatten().collect(),
        prefixes: all.filter(|(of, _)| *of == interface).map(|(_, prefix)| prefix).collect(),
    })
}
