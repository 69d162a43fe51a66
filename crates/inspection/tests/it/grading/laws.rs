use hoshimori_inspection::grading::{
    FindingEntry, FindingStatus, GradingRequest, GradingResult, ItemAnswer, ItemResult,
    LevelOutcome, OverrideRule, Part, RequestParts, RuleTrace, grade,
};
use hoshimori_scheme::{FindingSeverity, Grade, NonconformitySeverity, Scheme};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::strategies::{any_parts, complete, item_id, one_more_finding, overrides};
use super::{graded, rule_ids};

/// Height of the level in a result, 0 for none.
fn rank(result: &GradingResult) -> u8 {
    match &result.level {
        LevelOutcome::Reached { key, .. } => Scheme::embedded().level(*key).unwrap().rank,
        LevelOutcome::NoLevel | LevelOutcome::Undetermined => 0,
    }
}

/// Fails where `after` is better than `before` in any grade or in the level.
fn assert_not_better(before: RequestParts, after: RequestParts) -> Result<(), TestCaseError> {
    let (before, after) = (graded(before), graded(after));
    for part in Part::ALL {
        prop_assert!(before.computed(part) <= after.computed(part), "{before:?}\n{after:?}");
        prop_assert!(before.final_grade(part) <= after.final_grade(part), "{before:?}\n{after:?}");
    }
    prop_assert!(rank(&before) >= rank(&after), "{before:?}\n{after:?}");
    Ok(())
}

/// All answers about conformity, best first.
fn answers_by_badness(plan_days: Option<u32>) -> Vec<ItemAnswer> {
    let missed = |severity| ItemAnswer {
        severity: Some(severity),
        plan_days,
        ..ItemAnswer::new(ItemResult::Nonconforming)
    };
    vec![
        ItemAnswer::new(ItemResult::Conforms),
        ItemAnswer { plan_days, ..ItemAnswer::new(ItemResult::Partial) },
        missed(NonconformitySeverity::Minor),
        missed(NonconformitySeverity::Major),
        missed(NonconformitySeverity::Critical),
    ]
}

