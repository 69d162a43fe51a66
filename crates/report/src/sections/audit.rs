//! Chapter 4: the 32 audit rows with their results.

use hoshimori_inspection::grading::ItemResult;
use hoshimori_scheme::{AuditCriterion, Grade, Mark};
use serde::Serialize;

use super::marks::{ColumnHead, MarkCell};
use crate::context::Context;
use crate::shown::Shown;
use crate::words::{fill, item_sign, item_tone};

/// Chapter 4: every audit row, by domain.
#[derive(Clone, Debug, Serialize)]
pub struct AuditChapter {
    /// Heads of the three columns of marks.
    pub columns: Vec<ColumnHead>,
    /// The domains in catalogue order.
    pub domains: Vec<DomainRows>,
}

/// The rows of one domain.
#[derive(Clone, Debug, Serialize)]
pub struct DomainRows {
    /// Number of the domain.
    pub number: u8,
    /// Its name.
    pub title: Shown,
    /// Its rows.
    pub rows: Vec<AuditRow>,
}

/// One audit row with its result.
#[derive(Clone, Debug, Serialize)]
pub struct AuditRow {
    /// Its id.
    pub id: Shown,
    /// The label that the programme prints, such as `基本対策①`.
    pub label: Shown,
    /// What is to be confirmed.
    pub title: Shown,
    /// Its marks.
    pub marks: Vec<MarkCell>,
    /// What was judged.
    pub result: ItemView,
    /// Severity of a nonconformity.
    pub severity: Option<&'static str>,
    /// Corrective plan.
    pub plan: Option<Shown>,
    /// What was seen, or why the row does not apply.
    pub note: Shown,
    /// Whether the applied column evaluates the row.
    pub is_in_scope: bool,
}

/// The result of an audit row: a sign and a word, never a colour alone.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// ○ △ × － ？.
    pub sign: &'static str,
    /// The word.
    pub word: Shown,
    /// Grade whose colour it takes.
    pub tone: Option<Grade>,
}

impl AuditChapter {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let mut domains: Vec<DomainRows> = Vec::new();
        for item in context.scheme.audit() {
            let row = AuditRow::new(context, item);
            match domains.last_mut() {
                Some(domain) if domain.number == item.domain => domain.rows.push(row),
                _ => domains.push(DomainRows {
                    number: item.domain,
                    title: context.text(&item.domain_title),
                    rows: vec![row],
                }),
            }
        }
        Self { columns: ColumnHead::all(context), domains }
    }
}

impl AuditRow {
    fn new(context: &Context<'_>, item: &AuditCriterion) -> Self {
        let answer = context.inspection.audit.get(item.id);
        let severity = answer
            .filter(|answer| answer.result == ItemResult::Nonconforming)
            .map(|answer| answer.severity.unwrap_or(item.default_severity));
        let plan = answer.and_then(|answer| answer.plan.as_ref());
        let notes = answer.into_iter().flat_map(|answer| [&answer.reason, &answer.note]).flatten();
        let notes: Vec<&str> = notes.map(String::as_str).collect();
        Self {
            id: Shown::from(item.id.to_string()),
            label: Shown::new(&item.seed_label),
            title: context.text(&item.title),
            marks: MarkCell::row(context, item.marks),
            result: ItemView::new(context, context.item_result(item.id)),
            severity: severity.map(|severity| context.words.nonconformity(severity)),
            plan: plan
                .map(|plan| fill(context.words.plan_days, &[("days", &plan.days.to_string())])),
            note: Shown::from(notes.join(" ")),
            is_in_scope: item.marks.at(context.target()) != Mark::NotEvaluated,
        }
    }
}

impl ItemView {
    pub(crate) fn new(context: &Context<'_>, result: ItemResult) -> Self {
        Self {
            sign: item_sign(result),
            word: context.text(&result.name()),
            tone: item_tone(result),
        }
    }
}
