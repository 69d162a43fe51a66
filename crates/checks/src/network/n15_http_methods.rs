//! N-15 HTTP methods (サポートするHTTPメソッドを確認する).
//!
//! ## What it inspects
//! Whether a web server lets anyone store, change or delete files, browse it as a WebDAV share, or
//! use it as a proxy.
//!
//! ## How it decides
//! A method of random letters is the control: where it succeeds, success means nothing. PUT is
//! sent only with consent to probes that change state; it is proved, `fail`, when a random file
//! can be read back. PROPFIND is proved by a 207 multistatus body, CONNECT by an answer through
//! the tunnel to the server's own port. A PUT that succeeds but cannot be read back, a 207 without
//! its body, a gateway error that only CONNECT gets, and methods that Allow or Public declare are
//! `suspected`. `pass` needs answers to PROPFIND, CONNECT and the control, and either a refused
//! PUT or a server that declares harmless methods only and refuses the control. Otherwise, above
//! all where PUT could not be tried and nothing is declared, the port is `inconclusive`.
//!
//! ## What it cannot see
//! Other paths and virtual hosts than those asked; proxies that relay to other ports only, or
//! without CONNECT; what works with a login; whether an uploaded script would run. Declarations
//! lie both ways: a server may take what it does not declare.
//!
//! ## References
//! docs/severity.md (modifiers); RFC 9110 sections 9.3 and 10.2.1, RFC 4918 section
//! 9.1; CWE-650, CWE-749.

mod connect;
mod declared;
mod overall;
mod put;
#[cfg(test)]
mod tests;
mod webdav;

use hoshimori_inspection::evidence::{Fact, HttpFact, HttpPurpose};
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{CriterionId, Text};

use super::offer::Offer;
use super::web::{WebPort, as_http, web};
use crate::{Check, Evidence, Need};

/// The check of N-15.
pub(crate) struct HttpMethods;

impl Check for HttpMethods {
    fn id(&self) -> CriterionId {
        WEB.test
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::HttpMethods]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        WEB.evaluate(evidence, as_method_probe, |subject, seen| judge(&WebPort { subject, seen }))
    }
}

const WEB: Offer = web(CriterionId::network(15));

/// What one kind of probe showed.
enum Shown {
    /// The method works, or seems to.
    Finding(Box<Judgement>),
    /// The server does not do it.
    Refused,
    /// The probe was not sent.
    NotTried,
    /// The answers do not tell.
    Undecided(Text),
}

/// What the probes of one port showed.
struct Probes {
    put: Shown,
    webdav: Shown,
    connect: Shown,
}

fn judge(port: &WebPort<'_>) -> Vec<Judgement> {
    let probes = Probes {
        put: put::judge(port),
        webdav: webdav::judge(port),
        connect: connect::judge(port),
    };
    let declared = declared::judge(port, &probes);
    let is_clean = declared.is_none()
        && ![&probes.put, &probes.webdav, &probes.connect]
            .iter()
            .any(|shown| matches!(shown, Shown::Finding(_)));
    let overall = overall::judge(port, &probes, is_clean);
    let untried_put = overall::untried_put(port, &probes);
    let found =
        [probes.put, probes.webdav, probes.connect].into_iter().filter_map(|shown| match shown {
            Shown::Finding(judgement) => Some(*judgement),
            _ => None,
        });
    found.chain(declared).chain(overall).chain(untried_put).collect()
}

fn dangerous(judgement: Judgement, ids: &[&str]) -> Shown {
    let ids = ids.iter().map(ToString::to_string).collect();
    Shown::Finding(Box::new(Judgement { ids, ..judgement }))
}

/// All requests but those of N-16.
fn as_method_probe(fact: &Fact) -> Option<&HttpFact> {
    as_http(fact).filter(|http| !matches!(http.purpose, HttpPurpose::Trace | HttpPurpose::Track))
}
