use hoshimori_scheme::{
    AuditCriterion, CriterionId, Fraction, Grade, GradingNumbers, Mark, MeasureClass,
    NonconformitySeverity, Scheme, TargetLevel,
};

use super::result::PartGrade;
use super::sheet::{AuditSheet, ItemResult};
use super::trace::RuleTrace;

/// The audit grade by the first rule of GR-1 section 2.3 that applies.
pub(super) fn judge(scheme: &Scheme, target: TargetLevel, sheet: &AuditSheet) -> PartGrade {
    let is_in_scope = |item: &&AuditCriterion| item.marks.at(target) != Mark::NotEvaluated;
    let in_scope: Vec<&AuditCriterion> = scheme.audit().iter().filter(is_in_scope).collect();
    let is_missing = |id: &CriterionId| sheet.result(*id) == ItemResult::NotJudged;
    let missing: Vec<CriterionId> =
        in_scope.iter().map(|item| item.id).filter(is_missing).collect();
    if !missing.is_empty() {
        return PartGrade {
            grade: None,
            rules: vec![RuleTrace::AuditIncomplete { items: missing }],
        };
    }
    let tally = AuditTally::of(&in_scope, sheet, &scheme.grading);
    let rule = AuditRule::first_that_applies(&tally, target);
    let grade = rule.grade(&tally.limits);
    PartGrade { grade: Some(grade), rules: vec![RuleTrace::Audit { rule, tally: Box::new(tally) }] }
}

/// A rule that gives the audit its grade, in the order in which the rules are tried.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AuditRule {
    /// AU-E1: an item is 不適合 with severity critical.
    CriticalItem,
    /// AU-E2: no item of the foundation conforms.
    NoFoundation,
    /// AU-E3: too many basics are 不適合 for any trust.
    MostBasicsMissed,
    /// AU-D1: an item is 不適合 with severity major.
    MajorItem,
    /// AU-D2: more basics fall short than grade C tolerates.
    TooManyGaps,
    /// AU-C0: the target does not look at the applied measures.
    LowestTarget,
    /// AU-A1: everything conforms.
    AllConform,
    /// AU-B1: a few planned partial conformities.
    FewPlannedPartials,
    /// AU-C1: everything else.
    SomeGaps,
}

impl AuditRule {
    /// All rules, in the order in which they are tried.
    pub const ALL: [Self; 9] = [
        Self::CriticalItem,
        Self::NoFoundation,
        Self::MostBasicsMissed,
        Self::MajorItem,
        Self::TooManyGaps,
        Self::LowestTarget,
        Self::AllConform,
        Self::FewPlannedPartials,
        Self::SomeGaps,
    ];

    /// The id of the rule in GR-1.
    pub fn id(self) -> &'static str {
        match self {
            Self::CriticalItem => "AU-E1",
            Self::NoFoundation => "AU-E2",
            Self::MostBasicsMissed => "AU-E3",
            Self::MajorItem => "AU-D1",
            Self::TooManyGaps => "AU-D2",
            Self::LowestTarget => "AU-C0",
            Self::AllConform => "AU-A1",
            Self::FewPlannedPartials => "AU-B1",
            Self::SomeGaps => "AU-C1",
        }
    }

    fn first_that_applies(tally: &AuditTally, target: TargetLevel) -> Self {
        let applies = |rule: &Self| rule.applies(tally, target);
        Self::ALL.into_iter().find(applies).unwrap_or(Self::SomeGaps)
    }

    fn applies(self, tally: &AuditTally, target: TargetLevel) -> bool {
        let limits = &tally.limits;
        let (missed, partial) = (tally.nonconforming_count(), tally.partial_count());
        let nothing_is_missed = missed == 0 && tally.applied_nonconforming.is_empty();
        match self {
            Self::CriticalItem => !tally.critical.is_empty(),
            Self::NoFoundation => !tally.missed_foundation.is_empty(),
            Self::MostBasicsMissed => limits.e_above.is_exceeded_by(missed, tally.applicable),
            Self::MajorItem => !tally.major.is_empty(),
            Self::TooManyGaps => {
                missed > limits.nonconforming || missed.saturating_add(partial) > limits.gaps
            }
            Self::LowestTarget => target == TargetLevel::One,
            Self::AllConform => {
                nothing_is_missed && partial == 0 && tally.applied_partial.is_empty()
            }
            Self::FewPlannedPartials => {
                nothing_is_missed && partial <= limits.partials_in_b && tally.unplanned.is_empty()
            }
            Self::SomeGaps => true,
        }
    }

    fn grade(self, limits: &AuditLimits) -> Grade {
        match self {
            Self::CriticalItem | Self::NoFoundation | Self::MostBasicsMissed => Grade::E,
            Self::MajorItem | Self::TooManyGaps => Grade::D,
            Self::LowestTarget => limits.cap,
            Self::AllConform => Grade::A,
            Self::FewPlannedPartials => Grade::B,
            Self::SomeGaps => Grade::C,
        }
    }
}

