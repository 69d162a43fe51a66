//! Proxies: whether strangers are connected to somewhere else.

use hoshimori_inspection::evidence::{
    Access, Observation, ProbeError, Protocol, RelayFact, RelayOutcome, ServiceFact,
};
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{FindingSeverity, Text};

use super::statements;
use crate::subject::{Seen, Subject};
use crate::words::listed;

/// What the proxy on a port does for strangers; nothing where there is none.
pub(super) fn judge<'a>(
    subject: Subject,
    service: &ServiceFact,
    relays: &[Seen<'a, RelayFact>],
    identified: &[&'a Observation],
) -> Vec<Judgement> {
    let is_socks = service.protocol == Protocol::Socks;
    if relays.is_empty() {
        let is_closed = service.access == Some(Access::CredentialAsked);
        return if is_socks && !is_closed {
            let said = statements::proxy_not_tried();
            vec![subject.inconclusive("open-proxy", said, identified.iter().copied())]
        } else {
            Vec::new()
        };
    }
    let evidence = || relays.iter().map(|(observation, _)| *observation);
    let severity = subject.severity(FindingSeverity::High);
    let probes = || relays.iter().map(|(_, relay)| *relay).filter(|relay| !relay.is_control);
    if let Some(relay) = probes().find(|relay| is_carried(relay, relays)) {
        let said = statements::open_proxy(relay);
        let judgement = subject.fail("open-proxy", severity, said, evidence());
        return vec![Judgement { ids: vec!["CWE-441".into()], ..judgement }];
    }
    if let Some(relay) = probes().find(|relay| claims(relay) && !control_claims(relay, relays)) {
        let said = statements::may_be_open_proxy(relay);
        let judgement = subject.suspected("open-proxy", severity, said, evidence());
        return vec![Judgement { ids: vec!["CWE-441".into()], ..judgement }];
    }
    if probes().any(claims) {
        let said = statements::connected_anywhere();
        return vec![subject.inconclusive("open-proxy", said, evidence())];
    }
    let failures: Vec<Text> = probes().filter_map(failure).map(ProbeError::to_text).collect();
    let is_answered = probes().any(|relay| failure(relay).is_none());
    // Where it understands the words, a question left open may be the one that it grants.
    let is_open = probes().any(|relay| {
        let understands =
            |other: &RelayFact| other.protocol == relay.protocol && failure(other).is_none();
        let is_refusal = failure(relay).is_none_or(|error| *error == ProbeError::Closed);
        !is_refusal && probes().any(understands)
    });
    match (is_answered && !is_open, is_socks || is_open) {
        (true, _) => vec![subject.pass("open-proxy", statements::closed_proxy(), evidence())],
        (false, true) => {
            let said = statements::proxy_undecided(&listed(failures));
            vec![subject.inconclusive("open-proxy", said, evidence())]
        }
        // A web server that does not answer CONNECT is no proxy.
        (false, false) => Vec::new(),
    }
}

/// Whether something came through that did not come from a closed port.
fn is_carried(relay: &RelayFact, all: &[Seen<'_, RelayFact>]) -> bool {
    let heard = match &relay.outcome {
        RelayOutcome::Connected { heard } => !heard.is_empty(),
        _ => false,
    };
    heard && has_control(relay, all) && !control_claims(relay, all)
}

fn claims(relay: &RelayFact) -> bool {
    matches!(relay.outcome, RelayOutcome::Connected { .. })
}

fn has_control(relay: &RelayFact, all: &[Seen<'_, RelayFact>]) -> bool {
    all.iter().any(|(_, other)| is_control_of(other, relay))
}

/// Whether the proxy claims to be connected to a port where nothing listens, too.
fn control_claims(relay: &RelayFact, all: &[Seen<'_, RelayFact>]) -> bool {
    all.iter().any(|(_, other)| is_control_of(other, relay) && claims(other))
}

/// Whether `other` asked in the same words for the same address, as a control.
fn is_control_of(other: &RelayFact, relay: &RelayFact) -> bool {
    other.is_control
        && other.protocol == relay.protocol
        && other.asked_for.ip() == relay.asked_for.ip()
}

fn failure(relay: &RelayFact) -> Option<&ProbeError> {
    match &relay.outcome {
        RelayOutcome::Failed(error) => Some(error),
        _ => None,
    }
}
