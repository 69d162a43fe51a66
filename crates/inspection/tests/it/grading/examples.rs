use hoshimori_inspection::grading::{GradingRequest, grade};
use hoshimori_scheme::Scheme;
use serde_json::Value;

use super::rule_ids;

fn assert_grades_as_printed(request: &str, expected: &str, rules: &[&str]) {
    let request =
        GradingRequest::parse(Scheme::embedded(), "example.json", request.as_bytes()).unwrap();
    let result = grade(Scheme::embedded(), &request);
    let mut json = serde_json::to_value(&result).unwrap();
    assert_eq!(json["rules"], serde_json::json!(rules));
    json["rules"] = rule_ids(&result).into();
    assert_eq!(json, serde_json::from_str::<Value>(expected).unwrap());
}

#[test]
fn first_worked_example_gives_the_printed_result() {
    assert_grades_as_printed(
        include_str!("../../../fixtures/grading/example_1.request.json"),
        include_str!("../../../fixtures/grading/example_1.result.json"),
        &["AU-C1 n=22 N=1 P=0", "f3:false-positive", "OV-OK vuln C->B up"],
    );
}

#[test]
fn second_worked_example_gives_the_printed_result() {
    assert_grades_as_printed(
        include_str!("../../../fixtures/grading/example_2.request.json"),
        include_str!("../../../fixtures/grading/example_2.result.json"),
        &[
            "AU-C0 n=24 N=2 P=1",
            "f1:VA-T1",
            "f2:reference",
            "f3:closed-retest",
            "VA-C0",
            "OV-R6 audit C->B",
        ],
    );
}

#[test]
fn keys_of_the_result_stand_in_the_documented_order() {
    let request = include_str!("../../../fixtures/grading/example_2.request.json");
    let request =
        GradingRequest::parse(Scheme::embedded(), "example.json", request.as_bytes()).unwrap();
    let json = serde_json::to_string(&grade(Scheme::embedded(), &request)).unwrap();
    let start = r#"{"audit_computed":"C","vuln_computed":"C","audit":"C","vuln":"C","level":"★","#;
    assert!(json.starts_with(start), "{json}");
    assert!(json.contains(r#""level":"★","rules":["AU-C0 "#), "{json}");
}

#[test]
fn every_rule_of_the_examples_is_explained_in_both_languages() {
    for request in [
        include_str!("../../../fixtures/grading/example_1.request.json"),
        include_str!("../../../fixtures/grading/example_2.request.json"),
    ] {
        let request =
            GradingRequest::parse(Scheme::embedded(), "example.json", request.as_bytes()).unwrap();
        for rule in grade(Scheme::embedded(), &request).rules {
            let text = rule.explain();
            assert!(text.ja.ends_with('。'), "{}", text.ja);
            assert!(text.en.ends_with('.') && text.en.is_ascii() || text.en.contains(['★', '▲']));
        }
    }
}
