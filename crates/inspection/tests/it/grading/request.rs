use hoshimori_inspection::finding::FindingId;
use hoshimori_inspection::grading::{
    FindingEntry, GradingRequest, ItemAnswer, ItemResult, RequestFault, RequestParts, TestStatus,
    grade,
};
use hoshimori_scheme::{CriterionId, FindingSeverity, InputError, Scheme, TargetLevel};

use super::{flawless, rule_ids, with_finding};

fn parse(text: &str) -> Result<GradingRequest, InputError> {
    GradingRequest::parse(Scheme::embedded(), "request.json", text.as_bytes())
}

#[test]
fn unknown_keys_byte_order_mark_and_huge_plans_are_taken() {
    let text = r#"{"title":{"a":[1e999]},"target":"★★","vuln":{"findings":[]},"overrides":null,
        "audit":{"note":1,"items":{
            "A-08":{"r":"一部適合","name":"x","plan_days":99999999999999999999}}}}"#;
    let request = parse(&format!("\u{feff}{text}\n")).unwrap();
    assert_eq!(rule_ids(&grade(Scheme::embedded(), &request)), ["AU-C1"]);
}

#[test]
fn absent_answers_take_the_documented_defaults() {
    let request = parse(r#"{"target":"★★","audit":{},"vuln":{}}"#).unwrap();
    assert_eq!(request, flawless(TargetLevel::Two).check(Scheme::embedded()).unwrap());
}

#[test]
fn absent_override_fields_are_refused_by_the_rules_and_not_by_the_reader() {
    let text = r#"{"target":"★★","audit":{},"vuln":{},"overrides":[{"part":"audit","to":"B"}]}"#;
    let request = parse(text).unwrap();
    assert_eq!(rule_ids(&grade(Scheme::embedded(), &request)), ["AU-A1", "OV-R1"]);
}

#[test]
fn open_finding_out_of_scope_and_closed_findings_need_no_severity() {
    let text = r#"{"target":"★","audit":{},"vuln":{"findings":[
        {"id":"f1","test":"N-22","status":"open"},
        {"id":"f2","test":"N-01","status":"closed-retest"},
        {"id":"f3","test":"N-01","status":"false-positive"}]}}"#;
    assert!(parse(text).is_ok());
    let text = text.replace("\"★\"", "\"★★★\"");
    assert_eq!(parse(&text).unwrap_err().key, "vuln.findings[0]");
}

#[test]
fn requests_built_in_code_are_held_against_the_scheme_too() {
    let scheme = Scheme::embedded();
    let check = |parts: RequestParts| parts.check(scheme).unwrap_err();
    let mut parts = flawless(TargetLevel::Two);
    parts.audit.items.insert(CriterionId::network(1), ItemAnswer::new(ItemResult::Conforms));
    assert_eq!(check(parts), RequestFault::UnknownItem("N-01".into()));
    let mut parts = flawless(TargetLevel::Two);
    parts.vuln.tests.insert(CriterionId::audit(1), TestStatus::Performed);
    assert_eq!(check(parts), RequestFault::UnknownTest("A-01".into()));
    let parts =
        with_finding(flawless(TargetLevel::Two), CriterionId::network(99), FindingSeverity::Low);
    let unknown = RequestFault::UnknownTestOfFinding { index: 0, test: "N-99".into() };
    assert_eq!(check(parts), unknown);
    let mut parts = flawless(TargetLevel::Two);
    let id = FindingId::given("f1");
    let entry = FindingEntry::open(id.clone(), CriterionId::network(1), FindingSeverity::Low);
    parts.vuln.findings = vec![entry.clone(), entry.clone()];
    let repeated = RequestFault::RepeatedFindingId { index: 1, first: 0, id: id.clone() };
    assert_eq!(check(parts.clone()), repeated);
    parts.vuln.findings = vec![FindingEntry { severity: None, ..entry }];
    assert_eq!(check(parts), RequestFault::NoSeverity { index: 0, id });
}
