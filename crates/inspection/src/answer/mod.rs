//! Audit answers: what the inspectors judged on the audit criteria, read from TOML.

mod template;

use std::collections::BTreeMap;

use hoshimori_scheme::{
    AuditCriterion, CriterionId, InputError, NonconformitySeverity, Scheme, Text, TomlSource,
    shorten,
};
use serde::{Deserialize, Deserializer, Serialize};
use toml::Spanned;

pub use template::template;

use crate::grading::ItemResult;
use crate::input::Source;

/// One audit answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AuditAnswer {
    /// What the inspectors judged.
    pub result: ItemResult,
    /// Severity of a 不適合, where it differs from the criterion's default.
    pub severity: Option<NonconformitySeverity>,
    /// Why the severity differs.
    pub severity_reason: Option<String>,
    /// Why the criterion does not apply.
    pub reason: Option<String>,
    /// The accepted corrective plan.
    pub plan: Option<CorrectivePlan>,
    /// What was seen and heard; an improvement note on a 適合.
    pub note: Option<String>,
    /// Evidence files, relative to the answers' file.
    pub evidence: Vec<String>,
}

/// A corrective plan that the inspectors accepted.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CorrectivePlan {
    /// Length in days.
    pub days: u32,
    /// What will be done.
    pub text: Option<String>,
}

/// All audit answers of an inspection; a criterion without one is 未評価.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct AuditAnswers {
    answers: BTreeMap<CriterionId, AuditAnswer>,
}

impl AuditAnswers {
    /// Reads `text`, which came from the file called `file`, and checks it against `scheme`.
    pub fn parse(file: &str, text: &str, scheme: &Scheme) -> Result<Self, InputError> {
        let source = Source { toml: TomlSource { file, text } };
        source.toml.check_size()?;
        let raw: BTreeMap<Spanned<String>, RawAnswer> = source.toml.read()?;
        let mut answers = BTreeMap::new();
        for (key, answer) in &raw {
            let criterion = criterion_of(&source, key, scheme)?;
            answers.insert(criterion.id, read_answer(&source, criterion, answer, scheme)?);
        }
        Ok(Self { answers })
    }

    /// The answer on `id`, if it has one.
    pub fn get(&self, id: CriterionId) -> Option<&AuditAnswer> {
        self.answers.get(&id)
    }

    /// The answers in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (CriterionId, &AuditAnswer)> {
        self.answers.iter().map(|(id, answer)| (*id, answer))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    result: Spanned<String>,
    severity: Option<Spanned<NonconformitySeverity>>,
    severity_reason: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    plan: Option<Spanned<RawPlan>>,
    note: Option<Spanned<String>>,
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
}

/// `plan = 60` or `plan = { days = 60, text = "…" }`.
struct RawPlan {
    days: i64,
    text: Option<String>,
}

impl<'de> Deserialize<'de> for RawPlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            days: i64,
            text: Option<String>,
        }
        match toml::Value::deserialize(deserializer)? {
            toml::Value::Integer(days) => Ok(Self { days, text: None }),
            table @ toml::Value::Table(_) => {
                let Table { days, text } = table.try_into().map_err(serde::de::Error::custom)?;
                Ok(Self { days, text })
            }
            other => Err(serde::de::Error::custom(format!(
                "invalid type: {}, expected days or {{ days, text }}",
                other.type_str()
            ))),
        }
    }
}

fn criterion_of<'s>(
    source: &Source<'_>,
    key: &Spanned<String>,
    scheme: &'s Scheme,
) -> Result<&'s AuditCriterion, InputError> {
    let known = key.get_ref().parse().ok().and_then(|id| scheme.audit_criterion(id));
    known.ok_or_else(|| {
        let shown = shorten(key.get_ref());
        let range = match (scheme.audit().first(), scheme.audit().last()) {
            (Some(first), Some(last)) => format!("{} … {}", first.id, last.id),
            _ => String::new(),
        };
        source
            .fault(
                key.span(),
                &shown,
                format!("`{shown}` という監査項目はありません"),
                format!("there is no audit criterion `{shown}`"),
            )
            .with_hint(Text::new(format!("書けるのは {range}"), format!("allowed: {range}")))
    })
}

