//! How much the scan of each host can have missed, and what its UDP ports did.

use hoshimori_inspection::assessment::{Accuracy, HostRecord, PortState};
use hoshimori_inspection::evidence::UdpState;
use hoshimori_inspection::target::Transport;
use hoshimori_scheme::Language;
use serde::Serialize;

use super::ports::spans;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// How much the port scans can have missed.
#[derive(Clone, Debug, Serialize)]
pub struct ScanAccuracy {
    /// What the numbers mean, one paragraph each; none without a scanned host.
    pub explanation: Vec<&'static str>,
    /// The hosts that were scanned.
    pub rows: Vec<AccuracyRow>,
}

/// How much the scan of one host can have missed.
#[derive(Clone, Debug, Serialize)]
pub struct AccuracyRow {
    /// The host.
    pub address: Shown,
    /// How it was scanned.
    pub engine: &'static str,
    /// How many TCP ports are open.
    pub open: usize,
    /// How many refused.
    pub closed: u32,
    /// How many did not answer.
    pub silent: u32,
    /// How many were not scanned.
    pub unscanned: u32,
    /// The chance of a miss in words.
    pub chance: Shown,
    /// Share of packets lost.
    pub loss: Shown,
    /// Packets sent.
    pub packets: Shown,
    /// How often a silent port was asked.
    pub rounds: Shown,
    /// What was remarkable.
    pub remarks: Vec<Shown>,
}

/// What the UDP ports of one host did.
#[derive(Clone, Debug, Serialize)]
pub struct UdpRow {
    /// The host.
    pub address: Shown,
    /// Its ports by what came of them.
    pub states: Vec<UdpLine>,
}

/// UDP ports of one host that did the same.
#[derive(Clone, Debug, Serialize)]
pub struct UdpLine {
    /// What they did.
    pub state: Shown,
    /// The ports, each with its protocol.
    pub ports: Shown,
}

impl ScanAccuracy {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let words = context.words;
        let scanned: Vec<&HostRecord> = scanned(context).collect();
        let mut explanation = Vec::new();
        if scanned.iter().any(|host| is_half_open(&host.accuracy)) {
            explanation.push(words.accuracy_chance);
        }
        if scanned.iter().any(|host| !is_half_open(&host.accuracy)) {
            explanation.push(words.accuracy_connect);
        }
        if !scanned.is_empty() {
            explanation.push(words.accuracy_silence);
        }
        Self {
            explanation,
            rows: scanned.into_iter().map(|host| AccuracyRow::new(context, host)).collect(),
        }
    }
}

impl AccuracyRow {
    fn new(context: &Context<'_>, host: &HostRecord) -> Self {
        let words = context.words;
        let accuracy = &host.accuracy;
        let tcp = host.ports.iter().filter(|port| port.protocol == Transport::Tcp);
        let known = |text: Option<String>| context.stated(text.as_deref());
        Self {
            address: Shown::from(host.address.to_string()),
            engine: if is_half_open(accuracy) { words.half_open } else { words.connect },
            open: tcp.filter(|port| port.state == PortState::Open).count(),
            closed: accuracy.closed,
            silent: accuracy.filtered,
            unscanned: accuracy.unscanned.iter().map(|one| one.ports).sum(),
            chance: accuracy.to_text().map(|text| context.text(&text)).unwrap_or_default(),
            loss: known(accuracy.loss.map(|loss| percent(loss, context.language))),
            packets: known(accuracy.packets_sent.map(|packets| packets.to_string())),
            rounds: known(accuracy.rounds.map(|rounds| rounds.to_string())),
            remarks: remarks(context, host),
        }
    }
}

/// Whether a port without an answer can have been missed with a chance that nobody knows.
pub(super) fn is_chance_unknown(accuracy: &Accuracy) -> bool {
    let has_unanswered = accuracy.filtered > 0 || !accuracy.unscanned.is_empty();
    accuracy.missed_port_probability.is_none() && has_unanswered
}

