//! Judgements of checks, and whether a test was performed at all.

use std::fmt;

use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, Text};
use serde::{Deserialize, Serialize};

use crate::evidence::ObservationKey;
use crate::target::Target;
use crate::vantage::Vantage;
use crate::verdict::{TestState, Verdict};

/// Names a result for good: the same fault on the same port has the same id in a retest.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct FindingId(String);

impl FindingId {
    /// The id of what `test` says about `aspect` of `target` as seen from `vantage`.
    pub fn new(test: CriterionId, target: Target, vantage: Vantage, aspect: &str) -> Self {
        Self(format!("{test}:{target}:{vantage}:{aspect}"))
    }

    /// An id that a person gave.
    pub fn given(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a check says about one aspect of one target.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judgement {
    /// The test.
    pub test: CriterionId,
    /// What was judged.
    pub target: Target,
    /// From where it was seen.
    pub vantage: Vantage,
    /// Short slug that tells several judgements of one test on one target apart.
    pub aspect: &'static str,
    /// The outcome.
    pub verdict: Verdict,
    /// How bad it is if it is; `Info` for every outcome but fail and suspected.
    pub severity: FindingSeverity,
    /// A heading.
    pub title: Text,
    /// Why this outcome, in plain words.
    pub because: Text,
    /// CVE, CWE and similar numbers.
    pub ids: Vec<String>,
    /// The observations it rests on, the decisive one first.
    pub evidence: Vec<ObservationKey>,
}

impl Judgement {
    /// The id of this judgement.
    pub fn id(&self) -> FindingId {
        FindingId::new(self.test, self.target, self.vantage, self.aspect)
    }

    /// The grade of this judgement alone.
    pub fn grade(&self) -> Grade {
        self.severity.grade()
    }
}

/// Whether a test was performed, and why not if it was not.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TestStatus {
    /// The test.
    pub test: CriterionId,
    /// Whether it was performed.
    pub status: TestState,
    /// Why.
    pub because: Text,
}
