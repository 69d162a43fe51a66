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
mod dns;
mod handshake;
mod hello;
mod http;
mod identify;
mod methods;
mod peers;
mod protocols;
mod recorder;
pub(crate) mod repeat;
mod ssh;
mod ssh_session;
pub(crate) mod talk;
mod trace;
pub(crate) mod trouble;
mod trust;
mod tunnel;
mod upload;
mod web;

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
pub use identify::Breadth;
pub use peers::PeerPorts;
pub use protocols::proxy::relay::RelayTrial;
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
            // The first retransmission of a SYN goes after one second (RFC 6298).
            connect: (rtt * 10).clamp(Duration::from_millis(1_500), seconds(3)),
            banner: (rtt * 3).clamp(Duration::from_millis(300), seconds(1)),
            guess: (rtt * 10).clamp(Duration::from_millis(1_500), seconds(2)),
            answer: (rtt * 20).clamp(seconds(5), seconds(6)),
            port: seconds(7),
        }
    }
}

/// The bytes of one exchange and the socket they went through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) source: Option<SocketAddr>,
    pub(crate) sent: Bytes,
    pub(crate) received: Bytes,
}

impl Exchange {
    fn of(source: SocketAddr, transcript: &Transcript) -> Self {
        let (sent, received) = (transcript.sent(), transcript.received());
        Self { source: Some(source), sent, received }
    }

    /// This exchange and, after it, `next` on another connection, within what is kept of all
    /// connections together.
    pub(crate) fn followed_by(mut self, next: Self) -> Self {
        self.source = next.source.or(self.source);
        keep(&mut self.sent, next.sent);
        keep(&mut self.received, next.received);
        self
    }

    /// This exchange and what was asked beside it: whose socket it was stays.
    fn with(self, besides: Self) -> Self {
        Self { source: self.source, ..self.followed_by(besides) }
    }
}

/// What is kept of several connections: twice what is kept of one, so that the first never leaves
/// the others without room.
const KEPT_TOGETHER: usize = 2 * recorder::KEPT;

fn keep(kept: &mut Bytes, next: Bytes) {
    let room = KEPT_TOGETHER.saturating_sub(kept.0.len());
    kept.0.extend(next.0.into_iter().take(room));
}

/// Everything that makes an observation besides who looked and when.
pub(crate) struct Account {
    pub(crate) key: ObservationKey,
    pub(crate) target: Target,
    pub(crate) exchange: Exchange,
    pub(crate) repeat: String,
    pub(crate) note: Option<Text>,
    pub(crate) fact: Fact,
}

impl Prober<'_> {
    pub(crate) fn key(&self, probe: &str, target: Target, variant: &str) -> ObservationKey {
        ObservationKey::new(probe, target, self.vantage, variant)
    }

    pub(crate) fn observe(&self, account: Account) -> Observation {
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
pub(crate) fn tcp(permit: &Permit, port: u16) -> Target {
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
