use std::fmt;

use hoshimori_scheme::{CriterionId, Grade};
use serde::{Serialize, Serializer};

use super::assessment::FindingRule;
use super::audit::{AuditRule, AuditTally};
use super::overrides::{OverrideRule, Part};
use crate::finding::FindingId;

/// One entry of the trace: a rule that took part in the result, with the facts it acted on.
///
/// It is written as the id of the rule, for machines, and after a space the facts in short, for
/// people: `AU-D2 n=24 N=4 P=0`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RuleTrace {
    /// `AU-INCOMPLETE`: items in scope are 未評価.
    AuditIncomplete {
        /// The items, in catalogue order.
        items: Vec<CriterionId>,
    },
    /// The rule that gave the audit grade.
    Audit {
        /// The rule.
        rule: AuditRule,
        /// What it looked at.
        tally: Box<AuditTally>,
    },
    /// `VA-INCOMPLETE`: tests in scope are 未実施.
    AssessmentIncomplete {
        /// The tests, in catalogue order.
        tests: Vec<CriterionId>,
    },
    /// A finding that does not count, or counts for less.
    Finding {
        /// The finding.
        id: FindingId,
        /// Its test.
        test: CriterionId,
        /// Why.
        rule: FindingRule,
    },
    /// `VA-C0`: the target does not look at most tests.
    AssessmentCap {
        /// Best grade that it can claim.
        cap: Grade,
    },
    /// The decision on a reviewer's request.
    Override {
        /// The part.
        part: Part,
        /// Its grade by the rules.
        computed: Grade,
        /// The grade that was asked for.
        to: Grade,
        /// The rule that decided.
        rule: OverrideRule,
    },
}

impl RuleTrace {
    /// The id that comparisons use.
    pub fn id(&self) -> String {
        match self {
            Self::AuditIncomplete { items } => format!("AU-INCOMPLETE:{}", join(items)),
            Self::Audit { rule, .. } => rule.id().to_owned(),
            Self::AssessmentIncomplete { tests } => format!("VA-INCOMPLETE:{}", join(tests)),
            Self::Finding { id, rule, .. } => format!("{id}:{}", rule.id()),
            Self::AssessmentCap { .. } => "VA-C0".to_owned(),
            Self::Override { rule, .. } => rule.id().to_owned(),
        }
    }

    /// The facts in short, if the id does not say it all.
    fn comment(&self) -> Option<String> {
        match self {
            Self::Audit { rule, tally } => Some(match rule {
                AuditRule::CriticalItem => join(&tally.critical),
                AuditRule::MajorItem => join(&tally.major),
                AuditRule::NoFoundation => join(&tally.missed_foundation),
                _ => format!(
                    "n={} N={} P={}",
                    tally.applicable,
                    tally.nonconforming_count(),
                    tally.partial_count()
                ),
            }),
            Self::Override { part, computed, to, rule } => {
                let direction = match rule {
                    OverrideRule::Raised => " up",
                    OverrideRule::Lowered => " down",
                    _ => "",
                };
                Some(format!("{} {computed}->{to}{direction}", part.word()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for RuleTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id())?;
        self.comment().map_or(Ok(()), |comment| write!(f, " {comment}"))
    }
}

impl Serialize for RuleTrace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn join(ids: &[CriterionId]) -> String {
    ids.iter().map(CriterionId::to_string).collect::<Vec<_>>().join(",")
}
