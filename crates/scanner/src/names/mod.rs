//! What hosts are called: by the name server of the network, and by themselves.
//!
//! [`NameFinder`] asks three sources, each in its own words: PTR records of a name server, mDNS
//! of the host, its `NetBIOS` name table. Each gives an [`Observation`], also where nothing
//! answered. A name is a claim of whoever gave it: it helps people to find the device and decides
//! nothing.
//!
//! Names are bounded in number and length, and what cannot be shown in them is made visible; the
//! note of an observation counts those that were refused.

pub(crate) mod asking;
mod kept;
mod mdns;
mod name_servers;
mod netbios;
mod reverse;

use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::{
    Fact, NameFact, NameSource, Observation, ObservationKey, Text,
};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;
use jiff::Timestamp;

use crate::gate::Gate;
use kept::Kept;

pub use kept::{MAX_NAME, MAX_NAMES};
pub use name_servers::{name_servers, system_name_servers};

/// Asks what hosts are called.
pub struct NameFinder<'a> {
    /// Opens the sockets.
    pub gate: &'a Gate,
    /// Dates the observations.
    pub clock: &'a dyn Clock,
    /// Makes the numbers of questions.
    pub tokens: &'a Tokens,
    /// The side of the network that this machine is on.
    pub vantage: Vantage,
    /// How long to wait for an answer, each of the two times that a question is asked.
    pub wait: Duration,
}

impl NameFinder<'_> {
    /// Long enough for a name server that has to ask another one, and for devices that sleep.
    pub const WAIT: Duration = Duration::from_secs(1);

    fn key(&self, target: Target, source: NameSource) -> ObservationKey {
        let variant = match source {
            NameSource::ReverseDns => "reverse-dns",
            NameSource::Mdns => "mdns",
            NameSource::NetBios => "netbios",
        };
        ObservationKey::new("name", target, self.vantage, variant)
    }

    /// The number of a question, which the answer has to repeat and nobody else can guess.
    fn question_id(&self, key: &ObservationKey, question: &str) -> u16 {
        let [.., high, low] = self.tokens.number(&format!("{key}/{question}")).to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    fn observe(&self, target: Target, found: Found) -> Observation {
        let Found { source, seen_at, socket, sent, received, repeat, names, mut notes } = found;
        notes.extend(names.refusals());
        Observation {
            key: self.key(target, source),
            seen_at,
            vantage: self.vantage,
            source: socket,
            target,
            sent,
            received,
            repeat: Some(repeat),
            note: joined(&notes),
            fact: Fact::Name(NameFact { source, names: names.into_names() }),
        }
    }
}

/// What one source said of one host, and how.
struct Found {
    source: NameSource,
    seen_at: Timestamp,
    socket: Option<SocketAddr>,
    sent: Bytes,
    received: Bytes,
    repeat: String,
    names: Kept,
    notes: Vec<Text>,
}

fn joined(notes: &[Text]) -> Option<Text> {
    let join = |of: fn(&Text) -> &str, between: &str| {
        notes.iter().map(of).collect::<Vec<_>>().join(between)
    };
    let text = || Text::new(join(|note| &note.ja, "。"), join(|note| &note.en, "; "));
    (!notes.is_empty()).then(text)
}
