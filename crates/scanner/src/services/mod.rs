//! What speaks on an open port, and what it allows: one probe a question.
//!
//! Each probe takes a permit, opens its connections through the [`Gate`], and gives
//! [`Observation`]s: the bytes of both directions, a command that repeats it by hand, and a typed
//! fact for the checks. A probe never judges. Whatever a peer does, it ends within the time that
//! [`Timing`] allows, and a probe that fails is an observation too.
//!
//! What is never sent: a password, a byte to a print port, anything that stores data without the
//! consent for it.

mod certificates;
mod channel;
mod claims;
mod dns;
mod greeting;
mod handshake;
mod hello;
mod http;
mod identify;
mod methods;
mod recorder;
pub(crate) mod repeat;
mod ssh;
mod ssh_session;
mod trace;
mod trouble;
mod trust;
mod tunnel;
mod upload;

use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::{Fact, Observation, ObservationKey, Text};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;

pub use channel::WebTarget;
pub use ssh::MAX_SSH_NAMES;
pub use trust::TrustStores;

use crate::gate::Gate;
use recorder::Transcript;

/// Asks services what they are and what they allow.
pub struct Prober<'a> {
    /// Opens the connections.
    pub gate: &'a Gate,
    /// Dates the observations.
    pub clock: &'a dyn Clock,
    /// Makes the random words of control probes.
    pub tokens: &'a Tokens,
    /// The side of the network that this machine is on.
    pub vantage: Vantage,
    /// How long to wait.
    pub timing: Timing,
    /// The roots that certificate chains are held against.
    pub trust: &'a TrustStores,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timing {
    /// For a TCP handshake.
    pub connect: Duration,
    /// For a server that may speak first.
    pub banner: Duration,
    /// For the first byte of an answer in a protocol that the server may not speak.
    pub guess: Duration,
    /// For a whole answer in a protocol that it does speak.
    pub answer: Duration,
    /// For the identification of one port, whatever happens.
    pub port: Duration,
}

impl Timing {
    /// Times for a host that answers a handshake within `rtt`, or of which nothing is known.
    ///
    /// Three round trips and at least 0.3 s are enough for servers that speak at once; the
    /// slow ones are waited for again at the end, when nothing else has answered.
    pub fn from_rtt(rtt: Option<Duration>) -> Self {
        let rtt = rtt.unwrap_or(Duration::from_millis(300));
        let seconds = Duration::from_secs;
        Self {
            connect: (rtt * 10).clamp(seconds(1), seconds(3)),
            banner: (rtt * 3).clamp(Duration::from_millis(300), seconds(1)),
            guess: (rtt * 10).clamp(Duration::from_millis(1_500), seconds(2)),
            answer: (rtt * 20).clamp(seconds(5), seconds(6)),
            port: seconds(10),
        }
    }
}

/// The bytes of one exchange and the socket they went through.
#[derive(Clone, Debug, Default)]
struct Exchange {
    source: Option<SocketAddr>,
    sent: Bytes,
    received: Bytes,
}

impl Exchange {
    fn of(source: SocketAddr, transcript: &Transcript) -> Self {
        let (sent, received) = (transcript.sent(), transcript.received());
        Self { source: Some(source), sent, received }
    }
}

/// Everything that makes an observation besides who looked and when.
struct Account {
    key: ObservationKey,
    target: Target,
    exchange: Exchange,
    repeat: String,
    note: Option<Text>,
    fact: Fact,
}

impl Prober<'_> {
    fn key(&self, probe: &str, target: Target, variant: &str) -> ObservationKey {
        ObservationKey::new(probe, target, self.vantage, variant)
    }

    fn observe(&self, account: Account) -> Observation {
        Observation {
            key: account.key,
            seen_at: self.clock.now(),
            vantage: self.vantage,
            source: account.exchange.source,
            target: account.target,
            sent: account.exchange.sent,
            received: account.exchange.received,
            repeat: Some(account.repeat),
            note: account.note,
            fact: account.fact,
        }
    }
}

/// The same on one port of a permitted host.
fn tcp(permit: &Permit, port: u16) -> Target {
    Target::tcp(permit.address(), port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_follow_the_host_within_their_bounds() {
        let near = Timing::from_rtt(Some(Duration::from_millis(1)));
        let far = Timing::from_rtt(Some(Duration::from_secs(9)));
        assert_eq!(near.banner, Duration::from_millis(300));
        assert_eq!(far.banner, Duration::from_secs(1));
        assert!(near.connect < far.connect && near.guess < far.guess && near.answer < far.answer);
    }
}
