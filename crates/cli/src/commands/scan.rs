use std::collections::BTreeSet;

use hoshimori_inspection::assessment::{Accuracy, HostRecord};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_pipeline::adhoc::{self, ByHand, Scanned};
use hoshimori_pipeline::plan::Engine;
use serde::Serialize;

use super::{Setting, with_surroundings};
use crate::args::{Scan, Targets};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::{ports, subjects, summary};

/// Format `scan/1`.
#[derive(Serialize)]
struct Document<'a> {
    hoshimori: &'static str,
    format: &'static str,
    authorized_by: Option<&'a str>,
    hosts: &'a [HostRecord],
    statistics: Statistics,
}

#[derive(Serialize)]
struct Statistics {
    engine: &'static str,
    /// Of the half-open scan; the system sends those of a connect scan and does not count them.
    packets_sent: Option<u64>,
    packets_received: Option<u64>,
    connection_attempts: u64,
    duration_ms: i64,
}

pub(super) fn run(args: &Scan, setting: Setting<'_>) -> Result<Exit, Failure> {
    let printer = setting.printer;
    let by_hand = ByHand {
        ports: ports::parse(&args.ports)?,
        looks_at_services: args.services,
        looks_at_udp: args.udp,
        engine: if args.connect { Engine::Connect } else { Engine::HalfOpenWherePossible },
        ..by_hand(&args.what, Vantage::Guest)?
    };
    let scanned = with_surroundings(setting, async |around| adhoc::scan(&by_hand, around).await)?;
    if printer.json {
        Printer::json(&document(&scanned, by_hand.authorized_by.as_deref()))?;
    } else {
        Printer::data(&summary::hosts::hosts(&scanned.hosts, printer.language))?;
    }
    Ok(Exit::Done)
}

/// What the targets of `scan` and `check` have in common; refuses to leave loopback unauthorised.
pub(super) fn by_hand(what: &Targets, vantage: Vantage) -> Result<ByHand, Failure> {
    let by_hand = ByHand {
        subjects: subjects::parse(&what.names)?,
        ports: ports::parse("-")?,
        tests: BTreeSet::new(),
        vantage,
        authorized_by: what.authorized_by.clone().filter(|text| !text.trim().is_empty()),
        state_changing_probes: false,
        max_packets_per_second: what.max_rate,
        engine: Engine::HalfOpenWherePossible,
        looks_at_services: true,
        looks_at_udp: true,
    };
    if by_hand.authorized_by.is_none() && !by_hand.is_loopback_only() {
        return Err(Failure::Usage(hoshimori_scheme::Text::new(
            "この端末の外を調べるには、誰がどのように許可したかを --authorized-by で書いてください",
            "beyond this machine, say who allowed it and how with --authorized-by",
        )));
    }
    Ok(by_hand)
}

fn document<'a>(scanned: &'a Scanned, authorized_by: Option<&'a str>) -> Document<'a> {
    Document {
        hoshimori: env!("CARGO_PKG_VERSION"),
        format: "scan/1",
        authorized_by,
        hosts: &scanned.hosts,
        statistics: Statistics {
            engine: engine(&scanned.hosts),
            packets_sent: total(&scanned.hosts, |accuracy| accuracy.packets_sent),
            packets_received: total(&scanned.hosts, |accuracy| accuracy.packets_received),
            connection_attempts: scanned.hosts.iter().map(|host| host.accuracy.probes).sum(),
            duration_ms: scanned.finished_at.duration_since(scanned.began_at).as_millis_i64(),
        },
    }
}

fn engine(hosts: &[HostRecord]) -> &'static str {
    let scanned = || hosts.iter().filter(|host| host.accuracy.requested > 0);
    let is_half_open = |host: &HostRecord| host.accuracy.packets_sent.is_some();
    match (scanned().any(is_half_open), scanned().all(is_half_open)) {
        (true, true) => "half-open",
        (true, false) => "mixed",
        (false, _) => "connect",
    }
}

fn total(hosts: &[HostRecord], count: impl Fn(&Accuracy) -> Option<u64>) -> Option<u64> {
    hosts.iter().filter_map(|host| count(&host.accuracy)).reduce(|sum, count| sum + count)
}

/// Milliseconds that fit a JSON number.
trait MillisI64 {
    fn as_millis_i64(&self) -> i64;
}

impl MillisI64 for jiff::SignedDuration {
    fn as_millis_i64(&self) -> i64 {
        i64::try_from(self.as_millis()).unwrap_or(i64::MAX)
    }
}
