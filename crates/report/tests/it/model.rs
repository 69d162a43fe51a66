use hoshimori_inspection::assessment::Assessment;
use hoshimori_inspection::grading::ItemResult;
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_report::{ReportError, ReportInput, ReportModel};
use hoshimori_scheme::{CriterionId, Grade, Language, Scheme};
use serde_json::Value;

use crate::document::HASHES;
use crate::sample;

fn model(assessment: &Assessment, language: Language) -> ReportModel {
    ReportModel::new(&ReportInput { assessment, scheme: Scheme::embedded(), language }).unwrap()
}

/// The model as one line a value, without what repeats the scheme or the word table.
fn outline(assessment: &Assessment, language: Language) -> String {
    let mut report = serde_json::to_value(model(assessment, language)).unwrap();
    for part in ["words", "legend"] {
        report.as_object_mut().unwrap().remove(part);
    }
    for list in ["/limits/blind", "/register/traffic", "/derivation/numbers"] {
        report.pointer_mut(list).unwrap().as_array_mut().unwrap().truncate(2);
    }
    let mut lines = Vec::new();
    describe("", &report, &mut lines);
    lines.join("\n")
}

fn describe(path: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) if fields.contains_key("symbol") => {
            lines.push(format!("{path}: {}", fields["symbol"].as_str().unwrap()));
        }
        Value::Object(fields) => {
            for (name, inner) in fields {
                describe(&format!("{path}/{name}"), inner, lines);
            }
        }
        Value::Array(values) if path.ends_with("/marks") => {
            let symbols = values.iter().filter_map(|mark| mark["symbol"].as_str());
            lines.push(format!("{path}: {}", symbols.collect::<Vec<_>>().join(" ")));
        }
        Value::Array(values) => {
            for (index, inner) in values.iter().enumerate() {
                describe(&format!("{path}/{index}"), inner, lines);
            }
        }
        Value::Null => {}
        Value::String(text) => lines.push(format!("{path}: {text}")),
        other => lines.push(format!("{path}: {other}")),
    }
}

#[test]
fn small_inspection_in_words_and_numbers() {
    insta::with_settings!({ filters => HASHES.to_vec() }, {
        insta::assert_snapshot!(outline(&sample::small(), Language::Japanese));
    });
}

#[test]
fn every_text_of_the_program_is_translated() {
    let english = model(&sample::empty(), Language::English);
    let mut english = serde_json::to_value(english).unwrap();
    // What people wrote stays as they wrote it.
    for part in ["cover", "scope", "audit", "gaps", "summary", "basis", "signatures"] {
        english.as_object_mut().unwrap().remove(part);
    }
    let kana = |c: char| ('\u{3041}'..='\u{30fa}').contains(&c);
    assert!(!english.to_string().contains(kana), "{english}");
}

#[test]
fn sample_is_no_draft() {
    assert!(model(&sample::full(), Language::Japanese).draft.is_none());
    assert!(model(&sample::empty(), Language::Japanese).draft.is_none());
}

#[test]
fn test_without_a_status_blocks_the_report() {
    let mut assessment = sample::full();
    let missing = CriterionId::wifi(4);
    assessment.tests.retain(|status| status.test != missing);
    let draft = model(&assessment, Language::Japanese).draft.unwrap();
    assert_eq!(draft.missing.len(), 1);
    assert_eq!(draft.missing[0].id.as_str(), "W-04");
}

#[test]
fn test_that_was_not_run_blocks_the_report_and_has_no_grade() {
    let mut assessment = sample::empty();
    assessment.tests[4].status = TestState::NotRun;
    assessment.inspection.as_mut().unwrap().request["vuln"]["tests"]["N-05"] = "未実施".into();
    sample::regrade(&mut assessment);
    let report = model(&assessment, Language::Japanese);
    assert_eq!(report.summary.grades[1].grade, None);
    assert_eq!(report.derivation.parts[1].computed, None);
    assert_eq!(report.draft.unwrap().missing[0].id.as_str(), "N-05");
    assert_eq!(report.limits.not_run.len(), 1);
}

