use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, Mark, Scheme, TargetLevel};

use super::result::PartGrade;
use super::sheet::{AssessmentSheet, FindingEntry, FindingStatus, TestStatus};
use super::trace::RuleTrace;

/// The assessment grade: that of the worst finding that counts (GR-1 section 3).
pub(super) fn judge(scheme: &Scheme, target: TargetLevel, sheet: &AssessmentSheet) -> PartGrade {
    let in_scope = scheme.tests().iter().filter(|test| test.marks.at(target) != Mark::NotEvaluated);
    let is_missing = |id: &CriterionId| sheet.status(*id) == TestStatus::NotPerformed;
    let missing: Vec<CriterionId> = in_scope.map(|test| test.id).filter(is_missing).collect();
    if !missing.is_empty() {
        let rules = vec![RuleTrace::AssessmentIncomplete { tests: missing }];
        return PartGrade { grade: None, rules };
    }
    let mut grade = Grade::A;
    let mut rules = Vec::new();
    for finding in &sheet.findings {
        let weight = FindingWeight::of(scheme, target, finding);
        grade = weight.grade().map_or(grade, |own| grade.max(own));
        if let Some(rule) = weight.rule() {
            rules.push(RuleTrace::Finding { id: finding.id.clone(), test: finding.test, rule });
        }
    }
    if target == TargetLevel::One {
        let cap = scheme.grading.cap_at_lowest_target;
        grade = grade.max(cap);
        rules.push(RuleTrace::AssessmentCap { cap });
    }
    PartGrade { grade: Some(grade), rules }
}

/// How much one finding weighs in the assessment grade (GR-1 section 3.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FindingWeight {
    /// It counts with its severity.
    Counted(FindingSeverity),
    /// It is listed and does not count, or counts for less than its severity.
    Eased(FindingRule),
}

/// Why a finding does not count as its severity says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FindingRule {
    /// 参考指摘: the target does not look at its test.
    Reference,
    /// A retest found it mended.
    ClosedRetest,
    /// A second person confirmed that there is nothing.
    FalsePositive,
    /// VA-T1: a medium finding of a ▲ test with a plan counts as low.
    Tolerated {
        /// Length of the plan.
        plan_days: u32,
        /// Longest plan that is tolerated.
        plan_days_max: u32,
    },
}

impl FindingWeight {
    /// The weight of `finding` for `target`.
    pub fn of(scheme: &Scheme, target: TargetLevel, finding: &FindingEntry) -> Self {
        // A checked request names only tests of its scheme and gives open findings a severity.
        // Graded under an edition it was not checked against, it must still never look safer.
        let mark = scheme.test(finding.test).map_or(Mark::Must, |test| test.marks.at(target));
        if mark == Mark::NotEvaluated {
            return Self::Eased(FindingRule::Reference);
        }
        match finding.status {
            FindingStatus::ClosedRetest => return Self::Eased(FindingRule::ClosedRetest),
            FindingStatus::FalsePositive => return Self::Eased(FindingRule::FalsePositive),
            FindingStatus::Open => {}
        }
        let severity = finding.severity(scheme.grading.cvss).unwrap_or(FindingSeverity::Critical);
        let plan_days_max = scheme.grading.plan_days_max;
        match finding.plan_days {
            Some(plan_days)
                if mark == Mark::Partial
                    && severity == FindingSeverity::Medium
                    && plan_days <= plan_days_max =>
            {
                Self::Eased(FindingRule::Tolerated { plan_days, plan_days_max })
            }
            _ => Self::Counted(severity),
        }
    }

    /// The grade that the finding alone would give; `None` if it does not count.
    pub fn grade(self) -> Option<Grade> {
        match self {
            Self::Counted(severity) => Some(severity.grade()),
            Self::Eased(FindingRule::Tolerated { .. }) => Some(FindingSeverity::Low.grade()),
            Self::Eased(_) => None,
        }
    }

    /// The rule that eased it, if one did.
    pub fn rule(self) -> Option<FindingRule> {
        match self {
            Self::Counted(_) => None,
            Self::Eased(rule) => Some(rule),
        }
    }
}

impl FindingRule {
    /// What follows the id of the finding in the trace.
    pub fn id(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::ClosedRetest => "closed-retest",
            Self::FalsePositive => "false-positive",
            Self::Tolerated { .. } => "VA-T1",
        }
    }
}
