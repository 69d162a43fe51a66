//! File-sharing software: real programs, stand-ins for Winny, and what must not be taken for it.

mod lab;
mod stand_ins;

use hoshimori_inspection::evidence::{Fact, Observation, PeerFact, PeerOutcome, PeerQuestion};

fn peer(seen: &Observation) -> &PeerFact {
    let Fact::Peer(fact) = &seen.fact else { panic!("not about peers: {seen:?}") };
    fact
}

/// Dialogues that were answered, as `winny/greeting: Winny Ver2.0b1`.
fn answered(seen: &[Observation]) -> Vec<String> {
    let told = seen.iter().map(peer).filter_map(|fact| match &fact.outcome {
        PeerOutcome::Answered { client, .. } => Some((fact, client.as_deref().unwrap_or("-"))),
        PeerOutcome::Resembles { sign } => Some((fact, sign.as_str())),
        _ => None,
    });
    told.map(|(fact, client)| {
        let control = if fact.asked == PeerQuestion::Spoilt { " control" } else { "" };
        format!("{}/{}{control}: {client}", fact.network.word(), fact.dialogue)
    })
    .collect()
}

/// The dialogues in which the port said something else.
fn otherwise(seen: &[Observation]) -> Vec<String> {
    let facts = seen.iter().map(peer).filter(|fact| fact.outcome == PeerOutcome::Otherwise);
    facts.map(|fact| format!("{}/{}", fact.network.word(), fact.dialogue)).collect()
}

/// Whether every real question that was answered has its control, and that one was not.
fn is_controlled(seen: &[Observation]) -> bool {
    let controls = |fact: &PeerFact, asked| {
        let is_twin = |other: &&PeerFact| {
            (other.network, &other.dialogue, other.asked) == (fact.network, &fact.dialogue, asked)
        };
        seen.iter().map(peer).find(is_twin).map(|twin| twin.outcome.clone())
    };
    let is_answer = |outcome: &PeerOutcome| {
        matches!(outcome, PeerOutcome::Answered { .. } | PeerOutcome::Resembles { .. })
    };
    seen.iter().map(peer).filter(|fact| is_answer(&fact.outcome)).all(|fact| match fact.asked {
        PeerQuestion::Nothing => true,
        PeerQuestion::Spoilt => false,
        PeerQuestion::Real => {
            controls(fact, PeerQuestion::Spoilt).is_some_and(|outcome| !is_answer(&outcome))
        }
    })
}
