//! What a finished host comes to, as evidence.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Fact, Observation, ObservationKey, PortAccuracy, PortNote, PortSpan, PortsFact, Unscanned,
    UnscannedReason,
};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use jiff::Timestamp;

use super::accuracy::in_parts;
use super::news::{Ending, Finished};
use super::states::PortState;

/// More ports than this that agree, or any that agree in an odd way, are remarkable.
const MANY_OPEN: u32 = 200;

/// A billion, as a share.
const BILLION: f64 = 1e9;

/// The observations of one host, one for each span.
pub(super) fn observations(
    host: &Finished,
    confirmed: &BTreeSet<u16>,
    spans: &[PortSpan],
    (vantage, seen_at): (Vantage, Timestamp),
) -> Vec<Observation> {
    let target = Target::host(host.address);
    let accuracy = accuracy(host);
    let ports: u64 = spans.iter().map(|span| u64::from(span.count())).sum();
    let family = if host.address.is_ipv6() { "-6 " } else { "" };
    let observation = |span: &PortSpan| {
        let mut fact = fact(host, confirmed, *span);
        let share = host.signs.sent * u64::from(span.count()) / ports.max(1);
        fact.attempts = u32::try_from(share).unwrap_or(u32::MAX);
        fact.accuracy = Some(accuracy.clone());
        // With leading zeros, so that keys sort as the spans do.
        let variant = format!("{:05}-{:05}", span.first, span.last);
        Observation {
            key: ObservationKey::new("ports", target, vantage, &variant),
            seen_at,
            vantage,
            source: Some(SocketAddr::new(host.source, 0)),
            target,
            sent: Bytes::default(),
            received: Bytes::default(),
            repeat: Some(format!("nmap {family}-n -sS -Pn -p {span} {}", host.address)),
            note: None,
            fact: Fact::Ports(fact),
        }
    };
    spans.iter().map(observation).collect()
}

fn fact(host: &Finished, confirmed: &BTreeSet<u16>, span: PortSpan) -> PortsFact {
    let unasked = match host.ending {
        Ending::Complete => None,
        Ending::Silent => Some(UnscannedReason::HostSilent),
        Ending::OutsideConsent => Some(UnscannedReason::OutsideConsent),
        Ending::LocalError => Some(UnscannedReason::LocalError),
    };
    let rtt_us = host.round_trip.and_then(|time| u32::try_from(time.as_micros()).ok());
    let mut fact = PortsFact {
        span,
        open: Vec::new(),
        unstable: Vec::new(),
        closed: 0,
        filtered: Vec::new(),
        unscanned: Vec::new(),
        attempts: 0,
        rtt_us,
        accuracy: None,
    };
    let mut unscanned = Vec::new();
    for port in span.ports() {
        match host.states.get(port) {
            PortState::Open if confirmed.contains(&port) => fact.open.push(port),
            PortState::Open => fact.unstable.push(port),
            PortState::Closed => fact.closed += 1,
            PortState::Unknown if unasked.is_some() => PortSpan::push(&mut unscanned, port),
            PortState::Unknown | PortState::Rejected => PortSpan::push(&mut fact.filtered, port),
        }
    }
    if let Some(reason) = unasked {
        fact.unscanned = unscanned.into_iter().map(|span| Unscanned { span, reason }).collect();
    }
    fact
}

fn accuracy(host: &Finished) -> PortAccuracy {
    PortAccuracy {
        missed_per_billion: host.chance_of_missing.map(|chance| in_parts(chance, BILLION)),
        lost_per_million: host.loss.map(|loss| in_parts(loss, 1e6)),
        rounds: host.rounds,
        packets_sent: host.signs.sent,
        packets_received: host.signs.received,
        notes: notes(host),
    }
}

fn notes(host: &Finished) -> Vec<PortNote> {
    let signs = &host.signs;
    let mut notes = Vec::new();
    if refusals_are_limited(host) {
        notes.push(PortNote::RefusalsLimited);
    }
    if let Some(packets_per_second) = host.rate_limit {
        notes.push(PortNote::QuestionsLimited { packets_per_second });
    }
    if signs.open > MANY_OPEN || signs.odd > 0 {
        notes.push(PortNote::AnsweredByMiddlebox { ports: signs.open });
    }
    if let Some((port, packets_per_second)) = signs.silent_at {
        let came_back = host.ending != Ending::Silent;
        notes.push(PortNote::WentSilent { port, packets_per_second, came_back });
    }
    if host.chance_of_missing.is_none() && host.ending == Ending::Complete {
        notes.push(PortNote::LossUnknown);
    }
    notes
}

/// A firewall that drops a port drops it each time. Ports that refuse only when asked again, many
/// more than loss explains, mean that refusals are rationed.
fn refusals_are_limited(host: &Finished) -> bool {
    let later = f64::from(host.signs.closed_later);
    let loss = host.loss.unwrap_or(1.0);
    let by_loss = f64::from(host.signs.closed_first) * loss * 2.0 + 10.0;
    host.is_tested_by_open_ports && later > by_loss
}
