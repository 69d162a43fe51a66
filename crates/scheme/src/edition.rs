use serde::{Deserialize, Serialize};

use crate::criterion::{AuditCriterion, TechnicalTest};
use crate::id::CriterionId;
use crate::level::{Level, LevelKey};
use crate::severity::{FindingSeverity, Grade};
use crate::text::Text;

/// Identity of a scheme edition; printed on every document that rests on it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The key that inspection files name, such as `shared-office-2021`.
    pub key: String,
    /// Version of the data of this edition.
    pub version: String,
    /// Date of the guide it follows, as ISO 8601 year-month or date.
    pub dated: String,
    /// Name of the programme.
    pub title: Text,
    /// The guide that the criteria follow.
    pub guide: Text,
    /// Days that a certificate is valid from the decision date.
    pub validity_days: u16,
}

/// A fraction whose comparison needs no division.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    /// Above the line.
    pub numerator: u32,
    /// Below the line; never 0 in a loaded scheme.
    pub denominator: u32,
}

impl Fraction {
    /// `floor(count * self)`.
    pub fn floor_of(self, count: u32) -> u32 {
        // The loader refuses a denominator of 0; `max` keeps the function total all the same.
        let product = u64::from(count) * u64::from(self.numerator);
        u32::try_from(product / u64::from(self.denominator.max(1))).unwrap_or(u32::MAX)
    }

    /// Whether `part` is more than this fraction of `whole`.
    pub fn is_exceeded_by(self, part: u32, whole: u32) -> bool {
        u64::from(part) * u64::from(self.denominator) > u64::from(whole) * u64::from(self.numerator)
    }
}

/// CVSS 3.1 base scores, in tenths, at which each severity begins.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CvssBands {
    /// Below it a score is `info`.
    pub low_from_tenths: u8,
    /// Where `medium` begins.
    pub medium_from_tenths: u8,
    /// Where `high` begins.
    pub high_from_tenths: u8,
    /// Where `critical` begins.
    pub critical_from_tenths: u8,
}

impl CvssBands {
    /// The severity of a base score given in tenths (0 to 100).
    pub fn severity(self, tenths: u8) -> FindingSeverity {
        if tenths >= self.critical_from_tenths {
            FindingSeverity::Critical
        } else if tenths >= self.high_from_tenths {
            FindingSeverity::High
        } else if tenths >= self.medium_from_tenths {
            FindingSeverity::Medium
        } else if tenths >= self.low_from_tenths {
            FindingSeverity::Low
        } else {
            FindingSeverity::Info
        }
    }
}

/// The numbers of the grading rule set; the rules themselves are code in `inspection::grading`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GradingNumbers {
    /// Name of the rule set, `GR-1`.
    pub rule_set: String,
    /// Criteria that together make the audit grade E when none conforms (AU-E2).
    pub foundation: Vec<CriterionId>,
    /// Share of the applicable basics above which the audit grade is E (AU-E3).
    pub e_above: Fraction,
    /// Share of the applicable basics that may be 不適合 without grade D (AU-D2).
    pub d_above_nonconforming: Fraction,
    /// Share of the applicable basics that may be 不適合 or 一部適合 without grade D (AU-D2).
    pub d_above_gaps: Fraction,
    /// How many basics may be 一部適合 in grade B (AU-B1).
    pub partials_in_b: u32,
    /// Longest corrective plan, in days, that counts as a plan.
    pub plan_days_max: u32,
    /// Best grade that target ★ can claim (AU-C0, VA-C0).
    pub cap_at_lowest_target: Grade,
    /// Shortest reason of an override, in Unicode scalar values (OV-R1).
    pub override_reason_min_chars: u32,
    /// CVSS 3.1 bands (section 3.2).
    pub cvss: CvssBands,
}

/// One row of a grade table: what a grade means.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GradeRow {
    /// The grade.
    pub grade: Grade,
    /// The risk word, such as `低`.
    pub risk: Text,
    /// The description; the Japanese text is the one that the programme prints.
    pub description: Text,
}

/// The row of the level table for a facility that reaches no level.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// What is printed beside the word, 認証には是正が必要.
    pub remark: Text,
    /// The word that stands where levels have 信頼, 安全 or 安心.
    pub name: Text,
    /// The risk word.
    pub risk: Text,
    /// The description.
    pub description: Text,
}

/// A defect or ambiguity of the programme's own text and how this edition handles it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SeedNote {
    /// `S1`, `S2`, ….
    pub id: String,
    /// What the text says and what this edition does.
    pub note: Text,
}

/// One complete edition of the certification scheme, validated.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Scheme {
    /// Which edition this is.
    pub edition: Edition,
    /// Numbers of the grading rule set.
    pub grading: GradingNumbers,
    /// Levels, highest first.
    pub levels: Vec<Level>,
    /// Word for "no level", 認証不可, with its English word.
    pub refused: Text,
    /// What the level table says where no level is given.
    pub refusal: Refusal,
    /// Meaning of the audit grades, A first.
    pub audit_grades: Vec<GradeRow>,
    /// Meaning of the assessment grades, A first.
    pub assessment_grades: Vec<GradeRow>,
    /// The three common risks that the programme names.
    pub common_risks: Vec<Text>,
    /// Defects of the source and their handling.
    pub notes: Vec<SeedNote>,
    pub(crate) audit: Vec<AuditCriterion>,
    pub(crate) tests: Vec<TechnicalTest>,
}

impl Scheme {
    /// The audit criteria in catalogue order.
    pub fn audit(&self) -> &[AuditCriterion] {
        &self.audit
    }

    /// The technical tests in catalogue order.
    pub fn tests(&self) -> &[TechnicalTest] {
        &self.tests
    }

    /// The audit criterion with `id`.
    pub fn audit_criterion(&self, id: CriterionId) -> Option<&AuditCriterion> {
        self.audit.iter().find(|criterion| criterion.id == id)
    }

    /// The technical test with `id`.
    pub fn test(&self, id: CriterionId) -> Option<&TechnicalTest> {
        self.tests.iter().find(|test| test.id == id)
    }

    /// The level with `key`.
    pub fn level(&self, key: LevelKey) -> Option<&Level> {
        self.levels.iter().find(|level| level.key == key)
    }
}
