//! From observations to judgements, findings, test states and grades.

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_checks::{CHECKS, Evidence, OVERLOOKED};
use hoshimori_inspection::assessment::{EvidenceRegister, FindingRecord, HostRecord, ResultRecord};
use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::finding::{FindingId, Judgement, TestStatus};
use hoshimori_inspection::grading::FindingStatus;
use hoshimori_inspection::recorded::{RecordedFinding, RecordedTest};
use hoshimori_inspection::review::{Action, Review};
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_scheme::{CriterionId, FindingSeverity, Scheme, Text};
use jiff::Timestamp;

use crate::known::Known;
use crate::plan::Plan;

/// What the checks of a plan say.
pub(crate) struct Assessed {
    pub(crate) judgements: Vec<Judgement>,
    pub(crate) tests: Vec<TestStatus>,
}

/// Runs the checks of `plan` over what was seen.
pub(crate) fn assess(
    scheme: &Scheme,
    plan: &Plan,
    observations: &[Observation],
    known: &Known,
    began_at: Timestamp,
) -> Assessed {
    let inventory = &known.inventory;
    let evidence = Evidence { observations, hosts: &plan.known_hosts, inventory, began_at };
    let mut judgements = Vec::new();
    let mut tests = Vec::new();
    for test in scheme.tests() {
        let check = CHECKS.iter().find(|check| check.id() == test.id);
        let status = match check {
            Some(check) if plan.tests.contains(&test.id) => {
                let judged = check.evaluate(&evidence);
                let status = status_of(&judged, &known.hosts);
                judgements.extend(judged);
                status
            }
            Some(_) => (
                TestState::NotRun,
                Text::new("この実行では選ばれていない", "not chosen in this run"),
            ),
            None => (
                TestState::NotRun,
                Text::new(
                    "この版のhoshimoriは自動で実施しない。別の方法で実施し tests.toml に記録する",
                    "this version of hoshimori does not perform it; perform it by other means and record it in tests.toml",
                ),
            ),
        };
        tests.push(TestStatus { test: test.id, status: status.0, because: status.1 });
    }
    Assessed { judgements, tests }
}

/// Whether a check that ran decided anything.
///
/// Absence of a service is proved only where every port was looked at; a test whose every result
/// is open has established nothing, and nothing is not "performed, no finding".
fn status_of(judged: &[Judgement], hosts: &[HostRecord]) -> (TestState, Text) {
    if !hosts.iter().any(|host| host.alive) {
        return (TestState::NotRun, Text::new("応答した機器がない", "no host answered"));
    }
    let about_service = || judged.iter().filter(|one| one.aspect != OVERLOOKED);
    let decided = about_service().filter(|one| one.verdict != Verdict::Inconclusive).count();
    let open = judged.len() - decided;
    if about_service().next().is_none() {
        return status_of_absence(open, hosts);
    }
    if decided == 0 {
        return (
            TestState::NotRun,
            Text::new(
                format!("{open}件すべて判断できなかった"),
                format!("none of {open} results could be decided"),
            ),
        );
    }
    let because = if open == 0 {
        Text::new(format!("{decided}件を判断した"), format!("{decided} results decided"))
    } else {
        Text::new(
            format!("{decided}件を判断した。{open}件は判断できなかった"),
            format!("{decided} results decided, {open} could not be decided"),
        )
    };
    (TestState::Done, because)
}

/// The state of a test whose service was nowhere seen; on `gaps` hosts it may have been overlooked.
fn status_of_absence(gaps: usize, hosts: &[HostRecord]) -> (TestState, Text) {
    let blind = hosts.iter().filter(|host| !host.accuracy.unscanned.is_empty()).count();
    if blind > 0 {
        return (
            TestState::NotRun,
            Text::new(
                format!("{blind}台で走査できないポートがあり、サービスがないとは言えない"),
                format!("ports of {blind} hosts could not be scanned, so absence is not proved"),
            ),
        );
    }
    if gaps > 0 {
        return (
            TestState::Done,
            Text::new(
                format!("対象のサービスは見つからないが、{gaps}台に識別できないポートがある"),
                format!(
                    "no service of this kind was found, but {gaps} hosts have ports that could not be identified"
                ),
            ),
        );
    }
    (
        TestState::NotApplicable,
        Text::new("対象のサービスが見つからない", "no service of this kind was found"),
    )
}

