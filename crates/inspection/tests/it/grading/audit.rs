use hoshimori_inspection::grading::{ItemAnswer, ItemResult, RequestParts};
use hoshimori_scheme::{CriterionId, Grade, MeasureClass, NonconformitySeverity, TargetLevel};

use super::{audit_rule, flawless, graded, items_of, with_items};

const FOUNDATION: [CriterionId; 3] =
    [CriterionId::audit(1), CriterionId::audit(2), CriterionId::audit(3)];

/// The columns of the table of limits: n, most N and most N+P without D, first N with E3.
const LIMITS: [(usize, usize, usize, usize); 11] = [
    (24, 3, 6, 13),
    (23, 2, 5, 12),
    (22, 2, 5, 12),
    (21, 2, 5, 11),
    (20, 2, 5, 11),
    (19, 2, 4, 10),
    (18, 2, 4, 10),
    (17, 2, 4, 9),
    (16, 2, 4, 9),
    (15, 1, 3, 8),
    (12, 1, 3, 7),
];

fn answered(mut parts: RequestParts, id: CriterionId, answer: ItemAnswer) -> RequestParts {
    parts.audit.items.insert(id, answer);
    parts
}

fn missed(severity: Option<NonconformitySeverity>) -> ItemAnswer {
    ItemAnswer { severity, ..ItemAnswer::new(ItemResult::Nonconforming) }
}

fn partial(plan_days: Option<u32>) -> ItemAnswer {
    ItemAnswer { plan_days, ..ItemAnswer::new(ItemResult::Partial) }
}

/// A ★★ request with `applicable` basics, of which the last ones fall short: `missed` fail with
/// severity minor, `partial` conform in part with a plan.
fn with_gaps(applicable: usize, missed: usize, partial: usize) -> RequestParts {
    let basics = items_of(MeasureClass::Basic);
    let (not_applicable, applicable) = basics.split_at(basics.len() - applicable);
    let mut from_the_end = applicable.iter().rev().copied();
    let missed: Vec<_> = from_the_end.by_ref().take(missed).collect();
    let partial: Vec<_> = from_the_end.take(partial).collect();
    let parts = flawless(TargetLevel::Two);
    let parts = with_items(parts, not_applicable, ItemResult::NotApplicable);
    let parts = with_items(parts, &missed, ItemResult::Nonconforming);
    partial.into_iter().fold(parts, |parts, id| answered(parts, id, self::partial(Some(90))))
}

#[test]
fn limits_follow_the_table_by_applicable_basics() {
    for (n, most_missed, most_gaps, first_e) in LIMITS {
        let rule = |missed, partial| audit_rule(&graded(with_gaps(n, missed, partial)));
        let comment = |missed, partial| format!("n={n} N={missed} P={partial}");
        let expect = |id: &str, missed, partial| {
            assert_eq!(rule(missed, partial), format!("{id} {}", comment(missed, partial)));
        };
        expect("AU-C1", most_missed, 0);
        expect("AU-D2", most_missed + 1, 0);
        expect("AU-C1", 0, most_gaps);
        expect("AU-D2", 0, most_gaps + 1);
        expect("AU-C1", most_missed, most_gaps - most_missed);
        expect("AU-D2", most_missed, most_gaps - most_missed + 1);
        expect("AU-D2", first_e - 1, 0);
        expect("AU-E3", first_e, 0);
    }
}

#[test]
fn no_applicable_basic_item_is_no_gap() {
    let result = graded(with_gaps(0, 0, 0));
    assert_eq!(audit_rule(&result), "AU-A1 n=0 N=0 P=0");
    let result = graded(RequestParts { target: TargetLevel::One, ..with_gaps(0, 0, 0) });
    assert_eq!(audit_rule(&result), "AU-C0 n=0 N=0 P=0");
}

#[test]
fn critical_item_gives_e_with_its_default_severity() {
    for number in [14, 15, 17, 18, 22, 24] {
        let id = CriterionId::audit(number);
        for target in TargetLevel::ALL {
            let result = graded(answered(flawless(target), id, missed(None)));
            assert_eq!(result.audit_computed, Some(Grade::E));
            assert_eq!(audit_rule(&result), format!("AU-E1 {id}"));
        }
    }
}

