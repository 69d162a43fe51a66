use std::path::{Path, PathBuf};

use hoshimori_pipeline::PipelineError;
use hoshimori_scheme::{InputError, Language, SchemeError, Text};

/// Why a command could not be done, with what to do about it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something impossible.
    Usage(Text),
    /// A file that a person wrote is wrong.
    Input(InputError),
    /// The inspection cannot go on.
    Pipeline(Box<PipelineError>),
    /// The system refused.
    Io {
        /// What was attempted.
        doing: Text,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Failure {
    /// What happened, and a hint where one helps.
    pub(crate) fn message(&self, language: Language) -> String {
        match self {
            Self::Usage(text) => text.in_language(language).to_owned(),
            Self::Input(error) => error.message(language),
            Self::Pipeline(error) => {
                let message = explain(error, language);
                let Some(hint) = hint(error) else { return message };
                let label = match language {
                    Language::Japanese => "ヒント",
                    Language::English => "hint",
                };
                format!("{message}\n  {label}: {}", hint.in_language(language))
            }
            Self::Io { doing, source } => format!("{}: {source}", doing.in_language(language)),
        }
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Input(error) => Self::Input(error),
            PipelineError::Scheme(error) => error.into(),
            other => Self::Pipeline(Box::new(other)),
        }
    }
}

impl From<SchemeError> for Failure {
    fn from(error: SchemeError) -> Self {
        match error {
            SchemeError::Input(error) => Self::Input(error),
            SchemeError::Unreadable { file, source } => Self::Io {
                doing: Text::new(
                    format!("認証基準 `{file}` を読めません"),
                    format!("cannot read the scheme `{file}`"),
                ),
                source,
            },
            other => Self::Usage(Text::same(other.to_string())),
        }
    }
}

fn explain(error: &PipelineError, language: Language) -> String {
    let shown = |path: &Path| path.display().to_string();
    let text = match error {
        PipelineError::Journal(error) => error.to_text(),
        PipelineError::Refused(refusal) => {
            let text = refusal.to_text();
            Text::new(
                format!("送信できません: {}", text.ja),
                format!("nothing may be sent: {}", text.en),
            )
        }
        PipelineError::File { action, path, source } => {
            let doing = match *action {
                "read" => "読めません",
                "create" => "作れません",
                _ => "書けません",
            };
            Text::new(
                format!("`{}` を{doing}（{source}）", shown(path)),
                format!("cannot {action} `{}` ({source})", shown(path)),
            )
        }
        PipelineError::Occupied { path } => Text::new(
            format!("`{}` にはすでに検査の記録があります", shown(path)),
            error.to_string(),
        ),
        PipelineError::NothingToResume { path } => Text::new(
            format!("`{}` に続きのできる検査がありません", shown(path)),
            error.to_string(),
        ),
        PipelineError::OtherPlan { path } => Text::new(
            format!("`{}` の記録は、今の検査ファイルと範囲・同意・対象が違います", shown(path)),
            error.to_string(),
        ),
        PipelineError::Interrupted => {
            Text::new("中断しました。終わった作業は残っています", "stopped; finished work is kept")
        }
        PipelineError::Fingerprints { path, detail } => Text::new(
            format!("指紋パック `{}` を使えません: {}", path.display(), detail.ja),
            format!("cannot use the fingerprint pack `{}`: {}", path.display(), detail.en),
        ),
        PipelineError::NotAnAssessment { path, detail } => Text::new(
            format!("`{}` はhoshimoriの検査結果として読めません（{detail}）", shown(path)),
            error.to_string(),
        ),
        other => Text::same(chain(other)),
    };
    text.in_language(language).to_owned()
}

fn hint(error: &PipelineError) -> Option<Text> {
    let hint = match error {
        PipelineError::Occupied { .. } => Text::new(
            "続きは --resume、別の検査は --out で別のフォルダーへ",
            "go on with --resume, or choose another folder with --out",
        ),
        PipelineError::OtherPlan { .. } => Text::new(
            "範囲を変えた検査は --out で別のフォルダーに新しく始めてください",
            "begin an inspection with another scope anew, in another folder (--out)",
        ),
        PipelineError::Interrupted => {
            Text::new("--resume で続きから再開できます", "go on with --resume")
        }
        PipelineError::File { action: "write" | "create", .. } => Text::new(
            "空き容量と書込みの権限を確かめるか、--out で別の場所を指定してください",
            "check free space and permissions, or choose another place with --out",
        ),
        PipelineError::Refused(_) => Text::new(
            "検査ファイルの authorization（範囲と時間）を確かめてください",
            "check `authorization` (networks and times) in the inspection file",
        ),
        _ => return None,
    };
    Some(hint)
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let texts = std::iter::once(error.to_string()).chain(causes.map(ToString::to_string));
    texts.collect::<Vec<_>>().join(": ")
}

/// A failure to read `path`.
pub(crate) fn unreadable(path: PathBuf, source: std::io::Error) -> Failure {
    Failure::from(PipelineError::File { action: "read", path, source })
}
