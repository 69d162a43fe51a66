use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Which of the three tables of the scheme a criterion stands in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Table {
    /// 情報セキュリティ監査, `A-nn`.
    Audit,
    /// ネットワーク脆弱性検査, `N-nn`.
    Network,
    /// `WiFi脆弱性検査`, `W-nn`.
    Wifi,
}

impl Table {
    /// The letter that begins the ids of this table.
    pub fn letter(self) -> char {
        match self {
            Self::Audit => 'A',
            Self::Network => 'N',
            Self::Wifi => 'W',
        }
    }
}

/// The id of one row of the scheme, such as `A-14`, `N-07` or `W-03`.
///
/// Ids order as the catalogue does: audit rows, network tests, Wi-Fi tests. Whether a row with
/// that id exists is a question to the [`Scheme`](crate::Scheme).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CriterionId {
    table: Table,
    number: u8,
}

impl CriterionId {
    /// The id with `number` (1 to 99) in `table`.
    pub const fn new(table: Table, number: u8) -> Self {
        Self { table, number }
    }

    /// `A-number`.
    pub const fn audit(number: u8) -> Self {
        Self::new(Table::Audit, number)
    }

    /// `N-number`.
    pub const fn network(number: u8) -> Self {
        Self::new(Table::Network, number)
    }

    /// `W-number`.
    pub const fn wifi(number: u8) -> Self {
        Self::new(Table::Wifi, number)
    }

    /// The table the id belongs to.
    pub fn table(self) -> Table {
        self.table
    }

    /// The number within its table, from 1.
    pub fn number(self) -> u8 {
        self.number
    }

    /// The id as file names spell it: lower case, without the hyphen.
    pub fn file_stem(self) -> String {
        format!("{}{:02}", self.table.letter().to_ascii_lowercase(), self.number)
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.table.letter(), self.number)
    }
}

impl fmt::Debug for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not the id of a criterion.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a criterion id; ids look like `A-14`, `N-07` or `W-03`")]
pub struct UnknownId(pub String);

impl FromStr for CriterionId {
    type Err = UnknownId;

    fn from_str(text: &str) -> Result<Self, UnknownId> {
        let unknown = || UnknownId(text.chars().take(40).collect());
        let (letter, digits) = text.split_once('-').ok_or_else(unknown)?;
        let table = match letter {
            "A" => Table::Audit,
            "N" => Table::Network,
            "W" => Table::Wifi,
            _ => return Err(unknown()),
        };
        if digits.len() != 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(unknown());
        }
        match digits.parse() {
            Ok(number) if number > 0 => Ok(Self { table, number }),
            _ => Err(unknown()),
        }
    }
}

impl Serialize for CriterionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CriterionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
