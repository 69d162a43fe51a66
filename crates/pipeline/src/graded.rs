//! The grading request of an inspection, and its grades.

use hoshimori_inspection::answer::AuditAnswers;
use hoshimori_inspection::assessment::FindingRecord;
use hoshimori_inspection::finding::TestStatus;
use hoshimori_inspection::grading::{
    AssessmentSheet, AuditSheet, FindingEntry, GradingRequest, ItemAnswer, ItemResult,
    OverrideEntry, RequestParts, TestStatus as Performed,
};
use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::{Scheme, TargetLevel};

use crate::error::PipelineError;

/// What GR-1 is asked: all that people judged and tests found. What nobody judged is 未評価, what
/// nobody performed 未実施.
pub(crate) fn request(
    scheme: &Scheme,
    target: TargetLevel,
    answers: &AuditAnswers,
    tests: &[TestStatus],
    findings: &[FindingRecord],
    overrides: &[OverrideEntry],
) -> Result<GradingRequest, PipelineError> {
    let mut audit = AuditSheet::new(ItemResult::NotJudged);
    for (id, answer) in answers.iter() {
        let item = ItemAnswer {
            result: answer.result,
            severity: answer.severity,
            severity_reason: answer.severity_reason.clone(),
            reason: answer.reason.clone(),
            plan_days: answer.plan.as_ref().map(|plan| plan.days),
        };
        audit.items.insert(id, item);
    }
    let mut vuln = AssessmentSheet::new(Performed::NotPerformed);
    for test in tests {
        let performed = match test.status {
            TestState::Done | TestState::NotApplicable => Performed::Performed,
            TestState::NotRun => Performed::NotPerformed,
        };
        vuln.tests.insert(test.test, performed);
    }
    vuln.findings = findings
        .iter()
        .map(|finding| FindingEntry {
            id: finding.id.clone(),
            test: finding.test,
            status: finding.status,
            cvss: None,
            severity: Some(finding.severity),
            plan_days: finding.plan_days,
        })
        .collect();
    RequestParts { target, audit, vuln, overrides: overrides.to_vec() }
        .check(scheme)
        .map_err(|fault| PipelineError::Ungradable { detail: fault.problem().en })
}
