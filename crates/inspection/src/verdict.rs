//! The five outcomes of a test, and whether it was performed.

use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

/// The outcome of one test on one target. Never a bool: silence is not safety.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Vulnerable, proved by behaviour.
    Fail,
    /// A version or an indicator only; counts once a person confirms it.
    Suspected,
    /// Could not be decided; the reason is in the result.
    Inconclusive,
    /// Not vulnerable, proved.
    Pass,
    /// The service is not there.
    NotApplicable,
}

impl Verdict {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Suspected => "suspected",
            Self::Inconclusive => "inconclusive",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The name that people read.
    pub fn name(self) -> Text {
        match self {
            Self::Fail => Text::new("指摘あり", "finding"),
            Self::Suspected => Text::new("疑いあり", "suspected"),
            Self::Inconclusive => Text::new("判断できず", "could not decide"),
            Self::Pass => Text::new("問題なし", "no finding"),
            Self::NotApplicable => Text::new("該当なし", "not applicable"),
        }
    }

    /// A sign that tells the verdicts apart without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Fail => "×",
            Self::Suspected => "△",
            Self::Inconclusive => "？",
            Self::Pass => "○",
            Self::NotApplicable => "－",
        }
    }
}

/// Whether a technical test was performed in an inspection.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestState {
    /// Performed.
    Done,
    /// Performed; the service it looks at is nowhere in scope.
    NotApplicable,
    /// Not performed; an in-scope test in this state blocks the report.
    NotRun,
}

impl TestState {
    /// The name that people read.
    pub fn name(self) -> Text {
        match self {
            Self::Done => Text::new("実施", "done"),
            Self::NotApplicable => Text::new("該当なし", "not applicable"),
            Self::NotRun => Text::new("未実施", "not run"),
        }
    }
}
