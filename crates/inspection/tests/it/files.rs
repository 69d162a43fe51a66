//! What the readers of people's files refuse, and how they say it.

use hoshimori_inspection::answer::{self, AuditAnswers};
use hoshimori_inspection::file::InspectionFile;
use hoshimori_inspection::grading::ItemResult;
use hoshimori_inspection::recorded;
use hoshimori_inspection::review::Review;
use hoshimori_inspection::verdict::TestState;
use hoshimori_scheme::{CriterionId, FindingSeverity, InputError, Language, Scheme};

const INSPECTION: &str = r#"[inspection]
number = "2026-0042"
scheme = "shared-office-2021"
target_level = "★★"
[facility]
name = "見本オフィス"
operator = "見本株式会社"
address = "東京都千代田区"
kind = "coworking"
[inspection_body]
name = "見本検査"
audit_registration = "1"
assessment_registration = "2"
inspectors = ["検査員"]
[authorization]
granted_by = "施設管理責任者"
valid_from = "2026-11-20T09:00:00+09:00"
valid_until = "2026-11-20T21:00:00+09:00"
networks = ["192.168.10.0/24"]
exclude = ["192.168.10.250"]
[[segment]]
name = "guest"
role = "guest"
networks = ["192.168.10.0/25"]
vantage = "local"
[[host]]
address = "192.168.10.5"
names = ["Portal.Example."]
"#;

/// The line and key of the error that `replacement` in place of `original` causes.
fn refused(original: &str, replacement: &str) -> (usize, String, InputError) {
    assert!(INSPECTION.contains(original), "{original}");
    let text = INSPECTION.replacen(original, replacement, 1);
    let error = InspectionFile::parse("office.toml", &text).unwrap_err();
    for language in [Language::Japanese, Language::English] {
        let message = error.message(language);
        assert!(message.starts_with("office.toml"), "{message}");
    }
    (error.line.unwrap_or_default(), error.key.clone(), error)
}

#[test]
fn complete_file_is_read() {
    let file = InspectionFile::parse("office.toml", INSPECTION).unwrap();
    assert_eq!(file.inspection.number, "2026-0042");
    assert_eq!(file.authorization.exclude[0].to_string(), "192.168.10.250/32");
    assert_eq!(file.hosts[0].names, ["portal.example"]);
    assert!(!file.authorization.state_changing_probes);
}

#[test]
fn every_fault_names_its_line_and_key() {
    let table = [
        ("number = \"2026-0042\"", "number = \"\"", 2, "inspection.number"),
        ("number = \"2026-0042\"", "nummer = \"x\"", 2, "inspection.nummer"),
        ("\"★★\"", "\"★★★★\"", 4, "inspection.target_level"),
        ("\"coworking\"", "\"cafe\"", 9, "facility.kind"),
        ("[\"検査員\"]", "[]", 14, "inspection_body.inspectors"),
        ("2026-11-20T09:00:00+09:00", "2026-02-30T09:00:00+09:00", 17, "authorization.valid_from"),
        ("2026-11-20T09:00:00+09:00", "2026-11-20 09:00", 17, "authorization.valid_from"),
        ("2026-11-20T21:00:00+09:00", "2026-11-20T09:00:00+09:00", 18, "authorization.valid_until"),
        ("\"192.168.10.0/24\"", "\"192.168.10.7/24\"", 19, "authorization.networks"),
        ("\"192.168.10.0/24\"", "\"office.lan\"", 19, "authorization.networks"),
        ("\"192.168.10.250\"", "\"192.168.11.1\"", 20, "authorization.exclude"),
        (
            "[\"192.168.10.250\"]",
            "[\"192.168.10.248/29\", \"192.168.10.250\"]",
            20,
            "authorization.exclude",
        ),
        ("\"192.168.10.0/25\"", "\"192.168.0.0/16\"", 24, "segment.networks"),
        ("role = \"guest\"", "role = \"visitor\"", 23, "segment.role"),
        ("\"192.168.10.5\"", "\"192.168.10.250\"", 27, "host.address"),
        ("\"192.168.10.5\"", "\"10.0.0.1\"", 27, "host.address"),
        ("\"Portal.Example.\"", "\"a b\"", 28, "host.names"),
    ];
    for (original, replacement, line, key) in table {
        let (at, place, error) = refused(original, replacement);
        assert_eq!((at, place.as_str()), (line, key), "{replacement}: {error}");
    }
}

#[test]
fn file_without_segment_and_file_with_overlapping_segments_are_refused() {
    let (_, _, error) = refused(
        "[[segment]]\nname = \"guest\"\nrole = \"guest\"\nnetworks = [\"192.168.10.0/25\"]\nvantage = \"local\"\n",
        "",
    );
    assert!(error.message(Language::Japanese).contains("[[segment]]"));
    let second = "[[segment]]\nname = \"staff\"\nrole = \"business\"\nnetworks = [\"192.168.10.64/26\"]\nvantage = \"local\"\n[[host]]";
    let (line, key, _) = refused("[[host]]", second);
    assert_eq!((line, key.as_str()), (29, "segment.networks"));
}

#[test]
fn paths_never_leave_the_folder_of_the_file() {
    for path in ["/etc/passwd", "../audit.toml", "a/../../b", "C:\\\\x", "\\\\\\\\server\\\\x"] {
        let (_, key, _) = refused("[[host]]", &format!("[audit]\nanswers = \"{path}\"\n[[host]]"));
        assert_eq!(key, "audit.answers", "{path}");
    }
}

