//! Chapter 11: what the report cannot say.

use std::collections::BTreeMap;

use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::CriterionId;
use serde::Serialize;

use super::hosts::{UnscannedLine, unscanned};
use crate::context::Context;
use crate::shown::Shown;
use crate::words::counted;

/// Chapter 11: what this report cannot say.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
    /// What the inspection itself says it could not do.
    pub inspection: Vec<Shown>,
    /// Tests that were not performed, and why.
    pub not_run: Vec<LimitRow>,
    /// Tests with results that could not be decided, and how many.
    pub undecided: Vec<LimitRow>,
    /// Ports that could not be scanned.
    pub unscanned: Vec<UnscannedLine>,
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

impl Limits {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let limits = context.inspection.limits.iter();
        Self {
            inspection: limits.map(|limit| context.text(limit)).collect(),
            not_run: not_run(context),
            undecided: undecided(context),
            unscanned: unscanned(context),
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
