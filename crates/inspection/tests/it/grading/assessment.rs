use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::grading::{
    CvssScore, FindingEntry, FindingStatus, FindingWeight, ItemResult, RequestParts, TestStatus,
};
use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, Mark, Scheme, TargetLevel};

use super::{flawless, graded, rule_ids, with_finding, with_items};

const SEVERITIES: [FindingSeverity; 5] = [
    FindingSeverity::Info,
    FindingSeverity::Low,
    FindingSeverity::Medium,
    FindingSeverity::High,
    FindingSeverity::Critical,
];

/// ● at ★★, ▲ at ★.
const MUST: CriterionId = CriterionId::network(1);
/// ▲ at ★★, - at ★.
const PARTIAL: CriterionId = CriterionId::network(11);

fn finding(test: CriterionId, severity: FindingSeverity) -> FindingEntry {
    FindingEntry::open(FindingId::given("f1"), test, severity)
}

fn with(target: TargetLevel, finding: FindingEntry) -> RequestParts {
    let mut parts = flawless(target);
    parts.vuln.findings.push(finding);
    parts
}

#[test]
fn each_severity_gives_its_grade() {
    for (severity, grade) in SEVERITIES.into_iter().zip(Grade::ALL) {
        let result = graded(with(TargetLevel::Two, finding(MUST, severity)));
        assert_eq!(result.vuln_computed, Some(grade));
        assert_eq!(rule_ids(&result), ["AU-A1"], "a counted finding has no rule of its own");
    }
}

#[test]
fn worst_finding_decides() {
    let parts = SEVERITIES
        .into_iter()
        .fold(flawless(TargetLevel::Three), |parts, severity| with_finding(parts, MUST, severity));
    assert_eq!(graded(parts).vuln_computed, Some(Grade::E));
}

#[test]
fn score_decides_where_no_severity_is_stated() {
    for (score, grade) in [
        ("0.0", Grade::A),
        ("0.1", Grade::B),
        ("3.9", Grade::B),
        ("4.0", Grade::C),
        ("6.9", Grade::C),
        ("6.95", Grade::C),
        ("7.0", Grade::D),
        ("7", Grade::D),
        ("8.9", Grade::D),
        ("9.0", Grade::E),
        ("1e1", Grade::E),
    ] {
        let cvss = Some(CvssScore::parse(score).unwrap());
        let mut entry = FindingEntry { cvss, ..finding(MUST, FindingSeverity::Info) };
        let stated = graded(with(TargetLevel::Two, entry.clone()));
        assert_eq!(stated.vuln_computed, Some(Grade::A), "the stated severity wins over {score}");
        entry.severity = None;
        assert_eq!(graded(with(TargetLevel::Two, entry)).vuln_computed, Some(grade), "{score}");
    }
}

#[test]
fn finding_of_a_test_out_of_scope_is_for_reference_before_its_status_is_looked_at() {
    for status in FindingStatus::ALL {
        let entry = FindingEntry { status, ..finding(PARTIAL, FindingSeverity::Critical) };
        let result = graded(with(TargetLevel::One, entry));
        assert_eq!(result.vuln_computed, Some(Grade::C));
        assert_eq!(rule_ids(&result), ["AU-C0", "f1:reference", "VA-C0"]);
    }
}

#[test]
fn finding_out_of_scope_needs_no_severity() {
    let entry = FindingEntry { severity: None, ..finding(PARTIAL, FindingSeverity::Info) };
    assert_eq!(rule_ids(&graded(with(TargetLevel::One, entry)))[1], "f1:reference");
}

#[test]
fn closed_and_dismissed_findings_are_listed_and_not_counted() {
    for (status, rule) in [
        (FindingStatus::ClosedRetest, "f1:closed-retest"),
        (FindingStatus::FalsePositive, "f1:false-positive"),
    ] {
        let entry =
            FindingEntry { status, severity: None, ..finding(MUST, FindingSeverity::Critical) };
        let result = graded(with(TargetLevel::Two, entry));
        assert_eq!(result.vuln_computed, Some(Grade::A));
        assert_eq!(rule_ids(&result), ["AU-A1", rule]);
    }
}

#[test]
fn planned_medium_finding_of_a_partial_test_counts_as_low() {
    for (plan_days, grade) in
        [(Some(0), Grade::B), (Some(90), Grade::B), (Some(91), Grade::C), (None, Grade::C)]
    {
        let entry = FindingEntry { plan_days, ..finding(PARTIAL, FindingSeverity::Medium) };
        let result = graded(with(TargetLevel::Two, entry));
        assert_eq!(result.vuln_computed, Some(grade));
        let is_listed = rule_ids(&result).contains(&"f1:VA-T1".to_owned());
        assert_eq!(is_listed, grade == Grade::B);
    }
}