/// What the rules look at: the items in scope that fall short, and the limits for them.
///
/// All lists are in catalogue order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditTally {
    /// How many basic items are not 対象外 (n).
    pub applicable: u32,
    /// Basic items that are 不適合; N is their number.
    pub nonconforming: Vec<CriterionId>,
    /// Basic items that are 一部適合; P is their number.
    pub partial: Vec<CriterionId>,
    /// Those of `partial` without a plan that is short enough.
    pub unplanned: Vec<CriterionId>,
    /// Applied items that are 不適合.
    pub applied_nonconforming: Vec<CriterionId>,
    /// Applied items that are 一部適合.
    pub applied_partial: Vec<CriterionId>,
    /// Items that are 不適合 with severity critical.
    pub critical: Vec<CriterionId>,
    /// Items that are 不適合 with severity major.
    pub major: Vec<CriterionId>,
    /// The items of the foundation if every one of them is 不適合, else none.
    pub missed_foundation: Vec<CriterionId>,
    /// What the edition tolerates with that many applicable items.
    pub limits: AuditLimits,
}

/// The numbers of the edition that decide on an audit with a certain count of applicable basics.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AuditLimits {
    /// Share of 不適合 above which the grade is E.
    pub e_above: Fraction,
    /// Most basics that may be 不適合 without grade D.
    pub nonconforming: u32,
    /// Most basics that may be 不適合 or 一部適合 without grade D.
    pub gaps: u32,
    /// Most basics that may be 一部適合 in grade B.
    pub partials_in_b: u32,
    /// Longest plan that counts, in days.
    pub plan_days: u32,
    /// Best grade that the lowest target can claim.
    pub cap: Grade,
}

impl AuditTally {
    /// The number of basic items that are 不適合 (N).
    pub fn nonconforming_count(&self) -> u32 {
        count(&self.nonconforming)
    }

    /// The number of basic items that are 一部適合 (P).
    pub fn partial_count(&self) -> u32 {
        count(&self.partial)
    }

    fn of(in_scope: &[&AuditCriterion], sheet: &AuditSheet, numbers: &GradingNumbers) -> Self {
        let is_applicable = |item: &&&AuditCriterion| {
            item.class == MeasureClass::Basic && sheet.result(item.id) != ItemResult::NotApplicable
        };
        let applicable = in_scope.iter().filter(is_applicable).count();
        let applicable = u32::try_from(applicable).unwrap_or(u32::MAX);
        let mut tally = Self {
            applicable,
            nonconforming: Vec::new(),
            partial: Vec::new(),
            unplanned: Vec::new(),
            applied_nonconforming: Vec::new(),
            applied_partial: Vec::new(),
            critical: Vec::new(),
            major: Vec::new(),
            missed_foundation: Vec::new(),
            limits: AuditLimits::of(numbers, applicable),
        };
        for item in in_scope {
            match sheet.result(item.id) {
                ItemResult::Nonconforming => tally.add_nonconforming(item, sheet),
                ItemResult::Partial => tally.add_partial(item, sheet),
                ItemResult::Conforms | ItemResult::NotApplicable | ItemResult::NotJudged => {}
            }
        }
        let is_missed = |id: &CriterionId| {
            tally.nonconforming.contains(id) || tally.applied_nonconforming.contains(id)
        };
        if numbers.foundation.iter().all(is_missed) {
            tally.missed_foundation.clone_from(&numbers.foundation);
        }
        tally
    }

    fn add_nonconforming(&mut self, item: &AuditCriterion, sheet: &AuditSheet) {
        match item.class {
            MeasureClass::Basic => self.nonconforming.push(item.id),
            MeasureClass::Applied => self.applied_nonconforming.push(item.id),
        }
        let stated = sheet.items.get(&item.id).and_then(|answer| answer.severity);
        match stated.unwrap_or(item.default_severity) {
            NonconformitySeverity::Critical => self.critical.push(item.id),
            NonconformitySeverity::Major => self.major.push(item.id),
            NonconformitySeverity::Minor => {}
        }
    }

    fn add_partial(&mut self, item: &AuditCriterion, sheet: &AuditSheet) {
        let plan = sheet.items.get(&item.id).and_then(|answer| answer.plan_days);
        match item.class {
            MeasureClass::Applied => self.applied_partial.push(item.id),
            MeasureClass::Basic => {
                self.partial.push(item.id);
                if plan.is_none_or(|days| days > self.limits.plan_days) {
                    self.unplanned.push(item.id);
                }
            }
        }
    }
}

impl AuditLimits {
    /// The limits where `applicable` basic items are not 対象外.
    pub fn of(numbers: &GradingNumbers, applicable: u32) -> Self {
        Self {
            e_above: numbers.e_above,
            nonconforming: numbers.d_above_nonconforming.floor_of(applicable),
            gaps: numbers.d_above_gaps.floor_of(applicable),
            partials_in_b: numbers.partials_in_b,
            plan_days: numbers.plan_days_max,
            cap: numbers.cap_at_lowest_target,
        }
    }
}

fn count(ids: &[CriterionId]) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}