fn read_answer(
    source: &Source<'_>,
    criterion: &AuditCriterion,
    raw: &RawAnswer,
    scheme: &Scheme,
) -> Result<AuditAnswer, InputError> {
    let key = |name: &str| format!("{}.{name}", criterion.id);
    let word = raw.result.get_ref().trim();
    let Some(result) = ItemResult::ALL.into_iter().find(|result| result.word() == word) else {
        return Err(source
            .fault(
                raw.result.span(),
                &key("result"),
                format!("`{}` という結果はありません", shorten(word)),
                format!("`{}` is not a result", shorten(word)),
            )
            .with_hint(Text::new(
                "書けるのは 適合 一部適合 不適合 対象外 未評価",
                "allowed: 適合 (conforms), 一部適合 (partial), 不適合 (does not conform), 対象外 (not applicable), 未評価 (not judged)",
            )));
    };
    let answer = AuditAnswer {
        result,
        severity: raw.severity.as_ref().map(|severity| *severity.get_ref()),
        severity_reason: source
            .optional_text(&key("severity_reason"), raw.severity_reason.as_ref())?,
        reason: source.optional_text(&key("reason"), raw.reason.as_ref())?,
        plan: read_plan(source, &key("plan"), raw, result, scheme)?,
        note: source.optional_text(&key("note"), raw.note.as_ref())?,
        evidence: source.paths(&key("evidence"), &raw.evidence)?,
    };
    check_not_applicable(source, criterion, raw, &answer)?;
    check_severity(source, criterion, raw, &answer)?;
    Ok(answer)
}

fn read_plan(
    source: &Source<'_>,
    key: &str,
    raw: &RawAnswer,
    result: ItemResult,
    scheme: &Scheme,
) -> Result<Option<CorrectivePlan>, InputError> {
    let Some(written) = &raw.plan else { return Ok(None) };
    if !matches!(result, ItemResult::Partial | ItemResult::Nonconforming) {
        return Err(source.fault(
            written.span(),
            key,
            "是正計画は 一部適合 と 不適合 にだけ書けます",
            "a plan goes with 一部適合 or 不適合 only",
        ));
    }
    let limit = scheme.grading.plan_days_max;
    let plan = written.get_ref();
    match u32::try_from(plan.days) {
        Ok(days) if (1..=limit).contains(&days) => {
            Ok(Some(CorrectivePlan { days, text: plan.text.clone() }))
        }
        _ => Err(source
            .fault(
                written.span(),
                key,
                format!("是正計画の{}日は上限を超えているか、日数になっていません", plan.days),
                format!("a plan of {} days is beyond the limit or no number of days", plan.days),
            )
            .with_hint(Text::new(
                format!("計画と認められるのは1～{limit}日です"),
                format!("a plan has 1 to {limit} days"),
            ))),
    }
}

fn check_not_applicable(
    source: &Source<'_>,
    criterion: &AuditCriterion,
    raw: &RawAnswer,
    answer: &AuditAnswer,
) -> Result<(), InputError> {
    if answer.result != ItemResult::NotApplicable {
        return Ok(());
    }
    let Some(allowed) = &criterion.not_applicable_when else {
        return Err(source
            .fault(
                raw.result.span(),
                &format!("{}.result", criterion.id),
                "この項目は 対象外 にできません",
                "this criterion cannot be answered 対象外 (not applicable)",
            )
            .with_hint(Text::new(
                "書けるのは 適合 一部適合 不適合 未評価",
                "allowed: 適合, 一部適合, 不適合, 未評価",
            )));
    };
    if answer.reason.is_none() {
        return Err(source
            .fault(
                raw.result.span(),
                &format!("{}.reason", criterion.id),
                "対象外 には理由 (reason) が必要です",
                "対象外 (not applicable) needs a `reason`",
            )
            .with_hint(Text::new(
                format!("対象外にできるのは: {}", allowed.ja),
                format!("not applicable when: {}", allowed.en),
            )));
    }
    Ok(())
}

fn check_severity(
    source: &Source<'_>,
    criterion: &AuditCriterion,
    raw: &RawAnswer,
    answer: &AuditAnswer,
) -> Result<(), InputError> {
    let Some(severity) = &raw.severity else { return Ok(()) };
    let key = format!("{}.severity", criterion.id);
    if answer.result == ItemResult::Partial && *severity.get_ref() != NonconformitySeverity::Minor {
        return Err(source.fault(
            severity.span(),
            &key,
            "軽微を超える不足は 一部適合 ではなく 不適合 です",
            "a gap that is more than minor is 不適合, never 一部適合",
        ));
    }
    if matches!(answer.result, ItemResult::Conforms | ItemResult::NotApplicable) {
        return Err(source.fault(
            severity.span(),
            &key,
            "重大度は 不適合 にだけ書けます",
            "a severity goes with 不適合 only",
        ));
    }
    let differs = *severity.get_ref() != criterion.default_severity;
    if answer.result == ItemResult::Nonconforming && differs && answer.severity_reason.is_none() {
        return Err(source
            .fault(
                severity.span(),
                &format!("{}.severity_reason", criterion.id),
                "既定と違う重大度には理由 (severity_reason) が必要です",
                "a severity other than the default needs a `severity_reason`",
            )
            .with_hint(Text::new(
                format!("この項目の既定は {}", criterion.default_severity.word()),
                format!("the default here is {}", criterion.default_severity.word()),
            )));
    }
    Ok(())
}