#[test]
fn tolerance_is_for_medium_findings_and_partial_tests_only() {
    for severity in SEVERITIES {
        let planned = |test| FindingEntry { plan_days: Some(30), ..finding(test, severity) };
        let result = graded(with(TargetLevel::Two, planned(MUST)));
        assert_eq!(result.vuln_computed, Some(severity.grade()));
        let result = graded(with(TargetLevel::Three, planned(PARTIAL)));
        assert_eq!(result.vuln_computed, Some(severity.grade()));
        if severity != FindingSeverity::Medium {
            let result = graded(with(TargetLevel::Two, planned(PARTIAL)));
            assert_eq!(result.vuln_computed, Some(severity.grade()));
            assert_eq!(rule_ids(&result), ["AU-A1"]);
        }
    }
}

#[test]
fn tolerance_reaches_the_basic_tests_at_the_lowest_target() {
    let entry = FindingEntry { plan_days: Some(45), ..finding(MUST, FindingSeverity::Medium) };
    let result = graded(with(TargetLevel::One, entry));
    assert_eq!(rule_ids(&result), ["AU-C0", "f1:VA-T1", "VA-C0"]);
}

#[test]
fn cap_of_the_lowest_target_is_always_listed() {
    for (severity, grade) in
        SEVERITIES.into_iter().zip([Grade::C, Grade::C, Grade::C, Grade::D, Grade::E])
    {
        let result = graded(with(TargetLevel::One, finding(MUST, severity)));
        assert_eq!(result.vuln_computed, Some(grade));
        assert_eq!(rule_ids(&result), ["AU-C0", "VA-C0"]);
    }
    for target in [TargetLevel::Two, TargetLevel::Three] {
        assert!(!rule_ids(&graded(flawless(target))).contains(&"VA-C0".to_owned()));
    }
}

#[test]
fn tests_not_performed_block_the_grade_and_findings_are_not_evaluated() {
    let mut parts = with(TargetLevel::Two, finding(MUST, FindingSeverity::Critical));
    let missing = [CriterionId::wifi(2), CriterionId::network(5)];
    parts.vuln.tests.extend(missing.map(|id| (id, TestStatus::NotPerformed)));
    let result = graded(parts);
    assert_eq!(rule_ids(&result), ["AU-A1", "VA-INCOMPLETE:N-05,W-02"]);
    assert_eq!((result.vuln_computed, result.vuln), (None, None));
    assert_eq!((result.audit_computed, result.audit), (Some(Grade::A), Some(Grade::A)));
    assert_eq!(result.level.word(), "判定不能");
}

#[test]
fn test_not_performed_out_of_scope_has_no_effect() {
    let mut parts = flawless(TargetLevel::One);
    for test in Scheme::embedded().tests() {
        let status = match test.marks.at(TargetLevel::One) {
            Mark::NotEvaluated => TestStatus::NotPerformed,
            Mark::Must | Mark::Partial => TestStatus::Performed,
        };
        parts.vuln.tests.insert(test.id, status);
    }
    assert_eq!(graded(parts).vuln_computed, Some(Grade::C));
}

#[test]
fn default_status_applies_to_every_test_without_one() {
    let mut parts = flawless(TargetLevel::One);
    parts.vuln.default = TestStatus::NotPerformed;
    assert_eq!(
        rule_ids(&graded(parts))[1],
        "VA-INCOMPLETE:N-01,N-02,N-23,N-24,N-27,W-01,W-03,W-04"
    );
}

#[test]
fn both_parts_incomplete_are_both_listed() {
    let mut parts =
        with_items(flawless(TargetLevel::Two), &[CriterionId::audit(2)], ItemResult::NotJudged);
    parts.vuln.tests.insert(MUST, TestStatus::NotPerformed);
    let result = graded(parts);
    let json = serde_json::to_string(&result).unwrap();
    assert_eq!(
        json,
        r#"{"audit_computed":null,"vuln_computed":null,"audit":null,"vuln":null,"#.to_owned()
            + r#""level":"判定不能","rules":["AU-INCOMPLETE:A-02","VA-INCOMPLETE:N-01"]}"#
    );
    assert_eq!(result.missing(), [CriterionId::audit(2), MUST]);
}

#[test]
fn finding_of_an_unknown_test_counts_in_full() {
    let unknown = finding(CriterionId::network(99), FindingSeverity::Medium);
    let entry = FindingEntry { plan_days: Some(1), ..unknown };
    let weight = FindingWeight::of(Scheme::embedded(), TargetLevel::Two, &entry);
    assert_eq!(weight, FindingWeight::Counted(FindingSeverity::Medium));
    let entry = FindingEntry { severity: None, ..entry };
    let weight = FindingWeight::of(Scheme::embedded(), TargetLevel::Two, &entry);
    assert_eq!(weight.grade(), Some(Grade::E));
}
