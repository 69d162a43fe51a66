use hoshimori_scheme::{CriterionId, Grade, Text};

use super::assessment::FindingRule;
use super::audit::{AuditRule, AuditTally};
use super::overrides::{OverrideRule, Part};
use super::trace::RuleTrace;
use crate::finding::FindingId;

impl RuleTrace {
    /// What the rule says about this request, for readers who do not know GR-1.
    pub fn explain(&self) -> Text {
        match self {
            Self::AuditIncomplete { items } => {
                let ids = listed(items);
                Text::new(
                    format!("未評価の項目があるため、監査の評価はまだ出せません：{}。", ids.ja),
                    format!("The audit has no grade yet; items not judged: {}.", ids.en),
                )
            }
            Self::Audit { rule, tally } => explain_audit(*rule, tally),
            Self::AssessmentIncomplete { tests } => {
                let ids = listed(tests);
                Text::new(
                    format!(
                        "未実施の検査があるため、脆弱性診断の評価はまだ出せません：{}。",
                        ids.ja
                    ),
                    format!("The assessment has no grade yet; tests not performed: {}.", ids.en),
                )
            }
            Self::Finding { id, test, rule } => explain_finding(id, *test, *rule),
            Self::AssessmentCap { cap } => Text::new(
                format!("目標が★のため、脆弱性診断の評価は{cap}より良くなりません。"),
                format!("With target ★ the assessment grade is never better than {cap}."),
            ),
            Self::Override { part, computed, to, rule } => {
                explain_override(*part, *computed, *to, *rule)
            }
        }
    }
}

fn explain_audit(rule: AuditRule, tally: &AuditTally) -> Text {
    let limits = &tally.limits;
    let (basics, missed, partial) =
        (tally.applicable, tally.nonconforming_count(), tally.partial_count());
    match rule {
        AuditRule::CriticalItem => {
            let ids = listed(&tally.critical);
            Text::new(
                format!("致命的（critical）な不適合があるため、監査の評価はEです：{}。", ids.ja),
                format!("Items fail with severity critical, so the audit grade is E: {}.", ids.en),
            )
        }
        AuditRule::NoFoundation => {
            let ids = listed(&tally.missed_foundation);
            Text::new(
                format!("土台となる項目がすべて不適合のため、監査の評価はEです：{}。", ids.ja),
                format!("Every item of the foundation fails, so the audit grade is E: {}.", ids.en),
            )
        }
        AuditRule::MostBasicsMissed => {
            let (part, whole) = (limits.e_above.numerator, limits.e_above.denominator);
            Text::new(
                format!(
                    "適用される基本対策{basics}件のうち不適合が{missed}件あり、{part}/{whole}を\
                     超えるため、監査の評価はEです。"
                ),
                format!(
                    "{missed} of {basics} applicable basic items fail, more than {part}/{whole}, \
                     so the audit grade is E."
                ),
            )
        }
        AuditRule::MajorItem => {
            let ids = listed(&tally.major);
            Text::new(
                format!("重大（major）な不適合があるため、監査の評価はDです：{}。", ids.ja),
                format!("Items fail with severity major, so the audit grade is D: {}.", ids.en),
            )
        }
        AuditRule::TooManyGaps => Text::new(
            format!(
                "適用される基本対策{basics}件のうち不適合が{missed}件、一部適合が{partial}件あり、\
                 許容（不適合{}件まで、合わせて{}件まで）を超えるため、監査の評価はDです。",
                limits.nonconforming, limits.gaps
            ),
            format!(
                "Of {basics} applicable basic items {missed} fail and {partial} conform in part, \
                 more than is tolerated (at most {} failing, at most {} of both), so the audit \
                 grade is D.",
                limits.nonconforming, limits.gaps
            ),
        ),
        AuditRule::LowestTarget => Text::new(
            format!(
                "基本対策の不備（不適合{missed}件、一部適合{partial}件）は許容の範囲です。目標が★で\
                 応用対策を評価しないため、監査の評価は{}です。",
                limits.cap
            ),
            format!(
                "The gaps in basic items ({missed} failing, {partial} in part) are tolerated. \
                 Target ★ does not look at applied measures, so the audit grade is {}.",
                limits.cap
            ),
        ),
        AuditRule::AllConform => Text::new(
            "評価する項目がすべて適合または対象外のため、監査の評価はAです。",
            "Every item in scope conforms or is not applicable, so the audit grade is A.",
        ),
        AuditRule::FewPlannedPartials => explain_b(tally),
        AuditRule::SomeGaps => {
            let obstacles = obstacles_to_b(tally);
            let (ja, en): (Vec<String>, Vec<String>) =
                obstacles.into_iter().map(|obstacle| (obstacle.ja, obstacle.en)).unzip();
            Text::new(
                format!("Bの条件を満たさないため、監査の評価はCです：{}。", ja.join("、")),
                format!("Not all of grade B is met, so the audit grade is C: {}.", en.join("; ")),
            )
        }
    }
}