fn answers(text: &str) -> Result<AuditAnswers, InputError> {
    AuditAnswers::parse("audit.toml", text, Scheme::embedded())
}

#[test]
fn audit_answers_are_read_with_both_forms_of_a_plan() {
    let text = "[A-04]\nresult = \"不適合\"\nplan = 60\n[A-08]\nresult = \"一部適合\"\nplan = { days = 30, text = \"改める\" }\nevidence = [\"photo.jpg\"]\n";
    let answers = answers(text).unwrap();
    let days = |number| {
        let answer = answers.get(CriterionId::audit(number)).unwrap();
        answer.plan.as_ref().map(|plan| plan.days)
    };
    assert_eq!((days(4), days(8)), (Some(60), Some(30)));
    assert_eq!(answers.get(CriterionId::audit(1)), None);
}

#[test]
fn audit_answers_that_the_scheme_forbids_are_refused_at_their_line() {
    let table = [
        ("[A-33]\nresult = \"適合\"\n", 1, "A-33"),
        ("[N-01]\nresult = \"適合\"\n", 1, "N-01"),
        ("[A-01]\nresult = \"ok\"\n", 2, "A-01.result"),
        ("[A-01]\nresult = \"対象外\"\nreason = \"x\"\n", 2, "A-01.result"),
        ("[A-24]\nresult = \"対象外\"\n", 2, "A-24.reason"),
        ("[A-04]\nresult = \"不適合\"\nplan = 91\n", 3, "A-04.plan"),
        ("[A-04]\nresult = \"不適合\"\nplan = -1\n", 3, "A-04.plan"),
        ("[A-04]\nresult = \"適合\"\nplan = 10\n", 3, "A-04.plan"),
        ("[A-01]\nresult = \"不適合\"\nseverity = \"minor\"\n", 3, "A-01.severity_reason"),
        ("[A-01]\nresult = \"一部適合\"\nseverity = \"major\"\n", 3, "A-01.severity"),
        ("[A-01]\nresult = \"適合\"\ncolour = \"red\"\n", 3, "A-01.colour"),
        ("[A-01]\nresult = \"適合\"\nevidence = [\"../x\"]\n", 3, "A-01.evidence"),
    ];
    for (text, line, key) in table {
        let error = answers(text).unwrap_err();
        assert_eq!((error.line, error.key.as_str()), (Some(line), key), "{text}: {error}");
    }
}

#[test]
fn printed_form_reads_back_with_every_criterion_unjudged() {
    let scheme = Scheme::embedded();
    for language in [Language::Japanese, Language::English] {
        let read = answers(&answer::template(scheme, language)).unwrap();
        assert_eq!(read.iter().count(), scheme.audit().len());
        assert!(read.iter().all(|(_, answer)| answer.result == ItemResult::NotJudged));
    }
}

#[test]
fn recorded_tests_are_read_and_graded_by_score_or_default() {
    let text = r#"[[test]]
id = "N-27"
status = "done"
because = "x"
performed_by = "検査員"
tool = "手作業"
[[test.finding]]
name = "router"
target = "192.168.10.1"
title = "古い版"
because = "x"
cvss = 6.9
"#;
    let tests = recorded::parse("tests.toml", text, Scheme::embedded()).unwrap();
    assert_eq!(tests[0].status, TestState::Done);
    assert_eq!(tests[0].findings[0].severity, FindingSeverity::Medium);
    assert_eq!(tests[0].findings[0].id.as_str(), "N-27:router");
    let table = [
        ("cvss = 6.9", "cvss = 10.1", 12, "test.finding.cvss"),
        ("cvss = 6.9\n", "", 8, "test.finding.severity"),
        ("status = \"done\"", "status = \"not_run\"", 8, "test.finding"),
        ("\"N-27\"", "\"A-01\"", 2, "test.id"),
        ("\"router\"", "\"Router 1\"", 8, "test.finding.name"),
    ];
    for (original, replacement, line, key) in table {
        let text = text.replacen(original, replacement, 1);
        let error = recorded::parse("tests.toml", &text, Scheme::embedded()).unwrap_err();
        assert_eq!((error.line, error.key.as_str()), (Some(line), key), "{replacement}: {error}");
    }
}

#[test]
fn review_needs_a_second_person_for_a_false_positive_and_days_for_a_plan() {
    let decision = |rest: &str| {
        let text =
            format!("[[decision]]\nfinding = \"N-16:x\"\nby = \"a\"\nreason = \"r\"\n{rest}\n");
        Review::parse("review.toml", &text, Scheme::embedded())
    };
    assert!(decision("action = \"false-positive\"").is_err());
    assert!(decision("action = \"false-positive\"\napproved_by = \"a\"").is_err());
    assert!(decision("action = \"false-positive\"\napproved_by = \"b\"").is_ok());
    assert!(decision("action = \"plan\"").is_err());
    assert!(decision("action = \"plan\"\nplan_days = 91").is_err());
    assert!(decision("action = \"plan\"\nplan_days = 90").is_ok());
    assert!(decision("action = \"closed-retest\"").is_ok());
    assert!(decision("action = \"closed-retest\"\nplan_days = 3").is_err());
}
