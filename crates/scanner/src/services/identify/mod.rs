//! Which protocol answers on a port. Any protocol may be on any port: the number only decides
//! what is tried first.

mod asked;
mod asking;
mod found;
mod stages;

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hoshimori_inspection::evidence::{Fact, Observation, ProbeError, Protocol, ServiceFact, Text};
use hoshimori_inspection::scope::{Permit, is_print_port};
use hoshimori_wire::app::tls_records::FlightDecoder;

pub(super) use self::asked::Asked;
use self::found::{Heard, Hope, Outcome};
use self::stages::{Step, stages, stages_inside};
use super::{Account, Exchange, Prober, protocols, repeat, tcp};
use crate::gate::Connection;

pub use self::stages::Breadth;
pub(super) use found::{Found, MAX_BANNER};

/// What a connection is wrapped in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wrap {
    None,
    Tls,
}

/// A port, how it may be asked, and until when.
#[derive(Clone, Copy)]
struct Door<'a> {
    permit: &'a Permit,
    port: u16,
    wrap: Wrap,
    breadth: Breadth,
    end: Duration,
    /// Hears everything that is said to it.
    asked: &'a Asked,
}

impl Prober<'_> {
    /// Finds out which protocol answers on `port`, within [`Timing::port`](super::Timing::port).
    ///
    /// To a print port a connection is opened and nothing is written.
    pub async fn identify(&self, permit: &Permit, port: u16, breadth: Breadth) -> Observation {
        self.look(permit, port, breadth, "").await
    }

    /// The same once more on new connections, to confirm what was seen.
    pub async fn identify_again(
        &self,
        permit: &Permit,
        port: u16,
        breadth: Breadth,
    ) -> Observation {
        self.look(permit, port, breadth, "again").await
    }

    async fn look(
        &self,
        permit: &Permit,
        port: u16,
        breadth: Breadth,
        variant: &str,
    ) -> Observation {
        let asked = Asked::default();
        let found = if is_print_port(port) {
            self.meet_printer(permit, port).await
        } else {
            let end = self.clock.elapsed() + self.timing.port;
            let wrap = Wrap::None;
            self.find_out(Door { permit, port, wrap, breadth, end, asked: &asked }).await
        };
        let target = tcp(permit, port);
        let note = note_on(&found);
        let fact = Fact::Service(ServiceFact {
            protocol: found.protocol,
            tls: found.tls,
            clues: found.clues,
            access: found.access,
            asked: asked.besides(&found.exchange.sent),
            banner: found.banner,
            trouble: found.trouble,
        });
        let (key, exchange, repeat) =
            (self.key("service", target, variant), found.exchange, found.repeat);
        self.observe(Account { key, target, exchange, repeat, note, fact })
    }

    async fn meet_printer(&self, permit: &Permit, port: u16) -> Found {
        let connected = self.gate.connect(permit, port, self.timing.connect).await;
        let source = connected.as_ref().ok().map(Connection::source);
        let address = permit.address().to_string();
        Found {
            trouble: connected.err(),
            exchange: Exchange { source, ..Exchange::default() },
            ..Found::of(
                Protocol::Printer,
                repeat::command(&["nc", "-z", "-v", &address, &port.to_string()]),
            )
        }
    }

    /// Takes one stage after the other until one settles it or the time is over.
    async fn find_out(&self, door: Door<'_>) -> Found {
        let mut waiting: VecDeque<Vec<Step>> = match door.wrap {
            Wrap::None => stages(door.port, door.breadth).into(),
            Wrap::Tls => stages_inside(door.port, door.breadth).into(),
        };
        let mut taken: Vec<Step> = Vec::new();
        let (mut unheard, mut called_again): (Vec<Step>, Vec<Step>) = Default::default();
        let mut heard = Heard::default();
        let mut present = FuturesUnordered::new();
        let mut patient = FuturesUnordered::new();
        let mut is_hopeless = false;
        loop {
            if present.is_empty() {
                let is_tls_next = waiting.front().is_some_and(is_tls);
                if is_hopeless || heard.is_settled() && !is_tls_next {
                    break;
                }
                let stage = match waiting.pop_front() {
                    Some(mut stage) => {
                        stage.retain(|step| !step.is_among(&taken));
                        stage
                    }
                    None => once_more(&mut unheard),
                };
                if door.end <= self.clock.elapsed() {
                    heard.run_out(&stage);
                    break;
                }
                taken.extend_from_slice(&stage);
                let is_all_patient = stage.iter().all(|step| step.is_patient());
                for (place, step) in (0..).zip(stage) {
                    let going = self.take_in_turn(STAGGER * place, step, door);
                    if step.is_patient() && !is_all_patient {
                        patient.push(going);
                    } else {
                        present.push(going);
                    }
                }
                if present.is_empty() && !waiting.is_empty() {
                    continue;
                }
            }
            let (step, outcome) = tokio::select! {
                biased;
                Some(outcome) = present.next() => outcome,
                Some(outcome) = patient.next() => outcome,
                else => break,
            };
            match outcome {
                Outcome::Found(found) if is_provisional(&found, door) => {
                    if may_be_tls(&found) {
                        waiting.push_front(vec![Step::Tls]);
                    }
                    heard.suggest(*found);
                }
                Outcome::Found(found) => return *found,
                Outcome::NotThis(exchange, error) => {
                    if let Some(hint) = hint(&exchange.received.0, door.wrap) {
                        waiting.push_front(vec![hint]);
                    }
                    // The server may have had no room for one more connection.
                    let was_met = exchange.source.is_some() || step.is_among(&called_again);
                    if !was_met && matches!(step, Step::Ask(_)) {
                        called_again.push(step);
                        unheard.push(step);
                    }
                    is_hopeless |= heard.remember(exchange, error) == Hope::None;
                }
            }
        }
        let mut found = heard.into_found(door.permit, door.port);
        if found.protocol == Protocol::Silent && door.breadth == Breadth::AtHome {
            found.trouble.get_or_insert(ProbeError::MightPrint);
        }
        found
    }
}

