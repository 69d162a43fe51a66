//! The grading rule set GR-1: audit answers and findings in, two grades and a level out.
//!
//! A [`GradingRequest`] holds what people judged and what tests found. It is read from JSON
//! ([`GradingRequest::parse`]) or built in code ([`RequestParts::check`]); both ways refuse what
//! cannot be graded. [`grade`] then gives a [`GradingResult`]: the two grades by the first rule
//! that applies (audit) and by the worst finding that counts (assessment), the reviewers'
//! overrides, the level, and a trace of every rule that took part.
//!
//! Every number of the rules is data of the scheme's edition. Nothing is averaged, no binary
//! fraction is compared, nothing depends on the clock or on the order of answers.
//!
//! ```
//! use hoshimori_inspection::grading::{GradingRequest, grade};
//! use hoshimori_scheme::Scheme;
//!
//! let scheme = Scheme::embedded();
//! let json = r#"{"target":"★★","audit":{"items":{"A-24":{"r":"不適合"}}},"vuln":{}}"#;
//! let request = GradingRequest::parse(scheme, "request.json", json.as_bytes()).unwrap();
//! let result = grade(scheme, &request);
//! assert_eq!(result.level.word(), "認証不可");
//! assert_eq!(result.rules[0].to_string(), "AU-E1 A-24");
//! ```

mod assessment;
mod audit;
mod document;
mod explain;
mod fault;
mod level;
mod node;
mod overrides;
mod path;
mod read;
mod request;
mod result;
mod score;
mod sheet;
mod trace;

use hoshimori_scheme::{Grade, Scheme};

pub use self::assessment::{FindingRule, FindingWeight};
pub use self::audit::{AuditLimits, AuditRule, AuditTally};
pub use self::fault::RequestFault;
pub use self::level::LevelOutcome;
pub use self::overrides::{OverrideEntry, OverrideRule, Part};
pub use self::path::KeyPath;
pub use self::request::{GradingRequest, RequestParts};
pub use self::result::GradingResult;
pub use self::score::{CvssScore, ScoreError};
pub use self::sheet::{
    AssessmentSheet, AuditSheet, FindingEntry, FindingStatus, ItemAnswer, ItemResult, TestStatus,
};
pub use self::trace::RuleTrace;

/// Grades `request` under GR-1 with the numbers of `scheme`.
///
/// The request should have been checked against the same scheme. The function is total: answers
/// for ids that `scheme` does not have say nothing about it, findings for them count in full.
pub fn grade(scheme: &Scheme, request: &GradingRequest) -> GradingResult {
    let audit = audit::judge(scheme, request.target(), request.audit());
    let vuln = assessment::judge(scheme, request.target(), request.vuln());
    let mut rules = audit.rules;
    rules.extend(vuln.rules);
    let (Some(audit_computed), Some(vuln_computed)) = (audit.grade, vuln.grade) else {
        return GradingResult {
            audit_computed: audit.grade,
            vuln_computed: vuln.grade,
            audit: audit.grade,
            vuln: vuln.grade,
            level: LevelOutcome::Undetermined,
            rules,
        };
    };
    let mut review = |part, computed| {
        let (reviewed, rule) = review(scheme, request, part, computed);
        rules.extend(rule);
        reviewed
    };
    let audit = review(Part::Audit, audit_computed);
    let vuln = review(Part::Vuln, vuln_computed);
    GradingResult {
        audit_computed: Some(audit_computed),
        vuln_computed: Some(vuln_computed),
        audit: Some(audit),
        vuln: Some(vuln),
        level: LevelOutcome::of(scheme, request.target(), audit, vuln),
        rules,
    }
}

/// The final grade of `part`, and the decision on the first override for it, if there is one.
fn review(
    scheme: &Scheme,
    request: &GradingRequest,
    part: Part,
    computed: Grade,
) -> (Grade, Option<RuleTrace>) {
    let Some(entry) = request.overrides().iter().find(|entry| entry.part == part) else {
        return (computed, None);
    };
    let rule = OverrideRule::decide(&scheme.grading, request.target(), computed, entry);
    let reviewed = if rule.is_applied() { entry.to } else { computed };
    (reviewed, Some(RuleTrace::Override { part, computed, to: entry.to, rule }))
}
