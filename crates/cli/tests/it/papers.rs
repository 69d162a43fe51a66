//! Audit answers, recorded tests and reviews that are wrong.

use std::fs;

use crate::inspection_file::assert_refused;
use crate::support::office::Office;

/// The paper, what it says in the example, what it says instead, the key that is named, and what
/// is said in Japanese and in English. The fault lies on the first line of the new text.
const FAULTS: [(&str, &str, &str, &str, [&str; 2]); 14] = [
    (
        "audit.toml",
        "[A-01]",
        "[A-33]",
        "A-33",
        ["`A-33` という監査項目はありません", "there is no audit criterion `A-33`"],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = \"合格\" # wrong",
        "A-01.result",
        ["`合格` という結果はありません", "`合格` is not a result"],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = 1 # wrong",
        "A-01.result",
        ["値の型が違います", "invalid type"],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = \"対象外\" # wrong\nreason = \"不要のため\"",
        "A-01.result",
        ["この項目は 対象外 にできません", "this criterion cannot be answered 対象外"],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = \"適合\"\nscore = 5 # wrong",
        "A-01.score",
        ["知らないキー `score` です", "unknown field `score`"],
    ),
    (
        "audit.toml",
        "plan = { days = 60,",
        "plan = { days = 91,",
        "A-04.plan",
        ["是正計画の91日は上限を超えている", "a plan of 91 days is beyond the limit"],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = \"適合\"\nplan = 30 # wrong",
        "A-01.plan",
        [
            "是正計画は 一部適合 と 不適合 にだけ書けます",
            "a plan goes with 一部適合 or 不適合 only",
        ],
    ),
    (
        "audit.toml",
        "[A-01]\nresult = \"適合\"",
        "[A-01]\nresult = \"不適合\"\nseverity = \"minor\" # wrong",
        "A-01.severity_reason",
        ["既定と違う重大度には理由 (severity_reason) が必要です", "needs a `severity_reason`"],
    ),
    (
        "tests.toml",
        "id = \"N-02\"",
        "id = \"N-99\"",
        "test.id",
        ["`N-99` という検査はありません", "there is no test `N-99`"],
    ),
    (
        "tests.toml",
        "id = \"N-03\"",
        "id = \"N-02\" # again",
        "test.id",
        ["N-02 が二度記録されています", "N-02 is recorded twice"],
    ),
    (
        "tests.toml",
        "status = \"done\"",
        "status = \"perhaps\"",
        "test.status",
        ["`perhaps` という値はありません", "unknown variant `perhaps`"],
    ),
    (
        "review.toml",
        "plan_days = 45",
        "plan_days = 91",
        "decision.plan_days",
        ["是正計画の日数が判断に合っていません", "the days of the plan do not fit the decision"],
    ),
    (
        "review.toml",
        "action = \"plan\"\nby",
        "action = \"forget\" # wrong\nby",
        "decision.action",
        ["`forget` という値はありません", "unknown variant `forget`"],
    ),
    (
        "review.toml",
        "plan_days = 45",
        "plan_days = 45\nplan_weeks = 6",
        "decision.plan_weeks",
        ["知らないキー `plan_weeks` です", "unknown field `plan_weeks`"],
    ),
];

#[test]
fn each_fault_is_named_with_file_line_and_key_in_both_languages() {
    for (paper, old, new, key, said) in FAULTS {
        let office = Office::of_host("127.0.82.1");
        office.edit(paper, old, new);
        let marked = new.lines().find(|line| line.contains('#')).or(new.lines().next_back());
        let line = office.line_of(paper, marked.unwrap());
        assert_refused(&office, paper, line, key, said);
    }
}

#[test]
fn not_applicable_without_a_reason_is_refused() {
    let office = Office::of_host("127.0.82.1");
    let answers = fs::read_to_string(office.paper("audit.toml")).unwrap();
    let start = answers.find("[A-24]").unwrap();
    let rest = answers[start + 1..].find("\n[").map_or(answers.len(), |end| start + 1 + end);
    let without = "[A-24]\nresult = \"対象外\" # wrong\n";
    fs::write(
        office.paper("audit.toml"),
        format!("{}{without}{}", &answers[..start], &answers[rest..]),
    )
    .unwrap();
    let line = office.line_of("audit.toml", "# wrong");
    let said = ["対象外 には理由 (reason) が必要です", "needs a `reason`"];
    assert_refused(&office, "audit.toml", line, "A-24.reason", said);
}

#[test]
fn missing_evidence_is_named_with_the_paper_that_wants_it() {
    let office = Office::of_host("127.0.82.1");
    fs::remove_file(office.paper("evidence/policy.txt")).unwrap();
    let line = office.line_of("audit.toml", "evidence/policy.txt");
    let said = ["policy.txt` がありません", "there is no file"];
    assert_refused(&office, "audit.toml", line, "A-01.evidence", said);
}

#[test]
fn evidence_outside_the_folder_is_refused() {
    let office = Office::of_host("127.0.82.1");
    office.edit("audit.toml", "evidence/policy.txt", "../../policy.txt");
    let line = office.line_of("audit.toml", "../../policy.txt");
    let said = ["フォルダーの外を指しています", "leads out of the folder"];
    assert_refused(&office, "audit.toml", line, "A-01.evidence", said);
}
