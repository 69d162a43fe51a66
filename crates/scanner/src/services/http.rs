//! One HTTP request on a connection of its own, plain or inside TLS.

use std::net::{IpAddr, SocketAddr};

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Fact, HttpFact, HttpOutcome, HttpPurpose, HttpResponse, Observation, ObservationKey,
    ProbeError, Text,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::{KEPT_BODY, Request, Response, ResponseDecoder};

use super::channel::WebTarget;
use super::{Account, Exchange, Prober, repeat, tcp};

/// One request to make and why.
pub(super) struct Question<'a> {
    pub(super) key: ObservationKey,
    pub(super) purpose: HttpPurpose,
    pub(super) web: &'a WebTarget,
    pub(super) request: Request,
    pub(super) token: Option<String>,
}

impl Prober<'_> {
    /// Makes one request and tells what came of it.
    pub(super) async fn ask(&self, permit: &Permit, question: Question<'_>) -> Observation {
        let (exchange, outcome) = self.answer(permit, question.web, &question.request).await;
        let repeat = curl(permit.address(), question.web, &question.request);
        self.account_for(permit, question, exchange, outcome, repeat)
    }

    /// The observation of a request whose outcome is known.
    pub(super) fn account_for(
        &self,
        permit: &Permit,
        question: Question<'_>,
        exchange: Exchange,
        outcome: Result<Response, ProbeError>,
        repeat: String,
    ) -> Observation {
        let note = bytes_note(question.web, &exchange, &outcome);
        let fact = HttpFact {
            purpose: question.purpose,
            tls: question.web.tls,
            host: question.web.host.clone(),
            method: question.request.method().to_owned(),
            path: question.request.target().to_owned(),
            token: question.token,
            outcome: outcome.map_or_else(HttpOutcome::Failed, |response| {
                HttpOutcome::Response(to_evidence(response))
            }),
        };
        let (key, target) = (question.key, tcp(permit, question.web.port));
        self.observe(Account { key, target, exchange, repeat, note, fact: Fact::Http(fact) })
    }

    /// Makes one request on a connection of its own.
    async fn answer(
        &self,
        permit: &Permit,
        web: &WebTarget,
        request: &Request,
    ) -> (Exchange, Result<Response, ProbeError>) {
        self.answer_keeping(permit, web, request, KEPT_BODY).await
    }

    /// As [`Prober::answer`], keeping up to `limit` bytes of the body.
    pub(crate) async fn answer_keeping(
        &self,
        permit: &Permit,
        web: &WebTarget,
        request: &Request,
        limit: usize,
    ) -> (Exchange, Result<Response, ProbeError>) {
        let bytes = match request.to_bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                let detail = error.to_string();
                return (Exchange::default(), Err(ProbeError::Local { detail }));
            }
        };
        match self.open(permit, web, self.timing.answer).await {
            Err(none) => (none.exchange, Err(none.error)),
            Ok(mut channel) => {
                let decoder = ResponseDecoder::for_method(request.method()).keeping(limit);
                let outcome = channel.ask(&bytes, decoder).await;
                (channel.exchange(), outcome)
            }
        }
    }
}

fn to_evidence(response: Response) -> HttpResponse {
    HttpResponse {
        status: response.head.status,
        reason: response.head.reason,
        headers: response.head.fields,
        body: Bytes(response.body),
        is_cut: response.is_cut,
    }
}

/// What a reader should know about bytes that went through TLS.
fn bytes_note(
    web: &WebTarget,
    exchange: &Exchange,
    outcome: &Result<Response, ProbeError>,
) -> Option<Text> {
    let has_plain_text = exchange.sent.0.first().is_some_and(u8::is_ascii_graphic);
    match outcome {
        _ if !web.tls || exchange.source.is_none() => None,
        _ if has_plain_text => {
            Some(Text::new("TLSの中の平文を記録した", "these bytes are the plain text inside TLS"))
        }
        _ => Some(Text::new(
            "TLSのハンドシェイクのバイト列を記録した",
            "these bytes are those of the TLS handshake",
        )),
    }
}

/// The `curl` command that makes the same request.
fn curl(address: IpAddr, web: &WebTarget, request: &Request) -> String {
    let scheme = if web.tls { "https" } else { "http" };
    let peer = SocketAddr::new(address, web.port);
    let resolve = web.server_name().map(|name| format!("{name}:{}:{address}", web.port));
    let authority = match web.server_name() {
        Some(name) => format!("{name}:{}", web.port),
        None => peer.to_string(),
    };
    let is_path = request.target().starts_with('/');
    let url = format!("{scheme}://{authority}{}", if is_path { request.target() } else { "/" });
    let fields: Vec<String> =
        request.own_fields().map(|(name, value)| format!("{name}: {value}")).collect();
    let body = String::from_utf8_lossy(request.content());
    let mut words = vec!["curl", "-k", "-i", "--http1.1", "--path-as-is", "--max-time", "10"];
    words.extend(["-A", "hoshimori", "-X", request.method()]);
    if !is_path {
        words.extend(["--request-target", request.target()]);
    }
    if let Some(resolve) = &resolve {
        words.extend(["--resolve", resolve]);
    }
    for field in &fields {
        words.extend(["-H", field]);
    }
    if !body.is_empty() {
        words.extend(["--data-binary", &body]);
    }
    words.push(&url);
    repeat::command(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(host: &str) -> WebTarget {
        WebTarget { port: 8_443, tls: true, host: host.into() }
    }

    #[test]
    fn the_command_repeats_the_request() {
        let address = "192.0.2.7".parse().unwrap();
        let request = Request::new("OPTIONS", "*", "portal.office.example").field("X-A", "b");
        assert_eq!(
            curl(address, &web("portal.office.example"), &request),
            "curl -k -i --http1.1 --path-as-is --max-time 10 -A hoshimori -X OPTIONS \
             --request-target '*' --resolve portal.office.example:8443:192.0.2.7 -H 'X-A: b' \
             https://portal.office.example:8443/"
        );
        let request = Request::new("PUT", "/a.txt", "192.0.2.7").body(b"token");
        assert!(
            curl(address, &web("192.0.2.7"), &request)
                .ends_with("--data-binary token https://192.0.2.7:8443/a.txt")
        );
    }
}
