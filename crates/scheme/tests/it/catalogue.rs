//! The criteria of the embedded edition.

use std::collections::BTreeSet;

use hoshimori_scheme::{
    CriterionId, Mark, Marks, MeasureClass, NonconformitySeverity, Reference, Scheme, Table, Text,
};

fn ids_where_marks_are(first: Mark, second: Mark, third: Mark) -> Vec<CriterionId> {
    let scheme = Scheme::embedded();
    let audit = scheme.audit().iter().map(|criterion| (criterion.id, criterion.marks));
    let tests = scheme.tests().iter().map(|test| (test.id, test.marks));
    let wanted = Marks { one: first, two: second, three: third };
    audit.chain(tests).filter(|(_, marks)| *marks == wanted).map(|(id, _)| id).collect()
}

#[test]
fn holds_32_audit_criteria_and_27_network_and_5_wifi_tests_in_order() {
    let scheme = Scheme::embedded();
    let audit: Vec<_> = scheme.audit().iter().map(|criterion| criterion.id).collect();
    let tests: Vec<_> = scheme.tests().iter().map(|test| test.id).collect();
    assert_eq!(audit, (1..=32).map(CriterionId::audit).collect::<Vec<_>>());
    let network = (1..=27).map(CriterionId::network);
    assert_eq!(tests, network.chain((1..=5).map(CriterionId::wifi)).collect::<Vec<_>>());
}

#[test]
fn marks_split_as_the_grading_rules_state() {
    let basic: BTreeSet<_> = (Scheme::embedded().audit().iter())
        .filter(|criterion| criterion.class == MeasureClass::Basic)
        .map(|criterion| criterion.id)
        .collect();
    assert_eq!(basic.len(), 24);
    let all = ids_where_marks_are(Mark::Must, Mark::Must, Mark::Must);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), basic);

    let rising = ids_where_marks_are(Mark::NotEvaluated, Mark::Partial, Mark::Must);
    let (applied, tests): (Vec<_>, Vec<_>) =
        rising.into_iter().partition(|id| id.table() == Table::Audit);
    assert_eq!(applied, [10, 11, 12, 20, 26, 29, 31, 32].map(CriterionId::audit));
    assert_eq!(tests.len(), 24);

    let early = ids_where_marks_are(Mark::Partial, Mark::Must, Mark::Must);
    let network = [1, 2, 23, 24, 27].map(CriterionId::network).into_iter();
    assert_eq!(early, network.chain([1, 3, 4].map(CriterionId::wifi)).collect::<Vec<_>>());
}

#[test]
fn default_severities_of_audit_criteria_are_those_of_the_rule_set() {
    let with = |severity| {
        let audit = Scheme::embedded().audit().iter();
        let chosen = audit.filter(move |criterion| criterion.default_severity == severity);
        chosen.map(|criterion| criterion.id.number()).collect::<Vec<_>>()
    };
    assert_eq!(with(NonconformitySeverity::Critical), [14, 15, 17, 18, 22, 24]);
    assert_eq!(with(NonconformitySeverity::Minor), [4, 5, 10, 11, 12, 20, 26, 29, 30, 31, 32]);
    assert_eq!(with(NonconformitySeverity::Major).len(), 15);
}

#[test]
fn default_severity_of_a_test_follows_cvss_only_where_versions_are_matched() {
    let tests = Scheme::embedded().tests().iter();
    let by_cvss = tests.filter(|test| test.default_severity.fixed().is_none());
    let ids: Vec<_> = by_cvss.map(|test| test.id).collect();
    assert_eq!(ids, [2, 23, 24, 27].map(CriterionId::network));
}

