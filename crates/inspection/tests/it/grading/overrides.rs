use hoshimori_inspection::grading::{
    GradingResult, ItemAnswer, ItemResult, OverrideEntry, Part, RequestParts, TestStatus,
};
use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, TargetLevel};

use super::{flawless, graded, rule_ids, with_finding, with_items};

const TWENTY_CHARS: &str = "一二三四五六七八九十一二三四五六七八九十";

fn entry(part: Part, to: Grade) -> OverrideEntry {
    OverrideEntry {
        part,
        to,
        by: "inspector-1".into(),
        approved_by: "reviewer-1".into(),
        reason: TWENTY_CHARS.into(),
        evidence: vec!["ev-1".into()],
    }
}

/// A request whose assessment has the grade `computed`, with one override of the assessment.
fn reviewed(target: TargetLevel, computed: Grade, entry: OverrideEntry) -> GradingResult {
    let severity = match computed {
        Grade::A => FindingSeverity::Info,
        Grade::B => FindingSeverity::Low,
        Grade::C => FindingSeverity::Medium,
        Grade::D => FindingSeverity::High,
        Grade::E => FindingSeverity::Critical,
    };
    let parts = with_finding(flawless(target), CriterionId::network(1), severity);
    let result = graded(RequestParts { overrides: vec![entry], ..parts });
    assert_eq!(result.vuln_computed, Some(computed));
    result
}

fn decision(result: &GradingResult) -> String {
    result.rules.last().unwrap().to_string()
}

#[test]
fn every_pair_of_grades_is_decided_as_the_rules_say() {
    for computed in Grade::ALL {
        for to in Grade::ALL {
            let result = reviewed(TargetLevel::Two, computed, entry(Part::Vuln, to));
            let (rule, reached) = match (computed, to) {
                (computed, to) if to > computed => ("OV-OK", to),
                (Grade::C | Grade::D | Grade::E, Grade::A)
                | (Grade::D | Grade::E, Grade::B)
                | (Grade::E, Grade::C) => ("OV-R4", computed),
                (Grade::D | Grade::E, _) => ("OV-R5", computed),
                (_, to) => ("OV-OK", to),
            };
            assert_eq!(rule_ids(&result)[1], rule, "{computed} to {to}");
            assert_eq!(result.vuln, Some(reached), "{computed} to {to}");
        }
    }
}

#[test]
fn direction_is_told_in_the_comment() {
    let decide =
        |computed, to| decision(&reviewed(TargetLevel::Two, computed, entry(Part::Vuln, to)));
    assert_eq!(decide(Grade::C, Grade::B), "OV-OK vuln C->B up");
    assert_eq!(decide(Grade::B, Grade::B), "OV-OK vuln B->B up");
    assert_eq!(decide(Grade::A, Grade::E), "OV-OK vuln A->E down");
    assert_eq!(decide(Grade::E, Grade::D), "OV-R5 vuln E->D");
}

#[test]
fn reason_needs_twenty_characters_as_given() {
    let decide = |reason: &str| {
        let entry = OverrideEntry { reason: reason.into(), ..entry(Part::Vuln, Grade::B) };
        rule_ids(&reviewed(TargetLevel::Two, Grade::C, entry))[1].clone()
    };
    assert_eq!(decide(""), "OV-R1");
    assert_eq!(decide(TWENTY_CHARS.strip_suffix('十').unwrap()), "OV-R1");
    assert_eq!(decide(TWENTY_CHARS), "OV-OK");
    assert_eq!(decide("nineteen characters"), "OV-R1");
    assert_eq!(decide(" twenty characters! "), "OV-OK");
    assert_eq!(decide(&"𠮷".repeat(19)), "OV-R1");
    assert_eq!(decide(&"𠮷".repeat(20)), "OV-OK");
}

#[test]
fn evidence_must_be_named() {
    for evidence in [vec![], vec![String::new()], vec!["　".to_owned()]] {
        let entry = OverrideEntry { evidence, ..entry(Part::Vuln, Grade::B) };
        assert_eq!(decision(&reviewed(TargetLevel::Two, Grade::C, entry)), "OV-R2 vuln C->B");
    }
}

#[test]
fn second_person_must_be_another_one() {
    for approved_by in ["", "  ", "inspector-1", " inspector-1 "] {
        let entry =
            OverrideEntry { approved_by: approved_by.into(), ..entry(Part::Vuln, Grade::B) };
        assert_eq!(decision(&reviewed(TargetLevel::Two, Grade::C, entry)), "OV-R3 vuln C->B");
    }
}

