//! Faults of ids, links, marks and domains.

use hoshimori_scheme::Scheme;

use super::{fault_in, fault_in_criterion};

#[test]
fn malformed_id_is_refused_with_examples() {
    let fault = fault_in_criterion("malformed", "A-05", ("A-05", "A-5"), "id = \"A-5\"");
    assert_eq!(fault.key, "audit.id");
    assert!(fault.problem.ja.contains("`A-5` は項目番号ではありません"));
}

#[test]
fn id_written_twice_is_refused() {
    let fault = fault_in_criterion("twice", "A-06", ("A-06", "A-04"), "id = \"A-04\"");
    assert_eq!(fault.key, "audit.id");
    assert!(fault.problem.en.contains("written twice"));
}

#[test]
fn gap_between_ids_is_refused() {
    let fault = fault_in_criterion("gap", "A-32", ("A-32", "A-40"), "id = \"A-40\"");
    assert!(fault.problem.en.contains("`A-32` is missing before `A-40`"));
}

#[test]
fn test_among_the_audit_criteria_is_refused() {
    let fault = fault_in_criterion("other-table", "A-32", ("A-32", "N-28"), "id = \"N-28\"");
    assert_eq!(fault.key, "audit.id");
}

#[test]
fn edition_without_tests_is_refused() {
    let text = Scheme::embedded().to_single_file();
    let tests = text.find("[[test]]").unwrap();
    let fault = fault_in("no-tests", &text[..tests], "[edition]");
    assert!(fault.problem.en.contains("no criteria (N, W)"));
}

#[test]
fn link_to_a_test_that_does_not_exist_is_refused() {
    let change = ("supporting_tests = [", "supporting_tests = [\n    \"N-88\",");
    let fault = fault_in_criterion("no-test", "A-05", change, "\"N-88\"");
    assert_eq!(fault.key, "audit.supporting_tests");
    assert!(fault.problem.en.contains("no `N-88`"));
}

#[test]
fn link_that_does_not_come_back_is_refused() {
    let change = ("supporting_tests = [", "supporting_tests = [\n    \"W-01\",");
    let fault = fault_in_criterion("one-way", "A-05", change, "\"W-01\"");
    assert!(fault.problem.en.contains("`W-01` does not name `A-05` in its `supports_audit`"));

    let change = ("supports_audit = [", "supports_audit = [\n    \"A-01\",");
    let fault = fault_in_criterion("one-way-test", "N-16", change, "\"A-01\"");
    assert_eq!(fault.key, "test.supports_audit");
    assert!(fault.problem.en.contains("`A-01` does not name `N-16` in its `supporting_tests`"));
}

#[test]
fn link_to_the_own_table_is_refused() {
    let change = ("supporting_tests = [", "supporting_tests = [\n    \"A-01\",");
    let fault = fault_in_criterion("own-table", "A-05", change, "\"A-01\"");
    assert!(fault.problem.en.contains("no `A-01`"));
}

#[test]
fn link_written_twice_is_refused() {
    let change = ("\"N-24\"", "\"N-02\"");
    let fault = fault_in_criterion("link-twice", "A-05", change, "\"N-02\"");
    assert!(fault.problem.en.contains("`N-02` is written twice"));
}

#[test]
fn basic_measure_without_a_full_mark_is_refused() {
    let change = ("\"★\" = \"●\"", "\"★\" = \"▲\"");
    let fault = fault_in_criterion("basic", "A-01", change, "\"★\" = \"▲\"");
    assert_eq!(fault.key, "audit.marks.★");
}

#[test]
fn higher_level_that_asks_less_is_refused() {
    let change = ("\"★★★\" = \"●\"", "\"★★★\" = \"-\"");
    let fault = fault_in_criterion("weaker", "N-03", change, "\"★★★\" = \"-\"");
    assert_eq!(fault.key, "test.marks.★★★");
}

#[test]
fn unknown_mark_is_refused_with_the_marks_that_exist() {
    let change = ("\"★★\" = \"▲\"", "\"★★\" = \"△\"");
    let fault = fault_in_criterion("mark", "N-03", change, "△");
    assert_eq!(fault.key, "test.marks.★★");
    assert!(fault.hint.unwrap().ja.contains("`▲`"));
}

#[test]
fn domain_outside_one_to_six_is_refused() {
    let fault = fault_in_criterion("domain", "A-32", ("domain = 6", "domain = 7"), "domain = 7");
    assert_eq!(fault.key, "audit.domain");
}

#[test]
fn domain_with_two_titles_is_refused() {
    let change = ("ja = \"レンタルPC\"", "ja = \"貸出PC\"");
    let fault = fault_in_criterion("titles", "A-28", change, "domain_title");
    assert_eq!(fault.key, "audit.domain_title");
    assert!(fault.problem.en.contains("another title in `A-27`"));
}
