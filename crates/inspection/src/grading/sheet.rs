use std::collections::BTreeMap;

use hoshimori_scheme::{CriterionId, CvssBands, FindingSeverity, NonconformitySeverity, Text};
use serde::{Deserialize, Serialize};

use super::score::CvssScore;
use crate::finding::FindingId;

/// What an inspector says about one audit item (GR-1 section 2.1).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum ItemResult {
    /// 適合: conforms.
    #[serde(rename = "適合")]
    Conforms,
    /// 一部適合: meets the written partial definition of the item.
    #[serde(rename = "一部適合")]
    Partial,
    /// 不適合: does not conform.
    #[serde(rename = "不適合")]
    Nonconforming,
    /// 対象外: leaves the denominator.
    #[serde(rename = "対象外")]
    NotApplicable,
    /// 未評価: blocks the grade.
    #[serde(rename = "未評価")]
    NotJudged,
}

impl ItemResult {
    /// All results, best first, then those that say nothing about conformity.
    pub const ALL: [Self; 5] =
        [Self::Conforms, Self::Partial, Self::Nonconforming, Self::NotApplicable, Self::NotJudged];

    /// The word that files and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conforms => "適合",
            Self::Partial => "一部適合",
            Self::Nonconforming => "不適合",
            Self::NotApplicable => "対象外",
            Self::NotJudged => "未評価",
        }
    }

    /// The abbreviation for narrow columns.
    pub fn short(self) -> &'static str {
        match self {
            Self::Conforms => "C",
            Self::Partial => "P",
            Self::Nonconforming => "N",
            Self::NotApplicable => "NA",
            Self::NotJudged => "–",
        }
    }

    /// The name that people read.
    pub fn name(self) -> Text {
        let en = match self {
            Self::Conforms => "conforms",
            Self::Partial => "conforms in part",
            Self::Nonconforming => "does not conform",
            Self::NotApplicable => "not applicable",
            Self::NotJudged => "not judged",
        };
        Text::new(self.word(), en)
    }
}

/// Whether a technical test was performed (GR-1 section 3.1).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum TestStatus {
    /// 検出なし: performed; what it found is listed as findings.
    #[serde(rename = "検出なし")]
    Performed,
    /// 未実施: blocks the grade.
    #[serde(rename = "未実施")]
    NotPerformed,
}

impl TestStatus {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Performed, Self::NotPerformed];

    /// The word that files and reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Performed => "検出なし",
            Self::NotPerformed => "未実施",
        }
    }
}

/// What has become of a finding (GR-1 section 3.3).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingStatus {
    /// It stands.
    Open,
    /// A retest before the report was issued found it mended.
    ClosedRetest,
    /// A second person confirmed that there is nothing.
    FalsePositive,
}

impl FindingStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Open, Self::ClosedRetest, Self::FalsePositive];

    /// The word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ClosedRetest => "closed-retest",
            Self::FalsePositive => "false-positive",
        }
    }
}

/// The answer to one audit item.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ItemAnswer {
    /// The judgement.
    #[serde(rename = "r")]
    pub result: ItemResult,
    /// Severity of a 不適合 where it is not the default of the item.
    #[serde(rename = "sev", skip_serializing_if = "Option::is_none")]
    pub severity: Option<NonconformitySeverity>,
    /// Why the severity is not the default.
    #[serde(rename = "sev_reason", skip_serializing_if = "Option::is_none")]
    pub severity_reason: Option<String>,
    /// Why the result is what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Length of the accepted corrective plan in days; `None` is no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_days: Option<u32>,
}

impl ItemAnswer {
    /// An answer that gives `result` and nothing else.
    pub fn new(result: ItemResult) -> Self {
        Self { result, severity: None, severity_reason: None, reason: None, plan_days: None }
    }
}

/// The audit part of a request: a result for every audit item of the scheme.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AuditSheet {
    /// Result of every item without an answer of its own.
    pub default: ItemResult,
    /// The answers, by item.
    pub items: BTreeMap<CriterionId, ItemAnswer>,
}

impl AuditSheet {
    /// A sheet on which every item has the result `default`.
    pub fn new(default: ItemResult) -> Self {
        Self { default, items: BTreeMap::new() }
    }

    /// The result of the item `id`.
    pub fn result(&self, id: CriterionId) -> ItemResult {
        self.items.get(&id).map_or(self.default, |answer| answer.result)
    }
}

/// One finding of a technical test, as a person confirmed, closed or dismissed it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FindingEntry {
    /// Names the finding within the request.
    pub id: FindingId,
    /// The test that found it.
    pub test: CriterionId,
    /// What has become of it.
    pub status: FindingStatus,
    /// CVSS 3.1 base score; counts where `severity` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cvss: Option<CvssScore>,
    /// Severity given by a person or a check; wins over `cvss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<FindingSeverity>,
    /// Length of the accepted corrective plan in days; `None` is no plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_days: Option<u32>,
}

impl FindingEntry {
    /// An open finding of `test` with a stated severity and no plan.
    pub fn open(id: FindingId, test: CriterionId, severity: FindingSeverity) -> Self {
        let status = FindingStatus::Open;
        Self { id, test, status, cvss: None, severity: Some(severity), plan_days: None }
    }

    /// Whether the finding stands.
    pub fn is_open(&self) -> bool {
        self.status == FindingStatus::Open
    }

    /// The stated severity, or else the one that the score gives, or `None` without either.
    pub fn severity(&self, bands: CvssBands) -> Option<FindingSeverity> {
        self.severity.or_else(|| self.cvss.as_ref().map(|score| score.severity(bands)))
    }
}

/// The assessment part of a request: a status for every technical test, and the findings.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AssessmentSheet {
    /// Status of every test without one of its own.
    pub default: TestStatus,
    /// The statuses, by test.
    pub tests: BTreeMap<CriterionId, TestStatus>,
    /// The findings, in the order in which they were listed.
    pub findings: Vec<FindingEntry>,
}

impl AssessmentSheet {
    /// A sheet on which every test has the status `default` and nothing was found.
    pub fn new(default: TestStatus) -> Self {
        Self { default, tests: BTreeMap::new(), findings: Vec::new() }
    }

    /// The status of the test `id`.
    pub fn status(&self, id: CriterionId) -> TestStatus {
        self.tests.get(&id).copied().unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use serde::de::DeserializeOwned;

    use super::*;

    fn assert_serializes_as<T>(value: T, word: &str)
    where
        T: Copy + fmt::Debug + DeserializeOwned + PartialEq + Serialize,
    {
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, format!("\"{word}\""));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
    }

    #[test]
    fn serialized_words_are_the_words_of_the_request() {
        for result in ItemResult::ALL {
            assert_serializes_as(result, result.word());
        }
        for status in TestStatus::ALL {
            assert_serializes_as(status, status.word());
        }
        for status in FindingStatus::ALL {
            assert_serializes_as(status, status.word());
        }
    }
}
