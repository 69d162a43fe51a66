//! Chapter 11: what the report cannot say.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::assessment::{HostRecord, PortState};
use hoshimori_inspection::evidence::{PortNote, UdpState};
use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::CriterionId;
use serde::Serialize;

use super::hosts::ranges;
use super::scans::is_chance_unknown;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::{counted, fill};

/// Chapter 11: what this report cannot say.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
    /// What the inspection itself says it could not do.
    pub inspection: Vec<Shown>,
    /// Tests that were not performed, and why.
    pub not_run: Vec<LimitRow>,
    /// Tests with results that could not be decided, and how many.
    pub undecided: Vec<LimitRow>,
    /// What the port scans cannot say, and of which hosts.
    pub ports: Vec<PortLimit>,
    /// What the performed tests cannot see.
    pub blind: Vec<LimitRow>,
}

/// One test and what limits it.
#[derive(Clone, Debug, Serialize)]
pub struct LimitRow {
    /// The test.
    pub test: Shown,
    /// What limits it.
    pub limit: Shown,
}

/// Something that the port scans of some hosts cannot say.
#[derive(Clone, Debug, Serialize)]
pub struct PortLimit {
    /// What they cannot say.
    pub limit: Shown,
    /// The hosts.
    pub hosts: Shown,
}

impl Limits {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let limits = context.inspection.limits.iter();
        Self {
            inspection: limits.map(|limit| context.text(limit)).collect(),
            not_run: not_run(context),
            undecided: undecided(context),
            ports: port_limits(context),
            blind: blind(context),
        }
    }
}

fn not_run(context: &Context<'_>) -> Vec<LimitRow> {
    let tests = context.scheme.tests().iter();
    tests
        .filter(|test| context.test_state(test.id) == TestState::NotRun)
        .map(|test| LimitRow {
            test: context.test_name(test.id),
            limit: match context.test_status(test.id) {
                Some(status) => context.text(&status.because),
                None => context.words.not_stated.into(),
            },
        })
        .collect()
}

fn undecided(context: &Context<'_>) -> Vec<LimitRow> {
    let mut counts: BTreeMap<CriterionId, usize> = BTreeMap::new();
    for result in context.undecided() {
        *counts.entry(result.test).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(test, count)| LimitRow {
            test: context.test_name(test),
            limit: counted(context.words.row_undecided, count),
        })
        .collect()
}

fn port_limits(context: &Context<'_>) -> Vec<PortLimit> {
    let mut limits: Vec<(Shown, Vec<IpAddr>)> = Vec::new();
    for host in &context.assessment.hosts {
        for limit in limits_of(context, host) {
            match limits.iter_mut().find(|(known, _)| *known == limit) {
                Some((_, hosts)) => hosts.push(host.address),
                None => limits.push((limit, vec![host.address])),
            }
        }
    }
    limits
        .into_iter()
        .map(|(limit, hosts)| PortLimit { limit, hosts: context.join(ranges(&hosts)) })
        .collect()
}

/// What the port scan of `host` cannot say, in words that fit other hosts as well.
fn limits_of(context: &Context<'_>, host: &HostRecord) -> Vec<Shown> {
    let words = context.words;
    let accuracy = &host.accuracy;
    let mut limits = Vec::new();
    if is_chance_unknown(accuracy) {
        limits.extend(accuracy.to_text().map(|text| context.text(&text)));
    }
    let of_note = |note: &PortNote| match note {
        PortNote::AnsweredByMiddlebox { .. } => Some(words.limit_middlebox),
        PortNote::WentSilent { .. } => Some(words.limit_went_silent),
        PortNote::RefusalsLimited => Some(words.limit_refusals),
        PortNote::QuestionsLimited { .. } | PortNote::LossUnknown => None,
    };
    limits.extend(accuracy.notes.iter().filter_map(of_note).map(Shown::from));
    for unscanned in &accuracy.unscanned {
        let reason = context.text(&unscanned.reason.to_text());
        limits.push(fill(words.limit_unscanned, &[("reason", reason.as_str())]));
    }
    if accuracy.filtered > 0 {
        limits.push(words.limit_silent.into());
    }
    if host.ports.iter().any(|port| port.state == PortState::Unstable) {
        limits.push(words.limit_unstable.into());
    }
    if host.udp.iter().any(|port| port.state == UdpState::NoAnswer) {
        limits.push(words.limit_udp_silent.into());
    }
    limits
}

fn blind(context: &Context<'_>) -> Vec<LimitRow> {
    let tests = context.scheme.tests().iter();
    tests
        .filter(|test| context.test_state(test.id) != TestState::NotRun)
        .map(|test| LimitRow {
            test: context.test_name(test.id),
            limit: context.text(&test.limits),
        })
        .collect()
}
