//! Chapter 8: every finding in detail.

use hoshimori_inspection::assessment::{EvidenceId, FindingRecord, ResultRecord};
use hoshimori_inspection::review::Decision;
use hoshimori_inspection::scope::InJapan;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{CriterionId, Grade};
use serde::Serialize;

use super::Fact;
use super::marks::MarkCell;
use super::undecided::UndecidedRow;
use crate::context::Context;
use crate::excerpt::excerpt;
use crate::ranking::{RankedFinding, Standing};
use crate::shown::Shown;
use crate::words::fill;

/// How many pieces of evidence a finding shows in full; the others are named.
const SHOWN_EVIDENCE: usize = 2;

/// Chapter 8: every finding, every suspicion, everything undecided.
#[derive(Clone, Debug, Serialize)]
pub struct FindingsChapter {
    /// Findings, those that count first, the worst first.
    pub findings: Vec<FindingCard>,
    /// Suspicions that nobody has confirmed or dismissed.
    pub pending: Vec<FindingCard>,
    /// Results that could not be decided.
    pub undecided: Vec<UndecidedRow>,
}

/// One finding with all that is known about it.
#[derive(Clone, Debug, Serialize)]
pub struct FindingCard {
    /// Its number in the report; suspicions have none.
    pub label: Shown,
    /// A heading.
    pub title: Shown,
    /// Its grade alone.
    pub grade: Grade,
    /// Its severity in words.
    pub severity: &'static str,
    /// What has become of it.
    pub status: &'static str,
    /// The mark of its test in the applied column.
    pub mark: Option<MarkCell>,
    /// What a reader must know before all else: a reference finding, a suspicion.
    pub remark: Option<&'static str>,
    /// What, where, why, what to do.
    pub facts: Vec<Fact>,
    /// What was decided on it.
    pub decision: Vec<Fact>,
    /// The decisive evidence.
    pub evidence: Vec<Excerpt>,
    /// Numbers of the other pieces of evidence.
    pub more_evidence: Shown,
    /// A command that repeats it.
    pub repeat: Shown,
}

/// One piece of evidence in short.
#[derive(Clone, Debug, Serialize)]
pub struct Excerpt {
    /// Its number in the register.
    pub id: Shown,
    /// When and where.
    pub place: Shown,
    /// What was sent.
    pub sent: Shown,
    /// What came back.
    pub received: Shown,
    /// What a reader should know.
    pub note: Shown,
}

impl FindingsChapter {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        Self {
            findings: context.findings.iter().map(|found| finding(context, found)).collect(),
            pending: context.pending().map(|result| pending(context, result)).collect(),
            undecided: UndecidedRow::all(context),
        }
    }
}

fn finding(context: &Context<'_>, finding: &RankedFinding<'_>) -> FindingCard {
    let words = context.words;
    let record = finding.record;
    let mut facts = vec![
        Fact::new(words.test, context.test_name(record.test)),
        Fact::new(words.target, record.target.as_str()),
    ];
    // A finding that a check proved has a result of the same id, which knows the vantage.
    let result = context.assessment.results.iter().find(|result| result.id == record.id);
    if let Some(result) = result {
        facts.push(Fact::new(words.vantage, context.text(&result.vantage.name())));
    }
    facts.push(Fact::new(words.finding_what, context.text(&record.because)));
    facts.extend(explained(context, record.test));
    let plan = record
        .plan_days
        .map_or(words.no_plan.into(), |days| fill(words.plan_days, &[("days", &days.to_string())]));
    facts.push(Fact::new(words.plan, plan));
    facts.extend(identified(context, &record.ids, record.id.as_str()));
    if let Some(files) = recorded_files(context, record) {
        facts.push(Fact::new(words.finding_recorded_evidence, files));
    }
    let decision = context.inspection.review.decisions.get(&record.id);
    let (evidence, more_evidence) = evidence(context, &record.evidence);
    FindingCard {
        label: fill(words.finding_label, &[("number", &finding.number.to_string())]),
        title: context.text(&record.title),
        grade: record.severity.grade(),
        severity: words.severity(record.severity),
        status: words.status(record.status),
        mark: Some(MarkCell::single(context, finding.mark)),
        remark: (finding.standing == Standing::Reference).then_some(words.reference_note),
        facts,
        decision: decision.map(|decision| decided(context, decision)).unwrap_or_default(),
        evidence,
        more_evidence,
        repeat: record.repeat.as_deref().map(Shown::new).unwrap_or_default(),
    }
}

