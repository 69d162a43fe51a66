use hoshimori_inspection::evidence::{ProbeError, Protocol};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::text;

use super::steps::Step;
use crate::services::claims::Claim;
use crate::services::{Exchange, repeat};

/// The longest banner in a fact, in characters.
pub(crate) const MAX_BANNER: usize = 512;

/// What was found out.
pub(crate) struct Found {
    pub(crate) protocol: Protocol,
    pub(crate) tls: bool,
    pub(crate) claim: Claim,
    pub(crate) banner: Option<String>,
    pub(crate) trouble: Option<ProbeError>,
    pub(crate) exchange: Exchange,
    pub(crate) repeat: String,
}

/// How a step ended.
pub(super) enum Outcome {
    /// The protocol is known.
    Found(Box<Found>),
    /// It is not this one.
    NotThis(Exchange, ProbeError),
}

/// Whether to go on after a step that found nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hope {
    Some,
    None,
}

/// What the steps heard that did not settle it.
#[derive(Default)]
pub(super) struct Heard {
    /// The exchange in which the server said most.
    exchange: Exchange,
    /// The last failure of a connection.
    trouble: Option<ProbeError>,
}

impl Heard {
    pub(super) fn remember(&mut self, exchange: Exchange, error: ProbeError) -> Hope {
        let is_first = self.exchange.source.is_none();
        let is_telling = is_telling(&exchange, &error);
        if is_first || exchange.received.0.len() > self.exchange.received.0.len() {
            self.exchange = exchange;
        }
        let hope = match &error {
            ProbeError::NotPermitted { .. }
            | ProbeError::Local { .. }
            | ProbeError::Unreachable => Hope::None,
            ProbeError::Refused if is_first => Hope::None,
            _ => Hope::Some,
        };
        if is_telling {
            self.trouble = Some(error);
        }
        hope
    }

    /// Remembers that there was no time for `step`; to listen once more is no loss.
    pub(super) fn run_out(&mut self, step: Step) {
        if step != Step::ListenLong {
            self.trouble.get_or_insert(ProbeError::TimedOut);
        }
    }

    pub(super) fn into_found(self, permit: &Permit, port: u16) -> Found {
        let received = &self.exchange.received;
        let is_silent = received.is_empty() && self.exchange.source.is_some();
        let banner = text::decode(&received.0, MAX_BANNER);
        Found {
            protocol: if is_silent { Protocol::Silent } else { Protocol::Unknown },
            tls: false,
            claim: Claim::default(),
            banner: Some(banner).filter(|banner| !banner.is_empty()),
            trouble: self.trouble,
            repeat: repeat::netcat(permit.address(), port),
            exchange: self.exchange,
        }
    }
}

/// Whether a failure says more than the fact itself does: that the port is silent, or that its
/// answers are those of none of the protocols.
///
/// An answer that began like one of them and came to no end leaves open which one it is.
fn is_telling(exchange: &Exchange, error: &ProbeError) -> bool {
    let received = exchange.received.0.as_slice();
    let begins_like_one = [&b"HTTP/"[..], b"SSH-", &[0x15, 3], &[0x16, 3]]
        .iter()
        .any(|beginning| received.starts_with(beginning));
    match error {
        ProbeError::Malformed { .. } => begins_like_one,
        ProbeError::TimedOut => exchange.source.is_none() || !received.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;

    use super::*;

    fn exchange(received: &[u8]) -> Exchange {
        let source = Some("192.0.2.1:40000".parse().unwrap());
        Exchange { source, received: Bytes::from(received), ..Exchange::default() }
    }

    fn malformed() -> ProbeError {
        ProbeError::Malformed { detail: "so".into() }
    }

    #[test]
    fn silence_and_foreign_answers_speak_for_themselves() {
        assert!(!is_telling(&exchange(b""), &ProbeError::TimedOut));
        assert!(!is_telling(&exchange(b"-ERR unknown command"), &malformed()));
    }

    #[test]
    fn what_leaves_the_protocol_open_is_told() {
        assert!(is_telling(&Exchange::default(), &ProbeError::TimedOut));
        assert!(is_telling(&exchange(b"HT"), &ProbeError::TimedOut));
        assert!(is_telling(&exchange(b"HTTP/9 x"), &malformed()));
        assert!(is_telling(&exchange(b""), &ProbeError::Closed));
    }

    #[test]
    fn nothing_more_is_tried_without_leave_or_route() {
        for error in [
            ProbeError::Refused,
            ProbeError::Unreachable,
            ProbeError::NotPermitted { detail: "over".into() },
            ProbeError::Local { detail: "full".into() },
        ] {
            assert_eq!(Heard::default().remember(Exchange::default(), error), Hope::None);
        }
        // A server that refuses its second connection has been met.
        let mut heard = Heard::default();
        assert_eq!(heard.remember(exchange(b""), ProbeError::TimedOut), Hope::Some);
        assert_eq!(heard.remember(Exchange::default(), ProbeError::Refused), Hope::Some);
    }
}