/// The hosts whose ports were to be scanned.
fn scanned<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a HostRecord> {
    context.assessment.hosts.iter().filter(|host| host.accuracy.requested > 0)
}

/// Only the half-open scan counts its packets.
fn is_half_open(accuracy: &Accuracy) -> bool {
    accuracy.packets_sent.is_some()
}

fn remarks(context: &Context<'_>, host: &HostRecord) -> Vec<Shown> {
    let words = context.words;
    let notes = host.accuracy.notes.iter().map(|note| context.text(&note.to_text()));
    let unscanned = host.accuracy.unscanned.iter().map(|unscanned| {
        let reason = context.text(&unscanned.reason.to_text());
        let count = unscanned.ports.to_string();
        fill(words.remark_not_scanned, &[("count", &count), ("reason", reason.as_str())])
    });
    let unstable: Vec<u16> = host
        .ports
        .iter()
        .filter(|port| (port.protocol, port.state) == (Transport::Tcp, PortState::Unstable))
        .map(|port| port.port)
        .collect();
    let unstable = (!unstable.is_empty()).then(|| {
        let count = unstable.len().to_string();
        let ports = spans(context, unstable);
        fill(words.remark_unstable, &[("count", &count), ("ports", ports.as_str())])
    });
    notes.chain(unscanned).chain(unstable).collect()
}

/// A share as people write it; what is lost at all never reads as nothing.
fn percent(share: f64, language: Language) -> String {
    let percent = share * 100.0;
    let number = match percent {
        none if none <= 0.0 => "0".to_owned(),
        little if little < 0.1 => "<0.1".to_owned(),
        some => format!("{some:.1}"),
    };
    match language {
        Language::Japanese => format!("{number}%"),
        Language::English => format!("{number} %"),
    }
}

impl UdpRow {
    /// The hosts of which a UDP port was to be asked.
    pub(crate) fn all(context: &Context<'_>) -> Vec<Self> {
        let rows = context.assessment.hosts.iter().map(|host| Self::new(context, host));
        rows.filter(|row| !row.states.is_empty()).collect()
    }

    fn new(context: &Context<'_>, host: &HostRecord) -> Self {
        let udp = host.ports.iter().filter(|port| port.protocol == Transport::Udp);
        let open = udp.map(|port| (UdpState::Open, port.port, port.service.as_deref()));
        let other = host.udp.iter().map(|port| (port.state, port.port, Some(&*port.asked_as)));
        let mut states: Vec<(UdpState, Vec<Shown>)> = Vec::new();
        for (state, port, protocol) in open.chain(other) {
            let port = port.to_string();
            let port = match protocol {
                Some(word) => fill(context.words.udp_port, &[("port", &port), ("protocol", word)]),
                None => port.into(),
            };
            match states.iter_mut().find(|(known, _)| *known == state) {
                Some((_, ports)) => ports.push(port),
                None => states.push((state, vec![port])),
            }
        }
        states.sort_by_key(|(state, _)| certainty(*state));
        let line = |(state, ports): (UdpState, Vec<Shown>)| UdpLine {
            state: context.text(&state.to_text()),
            ports: context.join(ports),
        };
        Self {
            address: Shown::from(host.address.to_string()),
            states: states.into_iter().map(line).collect(),
        }
    }
}

/// The order of the states, what is known best first.
fn certainty(state: UdpState) -> u8 {
    match state {
        UdpState::Open => 0,
        UdpState::Closed => 1,
        UdpState::Rejected => 2,
        UdpState::NoAnswer => 3,
        UdpState::Unscanned { .. } => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_loss_never_reads_as_none() {
        let shown = |share| percent(share, Language::Japanese);
        assert_eq!([0.0, 0.000_4, 0.029_4].map(shown), ["0%", "<0.1%", "2.9%"]);
    }
}
