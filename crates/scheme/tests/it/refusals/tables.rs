//! Faults of the edition's identity, its levels, grade tables and numbers.

use hoshimori_scheme::Scheme;

use super::{fault_after, fault_in};

#[test]
fn levels_other_than_the_three_ranks_are_refused() {
    let fault = fault_after("rank", ("rank = 2", "rank = 4"), "rank = 4");
    assert_eq!(fault.key, "level.rank");
    assert!(fault.problem.en.contains("is 2, not 4"));
}

#[test]
fn level_that_stands_twice_is_refused() {
    let text = Scheme::embedded().to_single_file();
    let text = text.replacen("key = \"safe\"", "key = \"trust\"", 1);
    let fault =
        fault_in("level-twice", &text.replacen("rank = 2", "rank = 3", 1), "key = \"trust\"");
    assert_eq!(fault.key, "level.key");
}

#[test]
fn missing_level_is_refused() {
    let text = Scheme::embedded().to_single_file();
    let start = text.find("[[level]]\nkey = \"assured\"").unwrap();
    let end = text.find("[refused]").unwrap();
    let fault = fault_in("level", &format!("{}{}", &text[..start], &text[end..]), "[[level]]");
    assert!(fault.problem.en.contains("`assured`, `safe` and `trust`"));
}

#[test]
fn two_levels_with_the_same_stars_are_refused() {
    let change = ("stars = \"★★\"\n", "stars = \"★★★\"\n");
    assert_eq!(fault_after("stars", change, "stars = \"★★★\"").key, "level.stars");
}

#[test]
fn higher_level_with_a_lower_minimum_is_refused() {
    let fault =
        fault_after("minimum", ("audit_min = \"A\"", "audit_min = \"C\""), "audit_min = \"C\"");
    assert_eq!(fault.key, "level.audit_min");
    assert!(fault.problem.en.contains("asks less"));
}

#[test]
fn level_that_accepts_grade_d_is_refused() {
    let change = ("assessment_min = \"C\"", "assessment_min = \"D\"");
    let fault = fault_after("grade-d", change, "assessment_min = \"D\"");
    assert!(fault.problem.en.contains("never certified"));
}

#[test]
fn grade_table_out_of_order_is_refused() {
    let fault = fault_after("grades", ("grade = \"B\"", "grade = \"C\""), "grade = \"C\"");
    assert_eq!(fault.key, "audit_grade.grade");
}

#[test]
fn incomplete_grade_table_is_refused() {
    let text = Scheme::embedded().to_single_file();
    let start = text.find("[[assessment_grade]]\ngrade = \"E\"").unwrap();
    let end = text.find("[[common_risk]]").unwrap();
    let text = format!("{}{}", &text[..start], &text[end..]);
    let fault = fault_in("five", &text, "[[assessment_grade]]");
    assert!(fault.problem.en.contains("five rows"));
}

#[test]
fn impossible_fractions_are_refused() {
    let change = ("denominator = 8", "denominator = 0");
    let fault = fault_after("zero", change, "d_above_nonconforming");
    assert_eq!(fault.key, "grading.d_above_nonconforming");
    let fault = fault_after("above-one", ("numerator = 1", "numerator = 3"), "e_above");
    assert!(fault.problem.en.contains("3/2"));
}

#[test]
fn cvss_bands_that_do_not_ascend_or_leave_the_scale_are_refused() {
    let change = ("high_from_tenths = 70", "high_from_tenths = 40");
    let fault = fault_after("bands", change, "high_from_tenths = 40");
    assert_eq!(fault.key, "grading.cvss.high_from_tenths");
    let change = ("critical_from_tenths = 90", "critical_from_tenths = 101");
    assert!(fault_after("scale", change, "101").problem.en.contains("above a score of 10.0"));
}

#[test]
fn foundation_must_name_criteria_of_the_edition() {
    let change = ("\"A-01\",\n    \"A-02\"", "\"A-77\",\n    \"A-02\"");
    let fault = fault_after("foundation", change, "A-77");
    assert_eq!(fault.key, "grading.foundation");
    let change = ("    \"A-01\",\n    \"A-02\",\n    \"A-03\",\n", "");
    assert!(fault_after("empty", change, "foundation").problem.en.contains("at least one"));
}

#[test]
fn unknown_rule_set_is_refused() {
    let fault = fault_after("rules", ("\"GR-1\"", "\"GR-2\""), "rule_set");
    assert_eq!(fault.key, "grading.rule_set");
    assert!(fault.hint.unwrap().en.contains("`GR-1`"));
}

#[test]
fn key_and_date_of_the_edition_are_checked() {
    let change = ("\"shared-office-2021\"", "\"../etc\"");
    assert_eq!(fault_after("edition-key", change, "../etc").key, "edition.key");
    for (index, date) in ["2021-13", "2021-00-01", "21-03", "2021-03-32", "2021"].iter().enumerate()
    {
        let change = ("\"2021-03\"", &*format!("\"{date}\""));
        let fault = fault_after(&format!("date-{index}"), change, date);
        assert_eq!(fault.key, "edition.dated");
    }
    let change = ("validity_days = 365", "validity_days = 0");
    assert_eq!(fault_after("validity", change, "= 0").key, "edition.validity_days");
}
