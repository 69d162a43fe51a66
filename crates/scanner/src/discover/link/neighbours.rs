//! The IPv6 nodes of a link, whose addresses nobody can count through.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use std::{io, iter};

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
use super::responders::{self, Responders};
use super::{LinkSweep, Wanted};
use crate::device::{Device, Link, route};
use crate::error::OpenError;
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

impl From<OpenError> for NotCalled {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotPermitted(refusal) => Self::NotPermitted(refusal),
            error => Self::Device(io::Error::other(error)),
        }
    }
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
    /// Its address there.
    source: Ipv6Addr,
    /// Its link-local one: nodes answer each from one of the same kind.
    local: Option<Ipv6Addr>,
    /// All prefixes of the link.
    prefixes: Vec<IpNet>,
}

impl LinkSweep {
    /// Asks all nodes of the link in `network` for an echo, and all responders of multicast DNS for
    /// their services, and tells which in it answered. Takes three seconds.
    ///
    /// Windows answers no such echo request, and nobody has to answer either: who is silent may
    /// still be there.
    pub async fn call_neighbours(
        &self,
        scope: &Scope,
        network: IpNet,
    ) -> Result<Called, NotCalled> {
        let Place { link, source, local, prefixes } = place_in(network)?;
        let (interface, name) = (link.index, link.name.clone());
        let sources: Vec<Ipv6Addr> = iter::once(source).chain(local).collect();
        let permit = scope.permit_link(&prefixes, self.gate.clock().now())?;
        let wanted = Wanted::default();
        let called = tokio::task::spawn_blocking({
            let (sweep, means, permit) = (self.clone(), self.means(&wanted), permit.clone());
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
        let mark = marks.of(icmpv6::ALL_NODES.into());
        let echo = Question::of_echo(to_all(source), mark);
        let echo = Bytes(echo.map(|question| question.bytes().to_vec()).unwrap_or_default());
        let found = callers.into_iter().filter(|(address, _)| is_meant(address));
        let mut observations: Vec<Observation> = found
            .map(|(address, caller)| Answer {
                address,
                method: DiscoveryMethod::MulticastEcho,
                variant: "multicast",
                sent: echo.clone(),
                received: caller.packet,
                repeat: format!("ping -6 -c 2 -I {source} ff02::1"),
            })
            .map(|answer| self.answered(source, answer))
            .collect();
        let id = marks.of(responders::GROUP.into()).identifier;
        let Responders { question, answers } =
            responders::call(&self.gate, &permit, source, interface, id).await?;
        let found = answers.into_iter().filter(|(address, _)| is_meant(address));
        observations.extend(found.map(|(address, received)| {
            let answer = Answer {
                address,
                method: DiscoveryMethod::MulticastDns,
                variant: "multicast-dns",
                sent: question.clone(),
                received,
                repeat: responders::repeat(&name),
            };
            self.answered(source, answer)
        }));
        Ok(Called { observations, elsewhere: all.difference(&of_scope).count() })
    }

    fn answered(&self, source: Ipv6Addr, answer: Answer) -> Observation {
        let target = Target::host(answer.address);
        Observation {
            key: ObservationKey::new("discovery", target, self.vantage, answer.variant),
            seen_at: self.gate.clock().now(),
            vantage: self.vantage,
            source: Some(SocketAddr::new(source.into(), 0)),
            target,
            sent: answer.sent,
            received: answer.received,
            repeat: Some(answer.repeat),
            note: None,
            fact: Fact::Discovery(DiscoveryFact {
                alive: true,
                heard_by: vec![answer.method],
                ..DiscoveryFact::default()
            }),
        }
    }
}

/// An answer to a call.
struct Answer {
    address: IpAddr,
    method: DiscoveryMethod,
    variant: &'static str,
    sent: Bytes,
    received: Bytes,
    repeat: String,
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
    let all = addresses.into_iter().chain(route::on_link()?);
    Ok(Place {
        link,
        source: address,
        local: local.filter(|local| *local != address),
        prefixes: all.filter(|(of, _)| *of == interface).map(|(_, prefix)| prefix).collect(),
    })
}