/// A few of the steps that found no connection, where others did.
fn once_more(unheard: &mut Vec<Step>) -> Vec<Step> {
    unheard.drain(..unheard.len().min(AT_ONCE_AGAIN)).collect()
}

/// How many connections a server is given that had no room for more.
const AT_ONCE_AGAIN: usize = 3;

/// Between the starts of connections that go side by side: small servers take five connections that
/// they have not met yet, and what comes at once is dropped.
const STAGGER: Duration = Duration::from_millis(20);

fn is_tls(stage: &Vec<Step>) -> bool {
    matches!(stage.as_slice(), [Step::Tls | Step::TlsLong])
}

/// Whether what was found may be bettered: a web server that may expect TLS, or first words that
/// no greeter knows.
fn is_provisional(found: &Found, door: Door<'_>) -> bool {
    found.protocol == Protocol::Unknown || door.wrap == Wrap::None && may_be_tls(found)
}

/// Whether a web server may have answered so because it expects TLS: nginx and Apache say 400.
fn may_be_tls(found: &Found) -> bool {
    let status_line = found.exchange.received.0.get(..12).unwrap_or_default();
    found.protocol == Protocol::Http && !found.tls && status_line.ends_with(b" 400")
}

/// The step that `bytes`, received in answer to something else, point to. TLS inside TLS is not
/// looked into: it would have no end.
fn hint(bytes: &[u8], wrap: Wrap) -> Option<Step> {
    let mut decoder = FlightDecoder::default();
    let is_alert = decoder.push(bytes).is_ok() && decoder.flight().is_tls();
    match bytes {
        [] => None,
        _ if is_alert && wrap == Wrap::None => Some(Step::TlsLong),
        // A page may end like a prompt.
        _ if bytes.starts_with(b"HTTP/") => Some(Step::Http),
        _ if protocols::greeter(bytes).is_ok() => Some(Step::ListenLong),
        _ => None,
    }
}

/// What a reader should know about the bytes.
fn note_on(found: &Found) -> Option<Text> {
    match found.protocol {
        Protocol::Printer => Some(Text::new(
            "印刷用ポートのため接続だけを行い、何も送っていない",
            "a print port: connected to, nothing was written",
        )),
        Protocol::Silent if found.trouble != Some(ProbeError::MightPrint) => Some(Text::new(
            "どのプロトコルの要求にも応答がなかった",
            "no answer to a request in any protocol",
        )),
        _ if found.tls && found.protocol != Protocol::Tls => {
            Some(Text::new("TLSの中の平文を記録した", "these bytes are the plain text inside TLS"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_point_to_the_protocol_that_gives_them() {
        assert!(matches!(hint(&[0x15, 3, 1, 0, 2, 2, 10], Wrap::None), Some(Step::TlsLong)));
        assert!(matches!(hint(b"SSH-2.0-x\r\n", Wrap::None), Some(Step::ListenLong)));
        assert!(matches!(hint(b"220 ready\r\n500 what?\r\n", Wrap::None), Some(Step::ListenLong)));
        assert!(matches!(hint(b"HTTP/1.1 400 Bad Request\r\n", Wrap::None), Some(Step::Http)));
        assert!(hint(&[0x15, 3, 1, 0, 2, 2, 10], Wrap::Tls).is_none());
        assert!(hint(b"", Wrap::None).is_none());
        assert!(hint(b"nonsense", Wrap::None).is_none());
    }
}
