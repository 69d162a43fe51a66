use hoshimori_scheme::{CriterionId, Grade};
use serde::Serialize;

use super::level::LevelOutcome;
use super::overrides::Part;
use super::trace::RuleTrace;

/// Two grades, the level that they lead to, and the rules that gave them (GR-1 section 8.2).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct GradingResult {
    /// Audit grade by the rules; `None` if the audit is incomplete.
    pub audit_computed: Option<Grade>,
    /// Assessment grade by the rules; `None` if the assessment is incomplete.
    pub vuln_computed: Option<Grade>,
    /// Final audit grade, after a reviewer's override.
    pub audit: Option<Grade>,
    /// Final assessment grade, after a reviewer's override.
    pub vuln: Option<Grade>,
    /// The level.
    pub level: LevelOutcome,
    /// The trace: audit, findings, cap, override of the audit, override of the assessment.
    pub rules: Vec<RuleTrace>,
}

impl GradingResult {
    /// The audit items and technical tests that block the report, in catalogue order.
    pub fn missing(&self) -> Vec<CriterionId> {
        let missing = self.rules.iter().flat_map(|rule| match rule {
            RuleTrace::AuditIncomplete { items: ids }
            | RuleTrace::AssessmentIncomplete { tests: ids } => ids.as_slice(),
            _ => &[],
        });
        missing.copied().collect()
    }

    /// The grade of `part` by the rules.
    pub fn computed(&self, part: Part) -> Option<Grade> {
        match part {
            Part::Audit => self.audit_computed,
            Part::Vuln => self.vuln_computed,
        }
    }

    /// The grade of `part` after overrides.
    pub fn final_grade(&self, part: Part) -> Option<Grade> {
        match part {
            Part::Audit => self.audit,
            Part::Vuln => self.vuln,
        }
    }
}

/// The computed grade of one part, `None` while it is incomplete, and what led to it.
pub(super) struct PartGrade {
    pub(super) grade: Option<Grade>,
    pub(super) rules: Vec<RuleTrace>,
}