/// Lets the tests that were performed by other means stand in for those that were not run here.
pub(crate) fn join_recorded(tests: &mut [TestStatus], recorded: &[RecordedTest]) {
    let by_test: BTreeMap<CriterionId, &RecordedTest> =
        recorded.iter().map(|test| (test.test, test)).collect();
    for status in tests {
        let Some(record) = by_test.get(&status.test) else { continue };
        let by = format!("{}（{}）", record.because, record.tool);
        if status.status == TestState::NotRun {
            status.status = record.status;
            status.because = Text::same(by);
        } else {
            status.because = Text::new(
                format!("{}。別の方法の記録: {by}", status.because.ja),
                format!("{}; recorded besides: {by}", status.because.en),
            );
        }
    }
}

/// The findings that are graded: proved ones, suspected ones that a person confirmed, and those
/// recorded by hand. Also the decisions that fit none of the results.
pub(crate) fn findings(
    results: &[ResultRecord],
    recorded: &[RecordedTest],
    review: &Review,
) -> (Vec<FindingRecord>, Vec<FindingId>) {
    let mut findings = Vec::new();
    for result in results {
        let decision = review.decisions.get(&result.id);
        let is_confirmed = decision
            .is_some_and(|decision| matches!(decision.action, Action::Confirm | Action::Plan));
        let counts = match result.verdict {
            Verdict::Fail => result.severity > FindingSeverity::Info,
            Verdict::Suspected => is_confirmed,
            Verdict::Pass | Verdict::NotApplicable | Verdict::Inconclusive => false,
        };
        if counts {
            findings.push(FindingRecord {
                id: result.id.clone(),
                test: result.test,
                target: result.target.to_string(),
                title: result.title.clone(),
                because: result.because.clone(),
                severity: result.severity,
                status: status_after(review, &result.id),
                plan_days: decision.and_then(|decision| decision.plan_days),
                ids: result.ids.clone(),
                evidence: result.evidence.clone(),
                repeat: result.repeat.clone(),
            });
        }
    }
    for test in recorded {
        findings.extend(test.findings.iter().map(|finding| from_record(test, finding, review)));
    }
    findings.sort_by(|a, b| (a.test, &a.id).cmp(&(b.test, &b.id)));
    let known: BTreeSet<&FindingId> = results
        .iter()
        .map(|result| &result.id)
        .chain(findings.iter().map(|finding| &finding.id))
        .collect();
    let stray = review.decisions.keys().filter(|id| !known.contains(id)).cloned().collect();
    (findings, stray)
}

fn from_record(test: &RecordedTest, finding: &RecordedFinding, review: &Review) -> FindingRecord {
    FindingRecord {
        id: finding.id.clone(),
        test: test.test,
        target: finding.target.clone(),
        title: Text::same(&finding.title),
        because: Text::same(&finding.because),
        severity: finding.severity,
        status: status_after(review, &finding.id),
        plan_days: review.decisions.get(&finding.id).and_then(|decision| decision.plan_days),
        ids: finding.ids.clone(),
        evidence: Vec::new(),
        repeat: None,
    }
}

fn status_after(review: &Review, id: &FindingId) -> FindingStatus {
    match review.decisions.get(id).map(|decision| decision.action) {
        Some(Action::FalsePositive) => FindingStatus::FalsePositive,
        Some(Action::ClosedRetest) => FindingStatus::ClosedRetest,
        Some(Action::Confirm | Action::Plan) | None => FindingStatus::Open,
    }
}

/// The results of `judgements`, worst first within a test, numbered by `register`.
pub(crate) fn results(judgements: &[Judgement], register: &EvidenceRegister) -> Vec<ResultRecord> {
    let mut results: Vec<ResultRecord> =
        judgements.iter().map(|judgement| ResultRecord::new(judgement, register)).collect();
    results.sort_by(|a, b| {
        let key = |one: &ResultRecord| (one.test, one.target, one.verdict);
        key(a).cmp(&key(b)).then(b.severity.cmp(&a.severity)).then(a.id.cmp(&b.id))
    });
    results
}

#[cfg(test)]
mod tests;
