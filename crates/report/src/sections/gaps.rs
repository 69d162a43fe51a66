//! Chapter 5: audit rows that do not fully conform.

use hoshimori_inspection::answer::AuditAnswer;
use hoshimori_inspection::grading::ItemResult;
use hoshimori_scheme::{AuditCriterion, Grade, Mark};
use serde::Serialize;

use super::Fact;
use super::audit::ItemView;
use super::summary::grade_of;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// Chapter 5: audit rows that do not fully conform, and those that do not apply.
#[derive(Clone, Debug, Serialize)]
pub struct GapsChapter {
    /// 不適合 and 一部適合, in catalogue order.
    pub gaps: Vec<AuditGap>,
    /// 対象外, with the reasons.
    pub not_applicable: Vec<NotApplicableRow>,
}

/// One audit row that does not fully conform.
#[derive(Clone, Debug, Serialize)]
pub struct AuditGap {
    /// Its id.
    pub id: Shown,
    /// What is to be confirmed.
    pub title: Shown,
    /// The label that the programme prints.
    pub label: Shown,
    /// The domain.
    pub domain: Shown,
    /// What was judged.
    pub result: ItemView,
    /// Grade to which a nonconformity alone leads.
    pub grade: Option<Grade>,
    /// Severity of a nonconformity.
    pub severity: Option<&'static str>,
    /// Whether the applied column evaluates the row.
    pub is_in_scope: bool,
    /// What was seen, why it matters, what to do, by when.
    pub facts: Vec<Fact>,
}

/// One audit row that does not apply.
#[derive(Clone, Debug, Serialize)]
pub struct NotApplicableRow {
    /// Its id.
    pub id: Shown,
    /// What is to be confirmed.
    pub title: Shown,
    /// Why it does not apply.
    pub reason: Shown,
    /// When the edition allows that.
    pub allowed_when: Shown,
}

impl GapsChapter {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let answered = || {
            let items = context.scheme.audit().iter();
            items.filter_map(|item| Some((item, context.inspection.audit.get(item.id)?)))
        };
        let is_gap = |result| matches!(result, ItemResult::Nonconforming | ItemResult::Partial);
        Self {
            gaps: answered()
                .filter(|(_, answer)| is_gap(answer.result))
                .map(|(item, answer)| AuditGap::new(context, item, answer))
                .collect(),
            not_applicable: answered()
                .filter(|(_, answer)| answer.result == ItemResult::NotApplicable)
                .map(|(item, answer)| NotApplicableRow {
                    id: Shown::from(item.id.to_string()),
                    title: context.text(&item.title),
                    reason: context.stated(answer.reason.as_deref()),
                    allowed_when: item
                        .not_applicable_when
                        .as_ref()
                        .map_or(context.words.not_stated.into(), |text| context.text(text)),
                })
                .collect(),
        }
    }
}

impl AuditGap {
    fn new(context: &Context<'_>, item: &AuditCriterion, answer: &AuditAnswer) -> Self {
        let severity = (answer.result == ItemResult::Nonconforming)
            .then(|| answer.severity.unwrap_or(item.default_severity));
        Self {
            id: Shown::from(item.id.to_string()),
            title: context.text(&item.title),
            label: Shown::new(&item.seed_label),
            domain: context.text(&item.domain_title),
            result: ItemView::new(context, answer.result),
            grade: severity.map(grade_of),
            severity: severity.map(|severity| context.words.nonconformity(severity)),
            is_in_scope: item.marks.at(context.target()) != Mark::NotEvaluated,
            facts: facts(context, item, answer),
        }
    }
}

fn facts(context: &Context<'_>, item: &AuditCriterion, answer: &AuditAnswer) -> Vec<Fact> {
    let words = context.words;
    let mut facts = vec![Fact::new(words.gap_seen, context.stated(answer.note.as_deref()))];
    if let Some(reason) = &answer.reason {
        facts.push(Fact::new(words.reason, reason.as_str()));
    }
    if let Some(reason) = &answer.severity_reason {
        let default = words.nonconformity(item.default_severity);
        let values = [("default", default), ("reason", reason)];
        facts.push(Fact::new(words.severity, fill(words.gap_severity_changed, &values)));
    }
    if answer.result == ItemResult::Partial {
        facts.push(Fact::new(words.gap_partial, context.text(&item.partial_definition)));
    }
    facts.push(Fact::new(words.gap_purpose, context.text(&item.purpose)));
    facts.push(Fact::new(words.correction, context.text(&item.remediation)));
    facts.push(Fact::new(words.plan, plan(context, answer)));
    if let Some(supporting) = supporting(context, item) {
        facts.push(Fact::new(words.gap_supporting, supporting));
    }
    if !answer.evidence.is_empty() {
        facts.push(Fact::new(words.evidence_files, context.join(&answer.evidence)));
    }
    facts
}

fn plan(context: &Context<'_>, answer: &AuditAnswer) -> Shown {
    let Some(plan) = &answer.plan else { return context.words.no_plan.into() };
    let days = fill(context.words.plan_days, &[("days", &plan.days.to_string())]);
    match &plan.text {
        Some(text) => Shown::from(format!("{days}: {text}")),
        None => days,
    }
}

/// The findings of the tests that support the judgement on `item`.
fn supporting(context: &Context<'_>, item: &AuditCriterion) -> Option<Shown> {
    let related = context
        .findings
        .iter()
        .filter(|finding| item.supporting_tests.contains(&finding.record.test))
        .map(|finding| {
            let number = finding.number.to_string();
            let label = fill(context.words.finding_label, &[("number", &number)]);
            format!("{label} ({})", finding.record.test)
        });
    let related = context.join(related);
    (!related.is_empty()).then_some(related)
}
