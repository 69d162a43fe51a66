use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::text;

use super::stages::Step;
use crate::services::talk::Recognised;
use crate::services::{Exchange, repeat};

/// The longest banner in a fact, in characters.
pub(crate) const MAX_BANNER: usize = 512;

/// What was found out.
pub(crate) struct Found {
    pub(crate) protocol: Protocol,
    pub(crate) tls: bool,
    pub(crate) clues: Vec<Clue>,
    pub(crate) access: Option<Access>,
    pub(crate) banner: Option<String>,
    pub(crate) trouble: Option<ProbeError>,
    pub(crate) exchange: Exchange,
    pub(crate) repeat: String,
}

impl Found {
    /// A service of which nothing but the protocol is known; `repeat` is the command that shows it.
    pub(crate) fn of(protocol: Protocol, repeat: String) -> Self {
        Self {
            protocol,
            tls: false,
            clues: Vec::new(),
            access: None,
            banner: None,
            trouble: None,
            exchange: Exchange::default(),
            repeat,
        }
    }

    /// What a dialogue established, with the bytes of that dialogue.
    pub(super) fn from_dialogue(seen: Recognised, exchange: Exchange, repeat: String) -> Self {
        Self {
            protocol: seen.protocol,
            tls: false,
            clues: seen.clues,
            access: seen.access,
            banner: seen.banner.map(|banner| text::decode(banner.as_bytes(), MAX_BANNER)),
            trouble: seen.trouble,
            exchange,
            repeat,
        }
    }
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
    /// What it is unless something better is found.
    suggestion: Option<Found>,
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
        // That an answer is not the protocol tells less than how the connection ended.
        let is_weak = matches!(error, ProbeError::Malformed { .. } | ProbeError::TooLong);
        if is_telling && !(is_weak && self.trouble.is_some()) {
            self.trouble = Some(error);
        }
        hope
    }

    /// Keeps `found` unless something better turns up.
    pub(super) fn suggest(&mut self, found: Found) {
        let is_better = self.suggestion.as_ref().is_none_or(|kept| {
            kept.protocol == Protocol::Unknown && found.protocol != kept.protocol
        });
        if is_better {
            self.suggestion = Some(found);
        }
    }

    /// Whether the protocol is known, and only its wrapping may still be another.
    pub(super) fn is_settled(&self) -> bool {
        self.suggestion.as_ref().is_some_and(|found| found.protocol != Protocol::Unknown)
    }

    /// Remembers that there was no time for `stage`; to wait once more is no loss.
    pub(super) fn run_out(&mut self, stage: &[Step]) {
        if !stage.iter().all(|step| matches!(step, Step::ListenLong | Step::HttpLong)) {
            self.trouble.get_or_insert(ProbeError::TimedOut);
        }
    }

    pub(super) fn into_found(self, permit: &Permit, port: u16) -> Found {
        if let Some(found) = self.suggestion {
            return found;
        }
        let received = &self.exchange.received;
        let is_silent = received.is_empty() && self.exchange.source.is_some();
        let banner = text::decode(&received.0, MAX_BANNER);
        let protocol = if is_silent { Protocol::Silent } else { Protocol::Unknown };
        let banner = Some(banner).filter(|banner| !banner.is_empty());
        Found {
            clues: banner.iter().map(|text| Clue::new(ClueSource::Banner, text)).collect(),
            banner,
            trouble: self.trouble,
            exchange: self.exchange,
            ..Found::of(protocol, repeat::netcat(permit.address(), port))
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
    fn what_another_protocol_makes_of_a_cut_answer_does_not_hide_the_cut() {
        let mut heard = Heard::default();
        heard.remember(exchange(b"HTTP/1.1 200 OK"), ProbeError::Closed);
        heard.remember(exchange(b"HTTP/1.1 200 OK"), malformed());
        assert_eq!(heard.trouble, Some(ProbeError::Closed));
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
