use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::grading::{
    AssessmentSheet, AuditSheet, CvssScore, FindingEntry, FindingStatus, ItemAnswer, ItemResult,
    OverrideEntry, Part, RequestParts, TestStatus,
};
use hoshimori_scheme::{
    CriterionId, FindingSeverity, Grade, NonconformitySeverity, Scheme, TargetLevel,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Requests that leave nothing unjudged, so that both parts have grades.
pub(super) fn complete() -> impl Strategy<Value = RequestParts> {
    let results = select(ItemResult::ALL[..4].to_vec());
    parts(results, Just(TestStatus::Performed))
}

/// Requests of any kind.
pub(super) fn any_parts() -> impl Strategy<Value = RequestParts> {
    parts(select(ItemResult::ALL.to_vec()), select(TestStatus::ALL.to_vec()))
}

/// Open findings under an id that no other strategy uses.
pub(super) fn one_more_finding() -> impl Strategy<Value = FindingEntry> {
    finding().prop_map(|entry| FindingEntry {
        id: FindingId::given("one-more"),
        status: FindingStatus::Open,
        ..entry
    })
}

pub(super) fn overrides() -> impl Strategy<Value = Vec<OverrideEntry>> {
    vec(override_entry(), 0..3)
}

fn parts(
    result: impl Strategy<Value = ItemResult> + 'static,
    status: impl Strategy<Value = TestStatus> + 'static,
) -> impl Strategy<Value = RequestParts> {
    let target = select(TargetLevel::ALL.to_vec());
    let vuln = (btree_map(test_id(), status, 0..3), vec(finding(), 0..6));
    let items = btree_map(item_id(), answer(result), 0..12);
    (target, items, vuln, overrides()).prop_map(|(target, items, (tests, findings), overrides)| {
        let named = findings.into_iter().enumerate().map(|(index, entry)| FindingEntry {
            id: FindingId::given(format!("f{index}")),
            ..entry
        });
        RequestParts {
            target,
            audit: AuditSheet { items, ..AuditSheet::new(ItemResult::Conforms) },
            vuln: AssessmentSheet {
                default: TestStatus::Performed,
                tests,
                findings: named.collect(),
            },
            overrides,
        }
    })
}

/// Answers to few items are mostly minor, so that all grades are reached often.
fn answer(result: impl Strategy<Value = ItemResult>) -> impl Strategy<Value = ItemAnswer> {
    let severity = prop_oneof![
        8 => Just(Some(NonconformitySeverity::Minor)),
        1 => Just(Some(NonconformitySeverity::Major)),
        1 => Just(Some(NonconformitySeverity::Critical)),
        1 => Just(None),
    ];
    (result, severity, plan_days()).prop_map(|(result, severity, plan_days)| ItemAnswer {
        severity,
        plan_days,
        ..ItemAnswer::new(result)
    })
}

fn finding() -> impl Strategy<Value = FindingEntry> {
    let status = prop_oneof![
        3 => Just(FindingStatus::Open),
        1 => Just(FindingStatus::ClosedRetest),
        1 => Just(FindingStatus::FalsePositive),
    ];
    let severity = prop_oneof![
        3 => Just(FindingSeverity::Info),
        3 => Just(FindingSeverity::Low),
        3 => Just(FindingSeverity::Medium),
        1 => Just(FindingSeverity::High),
        1 => Just(FindingSeverity::Critical),
    ];
    let rating = prop_oneof![
        2 => severity.prop_map(|severity| (Some(severity), None)),
        1 => (0_u8..=100).prop_map(|tenths| (None, CvssScore::from_tenths(tenths).ok())),
    ];
    (test_id(), status, rating, plan_days()).prop_map(
        |(test, status, (severity, cvss), plan_days)| FindingEntry {
            id: FindingId::given("f"),
            test,
            status,
            cvss,
            severity,
            plan_days,
        },
    )
}

fn override_entry() -> impl Strategy<Value = OverrideEntry> {
    let reason = select(vec!["短い", "管理用区画からのみ応答し利用者の区画からは到達できない"]);
    let evidence = select(vec![vec![], vec!["ev-1".to_owned()]]);
    let approved_by = select(vec!["", "inspector-1", "reviewer-1", "reviewer-1", "reviewer-1"]);
    let part = select(Part::ALL.to_vec());
    (part, select(Grade::ALL.to_vec()), approved_by, reason, evidence).prop_map(
        |(part, to, approved_by, reason, evidence)| OverrideEntry {
            part,
            to,
            by: "inspector-1".into(),
            approved_by: approved_by.into(),
            reason: reason.into(),
            evidence,
        },
    )
}

fn plan_days() -> impl Strategy<Value = Option<u32>> {
    option::of(prop_oneof![Just(0), Just(90), Just(91), any::<u32>()])
}

pub(super) fn item_id() -> impl Strategy<Value = CriterionId> {
    select(Scheme::embedded().audit().iter().map(|item| item.id).collect::<Vec<_>>())
}

pub(super) fn test_id() -> impl Strategy<Value = CriterionId> {
    select(Scheme::embedded().tests().iter().map(|test| test.id).collect::<Vec<_>>())
}