#[test]
fn grades_that_do_not_follow_from_the_answers_make_a_draft() {
    let mut assessment = sample::full();
    assessment.grade.as_mut().unwrap().vuln = Some(Grade::A);
    assert!(model(&assessment, Language::Japanese).draft.is_some());
}

#[test]
fn finding_that_grading_never_saw_makes_a_draft() {
    let mut assessment = sample::full();
    let request = &mut assessment.inspection.as_mut().unwrap().request;
    request["vuln"]["findings"].as_array_mut().unwrap().pop();
    sample::regrade(&mut assessment);
    assert!(model(&assessment, Language::Japanese).draft.is_some());
}

#[test]
fn proved_fault_without_a_finding_is_shown_as_pending() {
    let mut assessment = sample::full();
    let lost = assessment.findings.remove(0);
    let report = model(&assessment, Language::Japanese);
    let fails = assessment.results.iter().filter(|result| result.id == lost.id);
    assert_eq!(fails.map(|result| result.verdict).collect::<Vec<_>>(), [Verdict::Fail]);
    let remarks: Vec<_> = report.findings.pending.iter().filter_map(|card| card.remark).collect();
    assert_eq!(remarks, [report.words.unlisted_fail]);
    assert!(report.draft.is_some());
}

#[test]
fn refused_override_is_shown_with_its_rule() {
    let report = model(&sample::full(), Language::Japanese);
    let outcomes: Vec<bool> =
        report.derivation.overrides.iter().map(|item| item.is_applied).collect();
    assert_eq!(outcomes, [true, false]);
    let outcome = report.derivation.overrides[1].facts[1].value.as_str();
    assert!(outcome.starts_with("不適用 (OV-R5)"), "{outcome}");
    assert_eq!(report.summary.grades[0].grade, Some(Grade::B));
    assert!(report.summary.grades[0].change.is_some());
}

#[test]
fn worst_findings_are_at_most_three_the_worst_first() {
    let worst = model(&sample::full(), Language::Japanese).summary.worst;
    let grades: Vec<Grade> = worst.iter().map(|found| found.grade).collect();
    assert_eq!(grades, [Grade::D, Grade::C, Grade::C]);
}

#[test]
fn common_risk_is_uncertain_while_a_related_row_is_not_judged() {
    let state = |assessment: &Assessment| model(assessment, Language::Japanese).risks[2].state.sign;
    let mut assessment = sample::empty();
    answer(&mut assessment, "A-19", ItemResult::Conforms);
    assert_eq!(state(&assessment), "○");
    answer(&mut assessment, "A-19", ItemResult::NotJudged);
    assert_eq!(state(&assessment), "？");
    answer(&mut assessment, "A-19", ItemResult::Nonconforming);
    assert_eq!(state(&assessment), "×");
}

/// Changes one audit answer, through JSON as answers have no setters.
fn answer(assessment: &mut Assessment, id: &str, result: ItemResult) {
    let audit = &mut assessment.inspection.as_mut().unwrap().audit;
    let mut answers = serde_json::to_value(&*audit).unwrap();
    answers[id]["result"] = serde_json::to_value(result).unwrap();
    *audit = serde_json::from_value(answers).unwrap();
}

#[test]
fn single_tests_are_no_report() {
    let assessment = Assessment { inspection: None, ..sample::empty() };
    let input = ReportInput {
        assessment: &assessment,
        scheme: Scheme::embedded(),
        language: Language::Japanese,
    };
    assert!(matches!(ReportModel::new(&input), Err(ReportError::NoInspection)));
}

#[test]
fn document_of_another_edition_is_refused() {
    let mut assessment = sample::empty();
    assessment.inspection.as_mut().unwrap().scheme.sha256 = "0".repeat(64);
    let input = ReportInput {
        assessment: &assessment,
        scheme: Scheme::embedded(),
        language: Language::Japanese,
    };
    assert!(matches!(ReportModel::new(&input), Err(ReportError::OtherEdition { .. })));
}