#[test]
fn stated_severity_replaces_the_default() {
    let id = CriterionId::audit(14);
    let rule = |severity| {
        audit_rule(&graded(answered(flawless(TargetLevel::Two), id, missed(Some(severity)))))
    };
    assert_eq!(rule(NonconformitySeverity::Critical), "AU-E1 A-14");
    assert_eq!(rule(NonconformitySeverity::Major), "AU-D1 A-14");
    assert_eq!(rule(NonconformitySeverity::Minor), "AU-C1 n=24 N=1 P=0");
}

#[test]
fn severity_is_ignored_on_anything_but_a_failing_item() {
    let severity = Some(NonconformitySeverity::Critical);
    for result in [ItemResult::Conforms, ItemResult::Partial, ItemResult::NotApplicable] {
        let answer = ItemAnswer { severity, plan_days: Some(0), ..ItemAnswer::new(result) };
        let result = graded(answered(flawless(TargetLevel::Two), CriterionId::audit(14), answer));
        assert!(result.audit_computed <= Some(Grade::B), "{}", audit_rule(&result));
    }
}

#[test]
fn all_of_the_foundation_failing_gives_e_whatever_the_severity() {
    let parts = with_items(flawless(TargetLevel::Two), &FOUNDATION, ItemResult::Nonconforming);
    assert_eq!(audit_rule(&graded(parts)), "AU-E2 A-01,A-02,A-03");
    let parts = with_items(flawless(TargetLevel::Two), &FOUNDATION[..2], ItemResult::Nonconforming);
    assert_eq!(audit_rule(&graded(parts)), "AU-C1 n=24 N=2 P=0");
}

#[test]
fn rules_are_tried_in_their_order() {
    let all = items_of(MeasureClass::Basic);
    let parts = with_items(flawless(TargetLevel::One), &all, ItemResult::Nonconforming);
    assert_eq!(audit_rule(&graded(parts.clone())), "AU-E2 A-01,A-02,A-03");
    let with_critical = answered(parts.clone(), CriterionId::audit(24), missed(None));
    assert_eq!(audit_rule(&graded(with_critical)), "AU-E1 A-24");
    let without_foundation = with_items(parts, &FOUNDATION, ItemResult::Conforms);
    let major = answered(without_foundation, CriterionId::audit(24), {
        missed(Some(NonconformitySeverity::Major))
    });
    assert_eq!(audit_rule(&graded(major)), "AU-E3 n=24 N=21 P=0");
    let major = answered(with_gaps(24, 12, 0), CriterionId::audit(1), missed(None));
    assert_eq!(audit_rule(&graded(major)), "AU-E3 n=24 N=13 P=0");
    let major = answered(with_gaps(24, 11, 0), CriterionId::audit(1), missed(None));
    assert_eq!(audit_rule(&graded(major)), "AU-D1 A-01");
}

#[test]
fn applied_partial_conformity_gives_b_without_a_plan() {
    for target in [TargetLevel::Two, TargetLevel::Three] {
        let applied = items_of(MeasureClass::Applied);
        let result = graded(with_items(flawless(target), &applied, ItemResult::Partial));
        assert_eq!(audit_rule(&result), "AU-B1 n=24 N=0 P=0");
        assert_eq!(result.level.word(), "★★");
    }
}

#[test]
fn applied_item_that_is_not_applicable_keeps_a() {
    let applied = items_of(MeasureClass::Applied);
    let result =
        graded(with_items(flawless(TargetLevel::Three), &applied, ItemResult::NotApplicable));
    assert_eq!(audit_rule(&result), "AU-A1 n=24 N=0 P=0");
}

