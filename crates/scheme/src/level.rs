use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::severity::Grade;
use crate::text::Text;

/// What a level asks of one criterion.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub enum Mark {
    /// ● 準拠が必要.
    #[serde(rename = "●")]
    Must,
    /// ▲ 一部準拠で可.
    #[serde(rename = "▲")]
    Partial,
    /// - 評価対象外.
    #[serde(rename = "-")]
    NotEvaluated,
}

impl Mark {
    /// The symbol printed in the tables.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Must => "●",
            Self::Partial => "▲",
            Self::NotEvaluated => "-",
        }
    }
}

/// The three marks of one criterion, one per column.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// Column ★.
    #[serde(rename = "★")]
    pub one: Mark,
    /// Column ★★.
    #[serde(rename = "★★")]
    pub two: Mark,
    /// Column ★★★.
    #[serde(rename = "★★★")]
    pub three: Mark,
}

impl Marks {
    /// The mark in the column of `target`.
    pub fn at(self, target: TargetLevel) -> Mark {
        match target {
            TargetLevel::One => self.one,
            TargetLevel::Two => self.two,
            TargetLevel::Three => self.three,
        }
    }
}

/// The level an applicant asks for, which is a column of the criteria tables.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TargetLevel {
    /// ★.
    One,
    /// ★★.
    Two,
    /// ★★★.
    Three,
}

impl TargetLevel {
    /// All targets, lowest first.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// The stars.
    pub fn stars(self) -> &'static str {
        match self {
            Self::One => "★",
            Self::Two => "★★",
            Self::Three => "★★★",
        }
    }

    /// The highest rank that this target allows (GR-1 section 5).
    pub fn rank(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

impl fmt::Display for TargetLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stars())
    }
}

/// A text that is not a target level.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a target level; allowed: `★`, `★★`, `★★★`")]
pub struct UnknownTarget(pub String);

impl FromStr for TargetLevel {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        Self::ALL
            .into_iter()
            .find(|target| target.stars() == text)
            .ok_or_else(|| UnknownTarget(text.chars().take(40).collect()))
    }
}

impl Serialize for TargetLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.stars())
    }
}

impl<'de> Deserialize<'de> for TargetLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The canonical name of a certification level; what is printed for it is edition data.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LevelKey {
    /// 安心.
    Assured,
    /// 安全.
    Safe,
    /// 信頼.
    Trust,
}

/// One certification level and the grades it needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Canonical name.
    pub key: LevelKey,
    /// 信頼, 安全 or 安心, with its English word.
    pub name: Text,
    /// The stars that results and documents show.
    pub stars: String,
    /// The stars that the programme's own level table prints.
    pub seed_printed: String,
    /// Height of the level: 1 is the lowest that is certified.
    pub rank: u8,
    /// Worst audit grade that the level tolerates.
    pub audit_min: Grade,
    /// Worst assessment grade that the level tolerates.
    pub assessment_min: Grade,
    /// The risk word of the level table.
    pub risk: Text,
    /// The description in the level table.
    pub description: Text,
}
