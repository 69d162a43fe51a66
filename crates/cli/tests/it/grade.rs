//! `hoshimori grade`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::program::{finish_with_input, hoshimori, program};
use crate::support::schema::{assert_valid, is_valid};

#[test]
fn worked_examples_give_their_results() {
    for example in ["example_1", "example_2"] {
        let request = fixture(&format!("{example}.request.json"));
        let result = fs::read(fixture(&format!("{example}.result.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&result).unwrap();
        let run = hoshimori(["grade".as_ref(), request.as_os_str()]).exits(0);
        let grades = run.json();
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(without_comments(&grades[key]), *value, "{example} {key}");
        }
        assert_valid("grade", &grades);
        let request: Value = serde_json::from_slice(&fs::read(request).unwrap()).unwrap();
        assert_valid("grade-request", &request);
    }
}

#[test]
fn standard_input_is_read_for_a_hyphen_and_the_trace_is_explained_beside_it() {
    let request = fs::read_to_string(fixture("example_1.request.json")).unwrap();
    let run = finish_with_input(program().args(["grade", "-"]), &request).exits(0);
    assert_eq!(run.json()["level"], "★");
    assert!(run.stderr.contains("AU-C1"), "{}", run.stderr);
    let run = finish_with_input(program().args(["grade", "-", "--json"]), &request).exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn grade_that_reaches_no_level_exits_1() {
    let bad = r#"{"target":"★★","audit":{},"vuln":{"findings":[
        {"id":"f","test":"N-13","status":"open","severity":"critical"}]}}"#;
    let run = finish_with_input(program().args(["grade", "-"]), bad).exits(1);
    assert_eq!(run.json()["level"], "認証不可");
    let incomplete = r#"{"target":"★★","audit":{"items":{"A-07":{"r":"未評価"}}},"vuln":{}}"#;
    let run = finish_with_input(program().args(["grade", "-"]), incomplete).exits(1);
    assert_eq!(run.json()["level"], "判定不能");
    assert_eq!(run.json()["rules"], json!(["AU-INCOMPLETE:A-07"]));
    assert_eq!(run.json()["audit"], Value::Null);
    assert_valid("grade", &run.json());
}

/// A request, the line and key that its refusal names, and whether the schema refuses it as well:
/// it does not know which ids the scheme has, nor what hangs together.
const MALFORMED: [(&str, &str, bool); 14] = [
    (r#"{"target":"★★★★","audit":{},"vuln":{}}"#, "1: `target`", true),
    (r#"{"audit":{},"vuln":{}}"#, "1: `target`", true),
    (r#"{"target":"★","audit":{}}"#, "1: `vuln`", true),
    (
        "{\"target\":\"★\",\"vuln\":{},\n\"audit\":{\"items\":{\"A-33\":{\"r\":\"適合\"}}}}",
        "2: `audit.items.A-33`",
        false,
    ),
    (
        "{\"target\":\"★\",\"vuln\":{},\n\"audit\":{\"items\":{\"A-01\":{\"r\":\"良\"}}}}",
        "2: `audit.items.A-01.r`",
        true,
    ),
    (r#"{"target":"★","audit":{"default":"よい"},"vuln":{}}"#, "1: `audit.default`", true),
    (
        r#"{"target":"★","audit":{"items":{"A-01":{"r":"不適合","plan_days":-1}}},"vuln":{}}"#,
        "1: `audit.items.A-01.plan_days`",
        true,
    ),
    (
        r#"{"target":"★","audit":{},"vuln":{"tests":{"N-28":"未実施"}}}"#,
        "1: `vuln.tests.N-28`",
        false,
    ),
    (r#"{"target":"★","audit":{},"vuln":{"tests":{"N-01":"後で"}}}"#, "1: `vuln.tests.N-01`", true),
    (
        r#"{"target":"★★","audit":{},"vuln":{"findings":[{"id":"f","test":"N-13","status":"open"}]}}"#,
        "1: `vuln.findings[0]`",
        false,
    ),
    (
        r#"{"target":"★","audit":{},"vuln":{"findings":[
            {"id":"f","test":"N-13","status":"open","cvss":10.1}]}}"#,
        "2: `vuln.findings[0].cvss`",
        true,
    ),
    (
        r#"{"target":"★","audit":{},"vuln":{"findings":[
            {"id":"f","test":"N-13","status":"closed","severity":"low"}]}}"#,
        "2: `vuln.findings[0].status`",
        true,
    ),
    (
        r#"{"target":"★","audit":{},"vuln":{},"overrides":[{"part":"wifi","to":"A"}]}"#,
        "1: `overrides[0].part`",
        true,
    ),
    ("{\"target\":\"★\",\n", "2: ", false),
];

#[test]
fn malformed_request_is_refused_with_file_line_and_key() {
    for (request, place, _) in MALFORMED {
        let run = finish_with_input(program().args(["grade", "-"]), request).exits(2);
        assert_eq!(run.stdout, "", "{request}");
        assert!(run.stderr.contains(place), "{request}: {}", run.stderr);
        assert!(run.stderr.starts_with("エラー: -"), "{request}: {}", run.stderr);
        let run = finish_with_input(program().args(["grade", "-", "--lang", "en"]), request);
        assert!(run.stderr.starts_with("error: -"), "{request}: {}", run.stderr);
    }
}

#[test]
fn schema_of_requests_refuses_what_it_can_see() {
    for (request, place, is_visible) in MALFORMED {
        if let Ok(request) = serde_json::from_str(request) {
            assert_eq!(is_valid("grade-request", &request), !is_visible, "{place}");
        }
    }
}

#[test]
fn file_that_cannot_be_read_exits_2_and_is_named() {
    let run = hoshimori(["grade", "no-such-request.json"]).exits(2);
    assert!(run.stderr.contains("no-such-request.json"), "{}", run.stderr);
}

#[test]
fn request_without_file_is_wrong_usage() {
    assert_eq!(hoshimori(["grade"]).exits(64).stdout, "");
}

/// The rule ids of a trace, without the comments that may follow them.
fn without_comments(value: &Value) -> Value {
    let Value::Array(rules) = value else { return value.clone() };
    rules.iter().map(|rule| rule.as_str().unwrap().split(' ').next().unwrap()).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../inspection/fixtures/grading").join(name)
}
