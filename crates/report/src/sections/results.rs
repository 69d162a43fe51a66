//! Chapters 6 and 7: network and Wi-Fi tests with their results.

use std::collections::BTreeSet;

use hoshimori_inspection::assessment::ResultRecord;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_scheme::{Grade, Mark, Table, TechnicalTest};
use serde::Serialize;

use super::marks::{ColumnHead, MarkCell};
use crate::context::Context;
use crate::shown::Shown;

/// Chapters 6 and 7: the tests of one table.
#[derive(Clone, Debug, Serialize)]
pub struct TestsChapter {
    /// Heads of the three columns of marks.
    pub columns: Vec<ColumnHead>,
    /// The tests in catalogue order.
    pub rows: Vec<TestRow>,
    /// Names of the vantages from which anything was seen.
    pub vantages: Vec<Shown>,
    /// Tests with results, counted by vantage.
    pub verdicts: Vec<VerdictRow>,
}

/// One test and whether it was performed.
#[derive(Clone, Debug, Serialize)]
pub struct TestRow {
    /// Its id.
    pub id: Shown,
    /// The group that the programme's table prints.
    pub group: Shown,
    /// What is tested.
    pub title: Shown,
    /// Its marks.
    pub marks: Vec<MarkCell>,
    /// 実施, 該当なし or 未実施.
    pub state: Shown,
    /// Whether the test was not performed.
    pub is_missing: bool,
    /// Whether the applied column evaluates it.
    pub is_in_scope: bool,
    /// Why, or what was found in a few words.
    pub because: Shown,
    /// Numbers of its findings.
    pub findings: usize,
}

/// Results of one test, one cell a vantage.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictRow {
    /// The test.
    pub id: Shown,
    /// Its short name.
    pub title: Shown,
    /// Counts by vantage, in the order of the chapter's vantages.
    pub cells: Vec<Vec<VerdictCount>>,
}

/// How often a test came to one verdict.
#[derive(Clone, Debug, Serialize)]
pub struct VerdictCount {
    /// Sign of the verdict.
    pub sign: &'static str,
    /// Its word.
    pub word: Shown,
    /// Grade whose colour it takes.
    pub tone: Option<Grade>,
    /// How often.
    pub count: usize,
}

impl TestsChapter {
    pub(crate) fn network(context: &Context<'_>) -> Self {
        Self::of_table(context, Table::Network)
    }

    pub(crate) fn wifi(context: &Context<'_>) -> Self {
        Self::of_table(context, Table::Wifi)
    }

    fn of_table(context: &Context<'_>, table: Table) -> Self {
        let tests = || context.scheme.tests().iter().filter(|test| test.id.table() == table);
        let vantages: BTreeSet<Vantage> = tests()
            .flat_map(|test| context.results(test.id))
            .map(|result| result.vantage)
            .collect();
        let verdicts = tests()
            .filter(|test| context.results(test.id).next().is_some())
            .map(|test| VerdictRow::new(context, test, &vantages))
            .collect();
        Self {
            columns: ColumnHead::all(context),
            rows: tests().map(|test| TestRow::new(context, test)).collect(),
            vantages: vantages.iter().map(|vantage| context.text(&vantage.name())).collect(),
            verdicts,
        }
    }
}

impl TestRow {
    fn new(context: &Context<'_>, test: &TechnicalTest) -> Self {
        let state = context.test_state(test.id);
        let findings = context.findings.iter();
        let because = context.test_status(test.id).map(|status| context.text(&status.because));
        Self {
            id: Shown::from(test.id.to_string()),
            group: context.text(&test.group),
            title: context.text(&test.short),
            marks: MarkCell::row(context, test.marks),
            state: context.text(&state.name()),
            is_missing: state == TestState::NotRun,
            is_in_scope: context.test_mark(test) != Mark::NotEvaluated,
            because: because.unwrap_or_default(),
            findings: findings.filter(|finding| finding.record.test == test.id).count(),
        }
    }
}

impl VerdictRow {
    fn new(context: &Context<'_>, test: &TechnicalTest, vantages: &BTreeSet<Vantage>) -> Self {
        let cell = |vantage: &Vantage| {
            let seen: Vec<&ResultRecord> =
                context.results(test.id).filter(|result| result.vantage == *vantage).collect();
            VerdictCount::of(context, &seen)
        };
        Self {
            id: Shown::from(test.id.to_string()),
            title: context.text(&test.short),
            cells: vantages.iter().map(cell).collect(),
        }
    }
}

impl VerdictCount {
    /// The verdicts that occur in `results`, the worst first.
    fn of(context: &Context<'_>, results: &[&ResultRecord]) -> Vec<Self> {
        let verdicts: BTreeSet<Verdict> = results.iter().map(|result| result.verdict).collect();
        verdicts
            .into_iter()
            .map(|verdict| Self {
                sign: verdict.sign(),
                word: context.text(&verdict.name()),
                tone: tone(verdict),
                count: results.iter().filter(|result| result.verdict == verdict).count(),
            })
            .collect()
    }
}

/// The grade whose colour a verdict takes.
pub(crate) fn tone(verdict: Verdict) -> Option<Grade> {
    match verdict {
        Verdict::Fail => Some(Grade::E),
        Verdict::Suspected => Some(Grade::C),
        Verdict::Pass => Some(Grade::A),
        Verdict::Inconclusive | Verdict::NotApplicable => None,
    }
}
