//! Decisions of the inspection body on single findings, and overrides of grades, read from TOML.

use std::collections::BTreeMap;

use hoshimori_scheme::{Grade, InputError, Scheme, Text, TomlSource};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::FindingId;
use crate::grading::{OverrideEntry, Part};
use crate::input::Source;

/// What the inspectors decided on one finding.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Decision {
    /// What was decided.
    pub action: Action,
    /// Who decided.
    pub by: String,
    /// The second person, where one is needed.
    pub approved_by: Option<String>,
    /// Why.
    pub reason: String,
    /// Length in days of the accepted corrective plan.
    pub plan_days: Option<u32>,
}

/// What can be decided on a finding.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A suspected finding is real and counts.
    Confirm,
    /// The finding is not real; needs a second person.
    FalsePositive,
    /// A retest before the report showed that it is gone.
    ClosedRetest,
    /// It stands, and a corrective plan was accepted.
    Plan,
}

/// All decisions of an inspection.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Review {
    /// Decisions by finding.
    pub decisions: BTreeMap<FindingId, Decision>,
    /// Overrides, at most one a part.
    pub overrides: Vec<OverrideEntry>,
}

impl Review {
    /// Reads `text`, which came from the file called `file`.
    ///
    /// Whether the findings exist is known only after the tests have run.
    pub fn parse(file: &str, text: &str, scheme: &Scheme) -> Result<Self, InputError> {
        let source = Source { toml: TomlSource { file, text } };
        source.toml.check_size()?;
        let raw: RawReview = source.toml.read()?;
        let mut decisions = BTreeMap::new();
        for decision in &raw.decision {
            let id = FindingId::given(source.text("decision.finding", &decision.finding)?);
            let read = read_decision(&source, decision, scheme)?;
            if decisions.insert(id, read).is_some() {
                return Err(source.fault(
                    decision.finding.span(),
                    "decision.finding",
                    "同じ指摘への判断が二つあります",
                    "there are two decisions on this finding",
                ));
            }
        }
        let mut overrides: Vec<OverrideEntry> = Vec::new();
        for raw in &raw.overrides {
            let part = *raw.part.get_ref();
            if overrides.iter().any(|other| other.part == part) {
                return Err(source.fault(
                    raw.part.span(),
                    "override.part",
                    "一つの評価の補正は一つだけです",
                    "there is at most one override a part",
                ));
            }
            overrides.push(read_override(&source, raw)?);
        }
        Ok(Self { decisions, overrides })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReview {
    #[serde(default)]
    decision: Vec<RawDecision>,
    #[serde(default, rename = "override")]
    overrides: Vec<RawOverride>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDecision {
    finding: Spanned<String>,
    action: Spanned<Action>,
    by: Spanned<String>,
    approved_by: Option<Spanned<String>>,
    reason: Spanned<String>,
    plan_days: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOverride {
    part: Spanned<Part>,
    to: Grade,
    by: Spanned<String>,
    approved_by: Spanned<String>,
    reason: Spanned<String>,
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
}

fn read_decision(
    source: &Source<'_>,
    raw: &RawDecision,
    scheme: &Scheme,
) -> Result<Decision, InputError> {
    let action = *raw.action.get_ref();
    let by = source.text("decision.by", &raw.by)?;
    let approved_by = source.optional_text("decision.approved_by", raw.approved_by.as_ref())?;
    if action == Action::FalsePositive && approved_by.as_ref().is_none_or(|second| *second == by) {
        return Err(source.fault(
            raw.action.span(),
            "decision.approved_by",
            "誤検知とするには別の一人の確認 (approved_by) が必要です",
            "a false positive needs a second person in `approved_by`",
        ));
    }
    let plan_days = raw.plan_days.as_ref().map(|days| *days.get_ref());
    let limit = scheme.grading.plan_days_max;
    let plan_is_right = match (action, plan_days) {
        (Action::Plan | Action::Confirm, Some(days)) => (1..=limit).contains(&days),
        (Action::Plan, None) | (Action::FalsePositive | Action::ClosedRetest, Some(_)) => false,
        (_, None) => true,
    };
    if !plan_is_right {
        let span = raw.plan_days.as_ref().map_or(raw.action.span(), Spanned::span);
        return Err(source
            .fault(
                span,
                "decision.plan_days",
                "是正計画の日数が判断に合っていません",
                "the days of the plan do not fit the decision",
            )
            .with_hint(Text::new(
                format!(
                    "plan には1～{limit}日が必要、confirm には書いてもよく、ほかには書けません"
                ),
                format!("`plan` needs 1 to {limit} days, `confirm` may have them, others may not"),
            )));
    }
    let reason = source.text("decision.reason", &raw.reason)?;
    Ok(Decision { action, by, approved_by, reason, plan_days })
}

fn read_override(source: &Source<'_>, raw: &RawOverride) -> Result<OverrideEntry, InputError> {
    let mut evidence = Vec::new();
    for id in &raw.evidence {
        evidence.push(source.text("override.evidence", id)?);
    }
    Ok(OverrideEntry {
        part: *raw.part.get_ref(),
        to: raw.to,
        by: source.text("override.by", &raw.by)?,
        approved_by: source.text("override.approved_by", &raw.approved_by)?,
        reason: source.text("override.reason", &raw.reason)?,
        evidence,
    })
}
