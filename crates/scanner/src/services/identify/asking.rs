use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::http1::{Request, Response, ResponseDecoder};
use hoshimori_wire::app::text;
use hoshimori_wire::app::tls_hello::TlsVersion;
use tokio::time::sleep;

use super::found::{Found, MAX_BANNER, Outcome};
use super::stages::Step;
use super::{Door, Wrap};
use crate::services::channel::{Channel, WebTarget};
use crate::services::handshake::Shown;
use crate::services::hello::Offer;
use crate::services::talk::{Approach, Recognised, Talk};
use crate::services::web::{Look, Sight};
use crate::services::{Prober, protocols, repeat};

impl Prober<'_> {
    /// Takes one step after `pause`.
    pub(super) async fn take_in_turn(
        &self,
        pause: Duration,
        step: Step,
        door: Door<'_>,
    ) -> (Step, Outcome) {
        if !pause.is_zero() {
            sleep(pause).await;
        }
        (step, self.take(step, door).await)
    }

    /// Takes one step, which may last as long as there is time for the port.
    pub(super) async fn take(&self, step: Step, door: Door<'_>) -> Outcome {
        let timing = &self.timing;
        let left = door.end.saturating_sub(self.clock.elapsed());
        let answer = timing.answer.min(left);
        let outcome = match step {
            Step::Listen => self.listen(door, timing.banner, left).await,
            Step::ListenFirst => self.listen(door, timing.guess, left).await,
            Step::ListenLong => self.listen(door, left, left).await,
            Step::Tls => {
                // Boxed, since what is inside TLS is found out in the same way.
                Box::pin(self.try_tls(door, timing.guess.min(left))).await
            }
            Step::TlsLong => Box::pin(self.try_tls(door, left)).await,
            // Longer than TLS beside it is waited for: a server of one connection at a time gets
            // to this one when that one hangs up.
            Step::Http => self.try_http(door, timing.guess + timing.guess / 4, answer).await,
            Step::HttpLong => self.try_http(door, left, left).await,
            Step::Ask(approach) => self.ask_as(door, approach, answer).await,
        };
        match outcome {
            Outcome::Found(found) if door.wrap == Wrap::Tls => {
                let repeat = match found.protocol {
                    Protocol::Http => found.repeat.clone(),
                    _ => repeat::openssl(door.permit.address(), door.port, None),
                };
                Outcome::Found(Box::new(Found { tls: true, repeat, ..*found }))
            }
            outcome => outcome,
        }
    }

    /// Waits for a server to speak, and goes on as it wants.
    async fn listen(&self, door: Door<'_>, wait: Duration, left: Duration) -> Outcome {
        let mut talk = match Talk::open(self, door.permit, bare(door), left).await {
            Ok(talk) => talk.until(door.end).heard_by(door.asked),
            Err(none) => return Outcome::NotThis(none.exchange, none.error),
        };
        let trouble = match talk.await_words(wait).await {
            Ok(Some(greeter)) => match (greeter.go_on)(&mut talk).await {
                Ok(seen) => return found(door, seen, talk),
                Err(error) => Some(error),
            },
            Ok(None) if talk.unread().is_empty() => {
                return Outcome::NotThis(talk.into_exchange(), ProbeError::TimedOut);
            }
            Ok(None) => None,
            Err(error) if talk.unread().is_empty() => {
                return Outcome::NotThis(talk.into_exchange(), error);
            }
            Err(error) => Some(error),
        };
        let words = text::decode(&talk.received(), MAX_BANNER);
        let seen = Recognised {
            clues: vec![Clue::new(ClueSource::Banner, &words)],
            banner: Some(words),
            trouble,
            ..Recognised::as_speaking(Protocol::Unknown)
        };
        found(door, seen, talk)
    }

    /// Asks in the words of one protocol.
    async fn ask_as(&self, door: Door<'_>, approach: &Approach, allowed: Duration) -> Outcome {
        let mut talk = match Talk::open(self, door.permit, bare(door), allowed).await {
            Ok(talk) => talk.until(door.end).heard_by(door.asked),
            Err(none) => return Outcome::NotThis(none.exchange, none.error),
        };
        match (approach.ask)(&mut talk).await {
            Ok(seen) => found(door, seen, talk),
            Err(error) => Outcome::NotThis(talk.into_exchange(), error),
        }
    }

    async fn try_http(&self, door: Door<'_>, first: Duration, allowed: Duration) -> Outcome {
        let target = bare(door);
        let mut channel = match self.open(door.permit, &target, allowed).await {
            Ok(channel) => channel,
            Err(none) => return Outcome::NotThis(none.exchange, none.error),
        };
        door.asked.note(channel.stream.transcript());
        let response = match get_front(&mut channel, &target, first).await {
            Ok(response) => response,
            Err(error) => return Outcome::NotThis(channel.exchange(), error),
        };
        let sight = Sight::of(&response);
        let look = match response.head.status {
            // It may have understood nothing: what it expects instead is tried first.
            400 => Look::of(&sight),
            _ => self.look_round(door.permit, &target, &sight, door.end).await,
        };
        let exchange = channel.exchange().with(look.exchange);
        let server = response.head.field("Server");
        let status = format!("HTTP {} {}", response.head.status, response.head.reason);
        let scheme = if door.wrap == Wrap::Tls { "https" } else { "http" };
        let url = format!("{scheme}://{}/", SocketAddr::new(door.permit.address(), door.port));
        let repeat = repeat::command(&["curl", "-k", "-i", "--http1.1", "--max-time", "10", &url]);
        Outcome::Found(Box::new(Found {
            clues: look.clues,
            access: look.access,
            banner: Some(text::decode(server.unwrap_or(status.trim()).as_bytes(), MAX_BANNER)),
            exchange,
            ..Found::of(Protocol::Http, repeat)
        }))
    }

    async fn try_tls(&self, door: Door<'_>, wait: Duration) -> Outcome {
        let Door { permit, port, .. } = door;
        let offer = Offer {
            version: TlsVersion::TLS_1_2,
            server_name: None,
            allowed: wait,
            asked: Some(door.asked),
        };
        let answer = self.say_hello(permit, port, offer).await;
        if !answer.flight.is_tls() {
            return Outcome::NotThis(answer.exchange, answer.trouble.unwrap_or(ProbeError::Closed));
        }
        let left = door.end.saturating_sub(self.clock.elapsed());
        let inside = Door { wrap: Wrap::Tls, ..door };
        let (shown, trouble) = match self.open(permit, &bare(inside), left).await {
            Ok(channel) => {
                let shown = channel.shown.clone().unwrap_or_default();
                drop(channel);
                let inside = self.find_out(inside).await;
                if !protocols::is_unknown_yet(inside.protocol) {
                    let clues = [shown.clues(), inside.clues].concat();
                    return Outcome::Found(Box::new(Found { clues, ..inside }));
                }
                let is_silent = inside.protocol == Protocol::Silent;
                (shown, inside.trouble.or(is_silent.then_some(ProbeError::TimedOut)))
            }
            Err(none) => {
                // Old versions send their certificate in the clear.
                let certificate = answer.flight.certificates.first().cloned();
                (Shown { certificate, protocol: None }, Some(none.error))
            }
        };
        Outcome::Found(Box::new(Found {
            tls: true,
            clues: shown.clues(),
            trouble,
            exchange: answer.exchange,
            ..Found::of(Protocol::Tls, repeat::openssl(permit.address(), port, None))
        }))
    }
}

/// A dialogue that established something.
fn found(door: Door<'_>, seen: Recognised, talk: Talk<'_>) -> Outcome {
    let repeat = repeat::netcat(door.permit.address(), door.port);
    Outcome::Found(Box::new(Found::from_dialogue(seen, talk.into_exchange(), repeat)))
}

/// The port as something to open, asked for by its address.
fn bare(door: Door<'_>) -> WebTarget {
    let host = SocketAddr::new(door.permit.address(), door.port).to_string();
    WebTarget { port: door.port, tls: door.wrap == Wrap::Tls, host }
}

/// Asks for the front page; `first` is the time for the first byte of the answer.
async fn get_front(
    channel: &mut Channel,
    target: &WebTarget,
    first: Duration,
) -> Result<Response, ProbeError> {
    let request = Request::new("GET", "/", &target.host).to_bytes();
    let bytes = request.map_err(|error| ProbeError::Local { detail: error.to_string() })?;
    channel.ask_within(&bytes, ResponseDecoder::for_method("GET"), first).await
}
