//! What the signs mean.

use hoshimori_inspection::grading::ItemResult;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::Mark;
use serde::Serialize;

use super::marks::ColumnHead;
use crate::context::Context;
use crate::shown::Shown;
use crate::words::{Words, item_sign};

/// What the signs of the report mean.
#[derive(Clone, Debug, Serialize)]
pub struct Legend {
    /// The three columns of the criteria.
    pub columns: Vec<ColumnHead>,
    /// ● ▲ -.
    pub marks: Vec<SignMeaning>,
    /// Results of audit rows.
    pub results: Vec<SignMeaning>,
    /// Verdicts of tests.
    pub verdicts: Vec<SignMeaning>,
}

/// One sign and its meaning.
#[derive(Clone, Debug, Serialize)]
pub struct SignMeaning {
    /// The sign.
    pub sign: &'static str,
    /// What it means.
    pub meaning: Shown,
}

impl Legend {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let mark = |mark: Mark| SignMeaning {
            sign: mark.symbol(),
            meaning: Words::mark(context.words, mark).into(),
        };
        let result = |result: ItemResult| SignMeaning {
            sign: item_sign(result),
            meaning: context.text(&result.name()),
        };
        let verdict = |verdict: Verdict| SignMeaning {
            sign: verdict.sign(),
            meaning: context.text(&verdict.name()),
        };
        let verdicts = [
            Verdict::Fail,
            Verdict::Suspected,
            Verdict::Inconclusive,
            Verdict::Pass,
            Verdict::NotApplicable,
        ];
        Self {
            columns: ColumnHead::all(context),
            marks: [Mark::Must, Mark::Partial, Mark::NotEvaluated].map(mark).into(),
            results: ItemResult::ALL.map(result).into(),
            verdicts: verdicts.map(verdict).into(),
        }
    }
}