fn explain_b(tally: &AuditTally) -> Text {
    let mut parts = vec![Text::new("不適合はありません。", "Nothing fails. ")];
    if !tally.partial.is_empty() {
        let (ids, days) = (listed(&tally.partial), tally.limits.plan_days);
        parts.push(Text::new(
            format!("基本対策の一部適合（{}）には{days}日以内の是正計画があります。", ids.ja),
            format!("Basic items in part have a plan of at most {days} days ({}). ", ids.en),
        ));
    }
    if !tally.applied_partial.is_empty() {
        let ids = listed(&tally.applied_partial);
        parts.push(Text::new(
            format!("応用対策の一部適合（{}）に計画は要りません。", ids.ja),
            format!("Applied items in part need no plan ({}). ", ids.en),
        ));
    }
    parts.push(Text::new("監査の評価はBです。", "The audit grade is B."));
    let (ja, en): (Vec<String>, Vec<String>) =
        parts.into_iter().map(|part| (part.ja, part.en)).unzip();
    Text::new(ja.concat(), en.concat())
}

/// What keeps an audit without grave gaps from grade B.
fn obstacles_to_b(tally: &AuditTally) -> Vec<Text> {
    let (most, days) = (tally.limits.partials_in_b, tally.limits.plan_days);
    let mut obstacles = Vec::new();
    let mut add = |items: &[CriterionId], ja: String, en: String| {
        if !items.is_empty() {
            let ids = listed(items);
            obstacles.push(Text::new(format!("{ja}（{}）", ids.ja), format!("{en} ({})", ids.en)));
        }
    };
    let missed = &tally.nonconforming;
    add(missed, "基本対策の不適合".into(), "basic items that fail".into());
    let missed = &tally.applied_nonconforming;
    add(missed, "応用対策の不適合".into(), "applied items that fail".into());
    if tally.partial_count() > most {
        let ja = format!("{most}件を超える基本対策の一部適合");
        add(&tally.partial, ja, format!("more than {most} basic items in part"));
    }
    let ja = format!("{days}日以内の是正計画がない一部適合");
    add(&tally.unplanned, ja, format!("in part without a plan of at most {days} days"));
    obstacles
}

fn explain_finding(id: &FindingId, test: CriterionId, rule: FindingRule) -> Text {
    match rule {
        FindingRule::Reference => Text::new(
            format!("指摘 {id}（{test}）は、目標では評価しない検査のため、参考指摘とします。"),
            format!(
                "Finding {id} ({test}) is for reference: the target does not look at its test."
            ),
        ),
        FindingRule::ClosedRetest => Text::new(
            format!("指摘 {id}（{test}）は、再検査で是正を確認したため、評価に含めません。"),
            format!("Finding {id} ({test}) does not count: a retest found it mended."),
        ),
        FindingRule::FalsePositive => Text::new(
            format!("指摘 {id}（{test}）は、誤検知と第二者が確認したため、評価に含めません。"),
            format!("Finding {id} ({test}) does not count: a second person found it unfounded."),
        ),
        FindingRule::Tolerated { plan_days, plan_days_max } => Text::new(
            format!(
                "指摘 {id}（{test}、medium）は、▲の検査で{plan_days}日の是正計画（上限\
                 {plan_days_max}日）があるため、lowとして数えます。"
            ),
            format!(
                "Finding {id} ({test}, medium) counts as low: its test is marked ▲ and a plan of \
                 {plan_days} days (at most {plan_days_max}) is accepted."
            ),
        ),
    }
}

fn explain_override(part: Part, computed: Grade, to: Grade, rule: OverrideRule) -> Text {
    let (ja, en) = match rule {
        OverrideRule::ReasonTooShort { min_chars } => (
            format!("理由が{min_chars}文字に満たないため認めません"),
            format!("refused, the reason is shorter than {min_chars} characters"),
        ),
        OverrideRule::NoEvidence => {
            ("証拠が示されていないため認めません".into(), "refused, no evidence is given".into())
        }
        OverrideRule::NoSecondPerson => (
            "申請者と別の承認者がいないため認めません".into(),
            "refused, no second person approved it".into(),
        ),
        OverrideRule::TooManySteps => (
            "二段階以上の引き上げのため認めません".into(),
            "refused, it is more than one step better".into(),
        ),
        OverrideRule::TooBadToLift => (
            "DとEは引き上げられないため認めません".into(),
            "refused, D and E are never lifted".into(),
        ),
        OverrideRule::LowestTarget => (
            "目標が★の評価は引き上げられないため認めません".into(),
            "refused, the cap of target ★ stays".into(),
        ),
        OverrideRule::Lowered | OverrideRule::Raised => {
            ("理由、証拠、承認者を確認し、認めました".into(), "accepted".into())
        }
    };
    let part = part.name();
    Text::new(
        format!("{}の評価を{computed}から{to}へ変える申請は、{ja}。", part.ja),
        format!("Request to change the {} grade from {computed} to {to}: {en}.", part.en),
    )
}

fn listed(ids: &[CriterionId]) -> Text {
    let ids: Vec<String> = ids.iter().map(CriterionId::to_string).collect();
    Text::new(ids.join("、"), ids.join(", "))
}
