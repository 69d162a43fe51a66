//! The marks ● ▲ - of the criteria tables.

use hoshimori_scheme::{Mark, Marks, TargetLevel};
use serde::Serialize;

use crate::context::Context;

/// One mark of the criteria tables.
#[derive(Clone, Debug, Serialize)]
pub struct MarkCell {
    /// ● ▲ or -.
    pub symbol: &'static str,
    /// What it means.
    pub word: &'static str,
    /// Whether it stands in the column that the inspection applies.
    pub is_applied: bool,
}

impl MarkCell {
    /// The three marks of one row.
    pub(crate) fn row(context: &Context<'_>, marks: Marks) -> Vec<Self> {
        let cell = |column| Self {
            is_applied: column == context.target(),
            ..Self::single(context, marks.at(column))
        };
        TargetLevel::ALL.into_iter().map(cell).collect()
    }

    /// A mark of the applied column, on its own.
    pub(crate) fn single(context: &Context<'_>, mark: Mark) -> Self {
        Self { symbol: mark.symbol(), word: context.words.mark(mark), is_applied: true }
    }
}

/// The head of the three columns of marks.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnHead {
    /// The stars of the column.
    pub stars: &'static str,
    /// Whether the inspection applies this column.
    pub is_applied: bool,
}

impl ColumnHead {
    pub(crate) fn all(context: &Context<'_>) -> Vec<Self> {
        TargetLevel::ALL
            .into_iter()
            .map(|column| Self { stars: column.stars(), is_applied: column == context.target() })
            .collect()
    }
}
