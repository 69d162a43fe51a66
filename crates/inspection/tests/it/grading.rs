//! GR-1 from the outside: requests in, grades, level and trace out.

// Makes the lints see helper functions as test code too.
#![cfg(test)]

mod assessment;
mod audit;
mod examples;
mod laws;
mod level;
mod malformed;
mod overrides;
mod request;
mod strategies;

use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::grading::{
    AssessmentSheet, AuditSheet, FindingEntry, GradingRequest, GradingResult, ItemAnswer,
    ItemResult, RequestParts, TestStatus, grade,
};
use hoshimori_scheme::{
    CriterionId, FindingSeverity, MeasureClass, NonconformitySeverity, Scheme, TargetLevel,
};

/// A request on which everything conforms and nothing was found.
fn flawless(target: TargetLevel) -> RequestParts {
    RequestParts {
        target,
        audit: AuditSheet::new(ItemResult::Conforms),
        vuln: AssessmentSheet::new(TestStatus::Performed),
        overrides: Vec::new(),
    }
}

/// The same request with `result` for each of `items`, as severity minor where it fails.
fn with_items(mut parts: RequestParts, items: &[CriterionId], result: ItemResult) -> RequestParts {
    for id in items {
        let severity =
            (result == ItemResult::Nonconforming).then_some(NonconformitySeverity::Minor);
        parts.audit.items.insert(*id, ItemAnswer { severity, ..ItemAnswer::new(result) });
    }
    parts
}

/// The same request with one more open finding.
fn with_finding(
    mut parts: RequestParts,
    test: CriterionId,
    severity: FindingSeverity,
) -> RequestParts {
    let id = FindingId::given(format!("f{}", parts.vuln.findings.len() + 1));
    parts.vuln.findings.push(FindingEntry::open(id, test, severity));
    parts
}

fn checked(parts: RequestParts) -> GradingRequest {
    parts.check(Scheme::embedded()).unwrap()
}

fn graded(parts: RequestParts) -> GradingResult {
    grade(Scheme::embedded(), &checked(parts))
}

/// The ids of the trace, as comparisons read them.
fn rule_ids(result: &GradingResult) -> Vec<String> {
    result.rules.iter().map(|rule| rule.to_string().split(' ').next().unwrap().to_owned()).collect()
}

/// The first rule with its comment.
fn audit_rule(result: &GradingResult) -> String {
    result.rules[0].to_string()
}

fn items_of(class: MeasureClass) -> Vec<CriterionId> {
    let items = Scheme::embedded().audit().iter().filter(|item| item.class == class);
    items.map(|item| item.id).collect()
}
