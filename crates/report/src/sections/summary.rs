//! Chapter 1: the report on one page.

use std::cmp::Reverse;

use hoshimori_inspection::grading::{ItemResult, Part};
use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::{FindingSeverity, Grade, Mark, NonconformitySeverity};
use serde::Serialize;

use super::grade_tables::{FinalGrade, final_grade};
use super::scans::is_chance_unknown;
use crate::context::Context;
use crate::ranking::Standing;
use crate::shown::Shown;
use crate::words::{counted, fill};

/// How many findings the summary names.
const WORST: usize = 3;

/// Chapter 1: one page for the person who runs the facility.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// What the report is about and what it leaves to others.
    pub lead: Vec<Shown>,
    /// The audit grade, then the assessment grade.
    pub grades: Vec<FinalGrade>,
    /// The worst findings that count.
    pub worst: Vec<WorstFinding>,
    /// Numbers, by table.
    pub counts: Vec<CountTable>,
    /// What the grades do not say.
    pub remarks: Vec<Shown>,
}

/// One of the worst findings.
#[derive(Clone, Debug, Serialize)]
pub struct WorstFinding {
    /// How bad it is.
    pub grade: Grade,
    /// Its severity in words.
    pub severity: &'static str,
    /// Id of its criterion.
    pub id: Shown,
    /// What it is.
    pub title: Shown,
    /// Where it was found.
    pub target: Shown,
    /// Where the report tells more.
    pub see: Shown,
}

/// Numbers that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct CountTable {
    /// What is counted.
    pub title: &'static str,
    /// The numbers.
    pub rows: Vec<CountRow>,
}

/// One number.
#[derive(Clone, Debug, Serialize)]
pub struct CountRow {
    /// What it counts.
    pub label: Shown,
    /// How many.
    pub count: usize,
}

impl Summary {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        Self {
            lead: lead(context),
            grades: Part::ALL.map(|part| final_grade(context, part)).into(),
            worst: worst(context),
            counts: vec![audit_counts(context), test_counts(context), finding_counts(context)],
            remarks: remarks(context),
        }
    }
}

fn lead(context: &Context<'_>) -> Vec<Shown> {
    let words = context.words;
    let facility = &context.inspection.file.facility;
    let (audit, tests) = (context.scheme.audit().len(), context.scheme.tests().len());
    let values = [
        ("facility", facility.name.as_str()),
        ("operator", facility.operator.as_str()),
        ("audit", &audit.to_string()),
        ("tests", &tests.to_string()),
    ];
    vec![fill(words.summary_lead, &values), words.summary_level.into()]
}

/// Findings that count and audit rows that do not conform, the worst three of both.
fn worst(context: &Context<'_>) -> Vec<WorstFinding> {
    let words = context.words;
    let findings = context.findings.iter().filter_map(|finding| {
        let record = finding.record;
        Some(WorstFinding {
            grade: finding.counted_grade()?,
            severity: words.severity(record.severity),
            id: Shown::from(record.test.to_string()),
            title: context.text(&record.title),
            target: Shown::new(&record.target),
            see: fill(words.finding_label, &[("number", &finding.number.to_string())]),
        })
    });
    let gaps = context.scheme.audit().iter().filter_map(|item| {
        let answer = context.inspection.audit.get(item.id)?;
        let in_scope = item.marks.at(context.target()) != Mark::NotEvaluated;
        let severity = answer.severity.unwrap_or(item.default_severity);
        (in_scope && answer.result == ItemResult::Nonconforming).then(|| WorstFinding {
            grade: grade_of(severity),
            severity: words.nonconformity(severity),
            id: Shown::from(item.id.to_string()),
            title: context.text(&item.title),
            target: Shown::from(words.part_audit),
            see: fill(words.worst_chapter, &[("chapter", "5")]),
        })
    });
    let mut all: Vec<WorstFinding> = findings.chain(gaps).collect();
    all.sort_by_key(|finding| Reverse(finding.grade));
    all.truncate(WORST);
    all
}

/// The grade to which one nonconformity alone leads (rules AU-E1, AU-D1 and AU-C1).
pub(crate) fn grade_of(severity: NonconformitySeverity) -> Grade {
    match severity {
        NonconformitySeverity::Minor => Grade::C,
        NonconformitySeverity::Major => Grade::D,
        NonconformitySeverity::Critical => Grade::E,
    }
}

fn audit_counts(context: &Context<'_>) -> CountTable {
    let count = |result| {
        let rows = context.scheme.audit().iter();
        rows.filter(|item| context.item_result(item.id) == result).count()
    };
    let rows = ItemResult::ALL
        .map(|result| CountRow { label: context.text(&result.name()), count: count(result) });
    CountTable { title: context.words.counts_audit, rows: rows.into() }
}

fn test_counts(context: &Context<'_>) -> CountTable {
    let count = |state| {
        let tests = context.scheme.tests().iter();
        tests.filter(|test| context.test_state(test.id) == state).count()
    };
    let rows = [TestState::Done, TestState::NotApplicable, TestState::NotRun]
        .map(|state| CountRow { label: context.text(&state.name()), count: count(state) });
    CountTable { title: context.words.counts_tests, rows: rows.into() }
}

fn finding_counts(context: &Context<'_>) -> CountTable {
    let words = context.words;
    let count = |wanted: Standing| {
        context.findings.iter().filter(|finding| finding.standing == wanted).count()
    };
    let counted_with = |severity| {
        let findings = context.findings.iter();
        findings
            .filter(|finding| finding.counted_grade().is_some())
            .filter(|finding| finding.record.severity == severity)
            .count()
    };
    let severities = [
        FindingSeverity::Critical,
        FindingSeverity::High,
        FindingSeverity::Medium,
        FindingSeverity::Low,
        FindingSeverity::Info,
    ];
    let counted = severities.map(|severity| CountRow {
        label: fill(
            words.counted_as,
            &[("severity", words.severity(severity)), ("grade", &severity.grade().to_string())],
        ),
        count: counted_with(severity),
    });
    let others = [
        (words.reference_findings, count(Standing::Reference)),
        (words.closed_findings, count(Standing::Closed)),
        (words.dismissed_findings, count(Standing::Dismissed)),
        (words.suspected_results, context.pending().count()),
        (words.inconclusive_results, context.undecided().count()),
    ];
    let others = others.map(|(label, count)| CountRow { label: label.into(), count });
    CountTable { title: words.counts_findings, rows: counted.into_iter().chain(others).collect() }
}

fn remarks(context: &Context<'_>) -> Vec<Shown> {
    let words = context.words;
    let hosts = || context.assessment.hosts.iter().map(|host| &host.accuracy);
    let unscanned: u64 = hosts()
        .flat_map(|accuracy| &accuracy.unscanned)
        .map(|unscanned| u64::from(unscanned.ports))
        .sum();
    let counts = [
        (words.remark_pending, context.pending().count()),
        (words.remark_inconclusive, context.undecided().count()),
        (words.remark_unscanned, usize::try_from(unscanned).unwrap_or(usize::MAX)),
        (words.remark_unstated, hosts().filter(|accuracy| is_chance_unknown(accuracy)).count()),
    ];
    counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(sentence, count)| counted(sentence, count))
        .collect()
}