#[test]
fn applied_minor_failure_misses_two_stars_and_keeps_one() {
    for target in [TargetLevel::Two, TargetLevel::Three] {
        let result = graded(answered(flawless(target), CriterionId::audit(12), missed(None)));
        assert_eq!(audit_rule(&result), "AU-C1 n=24 N=0 P=0");
        assert_eq!(result.level.word(), "★");
    }
}

#[test]
fn applied_failure_counts_with_its_severity_but_not_into_the_limits() {
    let rule = |severity| {
        let answer = missed(Some(severity));
        audit_rule(&graded(answered(flawless(TargetLevel::Two), CriterionId::audit(12), answer)))
    };
    assert_eq!(rule(NonconformitySeverity::Critical), "AU-E1 A-12");
    assert_eq!(rule(NonconformitySeverity::Major), "AU-D1 A-12");
    let applied = items_of(MeasureClass::Applied);
    let parts = with_items(with_gaps(24, 3, 3), &applied, ItemResult::Nonconforming);
    assert_eq!(audit_rule(&graded(parts)), "AU-C1 n=24 N=3 P=3");
}

#[test]
fn applied_items_have_no_effect_at_the_lowest_target() {
    for result in ItemResult::ALL {
        let severity = Some(NonconformitySeverity::Critical);
        let parts = items_of(MeasureClass::Applied)
            .into_iter()
            .fold(flawless(TargetLevel::One), |parts, id| {
                answered(parts, id, ItemAnswer { severity, ..ItemAnswer::new(result) })
            });
        assert_eq!(audit_rule(&graded(parts)), "AU-C0 n=24 N=0 P=0");
    }
}

#[test]
fn planned_partial_conformities_give_b_up_to_two() {
    assert_eq!(audit_rule(&graded(with_gaps(24, 0, 1))), "AU-B1 n=24 N=0 P=1");
    assert_eq!(audit_rule(&graded(with_gaps(24, 0, 2))), "AU-B1 n=24 N=0 P=2");
    assert_eq!(audit_rule(&graded(with_gaps(24, 0, 3))), "AU-C1 n=24 N=0 P=3");
}

#[test]
fn plan_counts_up_to_ninety_days() {
    let rule = |plan| {
        let parts = answered(flawless(TargetLevel::Two), CriterionId::audit(8), partial(plan));
        audit_rule(&graded(parts))
    };
    assert_eq!(rule(Some(0)), "AU-B1 n=24 N=0 P=1");
    assert_eq!(rule(Some(90)), "AU-B1 n=24 N=0 P=1");
    assert_eq!(rule(Some(91)), "AU-C1 n=24 N=0 P=1");
    assert_eq!(rule(None), "AU-C1 n=24 N=0 P=1");
}

#[test]
fn lowest_target_is_capped_at_c() {
    let result = graded(flawless(TargetLevel::One));
    assert_eq!(result.audit_computed, Some(Grade::C));
    assert_eq!(audit_rule(&result), "AU-C0 n=24 N=0 P=0");
}

#[test]
fn items_not_judged_block_the_grade_in_catalogue_order() {
    let missing = [CriterionId::audit(31), CriterionId::audit(7)];
    let parts = with_items(flawless(TargetLevel::Two), &missing, ItemResult::NotJudged);
    let parts = answered(parts, CriterionId::audit(14), missed(None));
    let result = graded(parts);
    assert_eq!(audit_rule(&result), "AU-INCOMPLETE:A-07,A-31");
    assert_eq!(result.missing(), [CriterionId::audit(7), CriterionId::audit(31)]);
    assert_eq!((result.audit_computed, result.audit), (None, None));
    assert_eq!((result.vuln_computed, result.vuln), (Some(Grade::A), Some(Grade::A)));
}

#[test]
fn default_applies_to_every_item_without_an_answer() {
    let mut parts = flawless(TargetLevel::Three);
    parts.audit.default = ItemResult::NotJudged;
    parts.audit.items.insert(CriterionId::audit(1), ItemAnswer::new(ItemResult::Conforms));
    let missing = graded(parts).missing();
    assert_eq!(missing.len(), 31);
    assert!(!missing.contains(&CriterionId::audit(1)));
}
