//! Which protocol answers on a port. Any protocol may be on any port: the number only decides
//! what is tried first.

mod asking;
mod found;
mod steps;

use hoshimori_inspection::evidence::{Fact, Observation, Protocol, ServiceFact, Text};
use hoshimori_inspection::scope::{Permit, is_print_port};

use self::found::{Heard, Hope, Outcome};
use self::steps::{Step, hint, steps};
use super::claims::Claim;
use super::{Account, Exchange, Prober, repeat, tcp};
use crate::gate::Connection;

pub(super) use found::{Found, MAX_BANNER};

impl Prober<'_> {
    /// Finds out which protocol answers on `port`, within [`Timing::port`](super::Timing::port).
    ///
    /// To a print port a connection is opened and nothing is written.
    pub async fn identify(&self, permit: &Permit, port: u16) -> Observation {
        let found = if is_print_port(port) {
            self.meet_printer(permit, port).await
        } else {
            self.find_out(permit, port).await
        };
        let target = tcp(permit, port);
        let note = note_on(&found);
        let fact = Fact::Service(ServiceFact {
            protocol: found.protocol,
            tls: found.tls,
            product: found.claim.product,
            version: found.claim.version,
            banner: found.banner,
            trouble: found.trouble,
        });
        let (key, exchange, repeat) =
            (self.key("service", target, ""), found.exchange, found.repeat);
        self.observe(Account { key, target, exchange, repeat, note, fact })
    }

    async fn meet_printer(&self, permit: &Permit, port: u16) -> Found {
        let connected = self.gate.connect(permit, port, self.timing.connect).await;
        let source = connected.as_ref().ok().map(Connection::source);
        Found {
            protocol: Protocol::Printer,
            tls: false,
            claim: Claim::default(),
            banner: None,
            trouble: connected.err(),
            exchange: Exchange { source, ..Exchange::default() },
            repeat: repeat::command(&[
                "nc",
                "-z",
                "-v",
                &permit.address().to_string(),
                &port.to_string(),
            ]),
        }
    }

    async fn find_out(&self, permit: &Permit, port: u16) -> Found {
        let end = self.clock.elapsed() + self.timing.port;
        let mut waiting = steps(port);
        let mut taken = Vec::new();
        let mut fallback = None;
        let mut heard = Heard::default();
        while let Some(step) = waiting.pop_front() {
            let left = end.saturating_sub(self.clock.elapsed());
            if left.is_zero() {
                heard.run_out(step);
                break;
            }
            taken.push(step);
            match self.take(step, permit, port, left).await {
                Outcome::Found(found) if may_be_tls(&found) && !taken.contains(&Step::Tls) => {
                    fallback = Some(*found);
                    waiting.push_front(Step::Tls);
                }
                Outcome::Found(found) => return *found,
                Outcome::NotThis(..) if fallback.is_some() => break,
                Outcome::NotThis(exchange, error) => {
                    let hint = hint(&exchange.received.0).filter(|hint| !taken.contains(hint));
                    if let Some(hint) = hint {
                        waiting.push_front(hint);
                    }
                    if heard.remember(exchange, error) == Hope::None {
                        break;
                    }
                }
            }
        }
        fallback.unwrap_or_else(|| heard.into_found(permit, port))
    }
}

/// Whether a web server may have answered so because it expects TLS: nginx and Apache say 400.
fn may_be_tls(found: &Found) -> bool {
    let status_line = found.exchange.received.0.get(..12).unwrap_or_default();
    found.protocol == Protocol::Http && !found.tls && status_line.ends_with(b" 400")
}

/// What a reader should know about the bytes.
fn note_on(found: &Found) -> Option<Text> {
    match found.protocol {
        Protocol::Printer => Some(Text::new(
            "印刷用ポートのため接続だけを行い、何も送っていない",
            "a print port: connected to, nothing was written",
        )),
        Protocol::Silent => Some(Text::new(
            "TLS・HTTP・DNSの要求にも応答がなかった",
            "no answer to requests in TLS, HTTP and DNS either",
        )),
        _ if found.tls && found.protocol != Protocol::Tls => {
            Some(Text::new("TLSの中の平文を記録した", "these bytes are the plain text inside TLS"))
        }
        _ => None,
    }
}
