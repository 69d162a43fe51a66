use hoshimori_inspection::grading::GradingRequest;
use hoshimori_scheme::{InputError, Language, Scheme};

fn refusal(text: &str) -> InputError {
    GradingRequest::parse(Scheme::embedded(), "request.json", text.as_bytes()).expect_err(text)
}

/// A malformed request and what its error must say.
struct Malformed {
    text: String,
    line: Option<usize>,
    key: &'static str,
    ja: &'static str,
    en: &'static str,
}

impl Malformed {
    #[track_caller]
    fn assert_refused(&self) {
        let error = refusal(&self.text);
        assert_eq!((error.line, error.key.as_str()), (self.line, self.key), "{}", self.text);
        let (ja, en) = (error.message(Language::Japanese), error.message(Language::English));
        assert!(ja.starts_with("request.json"), "{ja}");
        assert!(ja.contains(self.ja), "{ja}");
        assert!(en.contains(self.en), "{en}");
    }
}

/// A request that is wrong only in its audit part, which begins on line 2.
fn audit(text: &str) -> String {
    format!("{{\"target\":\"★★\",\n\"audit\":{text},\n\"vuln\":{{}}}}")
}

/// A request that is wrong only in its assessment part, which begins on line 3.
fn vuln(text: &str) -> String {
    format!("{{\"target\":\"★★\",\n\"audit\":{{}},\n\"vuln\":{text}}}")
}

/// A request with one finding, on line 4, after a flawless one on line 3.
fn finding(text: &str) -> String {
    let first = r#"{"id":"f1","test":"N-01","status":"open","severity":"low"}"#;
    vuln(&format!("{{\"findings\":[{first},\n{text}]}}"))
}

/// A request with one override, on line 4.
fn override_entry(text: &str) -> String {
    format!("{{\"target\":\"★★\",\n\"audit\":{{}},\"vuln\":{{}},\n\"overrides\":[\n{text}]}}")
}

