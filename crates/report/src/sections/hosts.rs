//! Hosts that answered, addresses that did not, ports nobody could scan.

use std::net::{IpAddr, Ipv4Addr};

use hoshimori_inspection::assessment::HostRecord;
use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// One host that answered.
#[derive(Clone, Debug, Serialize)]
pub struct HostLine {
    /// Its address.
    pub address: Shown,
    /// Names, kind, maker and system, as far as they are known.
    pub details: Shown,
    /// Its open ports.
    pub ports: Shown,
}

/// Ports of one host of which nothing is known.
#[derive(Clone, Debug, Serialize)]
pub struct UnscannedLine {
    /// The host.
    pub address: Shown,
    /// How many ports, and why.
    pub ports: Shown,
}

impl HostLine {
    /// The hosts that answered.
    pub(crate) fn alive(context: &Context<'_>) -> Vec<Self> {
        let alive = context.assessment.hosts.iter().filter(|host| host.alive);
        alive.map(|host| Self::new(context, host)).collect()
    }

    fn new(context: &Context<'_>, host: &HostRecord) -> Self {
        let known = context.inspection.file.host(host.address);
        let names = known.map_or(&[] as &[String], |known| &known.names);
        let traits = [&host.device, &host.vendor, &host.os, &host.mac].into_iter().flatten();
        let details = context.join(names.iter().chain(traits));
        let ports = host.ports.iter().map(|port| format!("{}/{}", port.port, port.protocol.word()));
        let ports = context.join(ports);
        let or = |text: Shown, other: &str| if text.is_empty() { other.into() } else { text };
        Self {
            address: Shown::from(host.address.to_string()),
            details: or(details, context.words.not_stated),
            ports: or(ports, context.words.open_ports_none),
        }
    }
}

/// What could not be scanned, and ports whose silence proves nothing.
pub(crate) fn unscanned(context: &Context<'_>) -> Vec<UnscannedLine> {
    let words = context.words;
    let mut lines = Vec::new();
    for host in &context.assessment.hosts {
        let address = Shown::from(host.address.to_string());
        for unscanned in &host.accuracy.unscanned {
            let reason = context.text(&unscanned.reason.to_text());
            let values = [("ports", &*unscanned.ports.to_string()), ("reason", reason.as_str())];
            let ports = fill(words.unscanned_value, &values);
            lines.push(UnscannedLine { address: address.clone(), ports });
        }
        if host.alive && host.accuracy.filtered > 0 {
            let count = host.accuracy.filtered.to_string();
            let ports = fill(words.filtered_value, &[("count", &count)]);
            lines.push(UnscannedLine { address, ports });
        }
    }
    lines
}

/// The addresses that did not answer, neighbours joined into ranges, and how many they are.
pub(crate) fn silent_addresses(context: &Context<'_>) -> (Vec<Shown>, usize) {
    let silent: Vec<IpAddr> = context
        .assessment
        .hosts
        .iter()
        .filter(|host| !host.alive)
        .map(|host| host.address)
        .collect();
    let mut ranges: Vec<(IpAddr, IpAddr)> = Vec::new();
    for address in &silent {
        match ranges.last_mut() {
            Some((_, last)) if follows(*last, *address) => *last = *address,
            _ => ranges.push((*address, *address)),
        }
    }
    let shown = ranges.into_iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first} – {last}") }
    });
    (shown.map(Shown::from).collect(), silent.len())
}

fn follows(last: IpAddr, next: IpAddr) -> bool {
    let (IpAddr::V4(last), IpAddr::V4(next)) = (last, next) else { return false };
    last.to_bits().checked_add(1).map(Ipv4Addr::from_bits) == Some(next)
}
