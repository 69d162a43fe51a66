//! Every way in which an inspection file can be wrong, with the file, line and key that is named.

use crate::support::office::Office;
use crate::support::program::{Run, finish};

/// What is wrong, and what is said about it.
struct Fault {
    /// What the file says in the example.
    old: &'static str,
    /// What it says instead; its first line is where the fault lies, unless `at` says otherwise.
    new: &'static str,
    at: Option<&'static str>,
    key: &'static str,
    ja: &'static str,
    en: &'static str,
}

const FAULTS: [Fault; 22] = [
    Fault {
        old: "[pace]",
        new: "[pase]",
        at: None,
        key: "pase",
        ja: "知らないキー `pase` です",
        en: "unknown field `pase`",
    },
    Fault {
        old: "exclude = []",
        new: "excluded = []",
        at: None,
        key: "authorization.excluded",
        ja: "知らないキー `excluded` です",
        en: "unknown field `excluded`",
    },
    Fault {
        old: "granted_by = ",
        new: "# granted_by = ",
        at: Some("[authorization]"),
        key: "authorization",
        ja: "必要なキー `granted_by` がありません",
        en: "missing field `granted_by`",
    },
    Fault {
        old: "state_changing_probes = false",
        new: "state_changing_probes = \"no\"",
        at: None,
        key: "authorization.state_changing_probes",
        ja: "値の型が違います",
        en: "invalid type",
    },
    Fault {
        old: "valid_from = \"2026-04-01T00:00:00+09:00\"",
        new: "valid_from = \"2026-02-30T09:00:00+09:00\"",
        at: None,
        key: "authorization.valid_from",
        ja: "`2026-02-30T09:00:00+09:00` は日時として読めません",
        en: "`2026-02-30T09:00:00+09:00` is not a date and time",
    },
    Fault {
        old: "valid_from = \"2026-04-01T00:00:00+09:00\"",
        new: "valid_from = \"2026-04-01T09:00:00\"",
        at: None,
        key: "authorization.valid_from",
        ja: "日時として読めません",
        en: "is not a date and time",
    },
    Fault {
        old: "valid_until = \"2036",
        new: "valid_until = \"2016",
        at: None,
        key: "authorization.valid_until",
        ja: "終わりの時刻が始まりの時刻より後になっていません",
        en: "the end is not after the beginning",
    },
    Fault {
        old: "networks = [\"127.0.81.0/24\"]",
        new: "networks = [\"127.0.81.0/33\"]",
        at: None,
        key: "authorization.networks",
        ja: "`127.0.81.0/33` はネットワークの範囲ではありません",
        en: "`127.0.81.0/33` is not a network range",
    },
    Fault {
        old: "networks = [\"127.0.81.0/24\"]",
        new: "networks = [\"127.0.81.9/24\"]",
        at: None,
        key: "authorization.networks",
        ja: "`127.0.81.9/24` は範囲の先頭のアドレスになっていません",
        en: "`127.0.81.9/24` has host bits set",
    },
    Fault {
        old: "networks = [\"127.0.81.0/24\"]",
        new: "networks = []",
        at: None,
        key: "authorization.networks",
        ja: "一つも書かれていません",
        en: "the list is empty",
    },
    Fault {
        old: "exclude = []",
        new: "exclude = [\"127.0.81.8/29\", \"127.0.81.9\"]",
        at: None,
        key: "authorization.exclude",
        ja: "除外範囲 127.0.81.9/32 が別の除外範囲 127.0.81.8/29 と重なっています",
        en: "the excluded range 127.0.81.9/32 overlaps the excluded range 127.0.81.8/29",
    },
    Fault {
        old: "exclude = []",
        new: "exclude = [\"127.0.82.1\"]",
        at: None,
        key: "authorization.exclude",
        ja: "除外範囲 127.0.82.1/32 は同意された範囲の中に収まっていません",
        en: "the excluded range 127.0.82.1/32 is not inside the networks",
    },
    Fault {
        old: "target_level = \"★★\"",
        new: "target_level = \"★★★★\"",
        at: None,
        key: "inspection.target_level",
        ja: "`★★★★` という認証レベルはありません",
        en: "`★★★★` is not a level",
    },
    Fault {
        old: "scheme = \"shared-office-2021\"",
        new: "scheme = \"shared-office-2099\"",
        at: None,
        key: "inspection.scheme",
        ja: "認証基準 `shared-office-2099` は読み込まれていません",
        en: "the scheme edition `shared-office-2099` is not loaded",
    },
    Fault {
        old: "kind = \"coworking\"",
        new: "kind = \"cafe\"",
        at: None,
        key: "facility.kind",
        ja: "`cafe` という値はありません",
        en: "unknown variant `cafe`",
    },
    Fault {
        old: "inspectors = [\"検査員一\", \"検査員二\"]",
        new: "inspectors = []",
        at: None,
        key: "inspection_body.inspectors",
        ja: "一つも書かれていません",
        en: "the list is empty",
    },
    Fault {
        old: "role = \"guest\"",
        new: "role = \"lobby\"",
        at: None,
        key: "segment.role",
        ja: "`lobby` という値はありません",
        en: "unknown variant `lobby`",
    },
    Fault {
        old: "vantage = \"local\"",
        new: "vantage = \"raspberry\"",
        at: None,
        key: "segment.vantage",
        ja: "エージェント `raspberry` から見る指定",
        en: "is to be seen from agent `raspberry`",
    },
    Fault {
        old: "address = \"127.0.81.1\"",
        new: "address = \"127.0.82.1\"",
        at: None,
        key: "host.address",
        ja: "127.0.82.1 は同意された範囲の外か、除外されています",
        en: "127.0.82.1 is outside the authorised networks or excluded",
    },
    Fault {
        old: "max_packets_per_second = 200000",
        new: "max_packets_per_second = 0",
        at: None,
        key: "pace.max_packets_per_second",
        ja: "毎秒0個は許される範囲の外です",
        en: "0 packets per second is not within",
    },
    Fault {
        old: "answers = \"audit.toml\"",
        new: "answers = \"../audit.toml\"",
        at: None,
        key: "audit.answers",
        ja: "`../audit.toml` はこのファイルのフォルダーの外を指しています",
        en: "`../audit.toml` leads out of the folder of this file",
    },
    Fault {
        old: "number = \"2026-0001\"",
        new: "number = \"2026-0001",
        at: None,
        key: "inspection.number",
        ja: "TOML",
        en: "string",
    },
];