#[test]
fn malformed_files_are_refused_with_their_line() {
    let no_key = "";
    for (text, line, ja, en) in [
        ("", None, "何も書かれていません", "the file is empty"),
        ("\u{feff} \n", None, "何も書かれていません", "the file is empty"),
        ("{\"target\":\n", Some(2), "途中で終わっています", "ends too early"),
        ("{\"target\":\n★}", Some(2), "JSONとして読めません", "not valid JSON"),
        ("{}\n{}", Some(2), "JSONとして読めません", "trailing characters"),
        ("{'target':'★'}", Some(1), "JSONとして読めません", "not valid JSON"),
        ("\n[]", Some(2), "必要なのはオブジェクト、書かれているのはリスト", "found a list"),
        ("null", Some(1), "書かれているのはnull", "expected an object, found null"),
    ] {
        Malformed { text: text.into(), line, key: no_key, ja, en }.assert_refused();
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_with_its_line() {
    // 適合 in Shift_JIS.
    let bytes = b"{\"target\":\n\"\x93\x4b\x8d\x87\"}";
    let error = GradingRequest::parse(Scheme::embedded(), "request.json", bytes).unwrap_err();
    assert_eq!(error.line, Some(2));
    assert!(error.message(Language::Japanese).contains("UTF-8で保存し直してください"));
}

#[test]
fn oversized_and_deeply_nested_files_are_refused() {
    let large = format!("{{\"note\":\"{}\"}}", "x".repeat(4 << 20));
    let error = refusal(&large);
    assert!(error.message(Language::English).contains("the limit is 4 MiB"));
    for brackets in ["[", "{\"a\":"] {
        let deep = format!("{{\"note\":\n{}", brackets.repeat(100_000));
        let error = refusal(&deep);
        assert_eq!(error.line, Some(2));
        assert!(error.message(Language::Japanese).contains("入れ子が深すぎます"));
    }
    let brackets_in_text = format!("{{\"note\":\"{}\\\"[\"}}", "[".repeat(1000));
    assert_eq!(refusal(&brackets_in_text).key, "target");
}

#[test]
fn malformed_top_levels_are_refused() {
    let missing = ("必要なキーがありません", "this key is required");
    for (text, line, key, (ja, en)) in [
        ("{}", 1, "target", missing),
        ("{\"target\":\n\"★★\",\"vuln\":{}}", 1, "audit", missing),
        ("{\"target\":\"★\",\"audit\":{},\"vuln\":null}", 1, "vuln", missing),
        (
            "{\n\"target\":\"★★★★\"}",
            2,
            "target",
            (
                "`★★★★` という値はありません\n  ヒント: 書けるのは `★`、`★★`、`★★★`",
                "allowed: `★`, `★★`",
            ),
        ),
        (
            "{\"target\":\n3}",
            2,
            "target",
            ("必要なのは文字列", "expected a string, found a number"),
        ),
        (
            "{\"target\":\"★\",\"audit\":{},\"vuln\":{},\n\"overrides\":{}}",
            2,
            "overrides",
            ("必要なのはリスト", "expected a list, found an object"),
        ),
        (
            "{\"target\":\"★\",\n\"audit\":{},\"vuln\":{},\n\"target\":\"★★\"}",
            3,
            "target",
            ("二度書かれています", "written twice"),
        ),
    ] {
        Malformed { text: text.into(), line: Some(line), key, ja, en }.assert_refused();
    }
}

#[test]
fn malformed_audit_parts_are_refused() {
    let item = |answer: &str| audit(&format!("{{\"items\":{{\n\"A-14\":{answer}}}}}"));
    let allowed_results = "書けるのは `適合`、`一部適合`、`不適合`、`対象外`、`未評価`";
    for (text, line, key, ja, en) in [
        (audit("[]"), 2, "audit", "必要なのはオブジェクト", "expected an object"),
        (audit("{\"default\":\"可\"}"), 2, "audit.default", allowed_results, "allowed: `適合`"),
        (audit("{\"items\":3}"), 2, "audit.items", "必要なのはオブジェクト", "expected an object"),
        (
            audit("{\"items\":{\n\"A-33\":{\"r\":\"適合\"}}}"),
            3,
            "audit.items.A-33",
            "`A-33` という監査項目はありません\n  ヒント: 書けるのは `A-01`〜`A-32`",
            "allowed: `A-01` to `A-32`",
        ),
        (
            audit("{\"items\":{\n\"a14\":{\"r\":\"適合\"}}}"),
            3,
            "audit.items.a14",
            "`a14` という監査項目はありません",
            "`a14` is not an audit item of the scheme",
        ),
        (
            audit("{\"items\":{\n\"N-01\":{\"r\":\"適合\"}}}"),
            3,
            "audit.items.N-01",
            "`N-01` という監査項目はありません",
            "`N-01` is not an audit item of the scheme",
        ),
        (
            audit("{\"items\":{\"A-14\":{\"r\":\"不適合\"},\n\"A-14\":{\"r\":\"適合\"}}}"),
            3,
            "audit.items.A-14",
            "二度書かれています",
            "written twice",
        ),
        (item("\"適合\""), 3, "audit.items.A-14", "必要なのはオブジェクト", "found a string"),
        (item("{}"), 3, "audit.items.A-14.r", "必要なキーがありません", "this key is required"),
        (item("{\"r\":\"不合格\"}"), 3, "audit.items.A-14.r", allowed_results, "allowed: `適合`"),
        (item("{\"r\":true}"), 3, "audit.items.A-14.r", "必要なのは文字列", "found a truth value"),
        (
            item("{\"r\":\"適合\",\n\"sev\":\"high\"}"),
            4,
            "audit.items.A-14.sev",
            "書けるのは `critical`、`major`、`minor`",
            "allowed: `critical`, `major`, `minor`",
        ),
        (
            item("{\"r\":\"適合\",\"reason\":5}"),
            3,
            "audit.items.A-14.reason",
            "必要なのは文字列",
            "expected a string",
        ),
        (
            item("{\"r\":\"適合\",\"reason\":\"\\ud800\"}"),
            3,
            "audit.items.A-14.reason",
            "文字列として読めません",
            "not a readable string",
        ),
        (
            item("{\"r\":\"適合\",\"plan_days\":-1}"),
            3,
            "audit.items.A-14.plan_days",
            "書けるのは 0 以上の整数",
            "`-1` is not a number of days",
        ),
        (
            item("{\"r\":\"適合\",\"plan_days\":60.5}"),
            3,
            "audit.items.A-14.plan_days",
            "`60.5` は日数ではありません",
            "allowed: whole numbers from 0",
        ),
        (
            item("{\"r\":\"適合\",\"plan_days\":\"60\"}"),
            3,
            "audit.items.A-14.plan_days",
            "必要なのは数値",
            "expected a number, found a string",
        ),
    ] {
        Malformed { text, line: Some(line), key, ja, en }.assert_refused();
    }
}

#[test]
fn malformed_assessment_parts_are_refused() {
    for (text, key, ja, en) in [
        (vuln("3"), "vuln", "必要なのはオブジェクト", "found a number"),
        (
            vuln("{\"default\":\"なし\"}"),
            "vuln.default",
            "`検出なし`、`未実施`",
            "`検出なし`, `未実施`",
        ),
        (
            vuln("{\"tests\":{\"A-01\":\"未実施\"}}"),
            "vuln.tests.A-01",
            "書けるのは `N-01`〜`N-27`、`W-01`〜`W-05`",
            "allowed: `N-01` to `N-27`, `W-01` to `W-05`",
        ),
        (
            vuln("{\"tests\":{\"N-5\":\"未実施\"}}"),
            "vuln.tests.N-5",
            "`N-5` という検査項目はありません",
            "`N-5` is not a technical test of the scheme",
        ),
        (vuln("{\"tests\":{\"N-05\":\"done\"}}"), "vuln.tests.N-05", "`検出なし`", "`done` is not"),
        (vuln("{\"findings\":{}}"), "vuln.findings", "必要なのはリスト", "expected a list"),
    ] {
        Malformed { text, line: Some(3), key, ja, en }.assert_refused();
    }
}

#[test]
fn malformed_findings_are_refused() {
    let scored = |score: &str| {
        finding(&format!(
            "{{\"id\":\"f2\",\"test\":\"N-01\",\"status\":\"open\",\"cvss\":{score}}}"
        ))
    };
    let score = ("vuln.findings[1].cvss", "書けるのは 0.0 から 10.0 まで", "allowed: 0.0 to 10.0");
    for (text, (key, ja, en)) in [
        (scored("10.1"), score),
        (scored("-0.1"), score),
        (scored("1e2"), score),
        (scored("10.0000000000000000000001"), score),
        (scored("\"5.9\""), ("vuln.findings[1].cvss", "必要なのは数値", "expected a number")),
        (
            scored("null"),
            (
                "vuln.findings[1]",
                "`severity` も `cvss` もありません",
                "neither `severity` nor `cvss`",
            ),
        ),
        (
            finding(r#"{"id":"f2","test":"N-01","status":"open","severity":null}"#),
            ("vuln.findings[1]", "どちらかを書いてください", "state `severity` or `cvss`"),
        ),
        (finding("[]"), ("vuln.findings[1]", "必要なのはオブジェクト", "expected an object")),
        (
            finding(r#"{"test":"N-01","status":"open"}"#),
            ("vuln.findings[1].id", "必要なキーがありません", "this key is required"),
        ),
        (
            finding(r#"{"id":"f2","status":"open"}"#),
            ("vuln.findings[1].test", "必要なキーがありません", "this key is required"),
        ),
        (
            finding(r#"{"id":"f2","test":"N-01"}"#),
            ("vuln.findings[1].status", "必要なキーがありません", "this key is required"),
        ),
        (
            finding(r#"{"id":"f2","test":"N-28","status":"open"}"#),
            ("vuln.findings[1].test", "`N-28` という検査項目はありません", "`N-01` to `N-27`"),
        ),
        (
            finding(r#"{"id":"f2","test":"ssh","status":"open"}"#),
            ("vuln.findings[1].test", "`ssh` という検査項目はありません", "`W-01` to `W-05`"),
        ),
        (
            finding(r#"{"id":"f2","test":"N-01","status":"closed"}"#),
            (
                "vuln.findings[1].status",
                "書けるのは `open`、`closed-retest`、`false-positive`",
                "allowed: `open`, `closed-retest`, `false-positive`",
            ),
        ),
        (
            finding(r#"{"id":"f2","test":"N-01","status":"open","severity":"Medium"}"#),
            (
                "vuln.findings[1].severity",
                "書けるのは `info`、`low`、`medium`、`high`、`critical`",
                "`Medium` is not a value of this field",
            ),
        ),
        (
            finding(
                r#"{"id":"f2","test":"N-01","status":"open","severity":"low","plan_days":1.0}"#,
            ),
            ("vuln.findings[1].plan_days", "`1.0` は日数ではありません", "whole numbers from 0"),
        ),
        (
            finding(r#"{"id":"f1","test":"N-02","status":"open","severity":"low"}"#),
            (
                "vuln.findings[1].id",
                "`findings[0]` で使われています",
                "already that of `findings[0]`",
            ),
        ),
        (
            finding(r#"{"id":"","test":"N-02","status":"open","severity":"low"}"#),
            (
                "vuln.findings[1].id",
                "空でなく、空白や改行を含まない",
                "not empty and has no blanks",
            ),
        ),
        (
            finding(r#"{"id":"a b","test":"N-02","status":"open","severity":"low"}"#),
            ("vuln.findings[1].id", "`a b` は指摘の番号として使えません", "`a b` cannot be the id"),
        ),
    ] {
        Malformed { text, line: Some(4), key, ja, en }.assert_refused();
    }
}

#[test]
fn malformed_overrides_are_refused() {
    for (text, key, ja, en) in [
        ("3", "overrides[0]", "必要なのはオブジェクト", "expected an object"),
        ("{\"to\":\"A\"}", "overrides[0].part", "必要なキーがありません", "this key is required"),
        (
            "{\"part\":\"vuln\"}",
            "overrides[0].to",
            "必要なキーがありません",
            "this key is required",
        ),
        (
            "{\"part\":\"wifi\",\"to\":\"A\"}",
            "overrides[0].part",
            "書けるのは `audit`、`vuln`",
            "allowed: `audit`, `vuln`",
        ),
        (
            "{\"part\":\"vuln\",\"to\":\"F\"}",
            "overrides[0].to",
            "書けるのは `A`、`B`、`C`、`D`、`E`",
            "allowed: `A`, `B`, `C`, `D`, `E`",
        ),
        (
            "{\"part\":\"vuln\",\"to\":\"A\",\"by\":[]}",
            "overrides[0].by",
            "必要なのは文字列",
            "expected a string",
        ),
        (
            "{\"part\":\"vuln\",\"to\":\"A\",\"evidence\":\"ev-1\"}",
            "overrides[0].evidence",
            "必要なのはリスト",
            "expected a list",
        ),
        (
            "{\"part\":\"vuln\",\"to\":\"A\",\"evidence\":[\"ev-1\",2]}",
            "overrides[0].evidence[1]",
            "必要なのは文字列",
            "expected a string",
        ),
    ] {
        Malformed { text: override_entry(text), line: Some(4), key, ja, en }.assert_refused();
    }
}
