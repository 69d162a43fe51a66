use serde::{Deserialize, Serialize};

use crate::id::CriterionId;
use crate::level::Marks;
use crate::severity::{NonconformitySeverity, TestSeverity};
use crate::text::Text;

/// Whether an audit row belongs to the basic or to the applied measures.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MeasureClass {
    /// 基本対策.
    Basic,
    /// 応用対策.
    Applied,
}

/// How an inspector looks at an audit row.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditMethod {
    /// Reads documents.
    Document,
    /// Asks people.
    Interview,
    /// Watches on site.
    Observation,
    /// Takes a sample of records.
    Sampling,
    /// Uses the result of a technical test.
    Technical,
}

/// What kind of thing a piece of audit evidence is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// A document.
    Document,
    /// A record of something that happened.
    Record,
    /// A photograph.
    Photo,
    /// A screen shot.
    Screenshot,
    /// Something seen on site.
    Observation,
    /// The result of a technical test.
    Scan,
    /// A statement of a person.
    Interview,
    /// A configuration of a device.
    Config,
    /// A log extract.
    Log,
}

/// One piece of evidence that an inspector asks for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    /// What kind of thing it is.
    pub kind: EvidenceKind,
    /// Japanese description.
    pub ja: String,
    /// English description.
    pub en: String,
}

/// A standard, RFC, CVE, CWE or guide that a criterion rests on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Short name, such as `RFC 9110 section 9.3.8` or `CWE-693`.
    pub id: String,
    /// What it is.
    pub title: Text,
}

/// One row of the audit table (情報セキュリティ監査), judged by people.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AuditCriterion {
    /// `A-01` to `A-32`.
    pub id: CriterionId,
    /// Number of the domain, 1 to 6.
    pub domain: u8,
    /// Name of the domain.
    pub domain_title: Text,
    /// ポリシー, ネットワーク or 設備.
    pub category: Text,
    /// The label that the programme's own table prints, such as `基本対策①`.
    pub seed_label: String,
    /// 基本対策 or 応用対策.
    pub class: MeasureClass,
    /// What is to be confirmed.
    pub title: Text,
    /// Marks per level.
    pub marks: Marks,
    /// Why a mark differs from the printed table, if it does.
    pub marks_note: Option<Text>,
    /// Why the criterion exists.
    pub purpose: Text,
    /// Questions that the inspector asks.
    pub questions: Vec<Text>,
    /// Evidence that the inspector asks for.
    pub evidence: Vec<EvidenceRequest>,
    /// How the inspector looks at it.
    pub methods: Vec<AuditMethod>,
    /// Technical tests whose results support the judgement.
    pub supporting_tests: Vec<CriterionId>,
    /// When 一部適合 is the right answer.
    pub partial_definition: Text,
    /// Severity of 不適合 unless the inspector gives a reason for another.
    pub default_severity: NonconformitySeverity,
    /// When 対象外 may be answered; `None` forbids it.
    pub not_applicable_when: Option<Text>,
    /// What an operator does to conform.
    pub remediation: Text,
    /// Standards and guides.
    pub references: Vec<Reference>,
}

/// One row of the assessment table (脆弱性診断): a network or Wi-Fi test.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TechnicalTest {
    /// `N-01` to `N-27` or `W-01` to `W-05`.
    pub id: CriterionId,
    /// `ネットワーク脆弱性検査` or `WiFi脆弱性検査`.
    pub inspection: Text,
    /// The group that the table prints, such as `ホストのスクリーン`.
    pub group: Text,
    /// The item that the table prints, such as `ポートスキャン`.
    pub item: Text,
    /// What is tested.
    pub title: Text,
    /// A few words for lists and headings.
    pub short: Text,
    /// Marks per level.
    pub marks: Marks,
    /// Why it matters to people who share an office.
    pub purpose: Text,
    /// How the test is done.
    pub procedure: Text,
    /// What counts as a finding.
    pub finding_if: Text,
    /// What the test cannot see.
    pub limits: Text,
    /// Severity where a finding gives none.
    pub default_severity: TestSeverity,
    /// Audit criteria that this test supports.
    pub supports_audit: Vec<CriterionId>,
    /// Tools whose results may be recorded for this test when it was done with them.
    pub tools: Vec<String>,
    /// What an operator does about a finding.
    pub remediation: Text,
    /// Standards, CVE and CWE numbers.
    pub references: Vec<Reference>,
}
