use hoshimori_inspection::assessment::PortState;
use hoshimori_inspection::grading::{FindingStatus, ItemResult};
use hoshimori_inspection::review::Action;
use hoshimori_scheme::{AuditMethod, FindingSeverity, Grade, Mark, NonconformitySeverity};

use super::Words;

/// The words for values that the inspection names with an enum.
impl Words {
    /// Severity of a finding.
    pub(crate) fn severity(&self, severity: FindingSeverity) -> &'static str {
        match severity {
            FindingSeverity::Info => self.severity_info,
            FindingSeverity::Low => self.severity_low,
            FindingSeverity::Medium => self.severity_medium,
            FindingSeverity::High => self.severity_high,
            FindingSeverity::Critical => self.severity_critical,
        }
    }

    /// Severity of an audit item that does not conform.
    pub(crate) fn nonconformity(&self, severity: NonconformitySeverity) -> &'static str {
        match severity {
            NonconformitySeverity::Minor => self.nonconformity_minor,
            NonconformitySeverity::Major => self.nonconformity_major,
            NonconformitySeverity::Critical => self.nonconformity_critical,
        }
    }

    /// What a mark asks for.
    pub(crate) fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Must => self.mark_must,
            Mark::Partial => self.mark_partial,
            Mark::NotEvaluated => self.mark_not_evaluated,
        }
    }

    /// What has become of a finding.
    pub(crate) fn status(&self, status: FindingStatus) -> &'static str {
        match status {
            FindingStatus::Open => self.status_open,
            FindingStatus::ClosedRetest => self.status_closed_retest,
            FindingStatus::FalsePositive => self.status_false_positive,
        }
    }

    /// What was decided on a finding.
    pub(crate) fn action(&self, action: Action) -> &'static str {
        match action {
            Action::Confirm => self.action_confirm,
            Action::FalsePositive => self.action_false_positive,
            Action::ClosedRetest => self.action_closed_retest,
            Action::Plan => self.action_plan,
        }
    }

    /// State of a listed port.
    pub(crate) fn port_state(&self, state: PortState) -> &'static str {
        match state {
            PortState::Open => self.port_open,
            PortState::Unstable => self.port_unstable,
        }
    }

    /// How an audit row is looked at.
    pub(crate) fn method(&self, method: AuditMethod) -> &'static str {
        match method {
            AuditMethod::Document => self.method_document,
            AuditMethod::Interview => self.method_interview,
            AuditMethod::Observation => self.method_observation,
            AuditMethod::Sampling => self.method_sampling,
            AuditMethod::Technical => self.method_technical,
        }
    }
}

/// A sign that tells the results of audit rows apart without colour.
pub(crate) fn item_sign(result: ItemResult) -> &'static str {
    match result {
        ItemResult::Conforms => "○",
        ItemResult::Partial => "△",
        ItemResult::Nonconforming => "×",
        ItemResult::NotApplicable => "－",
        ItemResult::NotJudged => "？",
    }
}

/// The grade whose colour the result of an audit row takes.
pub(crate) fn item_tone(result: ItemResult) -> Option<Grade> {
    match result {
        ItemResult::Conforms => Some(Grade::A),
        ItemResult::Partial => Some(Grade::C),
        ItemResult::Nonconforming => Some(Grade::E),
        ItemResult::NotApplicable | ItemResult::NotJudged => None,
    }
}
