//! Chapter 9: how the grades were derived.

use hoshimori_inspection::grading::{ItemResult, OverrideEntry, Part};
use hoshimori_scheme::{Grade, Mark, MeasureClass};
use serde::Serialize;

use super::Fact;
use super::grade_tables::{GradeTable, grade_table, grades, part_name};
use super::marks::MarkCell;
use crate::context::Context;
use crate::ranking::{RankedFinding, Standing, rule_id};
use crate::shown::Shown;
use crate::words::fill;

/// Chapter 9: how the grades follow from the answers and findings.
#[derive(Clone, Debug, Serialize)]
pub struct Derivation {
    /// Computed and final grades.
    pub parts: Vec<PartRow>,
    /// Every rule that took part, in the order of the trace.
    pub trace: Vec<RuleRow>,
    /// How each finding counts.
    pub effects: Vec<EffectRow>,
    /// Requests to change a grade, applied or refused.
    pub overrides: Vec<OverrideView>,
    /// What the grades mean.
    pub tables: Vec<GradeTable>,
    /// Counts of this inspection that the rules look at.
    pub tally: Vec<Fact>,
    /// The numbers of the rule set.
    pub numbers: Vec<Fact>,
}

/// The grades of one part.
#[derive(Clone, Debug, Serialize)]
pub struct PartRow {
    /// Its name.
    pub title: &'static str,
    /// By the rules.
    pub computed: Option<Grade>,
    /// After overrides.
    pub last: Option<Grade>,
}

/// One entry of the rule trace.
#[derive(Clone, Debug, Serialize)]
pub struct RuleRow {
    /// The rule and the facts it acted on.
    pub rule: Shown,
    /// What it means.
    pub explanation: Shown,
}

/// How one finding counts.
#[derive(Clone, Debug, Serialize)]
pub struct EffectRow {
    /// Its number in the report.
    pub label: Shown,
    /// Its test.
    pub test: Shown,
    /// The mark of its test.
    pub mark: MarkCell,
    /// Its severity, with the grade of that severity.
    pub severity: Shown,
    /// Its plan.
    pub plan: Shown,
    /// What it does to the grade.
    pub effect: Shown,
}

/// One request to change a grade.
#[derive(Clone, Debug, Serialize)]
pub struct OverrideView {
    /// The part.
    pub part: &'static str,
    /// Whether the grade changed as asked.
    pub is_applied: bool,
    /// Who, what, why, with which outcome.
    pub facts: Vec<Fact>,
}

impl Derivation {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let findings = context.findings.iter();
        let overrides = context.inspection.review.overrides.iter();
        Self {
            parts: Part::ALL.map(|part| part_row(context, part)).into(),
            trace: trace(context),
            effects: findings.map(|finding| effect_row(context, finding)).collect(),
            overrides: overrides.map(|entry| override_view(context, entry)).collect(),
            tables: Part::ALL.map(|part| grade_table(context, part)).into(),
            tally: tally(context),
            numbers: numbers(context),
        }
    }
}

fn part_row(context: &Context<'_>, part: Part) -> PartRow {
    let (computed, last) = grades(context, part);
    PartRow { title: part_name(context, part), computed, last }
}

fn trace(context: &Context<'_>) -> Vec<RuleRow> {
    let Some(record) = &context.assessment.grade else { return Vec::new() };
    let explanations = record.explanations.iter().map(|text| context.text(text));
    let explanations = explanations.chain(std::iter::repeat(Shown::default()));
    record
        .rules
        .iter()
        .zip(explanations)
        .map(|(rule, explanation)| RuleRow { rule: Shown::new(rule), explanation })
        .collect()
}

fn effect_row(context: &Context<'_>, finding: &RankedFinding<'_>) -> EffectRow {
    let words = context.words;
    let record = finding.record;
    let is_graded = grades(context, Part::Vuln).0.is_some();
    let grade = finding.counted_grade().map(|grade| grade.to_string()).unwrap_or_default();
    let effect = match finding.standing {
        _ if !is_graded => words.effect_undetermined,
        Standing::Counted => words.effect_counted,
        Standing::Tolerated => words.effect_tolerated,
        Standing::Reference => words.effect_reference,
        Standing::Closed => words.effect_closed,
        Standing::Dismissed => words.effect_dismissed,
    };
    let severity = [
        ("severity", words.severity(record.severity)),
        ("grade", &record.severity.grade().to_string()),
    ];
    EffectRow {
        label: fill(words.finding_label, &[("number", &finding.number.to_string())]),
        test: Shown::from(record.test.to_string()),
        mark: MarkCell::single(context, finding.mark),
        severity: fill(words.counted_as, &severity),
        plan: record.plan_days.map_or(words.no_plan.into(), |days| {
            fill(words.plan_days, &[("days", &days.to_string())])
        }),
        effect: fill(effect, &[("grade", &grade)]),
    }
}