#[test]
fn each_fault_is_named_with_file_line_and_key_in_both_languages() {
    for fault in FAULTS {
        let office = Office::at("127.0.81.0/24", "127.0.81.1");
        office.edit("inspection.toml", fault.old, fault.new);
        let line = office.line_of("inspection.toml", fault.at.unwrap_or(fault.new));
        assert_refused(&office, "inspection.toml", line, fault.key, [fault.ja, fault.en]);
    }
}

#[test]
fn segment_outside_the_consented_networks_is_refused() {
    let office = Office::at("127.0.81.0/24", "127.0.81.1");
    let segment = "role = \"guest\"\nnetworks = [\"127.0.81.0/24\"]";
    office.edit("inspection.toml", segment, "role = \"guest\"\nnetworks = [\"127.0.82.0/24\"]");
    let line = office.line_of("inspection.toml", "127.0.82.0/24");
    let said = ["127.0.82.0/24 は同意された範囲の外です", "is outside the authorised networks"];
    assert_refused(&office, "inspection.toml", line, "segment.networks", said);
}

#[test]
fn missing_answers_are_named_with_the_line_that_wants_them() {
    let office = Office::of_host("127.0.81.1");
    office.edit("inspection.toml", "answers = \"audit.toml\"", "answers = \"audit-2.toml\"");
    let line = office.line_of("inspection.toml", "audit-2.toml");
    let said = ["audit-2.toml` がありません", "there is no file"];
    assert_refused(&office, "inspection.toml", line, "audit.answers", said);
}

#[test]
fn file_that_is_missing_or_no_text_is_named() {
    let office = Office::of_host("127.0.81.1");
    std::fs::write(office.paper("inspection.toml"), b"number = \"\xff\"\n").unwrap();
    let run = office.inspect().exits(2);
    assert!(
        run.stderr.contains("inspection.toml: 文字コードがUTF-8ではありません"),
        "{}",
        run.stderr
    );
    std::fs::remove_file(office.paper("inspection.toml")).unwrap();
    let run = office.inspect().exits(2);
    assert!(run.stderr.contains("inspection.toml` を読めません"), "{}", run.stderr);
}

/// Asserts that `paper` is refused for what stands on `line` under `key`, and that nothing was
/// begun.
#[track_caller]
pub(super) fn assert_refused(
    office: &Office,
    paper: &str,
    line: usize,
    key: &str,
    said: [&str; 2],
) {
    let place = format!("{}:{line}: `{key}`: ", office.paper(paper).display());
    let says = |run: &Run, label: &str, text: &str| {
        let start = format!("{label}: {place}");
        assert!(run.stderr.starts_with(&start), "{start}\n{}", run.stderr);
        assert!(run.stderr.contains(text), "{text}\n{}", run.stderr);
    };
    says(&office.inspect().exits(2), "エラー", said[0]);
    says(&finish(office.command().args(["--lang", "en"])).exits(2), "error", said[1]);
    assert!(!office.case().exists(), "a case was begun");
}