fn pending(context: &Context<'_>, result: &ResultRecord) -> FindingCard {
    let words = context.words;
    let mut facts = vec![
        Fact::new(words.test, context.test_name(result.test)),
        Fact::new(words.target, result.target.to_string()),
        Fact::new(words.vantage, context.text(&result.vantage.name())),
        Fact::new(words.finding_what, context.text(&result.because)),
    ];
    facts.extend(explained(context, result.test));
    facts.extend(identified(context, &result.ids, result.id.as_str()));
    let (evidence, more_evidence) = evidence(context, &result.evidence);
    let mark = context.scheme.test(result.test).map(|test| context.test_mark(test));
    FindingCard {
        label: Shown::from(format!(
            "{} {}",
            result.verdict.sign(),
            context.text(&result.verdict.name())
        )),
        title: context.text(&result.title),
        grade: result.grade,
        severity: words.severity(result.severity),
        status: words.status_pending,
        mark: mark.map(|mark| MarkCell::single(context, mark)),
        remark: (result.verdict == Verdict::Fail).then_some(words.unlisted_fail),
        facts,
        decision: Vec::new(),
        evidence,
        more_evidence,
        repeat: result.repeat.as_deref().map(Shown::new).unwrap_or_default(),
    }
}

/// What the edition says about findings of a test.
fn explained(context: &Context<'_>, test: CriterionId) -> Vec<Fact> {
    let Some(test) = context.scheme.test(test) else { return Vec::new() };
    vec![
        Fact::new(context.words.finding_why, context.text(&test.purpose)),
        Fact::new(context.words.correction, context.text(&test.remediation)),
    ]
}

fn identified(context: &Context<'_>, ids: &[String], key: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !ids.is_empty() {
        facts.push(Fact::new(context.words.finding_ids, context.join(ids)));
    }
    facts.push(Fact::new(context.words.finding_key, key));
    facts
}

/// The files that a person named when recording the test of a finding.
fn recorded_files(context: &Context<'_>, record: &FindingRecord) -> Option<Shown> {
    let test = context.inspection.recorded.iter().find(|test| {
        test.findings.iter().any(|finding| finding.id == record.id) && !test.evidence.is_empty()
    })?;
    Some(context.join(&test.evidence))
}

fn decided(context: &Context<'_>, decision: &Decision) -> Vec<Fact> {
    let words = context.words;
    let mut facts = vec![
        Fact::new(words.decision, words.action(decision.action)),
        Fact::new(words.decided_by, decision.by.as_str()),
    ];
    if let Some(second) = &decision.approved_by {
        facts.push(Fact::new(words.approved_by, second.as_str()));
    }
    facts.push(Fact::new(words.reason, decision.reason.as_str()));
    facts
}

/// The first pieces of evidence in short, and the numbers of the others.
fn evidence(context: &Context<'_>, ids: &[EvidenceId]) -> (Vec<Excerpt>, Shown) {
    let shown = ids.iter().take(SHOWN_EVIDENCE).filter_map(|id| {
        let record = context.assessment.evidence.iter().find(|record| record.id == *id)?;
        Some(Excerpt {
            id: Shown::new(id.as_str()),
            place: Shown::from(format!("{}  {}", InJapan(record.at), record.target)),
            sent: excerpt(&record.sent),
            received: excerpt(&record.received),
            note: record.note.as_deref().map(Shown::new).unwrap_or_default(),
        })
    });
    (shown.collect(), context.join(ids.iter().skip(SHOWN_EVIDENCE)))
}
