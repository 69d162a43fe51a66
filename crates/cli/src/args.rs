use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::{CriterionId, Language};

use crate::environment;

/// 共同利用型オフィス等セキュリティ認証プログラムの検査・評価・報告
/// (inspects, grades and reports on shared offices)
#[derive(Debug, Parser)]
#[command(name = "hoshimori", version, max_term_width = 100, after_help = EXIT_STATUSES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) general: General,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUSES: &str = "\
終了ステータス (exit status):
  0   終わった・合格 (done, and passed where there is a pass)
  1   終わったが不合格 (done, but the result is a failed grade)
  2   できなかった (could not be done)
  64  使い方の誤り (wrong usage)";

/// Options of every verb.
#[derive(Args, Debug)]
pub(crate) struct General {
    /// 言語 (language of messages and reports)
    #[arg(long, global = true, value_enum, env = environment::LANGUAGE, default_value = "ja")]
    pub(crate) lang: Lang,
    /// 機械向けのJSONを標準出力に出す (print JSON for machines)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// 経過を表示しない (show no progress)
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// 認証基準の版: ファイルまたはフォルダー (scheme edition: a file or folder)
    #[arg(long, global = true, value_name = "PATH", env = environment::SCHEME)]
    pub(crate) scheme: Option<PathBuf>,
    /// 追加の指紋パック: recogのフォルダー、TOMLのフォルダーかファイル (more fingerprints)
    #[arg(long, global = true, value_name = "PATH", env = environment::FINGERPRINTS)]
    pub(crate) fingerprints: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    Ja,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Ja => Self::Japanese,
            Lang::En => Self::English,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 検査ファイルのとおりに検査し、評価し、報告書を作る (run an inspection file)
    Inspect(Inspect),
    /// 機器とポートだけを調べる (find hosts and ports)
    Scan(Scan),
    /// 選んだ検査を対象に実施する (perform tests on targets)
    Check(Check),
    /// 評価の入力から評価A～Eと認証レベルを求める (grade a request)
    Grade(Grade),
    /// 検査の報告書を作り直す (render an inspection's report again)
    Report(Report),
    /// 認証基準を表示する (print the scheme, or one criterion)
    Criteria(Criteria),
    /// 情報セキュリティ監査の回答 (audit answers)
    #[command(subcommand)]
    Audit(Audit),
    /// この端末でできることと、できないことの直し方 (what this machine can do)
    Doctor,
}

#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// 検査ファイル (inspection file)
    pub(crate) file: PathBuf,
    /// 結果を置くフォルダー (where the case goes) [default: inspections/NUMBER]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// 中断した検査を続ける。終わった作業は繰り返さない (go on with an interrupted inspection)
    #[arg(long)]
    pub(crate) resume: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Scan {
    #[command(flatten)]
    pub(crate) what: Targets,
    /// ポート: `22,80,8000-8100` または `-` で全部 (ports)
    #[arg(short, long, default_value = "-", allow_hyphen_values = true)]
    pub(crate) ports: String,
    /// 生パケットを使わず、特権のいらないTCP接続で調べる (connect scan, without raw packets)
    #[arg(long)]
    pub(crate) connect: bool,
    /// UDPの主なサービスにも、それぞれのプロトコルの言葉で問い合わせる (ask UDP services too)
    #[arg(long)]
    pub(crate) udp: bool,
    /// 開いたポートのサービスも識別する (identify services on open ports)
    #[arg(long)]
    pub(crate) services: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) what: Targets,
    /// 検査の番号 (ids of tests) [default: すべて]
    #[arg(long, value_delimiter = ',', value_name = "N-13,…")]
    pub(crate) tests: Vec<CriterionId>,
    /// この端末がどの側のネットワークにいるか: guest, business, management, internet
    #[arg(long, default_value = "guest")]
    pub(crate) vantage: Vantage,
    /// 対象の状態を変える試験も行う (also probe with HTTP PUT and the like)
    #[arg(long)]
    pub(crate) state_changing_probes: bool,
}

/// Whom to look at.
#[derive(Args, Debug)]
pub(crate) struct Targets {
    /// アドレス、範囲、名前、アドレス:ポート (address, CIDR range, name, address:port)
    #[arg(required = true, value_name = "TARGET")]
    pub(crate) names: Vec<String>,
    /// 検査を許可した人と根拠。ループバックの外では必須 (who allowed it)
    #[arg(long, value_name = "TEXT")]
    pub(crate) authorized_by: Option<String>,
    /// 毎秒のパケット数の上限 (packets per second) [default: 20000、ループバックは無制限]
    #[arg(long, value_name = "PPS")]
    pub(crate) max_rate: Option<NonZeroU32>,
}

#[derive(Args, Debug)]
pub(crate) struct Grade {
    /// 評価の入力 (JSON)。`-` は標準入力 (grading request; `-` reads standard input)
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Report {
    /// 検査のフォルダー (case directory)
    pub(crate) dir: PathBuf,
    /// 形式 (formats)
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["pdf", "html"])]
    pub(crate) format: Vec<Format>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Pdf,
    Html,
}

#[derive(Args, Debug)]
pub(crate) struct Criteria {
    /// 項目の番号 (id of one criterion, such as A-14 or N-07)
    pub(crate) id: Option<CriterionId>,
    /// 認証基準の全体を一つのファイル (TOML) として出す (print the whole edition as one TOML file)
    #[arg(long, conflicts_with = "id")]
    pub(crate) export: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// 全項目の記入用紙 (TOML) を標準出力に出す (print a form of all audit criteria)
    Template,
}
