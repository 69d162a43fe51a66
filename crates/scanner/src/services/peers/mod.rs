//! Whether a port answers as file-sharing software does (N-26).
//!
//! Each network has [`Dialogue`]s: a question, the same question spoilt, and how the answer is
//! known. The spoilt one is asked wherever the real one was answered. Nothing is joined, shared or
//! fetched: the questions are first words, after which this side hangs up.
//!
//! Which port is asked what is [`PeerPorts`]' business.
//!
//! Not asked: `BitTorrent`'s local service discovery (BEP 14), to which only those answer who share
//! the very thing that is asked for; Share and Perfect Dark, whose first words are not known.

mod dialogue;
mod networks;
mod ports;
mod tcp;
mod udp;

use hoshimori_inspection::evidence::{Fact, Observation, PeerFact, PeerOutcome, PeerQuestion};
use hoshimori_inspection::target::Target;

use self::dialogue::Dialogue;
use super::{Account, Exchange, Prober, repeat};

pub use ports::PeerPorts;

/// One dialogue with one port, and how it ended.
struct Held<'a> {
    dialogue: &'a Dialogue,
    question: PeerQuestion,
    exchange: Exchange,
    outcome: PeerOutcome,
}

impl Prober<'_> {
    fn tell(&self, target: Target, held: Held<'_>) -> Observation {
        let Held { dialogue, question, exchange, outcome } = held;
        let key = self.key("peer", target, &dialogue.variant(question));
        let repeat = repeat::into_port(target, &exchange.sent.0);
        let fact = Fact::Peer(PeerFact {
            network: dialogue.network,
            dialogue: dialogue.name.to_owned(),
            asked: question,
            outcome,
        });
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }
}

/// Whether the network's software is proved, or at least a sign of it was seen.
fn is_like_it(seen: &Observation) -> bool {
    matches!(
        &seen.fact,
        Fact::Peer(PeerFact {
            outcome: PeerOutcome::Answered { .. } | PeerOutcome::Resembles { .. },
            ..
        })
    )
}
