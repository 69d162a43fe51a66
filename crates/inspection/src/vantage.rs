//! From which side of the network something was seen.

use std::fmt;
use std::str::FromStr;

use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

/// Whose side of the network an observation was made from; part of every verdict.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vantage {
    /// The network that members and visitors use.
    Guest,
    /// The operator's own network.
    Business,
    /// The network that only administrators use.
    Management,
    /// The internet.
    Internet,
}

impl Vantage {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Business => "business",
            Self::Management => "management",
            Self::Internet => "internet",
        }
    }

    /// The name that people read.
    pub fn name(self) -> Text {
        match self {
            Self::Guest => Text::new("利用者側", "guest network"),
            Self::Business => Text::new("業務側", "business network"),
            Self::Management => Text::new("管理用", "management network"),
            Self::Internet => Text::new("インターネット側", "internet"),
        }
    }
}

impl fmt::Display for Vantage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no vantage.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a vantage; allowed: `guest`, `business`, `management`, `internet`")]
pub struct UnknownVantage(pub String);

impl FromStr for Vantage {
    type Err = UnknownVantage;

    fn from_str(text: &str) -> Result<Self, UnknownVantage> {
        [Self::Guest, Self::Business, Self::Management, Self::Internet]
            .into_iter()
            .find(|vantage| vantage.word() == text)
            .ok_or_else(|| UnknownVantage(hoshimori_scheme::shorten(text)))
    }
}
