use std::fmt;

use serde::{Deserialize, Serialize};

/// An overall grade or the grade of one finding; A is best and a worse grade is greater.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[expect(missing_docs, reason = "the letters are the scheme's own and explained in its tables")]
pub enum Grade {
    A,
    B,
    C,
    D,
    E,
}

impl Grade {
    /// All grades, best first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The capital letter.
    pub fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::E => 'E',
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// Severity of a finding of a technical test; greater is worse.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// Grade A: listed, not a finding.
    Info,
    /// Grade B.
    Low,
    /// Grade C.
    Medium,
    /// Grade D.
    High,
    /// Grade E.
    Critical,
}

impl FindingSeverity {
    /// The grade that one finding of this severity has (GR-1 section 3.2).
    pub fn grade(self) -> Grade {
        match self {
            Self::Info => Grade::A,
            Self::Low => Grade::B,
            Self::Medium => Grade::C,
            Self::High => Grade::D,
            Self::Critical => Grade::E,
        }
    }

    /// The English word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Severity of an audit item that is 不適合; greater is worse.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NonconformitySeverity {
    /// A gap that a plan can close.
    Minor,
    /// A gap that alone makes the audit grade D.
    Major,
    /// A gap that alone makes the audit grade E.
    Critical,
}

impl NonconformitySeverity {
    /// The English word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// The severity that a technical test gives where the finding states none.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestSeverity {
    /// Grade A.
    Info,
    /// Grade B.
    Low,
    /// Grade C.
    Medium,
    /// Grade D.
    High,
    /// Grade E.
    Critical,
    /// Follows from the CVSS score of the vulnerability found.
    ByCvss,
}

impl TestSeverity {
    /// The fixed severity, or `None` where a CVSS score decides.
    pub fn fixed(self) -> Option<FindingSeverity> {
        match self {
            Self::Info => Some(FindingSeverity::Info),
            Self::Low => Some(FindingSeverity::Low),
            Self::Medium => Some(FindingSeverity::Medium),
            Self::High => Some(FindingSeverity::High),
            Self::Critical => Some(FindingSeverity::Critical),
            Self::ByCvss => None,
        }
    }
}