#[test]
fn checks_come_in_their_order() {
    let mut entry = entry(Part::Vuln, Grade::C);
    entry.reason.clear();
    entry.evidence.clear();
    entry.approved_by.clear();
    let id = |entry: &OverrideEntry, target| {
        rule_ids(&reviewed(target, Grade::E, entry.clone())).last().unwrap().clone()
    };
    assert_eq!(id(&entry, TargetLevel::One), "OV-R1");
    entry.reason = TWENTY_CHARS.into();
    assert_eq!(id(&entry, TargetLevel::One), "OV-R2");
    entry.evidence = vec!["ev-1".into()];
    assert_eq!(id(&entry, TargetLevel::One), "OV-R3");
    entry.approved_by = "reviewer-1".into();
    assert_eq!(id(&entry, TargetLevel::One), "OV-R4");
    entry.to = Grade::D;
    assert_eq!(id(&entry, TargetLevel::One), "OV-R5");
}

#[test]
fn lowering_needs_reason_evidence_and_second_person_too() {
    let entry = OverrideEntry { reason: "危険".into(), ..entry(Part::Vuln, Grade::E) };
    let result = reviewed(TargetLevel::Two, Grade::B, entry);
    assert_eq!((decision(&result).as_str(), result.vuln), ("OV-R1 vuln B->E", Some(Grade::B)));
}

#[test]
fn cap_of_the_lowest_target_stays() {
    for to in [Grade::B, Grade::C] {
        let result = reviewed(TargetLevel::One, Grade::C, entry(Part::Vuln, to));
        assert_eq!(rule_ids(&result), ["AU-C0", "VA-C0", "OV-R6"]);
        assert_eq!(result.vuln, Some(Grade::C));
    }
    let result = reviewed(TargetLevel::One, Grade::C, entry(Part::Vuln, Grade::E));
    assert_eq!((result.vuln, result.level.word()), (Some(Grade::E), "認証不可"));
}

#[test]
fn only_the_first_entry_of_a_part_counts() {
    let refused = OverrideEntry { evidence: vec![], ..entry(Part::Audit, Grade::E) };
    let overrides = vec![
        entry(Part::Vuln, Grade::B),
        refused,
        entry(Part::Audit, Grade::E),
        entry(Part::Vuln, Grade::E),
    ];
    let result = graded(RequestParts { overrides, ..flawless(TargetLevel::Two) });
    assert_eq!(rule_ids(&result), ["AU-A1", "OV-R2", "OV-OK"], "audit stands before assessment");
    assert_eq!((result.audit, result.vuln), (Some(Grade::A), Some(Grade::B)));
    assert_eq!((result.audit_computed, result.vuln_computed), (Some(Grade::A), Some(Grade::A)));
}

#[test]
fn incomplete_part_leaves_overrides_of_both_parts_unconsidered() {
    let overrides = vec![entry(Part::Audit, Grade::E), entry(Part::Vuln, Grade::E)];
    let parts = RequestParts { overrides, ..flawless(TargetLevel::Two) };
    let mut without_test = parts.clone();
    without_test.vuln.tests.insert(CriterionId::network(3), TestStatus::NotPerformed);
    let result = graded(without_test);
    assert_eq!(rule_ids(&result), ["AU-A1", "VA-INCOMPLETE:N-03"]);
    assert_eq!(result.audit, Some(Grade::A));
    let without_item = with_items(parts, &[CriterionId::audit(6)], ItemResult::NotJudged);
    let result = graded(without_item);
    assert_eq!(rule_ids(&result), ["AU-INCOMPLETE:A-06"]);
    assert_eq!((result.vuln, result.level.word()), (Some(Grade::A), "判定不能"));
}

#[test]
fn final_grades_decide_the_level() {
    let mut parts = flawless(TargetLevel::Three);
    parts.audit.items.insert(CriterionId::audit(12), ItemAnswer::new(ItemResult::Partial));
    assert_eq!(graded(parts.clone()).level.word(), "★★");
    parts.overrides = vec![entry(Part::Audit, Grade::A)];
    assert_eq!(graded(parts.clone()).level.word(), "★★★");
    parts.overrides.push(entry(Part::Vuln, Grade::C));
    assert_eq!(graded(parts).level.word(), "★");
}
