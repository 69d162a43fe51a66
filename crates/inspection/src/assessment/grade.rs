use hoshimori_scheme::{Grade, Text};
use serde::{Deserialize, Serialize};

use crate::grading::{GradingResult, RuleTrace};

/// A grading result as documents hold it: the keys of `hoshimori grade`, and what each rule means.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GradeRecord {
    /// Audit grade by the rules.
    pub audit_computed: Option<Grade>,
    /// Assessment grade by the rules.
    pub vuln_computed: Option<Grade>,
    /// Final audit grade.
    pub audit: Option<Grade>,
    /// Final assessment grade.
    pub vuln: Option<Grade>,
    /// The candidate level: stars, 認証不可 or 判定不能.
    pub level: String,
    /// The rule trace.
    pub rules: Vec<String>,
    /// What each entry of the trace means, in its order.
    pub explanations: Vec<Text>,
}

impl From<&GradingResult> for GradeRecord {
    fn from(result: &GradingResult) -> Self {
        Self {
            audit_computed: result.audit_computed,
            vuln_computed: result.vuln_computed,
            audit: result.audit,
            vuln: result.vuln,
            level: result.level.word().to_owned(),
            rules: result.rules.iter().map(ToString::to_string).collect(),
            explanations: result.rules.iter().map(RuleTrace::explain).collect(),
        }
    }
}
