use hoshimori_scheme::{CriterionId, Scheme, Text, shorten};

use super::path::{KeyPath, Step};
use crate::finding::FindingId;

/// Why parts do not make a request that can be graded.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestFault {
    /// An answer is about an item that the scheme does not have.
    #[error("`{}` is not an audit item of the scheme", shorten(.0))]
    UnknownItem(String),
    /// A status is about a test that the scheme does not have.
    #[error("`{}` is not a technical test of the scheme", shorten(.0))]
    UnknownTest(String),
    /// A finding belongs to a test that the scheme does not have.
    #[error("`{}` is not a technical test of the scheme", shorten(test))]
    UnknownTestOfFinding {
        /// Place of the finding in the list, from 0.
        index: usize,
        /// The id that it names.
        test: String,
    },
    /// An id is empty, or a blank in it would cut an entry of the trace in two.
    #[error("`{}` cannot be the id of a finding", shorten(id.as_str()))]
    UnusableFindingId {
        /// Place of the finding in the list, from 0.
        index: usize,
        /// The id.
        id: FindingId,
    },
    /// Two findings have the same id.
    #[error("the id `{}` is already that of `findings[{first}]`", shorten(id.as_str()))]
    RepeatedFindingId {
        /// Place of the second finding in the list, from 0.
        index: usize,
        /// Place of the first one.
        first: usize,
        /// The id.
        id: FindingId,
    },
    /// An open finding of a test in scope has neither a severity nor a score.
    #[error("the open finding `{}` has neither `severity` nor `cvss`", shorten(id.as_str()))]
    NoSeverity {
        /// Place of the finding in the list, from 0.
        index: usize,
        /// The id.
        id: FindingId,
    },
}

impl RequestFault {
    /// Where in the request the fault lies.
    pub fn path(&self) -> KeyPath {
        let finding =
            |index: usize| KeyPath::of_keys(&["vuln", "findings"]).then(Step::Index(index));
        let key = |name: &str| Step::Key(name.to_owned());
        match self {
            Self::UnknownItem(id) => KeyPath::of_keys(&["audit", "items", id]),
            Self::UnknownTest(id) => KeyPath::of_keys(&["vuln", "tests", id]),
            Self::UnknownTestOfFinding { index, .. } => finding(*index).then(key("test")),
            Self::UnusableFindingId { index, .. } | Self::RepeatedFindingId { index, .. } => {
                finding(*index).then(key("id"))
            }
            Self::NoSeverity { index, .. } => finding(*index),
        }
    }

    /// The message in both languages.
    pub fn problem(&self) -> Text {
        let ja = match self {
            Self::UnknownItem(id) => format!("`{}` という監査項目はありません", shorten(id)),
            Self::UnknownTest(id) | Self::UnknownTestOfFinding { test: id, .. } => {
                format!("`{}` という検査項目はありません", shorten(id))
            }
            Self::UnusableFindingId { id, .. } => {
                format!("`{}` は指摘の番号として使えません", shorten(id.as_str()))
            }
            Self::RepeatedFindingId { first, id, .. } => {
                let id = shorten(id.as_str());
                format!("指摘の番号 `{id}` は `findings[{first}]` で使われています")
            }
            Self::NoSeverity { id, .. } => {
                let id = shorten(id.as_str());
                format!("未対応の指摘 `{id}` に `severity` も `cvss` もありません")
            }
        };
        Text::new(ja, self.to_string())
    }

    /// What is allowed instead.
    pub fn hint(&self, scheme: &Scheme) -> Text {
        match self {
            Self::UnknownItem(_) => allowed_ids(scheme.audit().iter().map(|item| item.id)),
            Self::UnknownTest(_) | Self::UnknownTestOfFinding { .. } => {
                allowed_ids(scheme.tests().iter().map(|test| test.id))
            }
            Self::UnusableFindingId { .. } => Text::new(
                "空でなく、空白や改行を含まない文字列にしてください",
                "use a text that is not empty and has no blanks or line breaks",
            ),
            Self::RepeatedFindingId { .. } => Text::new(
                "指摘ごとに別の番号を付けてください",
                "give each finding an id of its own",
            ),
            Self::NoSeverity { .. } => Text::new(
                "`severity` か `cvss` のどちらかを書いてください",
                "state `severity` or `cvss`",
            ),
        }
    }
}

/// `A-01` to `A-32`, table by table.
fn allowed_ids(ids: impl Iterator<Item = CriterionId>) -> Text {
    let mut ranges: Vec<(CriterionId, CriterionId)> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some((first, last)) if first.table() == id.table() => *last = id,
            _ => ranges.push((id, id)),
        }
    }
    let join = |to: &str, comma: &str| {
        let ranges = ranges.iter().map(|(first, last)| format!("`{first}`{to}`{last}`"));
        ranges.collect::<Vec<_>>().join(comma)
    };
    Text::new(
        format!("書けるのは {}", join("〜", "、")),
        format!("allowed: {}", join(" to ", ", ")),
    )
}
