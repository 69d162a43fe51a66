use hoshimori_scheme::{Grade, GradingNumbers, TargetLevel, Text};
use serde::{Deserialize, Serialize};

/// One of the two parts that have a grade of their own.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// 情報セキュリティ監査.
    Audit,
    /// 脆弱性診断.
    Vuln,
}

impl Part {
    /// Both parts.
    pub const ALL: [Self; 2] = [Self::Audit, Self::Vuln];

    /// The word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Vuln => "vuln",
        }
    }

    /// The name that people read.
    pub fn name(self) -> Text {
        match self {
            Self::Audit => Text::new("監査", "audit"),
            Self::Vuln => Text::new("脆弱性診断", "assessment"),
        }
    }
}

/// A reviewer's request to change a computed grade (GR-1 section 4).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OverrideEntry {
    /// The part whose grade is to change.
    pub part: Part,
    /// The grade that is asked for.
    pub to: Grade,
    /// Who asks.
    pub by: String,
    /// The second person; empty if there is none.
    pub approved_by: String,
    /// Why.
    pub reason: String,
    /// Ids of the evidence that bears the reason.
    pub evidence: Vec<String>,
}

/// The rule that decided on an override.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OverrideRule {
    /// OV-R1: the reason is too short.
    ReasonTooShort {
        /// Fewest characters of a reason.
        min_chars: u32,
    },
    /// OV-R2: no evidence.
    NoEvidence,
    /// OV-R3: no second person.
    NoSecondPerson,
    /// OV-R4: more than one step better.
    TooManySteps,
    /// OV-R5: D and E are never lifted.
    TooBadToLift,
    /// OV-R6: the cap of the lowest target stays.
    LowestTarget,
    /// OV-OK, to a worse grade.
    Lowered,
    /// OV-OK, to a better grade or the same.
    Raised,
}

impl OverrideRule {
    /// The id of the rule in GR-1.
    pub fn id(self) -> &'static str {
        match self {
            Self::ReasonTooShort { .. } => "OV-R1",
            Self::NoEvidence => "OV-R2",
            Self::NoSecondPerson => "OV-R3",
            Self::TooManySteps => "OV-R4",
            Self::TooBadToLift => "OV-R5",
            Self::LowestTarget => "OV-R6",
            Self::Lowered | Self::Raised => "OV-OK",
        }
    }

    /// Whether the grade changes as asked.
    pub fn is_applied(self) -> bool {
        matches!(self, Self::Lowered | Self::Raised)
    }

    /// The first rule of GR-1 section 4 that applies to `entry`.
    pub(super) fn decide(
        numbers: &GradingNumbers,
        target: TargetLevel,
        computed: Grade,
        entry: &OverrideEntry,
    ) -> Self {
        let min_chars = numbers.override_reason_min_chars;
        let has_evidence = entry.evidence.iter().any(|id| !id.trim().is_empty());
        let (by, approved_by) = (entry.by.trim(), entry.approved_by.trim());
        if is_shorter(&entry.reason, min_chars) {
            Self::ReasonTooShort { min_chars }
        } else if !has_evidence {
            Self::NoEvidence
        } else if approved_by.is_empty() || approved_by == by {
            Self::NoSecondPerson
        } else if entry.to > computed {
            Self::Lowered
        } else if steps_between(entry.to, computed) > 1 {
            Self::TooManySteps
        } else if computed >= Grade::D {
            Self::TooBadToLift
        } else if target == TargetLevel::One {
            Self::LowestTarget
        } else {
            Self::Raised
        }
    }
}

/// Whether `text` has fewer than `chars` Unicode scalar values.
fn is_shorter(text: &str, chars: u32) -> bool {
    u32::try_from(text.chars().count()).is_ok_and(|count| count < chars)
}

/// How many grades `better` is above `worse`.
fn steps_between(better: Grade, worse: Grade) -> usize {
    Grade::ALL.iter().filter(|grade| better <= **grade && **grade < worse).count()
}
