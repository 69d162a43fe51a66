//! Is a web server an open proxy? CONNECT to its own port, and a question through the tunnel.

use hoshimori_inspection::evidence::{HttpPurpose, Observation, ObservationKey, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http1::{Request, Response, ResponseDecoder};
use hoshimori_wire::app::tls_hello::{ClientHello, TlsVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::channel::{Channel, WebTarget};
use super::http::Question;
use super::{Exchange, Prober, repeat};

/// The most bytes that are read from a tunnel: its first answer is enough.
const FIRST_ANSWER: usize = 4_096;

/// Length of the random words.
const WORD: usize = 16;

impl Prober<'_> {
    /// Asks for a tunnel to the server's own port with CONNECT, and with a random method.
    ///
    /// Only the target itself is ever the far end. If the answer promises a tunnel, the next bytes
    /// go through it: a request, or a `ClientHello` where the port speaks TLS. What comes back is
    /// kept as the body. A server that answers everything with 200 and then the next request on
    /// the same connection does so for the random method too.
    pub(super) async fn try_tunnel(&self, permit: &Permit, web: &WebTarget) -> [Observation; 2] {
        let control = self.web_key(permit, web, "control-connect");
        let random = self.random_method(&control);
        let connect = self.web_key(permit, web, "connect");
        [
            self.ask_for_tunnel(permit, web, control, HttpPurpose::ControlMethod, &random).await,
            self.ask_for_tunnel(permit, web, connect, HttpPurpose::Connect, "CONNECT").await,
        ]
    }

    async fn ask_for_tunnel(
        &self,
        permit: &Permit,
        web: &WebTarget,
        key: ObservationKey,
        purpose: HttpPurpose,
        method: &str,
    ) -> Observation {
        let authority = std::net::SocketAddr::new(permit.address(), web.port).to_string();
        let request = Request::new(method, &authority, &authority);
        let inside = self.question_inside(web, &authority, &key);
        let (exchange, outcome) = self.dig(permit, web, &request, &inside).await;
        let all = [request.to_bytes().unwrap_or_default(), inside].concat();
        let repeat = repeat::through(permit.address(), web, &all);
        let question = Question { key, purpose, web, request, token: None };
        self.account_for(permit, question, exchange, outcome, repeat)
    }

    /// What goes through the tunnel: something that the far end is sure to answer.
    fn question_inside(&self, web: &WebTarget, authority: &str, key: &ObservationKey) -> Vec<u8> {
        let word = self.tokens.token(key, WORD);
        if web.tls {
            let mut random = [0; 32];
            random.iter_mut().zip(word.bytes().cycle()).for_each(|(to, from)| *to = from);
            let hello = ClientHello { version: TlsVersion::TLS_1_2, random, server_name: None };
            hello.to_record().unwrap_or_default()
        } else {
            Request::new("GET", &format!("/{word}"), authority).to_bytes().unwrap_or_default()
        }
    }

    async fn dig(
        &self,
        permit: &Permit,
        web: &WebTarget,
        request: &Request,
        inside: &[u8],
    ) -> (Exchange, Result<Response, ProbeError>) {
        let bytes = match request.to_bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                let detail = error.to_string();
                return (Exchange::default(), Err(ProbeError::Local { detail }));
            }
        };
        let mut channel = match self.open(permit, web, self.timing.answer).await {
            Ok(channel) => channel,
            Err(none) => return (none.exchange, Err(none.error)),
        };
        // Read as the answer to CONNECT whatever the method was: probe and control alike.
        let answer = channel.ask(&bytes, ResponseDecoder::for_method("CONNECT")).await;
        let answer = match answer {
            Ok(response) if promises_tunnel(&response) => {
                Ok(through_tunnel(&mut channel, response, inside).await)
            }
            other => other,
        };
        (channel.exchange(), answer)
    }
}

/// Whether the answer is the head that opens a tunnel (RFC 9110 section 9.3.6).
pub(super) fn promises_tunnel(response: &Response) -> bool {
    (200..300).contains(&response.head.status)
        && response.body.is_empty()
        && response.head.field("Content-Length").is_none()
        && response.head.field("Transfer-Encoding").is_none()
}

/// Sends `inside` and keeps the first bytes that come back as the body.
async fn through_tunnel(channel: &mut Channel, mut response: Response, inside: &[u8]) -> Response {
    let mut came = std::mem::take(&mut response.behind);
    if channel.stream.write_all(inside).await.is_ok() {
        let mut buffer = vec![0; FIRST_ANSWER];
        // Silence and a closed connection both mean that nothing came through.
        let count = channel.stream.read(&mut buffer).await.unwrap_or(0);
        came.extend_from_slice(buffer.get(..count).unwrap_or_default());
    }
    Response { body: came, ..response }
}
