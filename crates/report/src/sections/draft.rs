//! What keeps a report from being issued.

use hoshimori_inspection::grading::{GradingRequest, ItemResult, grade};
use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::{CriterionId, Mark};
use serde::Serialize;

use crate::context::Context;
use crate::ranking::rule_id;
use crate::shown::Shown;

/// Why a report cannot be issued.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// The items and tests that are missing.
    pub missing: Vec<Missing>,
    /// What else stands in the way.
    pub reasons: Vec<Shown>,
}

/// An item or test that blocks the report.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its id.
    pub id: Shown,
    /// Its title.
    pub title: Shown,
    /// What is missing.
    pub what: &'static str,
}

impl Draft {
    /// What blocks the report; `None` if nothing does.
    ///
    /// The document's grades are not taken on trust: both must be there, no item or test in scope
    /// may be missing, and grading the recorded request again must give the same grades.
    pub(crate) fn of(context: &Context<'_>) -> Option<Self> {
        let missing = missing(context);
        let reasons = reasons(context);
        let is_issuable = missing.is_empty() && reasons.is_empty();
        (!is_issuable).then_some(Self { missing, reasons })
    }
}

fn missing(context: &Context<'_>) -> Vec<Missing> {
    let is_judged = |id: CriterionId| context.item_result(id) != ItemResult::NotJudged;
    let is_in_scope = |mark: Mark| mark != Mark::NotEvaluated;
    let items = context.scheme.audit().iter();
    let items = items
        .filter(|item| is_in_scope(item.marks.at(context.target())) && !is_judged(item.id))
        .map(|item| (item.id, &item.title, context.words.blocked_not_judged));
    let tests = context.scheme.tests().iter();
    let tests = tests
        .filter(|test| is_in_scope(context.test_mark(test)))
        .filter(|test| context.test_state(test.id) == TestState::NotRun)
        .map(|test| (test.id, &test.short, context.words.blocked_not_run));
    items
        .chain(tests)
        .map(|(id, title, what)| Missing {
            id: Shown::from(id.to_string()),
            title: context.text(title),
            what,
        })
        .collect()
}

fn reasons(context: &Context<'_>) -> Vec<Shown> {
    let Some(record) = &context.assessment.grade else {
        return vec![context.words.draft_no_grade.into()];
    };
    let says_incomplete = |rule: &str| rule_id(rule).contains("-INCOMPLETE:");
    let mut reasons: Vec<Shown> = record
        .rules
        .iter()
        .zip(&record.explanations)
        .filter(|(rule, _)| says_incomplete(rule))
        .map(|(_, explanation)| context.text(explanation))
        .collect();
    let has_both = record.audit.is_some() && record.vuln.is_some();
    if !has_both && reasons.is_empty() {
        reasons.push(context.words.draft_no_grade.into());
    }
    if !is_reproducible(context) {
        reasons.push(context.words.draft_not_reproducible.into());
    }
    reasons
}

/// Whether grading the recorded request again gives the recorded grades.
fn is_reproducible(context: &Context<'_>) -> bool {
    let Some(record) = &context.assessment.grade else { return false };
    let Ok(request) = serde_json::to_vec(&context.inspection.request) else { return false };
    let Ok(request) = GradingRequest::parse(context.scheme, "request", &request) else {
        return false;
    };
    if !says_the_same(context, &request) {
        return false;
    }
    let again = grade(context.scheme, &request);
    (record.audit_computed, record.vuln_computed) == (again.audit_computed, again.vuln_computed)
        && (record.audit, record.vuln) == (again.audit, again.vuln)
}

/// Whether the request that was graded holds the answers and findings that the report shows.
fn says_the_same(context: &Context<'_>, request: &GradingRequest) -> bool {
    let bands = context.scheme.grading.cvss;
    let graded = &request.vuln().findings;
    let shown = &context.assessment.findings;
    let same_findings = graded.len() == shown.len()
        && shown.iter().all(|finding| {
            graded.iter().any(|entry| {
                (&entry.id, entry.test, entry.status, entry.plan_days)
                    == (&finding.id, finding.test, finding.status, finding.plan_days)
                    && entry.severity(bands) == Some(finding.severity)
            })
        });
    let mut items = context.scheme.audit().iter();
    same_findings
        && request.target() == context.target()
        && items.all(|item| request.audit().result(item.id) == context.item_result(item.id))
}
