//! What was asked of one web server and what it answered.

use hoshimori_inspection::evidence::{
    Fact, HttpFact, HttpOutcome, HttpPurpose, HttpResponse, Observation, ProbeError, Protocol,
};
use hoshimori_scheme::{CriterionId, Text};

use super::offer::Offer;
use crate::subject::{Seen, Subject};

/// Web servers, as the subject of `test`.
pub(super) const fn web(test: CriterionId) -> Offer {
    Offer { test, name: "HTTP", is_spoken_by: |service| service.protocol == Protocol::Http }
}

/// All requests to one port from one vantage.
pub(super) struct WebPort<'a> {
    /// The port.
    pub(super) subject: Subject,
    /// The requests with their answers.
    pub(super) seen: &'a [Seen<'a, HttpFact>],
}

/// A request that was answered.
#[derive(Clone, Copy)]
pub(super) struct Answered<'a> {
    /// The observation.
    pub(super) observation: &'a Observation,
    /// The request.
    pub(super) request: &'a HttpFact,
    /// The answer.
    pub(super) response: &'a HttpResponse,
}

impl<'a> WebPort<'a> {
    /// The requests that were sent for `purpose`.
    pub(super) fn sent(
        &self,
        purpose: HttpPurpose,
    ) -> impl Iterator<Item = Seen<'a, HttpFact>> + Clone {
        self.seen.iter().copied().filter(move |(_, fact)| fact.purpose == purpose)
    }

    /// The requests for `purpose` that were answered.
    pub(super) fn answered(&self, purpose: HttpPurpose) -> impl Iterator<Item = Answered<'a>> {
        self.sent(purpose).filter_map(|(observation, request)| {
            request.response().map(|response| Answered { observation, request, response })
        })
    }

    /// The requests for `purpose` that were not answered, with the reason.
    pub(super) fn failed(
        &self,
        purpose: HttpPurpose,
    ) -> impl Iterator<Item = (&'a Observation, &'a ProbeError)> {
        self.sent(purpose).filter_map(|(observation, request)| match &request.outcome {
            HttpOutcome::Failed(error) => Some((observation, error)),
            HttpOutcome::Response(_) => None,
        })
    }

    /// The answer to a plain request with a method that no server knows.
    pub(super) fn control(&self) -> Option<Answered<'a>> {
        self.answered(HttpPurpose::ControlMethod).find(|control| control.request.path == "/")
    }

    /// The answer to such a method that asked for the same as `probe`.
    pub(super) fn control_like(&self, probe: Answered<'_>) -> Option<Answered<'a>> {
        self.answered(HttpPurpose::ControlMethod)
            .find(|control| control.request.path == probe.request.path)
    }

    /// Whether the server answers any method at all with success, so that success means nothing.
    pub(super) fn accepts_anything(&self) -> bool {
        self.control().is_some_and(|control| is_success(control.response.status))
    }
}

impl Answered<'_> {
    /// `PUT /x: 201`.
    pub(super) fn summary(self) -> Text {
        let path = hoshimori_scheme::shorten(&self.request.path);
        let method = hoshimori_scheme::shorten(&self.request.method);
        Text::same(format!("{method} {path}: {}", self.response.status))
    }
}

/// RFC 9110 section 15.3.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// RFC 9110 sections 15.5 and 15.6.
pub(super) fn is_refusal(status: u16) -> bool {
    (400..600).contains(&status)
}

/// Picks HTTP facts.
pub(super) fn as_http(fact: &Fact) -> Option<&HttpFact> {
    match fact {
        Fact::Http(http) => Some(http),
        _ => None,
    }
}
