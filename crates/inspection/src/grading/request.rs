use std::collections::HashMap;

use hoshimori_scheme::{InputError, Mark, Scheme, TargetLevel};
use serde::Serialize;

use super::document::Document;
use super::fault::RequestFault;
use super::overrides::OverrideEntry;
use super::read;
use super::sheet::{AssessmentSheet, AuditSheet};
use crate::finding::FindingId;

/// What is to be graded, before it was held against a scheme.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RequestParts {
    /// The level that the applicant asks for.
    pub target: TargetLevel,
    /// The audit part.
    pub audit: AuditSheet,
    /// The assessment part.
    pub vuln: AssessmentSheet,
    /// Requests of reviewers to change a computed grade, in order.
    pub overrides: Vec<OverrideEntry>,
}

impl RequestParts {
    /// The request, once every id in it is known to `scheme`, every finding has a name of its own
    /// and every finding that counts has a severity.
    pub fn check(self, scheme: &Scheme) -> Result<GradingRequest, RequestFault> {
        for id in self.audit.items.keys() {
            if scheme.audit_criterion(*id).is_none() {
                return Err(RequestFault::UnknownItem(id.to_string()));
            }
        }
        for id in self.vuln.tests.keys() {
            if scheme.test(*id).is_none() {
                return Err(RequestFault::UnknownTest(id.to_string()));
            }
        }
        let mut places = HashMap::new();
        for (index, finding) in self.vuln.findings.iter().enumerate() {
            let id = &finding.id;
            if !fits_into_a_trace(id) {
                return Err(RequestFault::UnusableFindingId { index, id: id.clone() });
            }
            if let Some(first) = places.insert(id, index) {
                return Err(RequestFault::RepeatedFindingId { index, first, id: id.clone() });
            }
            let Some(test) = scheme.test(finding.test) else {
                let test = finding.test.to_string();
                return Err(RequestFault::UnknownTestOfFinding { index, test });
            };
            let is_in_scope = test.marks.at(self.target) != Mark::NotEvaluated;
            let has_severity = finding.severity(scheme.grading.cvss).is_some();
            if is_in_scope && finding.is_open() && !has_severity {
                return Err(RequestFault::NoSeverity { index, id: id.clone() });
            }
        }
        Ok(GradingRequest(self))
    }
}

/// A request that was held against a scheme: all that [`grade`](super::grade) needs (GR-1
/// section 8.1). It serializes as the JSON that [`GradingRequest::parse`] reads.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct GradingRequest(RequestParts);

impl GradingRequest {
    /// Reads a request from the JSON in `bytes`; `file` is the name that errors carry.
    ///
    /// Unknown keys are ignored. Everything else that cannot be graded is refused: nothing in a
    /// request is ever guessed.
    pub fn parse(scheme: &Scheme, file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let root = Document::open(file, bytes)?.root();
        let parts = read::request(scheme, &root)?;
        parts.check(scheme).map_err(|fault| {
            let place = fault.path();
            let error = root.locate(&place).fault(fault.problem());
            InputError { key: place.to_string(), ..error }.with_hint(fault.hint(scheme))
        })
    }

    /// The level that the applicant asks for.
    pub fn target(&self) -> TargetLevel {
        self.0.target
    }

    /// The audit part.
    pub fn audit(&self) -> &AuditSheet {
        &self.0.audit
    }

    /// The assessment part.
    pub fn vuln(&self) -> &AssessmentSheet {
        &self.0.vuln
    }

    /// Requests of reviewers to change a computed grade, in order.
    pub fn overrides(&self) -> &[OverrideEntry] {
        &self.0.overrides
    }

    /// The parts, to be changed and checked again.
    pub fn into_parts(self) -> RequestParts {
        self.0
    }
}

/// An entry of the trace ends at its first blank, so the id in it must not have one.
fn fits_into_a_trace(id: &FindingId) -> bool {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    !id.as_str().is_empty() && !id.as_str().contains(is_blank)
}
