use serde::{Deserialize, Serialize};

use super::ProbeError;
use crate::bytes::Bytes;

/// Why a request was sent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HttpPurpose {
    /// GET of `/`, to know what the server is.
    Front,
    /// OPTIONS of a path.
    Options,
    /// OPTIONS of `*`.
    OptionsServer,
    /// A method of random letters that no server knows: the control of every method probe, sent
    /// in the form of each (path `/`, authority as for CONNECT, header fields as for TRACE).
    ControlMethod,
    /// TRACE with a token in `X-Hoshimori`, as `Cookie: hoshimori=<token>` and as
    /// `Authorization: Hoshimori <token>`.
    Trace,
    /// TRACK with a token, as for TRACE.
    Track,
    /// PROPFIND with depth 0.
    PropFind,
    /// CONNECT to the target's own web port. Where the answer promises a tunnel, a request (or a
    /// TLS hello) goes through it, and what came back is the body of the response: an open proxy
    /// gives `HTTP/…` (or a TLS record) there, and nothing of the kind to the control.
    Connect,
    /// PUT of a token to a random name (only with consent).
    Put,
    /// GET of what PUT stored.
    PutReadBack,
    /// DELETE of what PUT stored.
    PutCleanUp,
    /// GET of what DELETE should have removed.
    PutGone,
}

/// One HTTP/1.1 request and what came back.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HttpFact {
    /// Why the request was sent.
    pub purpose: HttpPurpose,
    /// Whether it went inside TLS.
    pub tls: bool,
    /// The Host header.
    pub host: String,
    /// The method.
    pub method: String,
    /// The request target.
    pub path: String,
    /// The random token in the request, where the probe looks for it in the answer.
    pub token: Option<String>,
    /// What came back.
    pub outcome: HttpOutcome,
}

/// An answer, or why there is none.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum HttpOutcome {
    /// A response was read.
    Response(HttpResponse),
    /// None was.
    Failed(ProbeError),
}

impl HttpFact {
    /// The response, if there is one.
    pub fn response(&self) -> Option<&HttpResponse> {
        match &self.outcome {
            HttpOutcome::Response(response) => Some(response),
            HttpOutcome::Failed(_) => None,
        }
    }
}

/// A response, its transfer coding undone and its body cut at the limit.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct HttpResponse {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The reason phrase.
    pub reason: String,
    /// Header fields in order, names as the server wrote them.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was kept.
    pub body: Bytes,
    /// Whether the body went on beyond what was kept.
    pub is_cut: bool,
}

impl HttpResponse {
    /// The value of the first header field called `name`, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether the body has `token` in it.
    pub fn body_contains(&self, token: &str) -> bool {
        !token.is_empty()
            && self.body.0.windows(token.len()).any(|window| window == token.as_bytes())
    }
}