/// The JSON text of `value` with the members of every object beginning at another one.
fn rotated(value: &Value, start: Index) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(key, value)| {
                    format!("{}:{}", Value::from(key.as_str()), rotated(value, start))
                })
                .collect();
            let start = start.index(members.len() + 1);
            members.rotate_left(start);
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => {
            let elements: Vec<String> =
                elements.iter().map(|element| rotated(element, start)).collect();
            format!("[{}]", elements.join(","))
        }
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn worse_answer_never_improves(
        parts in complete(),
        id in item_id(),
        plan_days in proptest::option::of(0_u32..100),
    ) {
        for pair in answers_by_badness(plan_days).windows(2) {
            let (mut before, mut after) = (parts.clone(), parts.clone());
            before.audit.items.insert(id, pair[0].clone());
            after.audit.items.insert(id, pair[1].clone());
            assert_not_better(before, after)?;
        }
    }

    #[test]
    fn one_more_open_finding_never_improves(
        parts in complete(),
        finding in one_more_finding(),
        place in any::<Index>(),
    ) {
        let mut after = parts.clone();
        after.vuln.findings.insert(place.index(parts.vuln.findings.len() + 1), finding);
        assert_not_better(parts, after)?;
    }

    #[test]
    fn higher_severity_never_improves(parts in complete(), finding in one_more_finding()) {
        for pair in [
            FindingSeverity::Info,
            FindingSeverity::Low,
            FindingSeverity::Medium,
            FindingSeverity::High,
            FindingSeverity::Critical,
        ].windows(2) {
            let with = |severity| {
                let mut parts = parts.clone();
                parts.vuln.findings.push(FindingEntry { severity, ..finding.clone() });
                parts
            };
            assert_not_better(with(Some(pair[0])), with(Some(pair[1])))?;
        }
    }

    #[test]
    fn removing_plans_never_improves(parts in complete()) {
        let mut after = parts.clone();
        after.audit.items.values_mut().for_each(|answer| answer.plan_days = None);
        after.vuln.findings.iter_mut().for_each(|finding| finding.plan_days = None);
        assert_not_better(parts, after)?;
    }

    #[test]
    fn closing_a_finding_never_worsens(
        parts in complete(),
        finding in one_more_finding(),
        is_retested in any::<bool>(),
    ) {
        let status =
            if is_retested { FindingStatus::ClosedRetest } else { FindingStatus::FalsePositive };
        let (mut open, mut closed) = (parts.clone(), parts);
        closed.vuln.findings.push(FindingEntry { status, ..finding.clone() });
        open.vuln.findings.push(finding);
        assert_not_better(closed, open)?;
    }

    #[test]
    fn order_of_findings_changes_only_the_trace(parts in any_parts(), middle in any::<Index>()) {
        let before = graded(parts.clone());
        let mut other = parts;
        let count = other.vuln.findings.len();
        other.vuln.findings.rotate_left(middle.index(count + 1).min(count));
        other.vuln.findings.reverse();
        let after = graded(other);
        let mut rules = (rule_ids(&before), rule_ids(&after));
        rules.0.sort();
        rules.1.sort();
        prop_assert_eq!(rules.0, rules.1);
        let without_trace = |result| GradingResult { rules: vec![], ..result };
        prop_assert_eq!(without_trace(before), without_trace(after));
    }

    #[test]
    fn order_of_items_never_matters(parts in any_parts(), start in any::<Index>()) {
        let request = parts.check(Scheme::embedded()).unwrap();
        let json = rotated(&serde_json::to_value(&request).unwrap(), start);
        let other = GradingRequest::parse(Scheme::embedded(), "x", json.as_bytes()).unwrap();
        prop_assert_eq!(grade(Scheme::embedded(), &request), grade(Scheme::embedded(), &other));
    }

    #[test]
    fn stored_request_reads_back_as_it_was(parts in any_parts()) {
        let request = parts.check(Scheme::embedded()).unwrap();
        let json = serde_json::to_vec_pretty(&request).unwrap();
        let read = GradingRequest::parse(Scheme::embedded(), "stored.json", &json).unwrap();
        prop_assert_eq!(read, request);
    }

    #[test]
    fn computed_grades_never_depend_on_overrides(parts in any_parts(), others in overrides()) {
        let before = graded(parts.clone());
        let after = graded(RequestParts { overrides: others, ..parts });
        for part in Part::ALL {
            prop_assert_eq!(before.computed(part), after.computed(part));
        }
    }

    #[test]
    fn refused_overrides_change_only_the_trace(parts in any_parts()) {
        let with = graded(parts.clone());
        let without = graded(RequestParts { overrides: vec![], ..parts });
        let mut is_any_applied = false;
        for rule in &with.rules {
            if let RuleTrace::Override { part, computed, rule, .. } = rule {
                is_any_applied |= rule.is_applied();
                if !rule.is_applied() {
                    prop_assert_eq!(with.final_grade(*part), Some(*computed));
                }
            }
        }
        if !is_any_applied {
            prop_assert_eq!(GradingResult { rules: without.rules.clone(), ..with }, without);
        }
    }

    #[test]
    fn d_and_e_are_never_lifted(parts in complete()) {
        let result = graded(parts);
        for part in Part::ALL {
            if result.computed(part) >= Some(Grade::D) {
                prop_assert!(result.final_grade(part) >= result.computed(part));
            }
        }
        for rule in &result.rules {
            if let RuleTrace::Override { computed, to, rule: OverrideRule::Raised, .. } = rule {
                prop_assert!(*computed < Grade::D && to <= computed);
            }
        }
    }

    #[test]
    fn level_stays_within_the_target_and_d_and_e_have_none(parts in any_parts()) {
        let target = parts.target;
        let result = graded(parts);
        prop_assert!(rank(&result) <= target.rank());
        let is_complete = result.audit.is_some() && result.vuln.is_some();
        prop_assert_eq!(is_complete, result.level != LevelOutcome::Undetermined);
        prop_assert_eq!(is_complete, result.missing().is_empty());
        if is_complete && (result.audit >= Some(Grade::D) || result.vuln >= Some(Grade::D)) {
            prop_assert_eq!(result.level, LevelOutcome::NoLevel);
        }
    }

    #[test]
    fn every_rule_has_an_id_without_blanks_and_an_explanation(parts in any_parts()) {
        for rule in graded(parts).rules {
            let line = rule.to_string();
            prop_assert_eq!(line.split(' ').next().unwrap(), rule.id());
            let text = rule.explain();
            prop_assert!(text.ja.ends_with('。') && text.en.ends_with('.'));
            prop_assert!(!text.ja.contains("（）") && !text.en.contains("()"), "{}", text.ja);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = GradingRequest::parse(Scheme::embedded(), "x", &bytes);
    }

    #[test]
    fn arbitrary_json_never_panics(value in json(), part in 0_usize..4) {
        let mut request = serde_json::json!({"target": "★★", "audit": {}, "vuln": {}});
        match part {
            0 => request["audit"]["items"] = value,
            1 => request["vuln"]["tests"] = value,
            2 => request["vuln"]["findings"] = value,
            _ => request = value,
        }
        let text = request.to_string();
        let _ = GradingRequest::parse(Scheme::embedded(), "x", text.as_bytes());
    }

    #[test]
    fn damaged_requests_never_panic(
        parts in any_parts(),
        damage in vec((any::<Index>(), any::<u8>()), 0..4),
        end in any::<Index>(),
    ) {
        let mut bytes = serde_json::to_vec(&parts.check(Scheme::embedded()).unwrap()).unwrap();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let end = end.index(bytes.len() * 2).min(bytes.len());
        if let Ok(request) = GradingRequest::parse(Scheme::embedded(), "x", &bytes[..end]) {
            let _ = grade(Scheme::embedded(), &request);
        }
    }
}

/// JSON values built from the words of requests, so that they get past the first check.
fn json() -> impl Strategy<Value = Value> {
    let words = [
        "A-14",
        "N-01",
        "r",
        "id",
        "test",
        "status",
        "open",
        "適合",
        "cvss",
        "severity",
        "low",
        "target",
        "audit",
        "items",
        "vuln",
        "findings",
        "plan_days",
        "未実施",
        "default",
        "",
    ];
    let word = proptest::sample::select(words.to_vec());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((word.clone().prop_map(str::to_owned), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
