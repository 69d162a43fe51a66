//! Chapter 10: the common risks that the programme names.

use hoshimori_inspection::grading::{FindingStatus, ItemResult};
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_scheme::{CriterionId, Grade, Table};
use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;
use crate::words::{counted, item_sign, item_tone};

/// The edition whose common risks [`RELATED`] speaks of.
const EDITION: &str = "shared-office-2021";

/// Rows that bear on each common risk of [`EDITION`], in the order of its risks: open display of
/// the Wi-Fi passphrase, outdated firmware, careless keeping of personal data and logs.
const RELATED: [&[CriterionId]; 3] = [
    &[CriterionId::audit(15), CriterionId::audit(16), CriterionId::wifi(3), CriterionId::wifi(4)],
    &[
        CriterionId::audit(13),
        CriterionId::audit(21),
        CriterionId::network(2),
        CriterionId::network(23),
        CriterionId::network(24),
        CriterionId::network(27),
    ],
    &[CriterionId::audit(7), CriterionId::audit(9), CriterionId::audit(19)],
];

/// Chapter 10: one of the risks that the programme calls common.
#[derive(Clone, Debug, Serialize)]
pub struct CommonRisk {
    /// Its number.
    pub number: usize,
    /// The programme's own text.
    pub text: Shown,
    /// Whether it shows in this facility: a sign and a sentence.
    pub state: RiskState,
    /// The rows that bear on it; empty where the edition does not say which do.
    pub rows: Vec<RiskRow>,
}

/// Whether a risk shows, as far as the data says.
#[derive(Clone, Debug, Serialize)]
pub struct RiskState {
    /// × ？ or ○.
    pub sign: &'static str,
    /// The sentence.
    pub word: &'static str,
    /// Grade whose colour it takes.
    pub tone: Option<Grade>,
}

/// One row that bears on a risk.
#[derive(Clone, Debug, Serialize)]
pub struct RiskRow {
    /// Its id.
    pub id: Shown,
    /// Its title.
    pub title: Shown,
    /// What came of it.
    pub outcome: Shown,
    /// Grade whose colour the outcome takes.
    pub tone: Option<Grade>,
}

/// What one row says about a risk; the worst of several rows is the greatest.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Bearing {
    Clear,
    Uncertain,
    Present,
}

impl CommonRisk {
    pub(crate) fn all(context: &Context<'_>) -> Vec<Self> {
        let is_known = context.scheme.edition.key == EDITION;
        let related = if is_known { RELATED.as_slice() } else { &[] };
        let related = related.iter().copied().chain(std::iter::repeat(&[] as &[CriterionId]));
        let risks = context.scheme.common_risks.iter().zip(related).zip(1..);
        risks
            .map(|((text, related), number)| {
                let rows: Vec<(RiskRow, Bearing)> =
                    related.iter().map(|id| row(context, *id)).collect();
                let worst = rows.iter().map(|(_, bearing)| *bearing).max();
                Self {
                    number,
                    text: context.text(text),
                    state: state(context, worst),
                    rows: rows.into_iter().map(|(row, _)| row).collect(),
                }
            })
            .collect()
    }
}

fn state(context: &Context<'_>, worst: Option<Bearing>) -> RiskState {
    let words = context.words;
    match worst {
        None => RiskState { sign: "－", word: words.risk_unmapped, tone: None },
        Some(Bearing::Present) => {
            RiskState { sign: "×", word: words.risk_present, tone: Some(Grade::E) }
        }
        Some(Bearing::Uncertain) => {
            RiskState { sign: "？", word: words.risk_uncertain, tone: Some(Grade::C) }
        }
        Some(Bearing::Clear) => {
            RiskState { sign: "○", word: words.risk_absent, tone: Some(Grade::A) }
        }
    }
}

fn row(context: &Context<'_>, id: CriterionId) -> (RiskRow, Bearing) {
    match id.table() {
        Table::Audit => audit_row(context, id),
        Table::Network | Table::Wifi => test_row(context, id),
    }
}

fn audit_row(context: &Context<'_>, id: CriterionId) -> (RiskRow, Bearing) {
    let result = context.item_result(id);
    let title = context.scheme.audit_criterion(id).map(|item| context.text(&item.title));
    let outcome = format!("{} {}", item_sign(result), context.text(&result.name()));
    let bearing = match result {
        ItemResult::Nonconforming | ItemResult::Partial => Bearing::Present,
        ItemResult::NotJudged => Bearing::Uncertain,
        ItemResult::Conforms | ItemResult::NotApplicable => Bearing::Clear,
    };
    let row = RiskRow {
        id: Shown::from(id.to_string()),
        title: title.unwrap_or_default(),
        outcome: Shown::from(outcome),
        tone: item_tone(result),
    };
    (row, bearing)
}

fn test_row(context: &Context<'_>, id: CriterionId) -> (RiskRow, Bearing) {
    let words = context.words;
    let state = context.test_state(id);
    let is_open = |status| status == FindingStatus::Open;
    let open = context
        .findings
        .iter()
        .filter(|finding| finding.record.test == id && is_open(finding.record.status))
        .count();
    // A proved fault that grading never saw counts as present: it is no mere doubt.
    let proved = context.pending().filter(|result| result.test == id);
    let (proved, suspected): (Vec<_>, Vec<_>) =
        proved.partition(|result| result.verdict == Verdict::Fail);
    let undecided = context.undecided().filter(|result| result.test == id).count();
    let counts = [
        (words.row_findings, open + proved.len()),
        (words.row_suspected, suspected.len()),
        (words.row_undecided, undecided),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let said: Vec<Shown> = counts.map(|(sentence, count)| counted(sentence, count)).collect();
    let (bearing, tone) = if open + proved.len() > 0 {
        (Bearing::Present, Some(Grade::E))
    } else if state == TestState::NotRun || !said.is_empty() {
        (Bearing::Uncertain, Some(Grade::C))
    } else {
        (Bearing::Clear, Some(Grade::A))
    };
    let outcome = match (state, said.is_empty()) {
        (TestState::Done, true) => words.row_no_finding.into(),
        (_, true) => context.text(&state.name()),
        (_, false) => context.join(said),
    };
    let title = context.scheme.test(id).map(|test| context.text(&test.short));
    let row = RiskRow {
        id: Shown::from(id.to_string()),
        title: title.unwrap_or_default(),
        outcome,
        tone,
    };
    (row, bearing)
}