fn override_view(context: &Context<'_>, entry: &OverrideEntry) -> OverrideView {
    let words = context.words;
    let decision = decision(context, entry.part);
    let is_applied = decision.as_ref().is_some_and(|(rule, _)| rule_id(rule) == "OV-OK");
    let outcome = match &decision {
        None => words.override_unconsidered.into(),
        Some((rule, explanation)) => {
            let word = if is_applied { words.override_applied } else { words.override_refused };
            Shown::from(format!("{word} ({}) {explanation}", rule_id(rule)))
        }
    };
    let computed = grades(context, entry.part).0.map(|grade| grade.to_string());
    let from = computed.unwrap_or_else(|| words.grade_undetermined.to_owned());
    let change = [("from", from.as_str()), ("to", &entry.to.to_string())];
    OverrideView {
        part: part_name(context, entry.part),
        is_applied,
        facts: vec![
            Fact::new(words.override_change, fill(words.override_from_to, &change)),
            Fact::new(words.outcome, outcome),
            Fact::new(words.override_by, entry.by.as_str()),
            Fact::new(words.approved_by, entry.approved_by.as_str()),
            Fact::new(words.reason, entry.reason.as_str()),
            Fact::new(words.evidence, context.join(&entry.evidence)),
        ],
    }
}

/// The entry of the trace that decided on the override of `part`: `OV-OK audit C->B up`.
fn decision(context: &Context<'_>, part: Part) -> Option<(String, Shown)> {
    let record = context.assessment.grade.as_ref()?;
    let position = record.rules.iter().position(|rule| {
        let mut facts = rule.split(' ');
        facts.next().is_some_and(|id| id.starts_with("OV-")) && facts.next() == Some(part.word())
    })?;
    let explanation = record.explanations.get(position).map(|text| context.text(text));
    Some((record.rules.get(position)?.clone(), explanation.unwrap_or_default()))
}

/// n, N and P of GR-1 section 2.2, and the limits that follow from n.
fn tally(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let numbers = &context.scheme.grading;
    let basics: Vec<ItemResult> = context
        .scheme
        .audit()
        .iter()
        .filter(|item| item.class == MeasureClass::Basic)
        .filter(|item| item.marks.at(context.target()) != Mark::NotEvaluated)
        .map(|item| context.item_result(item.id))
        .filter(|result| *result != ItemResult::NotApplicable)
        .collect();
    let count = |wanted| basics.iter().filter(|result| **result == wanted).count();
    let n = u32::try_from(basics.len()).unwrap_or(u32::MAX);
    let fact = |label, number: usize| Fact::new(label, number.to_string());
    let limit = |label, limit: u32| Fact::new(label, limit.to_string());
    vec![
        fact(words.tally_applicable, basics.len()),
        fact(words.tally_nonconforming, count(ItemResult::Nonconforming)),
        fact(words.tally_partial, count(ItemResult::Partial)),
        limit(words.tally_nonconforming_limit, numbers.d_above_nonconforming.floor_of(n)),
        limit(words.tally_gaps_limit, numbers.d_above_gaps.floor_of(n)),
    ]
}

fn numbers(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let numbers = &context.scheme.grading;
    let fraction = |fraction: hoshimori_scheme::Fraction| {
        format!("{}/{}", fraction.numerator, fraction.denominator)
    };
    let cvss = numbers.cvss;
    let bands = [
        cvss.low_from_tenths,
        cvss.medium_from_tenths,
        cvss.high_from_tenths,
        cvss.critical_from_tenths,
    ];
    let bands = bands.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
    vec![
        Fact::new(words.number_rule_set, numbers.rule_set.as_str()),
        Fact::new(words.number_foundation, context.join(&numbers.foundation)),
        Fact::new(words.number_e_above, fraction(numbers.e_above)),
        Fact::new(words.number_d_nonconforming, fraction(numbers.d_above_nonconforming)),
        Fact::new(words.number_d_gaps, fraction(numbers.d_above_gaps)),
        Fact::new(words.number_partials_in_b, numbers.partials_in_b.to_string()),
        Fact::new(words.number_plan_days, numbers.plan_days_max.to_string()),
        Fact::new(words.number_cap, numbers.cap_at_lowest_target.to_string()),
        Fact::new(words.number_override_chars, numbers.override_reason_min_chars.to_string()),
        Fact::new(words.number_cvss, bands.join(" / ")),
    ]
}
