//! What devices say of themselves when they are asked for it: descriptions of universal plug and
//! play, port mappings of gateways, services that mDNS announces, cameras, printers.
//!
//! All of it is asked without a password, changes nothing, and goes to the permitted host alone: a
//! device that names another host as the place of its description is not followed there, nor where
//! it redirects. What a description says is a claim; what it means is for fingerprints to tell.

mod announced;
mod camera;
mod gateway;
mod printer;
mod upnp;

use std::net::SocketAddr;

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::http1::{Request, Response};
use hoshimori_wire::app::xml::MAX_DOCUMENT;

use crate::services::{Exchange, Prober, WebTarget};

/// The most bytes of each direction that are kept of a probe with many exchanges: as many as of
/// one connection.
const KEPT: usize = 16 * 1_024;

/// The most clues of one description: ours.
const MAX_CLUES: usize = 256;

/// What came of one request.
struct Asked {
    exchange: Exchange,
    outcome: Result<Response, ProbeError>,
}

impl Prober<'_> {
    /// Makes one request to `url`, which has to be on the permitted host itself.
    async fn ask_at(&self, permit: &Permit, url: &HttpUrl, request: Request) -> Asked {
        if url.address() != Some(permit.address()) {
            let detail = "it is on another host".to_owned();
            let outcome = Err(ProbeError::NotPermitted { detail });
            return Asked { exchange: Exchange::default(), outcome };
        }
        let web = WebTarget { port: url.port, tls: url.tls, host: host(permit, url) };
        let kept = self.answer_keeping(permit, &web, &request, MAX_DOCUMENT).await;
        let (exchange, outcome) = kept;
        Asked { exchange, outcome }
    }
}

/// The Host field of a request to `url` on the permitted host: never what the device wrote.
fn host(permit: &Permit, url: &HttpUrl) -> String {
    SocketAddr::new(permit.address(), url.port).to_string()
}

/// Whose answer has another status than was asked for, and what that means.
fn refusal(response: &Response) -> (Option<Access>, ProbeError) {
    let status = response.head.status;
    let access = match status {
        401 => Some(Access::CredentialAsked),
        403 => Some(Access::Refused),
        _ => None,
    };
    (access, ProbeError::Malformed { detail: format!("HTTP status {status}") })
}

/// The clue of the Server field, which stands beside every description.
fn server_clue(response: &Response) -> Option<Clue> {
    let server = response.head.field("Server").filter(|server| !server.is_empty())?;
    Some(Clue::new(ClueSource::HttpServer, server))
}

/// Adds `clue` unless it is there already or there is no room.
fn add(clues: &mut Vec<Clue>, from: ClueSource, text: &str) {
    let clue = Clue::new(from, text);
    if !text.is_empty() && clues.len() < MAX_CLUES && !clues.contains(&clue) {
        clues.push(clue);
    }
}

/// `all` and behind it `next`, as far as there is room for it.
fn joined(all: Exchange, next: Exchange) -> Exchange {
    let mut all = all.followed_by(next);
    all.sent.0.truncate(KEPT);
    all.received.0.truncate(KEPT);
    all
}

/// `name`, and from the second of its kind on its number.
fn numbered(name: &str, number: usize) -> String {
    if number == 0 { name.to_owned() } else { format!("{name}-{}", number + 1) }
}
