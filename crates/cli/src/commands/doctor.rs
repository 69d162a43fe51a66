use std::fs;

use hoshimori_pipeline::{SynScanner, TrustStores};
use hoshimori_scheme::{Scheme, Text};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

/// Descriptors that a full-speed port scan uses.
const WANTED_DESCRIPTORS: u64 = 4_096;

/// Format `doctor/1`.
#[derive(Serialize)]
struct Document<'a> {
    hoshimori: &'static str,
    format: &'static str,
    findings: &'a [Finding],
}

/// One thing about this machine.
#[derive(Serialize)]
struct Finding {
    subject: Text,
    state: State,
    detail: Text,
    remedy: Option<Text>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    Limited,
    Missing,
}

impl State {
    fn sign(self) -> &'static str {
        match self {
            Self::Good => "○",
            Self::Limited => "△",
            Self::Missing => "×",
        }
    }
}

pub(super) fn run(scheme: &Scheme, printer: Printer) -> Result<Exit, Failure> {
    let findings = [
        edition(scheme),
        raw_sockets(),
        descriptors(),
        source_ports(),
        trust_store(),
        vulnerability_index(),
        wifi(),
    ];
    if printer.json {
        let hoshimori = env!("CARGO_PKG_VERSION");
        Printer::json(&Document { hoshimori, format: "doctor/1", findings: &findings })?;
        return Ok(Exit::Done);
    }
    let language = printer.language;
    for finding in &findings {
        let subject = finding.subject.in_language(language);
        let detail = finding.detail.in_language(language);
        Printer::data(&format!("{} {subject}: {detail}", finding.state.sign()))?;
        if let Some(remedy) = &finding.remedy {
            Printer::data(&format!("    → {}", remedy.in_language(language)))?;
        }
    }
    Ok(Exit::Done)
}

fn edition(scheme: &Scheme) -> Finding {
    let (key, audit, tests) = (&scheme.edition.key, scheme.audit().len(), scheme.tests().len());
    Finding {
        subject: Text::new("認証基準", "scheme"),
        state: State::Good,
        detail: Text::new(
            format!("{key}（監査{audit}項目、診断{tests}項目、{}）", scheme.grading.rule_set),
            format!("{key} ({audit} audit criteria, {tests} tests, {})", scheme.grading.rule_set),
        ),
        remedy: None,
    }
}

fn raw_sockets() -> Finding {
    let subject = Text::new("生パケットの権限", "raw packets");
    if SynScanner::is_permitted() {
        return Finding {
            subject,
            state: State::Good,
            detail: Text::new(
                "ある。ポートは半開走査で調べ、見逃し確率を示せる",
                "permitted: ports are scanned half open, and the chance of a miss is stated",
            ),
            remedy: None,
        };
    }
    let program = std::env::current_exe().unwrap_or_else(|_| "hoshimori".into());
    let command = format!("sudo setcap cap_net_raw,cap_net_admin+ep '{}'", program.display());
    Finding {
        subject,
        state: State::Limited,
        detail: Text::new(
            "ない。TCP接続方式で調べるため遅く、パケットの損失を測れないので見逃し確率を示せない。\
             同じ区画の機器をARP・NDPで見つけることも、MACアドレスを知ることもできない",
            "not permitted: ports are scanned by connecting, which is slower and cannot measure \
             loss, so no chance of a miss is stated; hosts of the same segment are not found by \
             ARP or NDP, and hardware addresses stay unknown",
        ),
        remedy: Some(Text::new(
            format!("`{command}` を実行する（プログラムを更新したらもう一度）"),
            format!("run `{command}` (again after each update of the program)"),
        )),
    }
}

fn descriptors() -> Finding {
    let subject = Text::new("同時に開ける接続", "connections at once");
    match rlimit::Resource::NOFILE.get() {
        Ok((_, hard)) => {
            let is_enough = hard >= WANTED_DESCRIPTORS;
            Finding {
                subject,
                state: if is_enough { State::Good } else { State::Limited },
                detail: Text::new(
                    format!("上限 {hard}。足りないときは走査が遅くなるだけで、漏れはない"),
                    format!("limit {hard}; fewer make a scan slower, never incomplete"),
                ),
                remedy: (!is_enough).then(|| {
                    Text::new(
                        format!("`ulimit -Hn {WANTED_DESCRIPTORS}` を管理者に頼む"),
                        format!("ask the administrator for `ulimit -Hn {WANTED_DESCRIPTORS}`"),
                    )
                }),
            }
        }
        Err(error) => unknown(subject, &error),
    }
}

fn source_ports() -> Finding {
    let subject = Text::new("送信元ポートの範囲", "range of source ports");
    match fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range") {
        Ok(range) => Finding {
            subject,
            state: State::Good,
            detail: Text::same(range.split_whitespace().collect::<Vec<_>>().join("–")),
            remedy: None,
        },
        Err(error) => unknown(subject, &error),
    }
}

fn trust_store() -> Finding {
    let stores = TrustStores::load();
    let subject = Text::new("OSの信頼する認証局", "certification authorities of the system");
    match stores.system_roots() {
        Ok(count) => Finding {
            subject,
            state: State::Good,
            detail: Text::new(format!("{count}件"), format!("{count} found")),
            remedy: None,
        },
        Err(trouble) => Finding {
            subject,
            state: State::Limited,
            detail: Text::new(
                format!("読めない（{trouble}）。組込みのMozillaの一覧は使える"),
                format!("cannot be read ({trouble}); the built-in Mozilla list works"),
            ),
            remedy: Some(Text::new(
                "`ca-certificates` を入れる",
                "install the package `ca-certificates`",
            )),
        },
    }
}

fn vulnerability_index() -> Finding {
    Finding {
        subject: Text::new("脆弱性の索引", "vulnerability index"),
        state: State::Missing,
        detail: Text::new(
            "この版にはない。N-02・N-23・N-24・N-27は自動で実施しない",
            "not in this version; N-02, N-23, N-24 and N-27 are not performed",
        ),
        remedy: Some(recorded_tests()),
    }
}

fn wifi() -> Finding {
    Finding {
        subject: Text::new("無線の取得", "Wi-Fi capture"),
        state: State::Missing,
        detail: Text::new(
            "この版にはない。W-01～W-05は自動で実施しない",
            "not in this version; W-01 to W-05 are not performed",
        ),
        remedy: Some(recorded_tests()),
    }
}

fn recorded_tests() -> Text {
    Text::new(
        "別の方法で実施し、検査ファイルの [tests] recorded に記録する",
        "perform them by other means and record them with [tests] recorded",
    )
}

fn unknown(subject: Text, error: &std::io::Error) -> Finding {
    let detail = Text::new(format!("分からない（{error}）"), format!("unknown ({error})"));
    Finding { subject, state: State::Limited, detail, remedy: None }
}