#[test]
fn not_applicable_is_offered_only_where_a_condition_is_written() {
    let audit = Scheme::embedded().audit().iter();
    let conditional = audit.filter(|criterion| criterion.not_applicable_when.is_some());
    let numbers: Vec<_> = conditional.map(|criterion| criterion.id.number()).collect();
    assert_eq!(numbers, [8, 15, 16, 18, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
}

#[test]
fn only_the_cut_row_21_has_a_note_on_its_marks() {
    let audit = Scheme::embedded().audit().iter();
    let noted: Vec<_> = audit.filter(|criterion| criterion.marks_note.is_some()).collect();
    let [criterion] = noted[..] else { panic!("{} notes", noted.len()) };
    assert_eq!(criterion.id, CriterionId::audit(21));
    let note = criterion.marks_note.as_ref().unwrap();
    assert!(note.ja.contains("推定") && note.en.contains("inferred"));
}

#[test]
fn links_between_criteria_and_tests_lead_both_ways() {
    let scheme = Scheme::embedded();
    let mut forward = BTreeSet::new();
    for criterion in scheme.audit() {
        forward.extend(criterion.supporting_tests.iter().map(|test| (criterion.id, *test)));
    }
    let mut backward = BTreeSet::new();
    for test in scheme.tests() {
        backward.extend(test.supports_audit.iter().map(|criterion| (*criterion, test.id)));
    }
    assert_eq!(forward, backward);
    assert!(forward.iter().all(|(criterion, _)| scheme.audit_criterion(*criterion).is_some()));
    assert!(forward.iter().all(|(_, test)| scheme.test(*test).is_some()));
    assert_eq!(forward.len(), 63);
}

#[test]
fn every_criterion_gives_the_inspector_questions_evidence_and_methods() {
    for criterion in Scheme::embedded().audit() {
        assert!(criterion.questions.len() >= 2, "{}", criterion.id);
        assert!(criterion.evidence.len() >= 2, "{}", criterion.id);
        assert!(!criterion.methods.is_empty(), "{}", criterion.id);
    }
}

#[test]
fn every_test_cites_at_least_one_reference_and_none_twice() {
    for test in Scheme::embedded().tests() {
        let ids: BTreeSet<_> = test.references.iter().map(|reference| &reference.id).collect();
        assert!(!ids.is_empty(), "{}", test.id);
        assert_eq!(ids.len(), test.references.len(), "{}", test.id);
    }
}

#[test]
fn one_reference_has_one_title_wherever_it_is_cited() {
    let scheme = Scheme::embedded();
    let audit = scheme.audit().iter().flat_map(|criterion| &criterion.references);
    let tests = scheme.tests().iter().flat_map(|test| &test.references);
    let references: BTreeSet<(&str, &Text)> =
        audit.chain(tests).map(|Reference { id, title }| (id.as_str(), title)).collect();
    let ids: BTreeSet<&str> = references.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), references.len());
}

#[test]
fn cve_and_cwe_numbers_are_well_formed() {
    let tests = Scheme::embedded().tests().iter();
    for Reference { id, .. } in tests.flat_map(|test| &test.references) {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if let Some(number) = id.strip_prefix("CWE-") {
            assert!(digits(number), "{id}");
        }
        if let Some(rest) = id.strip_prefix("CVE-") {
            let (year, number) = rest.split_once('-').unwrap();
            assert!(year.len() == 4 && digits(year) && number.len() >= 4 && digits(number), "{id}");
        }
    }
}

#[test]
fn each_language_is_written_in_its_own_script() {
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    let scheme = Scheme::embedded();
    let mut texts: Vec<(CriterionId, &Text)> = Vec::new();
    for criterion in scheme.audit() {
        let single = [
            &criterion.domain_title,
            &criterion.category,
            &criterion.title,
            &criterion.purpose,
            &criterion.partial_definition,
            &criterion.remediation,
        ];
        let optional = criterion.marks_note.iter().chain(&criterion.not_applicable_when);
        let all = single.into_iter().chain(optional).chain(&criterion.questions);
        texts.extend(all.map(|text| (criterion.id, text)));
    }
    for test in scheme.tests() {
        let all = [
            &test.inspection,
            &test.group,
            &test.item,
            &test.title,
            &test.short,
            &test.purpose,
            &test.procedure,
            &test.finding_if,
            &test.limits,
            &test.remediation,
        ];
        texts.extend(all.map(|text| (test.id, text)));
    }
    for (id, text) in texts {
        assert!(text.ja.chars().any(is_japanese), "{id}: {}", text.ja);
        assert!(!text.en.chars().any(is_japanese), "{id}: {}", text.en);
    }
}

#[test]
fn looks_up_criteria_by_id_and_finds_none_that_does_not_exist() {
    let scheme = Scheme::embedded();
    assert_eq!(scheme.test(CriterionId::wifi(5)).unwrap().id.to_string(), "W-05");
    assert!(scheme.test(CriterionId::network(28)).is_none());
    assert!(scheme.test(CriterionId::audit(1)).is_none());
    assert!(scheme.audit_criterion(CriterionId::audit(33)).is_none());
}

#[test]
fn ids_are_read_exactly_as_written() {
    for text in ["A-1", "a-01", "A01", "A-00", "A-001", "X-01", "N-+7", "", "A-０１"] {
        assert!(text.parse::<CriterionId>().is_err(), "{text}");
    }
    let id: CriterionId = "W-03".parse().unwrap();
    assert_eq!((id.table(), id.number(), id.file_stem().as_str()), (Table::Wifi, 3, "w03"));
}

#[test]
fn json_of_the_scheme_spells_marks_ids_and_severities_as_the_files_do() {
    let scheme = serde_json::to_value(Scheme::embedded()).unwrap();
    let test = &scheme["tests"][12];
    assert_eq!(test["id"], "N-13");
    assert_eq!(test["marks"], serde_json::json!({"★": "-", "★★": "▲", "★★★": "●"}));
    assert_eq!(test["short"]["ja"], "SSHのパスワード認証");
    assert_eq!(scheme["audit"][13]["default_severity"], "critical");
    assert_eq!(scheme["tests"][1]["default_severity"], "by-cvss");
}
