//! Hosts that answered, addresses that did not, ports nobody could scan.

use std::net::{IpAddr, Ipv4Addr};

use hoshimori_inspection::assessment::HostRecord;
use hoshimori_inspection::inventory::Confidence;
use serde::Serialize;

use super::ports;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// One host that answered.
#[derive(Clone, Debug, Serialize)]
pub struct HostLine {
    /// Its address.
    pub address: Shown,
    /// Names with who says so, kind and system, as far as they are known.
    pub names: Vec<Shown>,
    /// Hardware address and maker, as far as they are known.
    pub hardware: Vec<Shown>,
    /// Its open and unstable ports.
    pub ports: Vec<Shown>,
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
        let known = |texts: [&Option<String>; 2]| -> Vec<Shown> {
            texts.into_iter().flatten().map(|text| Shown::new(text)).collect()
        };
        let or = |lines: Vec<Shown>, other: &str| {
            if lines.is_empty() { vec![other.into()] } else { lines }
        };
        let mut names = names(context, host);
        names.extend(identity(context, host));
        Self {
            address: Shown::from(host.address.to_string()),
            names: or(names, context.words.not_stated),
            hardware: or(known([&host.mac, &host.vendor]), context.words.not_stated),
            ports: or(ports::lines(context, host), context.words.open_ports_none),
        }
    }
}

/// What the host is and what it runs: every candidate, with how well it is supported.
fn identity(context: &Context<'_>, host: &HostRecord) -> Vec<Shown> {
    let Some(identity) = &host.identity else { return Vec::new() };
    let device = identity.device.as_ref().map(|device| {
        let class = context.text(&device.class.to_text());
        let told = [&device.vendor, &device.model, &device.firmware];
        let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
        (format!("{} {}", class.as_str(), told.join(" ")), device.confidence)
    });
    let systems = identity.systems.iter().map(|system| {
        let version = system.version.as_deref().unwrap_or_default();
        (format!("{} {version}", system.name), system.confidence)
    });
    let line = |(what, confidence): (String, Confidence)| {
        let confidence = context.text(&confidence.to_text());
        let values = [("what", what.trim_end()), ("confidence", confidence.as_str())];
        fill(context.words.identified, &values)
    };
    device.into_iter().chain(systems).map(line).collect()
}

/// What the host is called, each name once, with all who call it so.
fn names(context: &Context<'_>, host: &HostRecord) -> Vec<Shown> {
    let declared = context.inspection.file.host(host.address);
    let declared = declared.map_or(&[] as &[String], |declared| &declared.names);
    let declared = declared.iter().map(|name| (name, Shown::from(context.words.declared)));
    let seen = host.names.iter().map(|seen| (&seen.name, context.text(&seen.source.to_text())));
    let mut names: Vec<(&String, Vec<Shown>)> = Vec::new();
    for (name, source) in declared.chain(seen) {
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sources)) => sources.push(source),
            None => names.push((name, vec![source])),
        }
    }
    let line = |(name, sources): (&String, Vec<Shown>)| {
        let sources = context.join(sources);
        fill(context.words.name_by, &[("name", name), ("source", sources.as_str())])
    };
    names.into_iter().map(line).collect()
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
    let hosts = context.assessment.hosts.iter();
    let silent: Vec<IpAddr> = hosts.filter(|host| !host.alive).map(|host| host.address).collect();
    (ranges(&silent), silent.len())
}

/// Ascending `addresses`, neighbours joined.
pub(crate) fn ranges(addresses: &[IpAddr]) -> Vec<Shown> {
    let mut ranges: Vec<(IpAddr, IpAddr)> = Vec::new();
    for address in addresses {
        match ranges.last_mut() {
            Some((_, last)) if follows(*last, *address) => *last = *address,
            _ => ranges.push((*address, *address)),
        }
    }
    let shown = ranges.into_iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first} – {last}") }
    });
    shown.map(Shown::from).collect()
}

fn follows(last: IpAddr, next: IpAddr) -> bool {
    let (IpAddr::V4(last), IpAddr::V4(next)) = (last, next) else { return false };
    last.to_bits().checked_add(1).map(Ipv4Addr::from_bits) == Some(next)
}
