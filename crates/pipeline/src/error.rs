use std::path::{Path, PathBuf};

use hoshimori_inspection::scope::Refusal;
use hoshimori_report::ReportError;
use hoshimori_scheme::{InputError, SchemeError, Text};

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It cannot be opened or read.
    #[error("cannot open the journal `{path}`")]
    Open {
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It cannot be written: a full disk, a medium that was removed.
    #[error("cannot write the journal `{path}`")]
    Write {
        /// Where it is.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A line was changed, removed or moved after it was written.
    #[error("line {line} of the journal `{path}` is not what was written")]
    Corrupt {
        /// Where it is.
        path: PathBuf,
        /// The first wrong line, from 1.
        line: usize,
    },
    /// Another process is writing it.
    #[error("the journal `{path}` is in use by another process")]
    InUse {
        /// Where it is.
        path: PathBuf,
    },
}

impl JournalError {
    pub(crate) fn open(path: &Path, source: std::io::Error) -> Self {
        Self::Open { path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    /// The error in both languages.
    pub fn to_text(&self) -> Text {
        let ja = match self {
            Self::Open { path, source } => {
                format!("記録簿 `{}` を開けません（{source}）", path.display())
            }
            Self::Write { path, source } => format!(
                "記録簿 `{}` に書けません（{source}）。終わった作業は残っています",
                path.display()
            ),
            Self::Corrupt { path, line } => {
                format!("記録簿 `{}` の{line}行目が書かれたときと違います", path.display())
            }
            Self::InUse { path } => {
                format!("記録簿 `{}` は別の hoshimori が使用中です", path.display())
            }
        };
        let en = match self {
            Self::Open { source, .. } | Self::Write { source, .. } => format!("{self} ({source})"),
            _ => self.to_string(),
        };
        Text::new(ja, en)
    }
}

/// Why an inspection cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// A file that a person wrote is wrong.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The scheme edition is wrong.
    #[error(transparent)]
    Scheme(#[from] SchemeError),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A file cannot be read or written.
    #[error("cannot {action} `{path}`")]
    File {
        /// `read`, `write` or `create`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The scope refuses what was asked for.
    #[error("nothing may be sent: {0}")]
    Refused(#[from] Refusal),
    /// A case directory holds an inspection already.
    #[error("`{path}` already holds an inspection")]
    Occupied {
        /// The directory.
        path: PathBuf,
    },
    /// A case directory holds nothing that could be resumed.
    #[error("`{path}` holds no inspection to resume")]
    NothingToResume {
        /// The directory.
        path: PathBuf,
    },
    /// The journal belongs to another plan than the inspection file describes now.
    #[error("the journal in `{path}` was begun with another scope")]
    OtherPlan {
        /// The directory.
        path: PathBuf,
    },
    /// The person stopped it.
    #[error("stopped on request")]
    Interrupted,
    /// The report cannot be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The machine has no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness(#[source] getrandom::Error),
    /// A stored assessment cannot be used.
    #[error("`{path}` is not an assessment of this program: {detail}")]
    NotAnAssessment {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A fingerprint pack cannot be used.
    #[error("cannot use the fingerprint pack `{path}`: {}", detail.en)]
    Fingerprints {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        detail: Text,
    },
    /// A bug of ours: grading refused what the pipeline built.
    #[error("the findings cannot be graded: {detail}")]
    Ungradable {
        /// What grading said.
        detail: String,
    },
}

impl PipelineError {
    pub(crate) fn file(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { action, path: path.to_owned(), source }
    }
}
