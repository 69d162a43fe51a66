//! What the dialogues of one network with one port amount to.

use hoshimori_inspection::evidence::{
    Observation, PeerFact, PeerOutcome, PeerQuestion, ProbeError,
};

use crate::subject::Seen;

/// What speaks for a network, the best of it.
pub(super) enum Proof<'a> {
    /// It answered, and did not answer what its software does not answer.
    Certain {
        answer: Answer<'a>,
        /// The control, where something was asked.
        control: Option<&'a Observation>,
    },
    /// It answered, and the control says nothing.
    Doubtful {
        answer: Answer<'a>,
        /// The control, where it was asked.
        control: Option<&'a Observation>,
    },
    /// It gave a sign that others give as well.
    Sign { seen: &'a Observation, sign: &'a str },
}

/// An answer in the words of a network.
#[derive(Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) seen: &'a Observation,
    pub(super) dialogue: &'a str,
    pub(super) asked: PeerQuestion,
    pub(super) proof: &'a str,
    pub(super) client: Option<&'a str>,
}

impl<'a> Proof<'a> {
    /// The best proof among the dialogues with one port, if there is any.
    pub(super) fn among(seen: &[Seen<'a, PeerFact>]) -> Option<Self> {
        let proofs = seen.iter().filter_map(|one| Self::of(*one, seen));
        proofs.max_by_key(|proof| match proof {
            Self::Certain { .. } => 2,
            Self::Doubtful { .. } => 1,
            Self::Sign { .. } => 0,
        })
    }

    fn of((seen, fact): Seen<'a, PeerFact>, all: &[Seen<'a, PeerFact>]) -> Option<Self> {
        let control = all.iter().find(|(_, other)| {
            other.asked == PeerQuestion::Spoilt && other.dialogue == fact.dialogue
        });
        match (&fact.outcome, fact.asked) {
            (_, PeerQuestion::Spoilt) | (PeerOutcome::Otherwise | PeerOutcome::Failed(_), _) => {
                None
            }
            (PeerOutcome::Answered { proof, client }, asked) => {
                let client = client.as_deref();
                let answer = Answer { seen, dialogue: &fact.dialogue, asked, proof, client };
                let is_certain = asked == PeerQuestion::Nothing
                    || control.is_some_and(|(_, control)| is_other_answer(&control.outcome));
                let control = control.map(|(observation, _)| *observation);
                Some(if is_certain {
                    Self::Certain { answer, control }
                } else {
                    Self::Doubtful { answer, control }
                })
            }
            (PeerOutcome::Resembles { sign }, _) => {
                let is_alike = control.is_some_and(|(_, control)| {
                    matches!(control.outcome, PeerOutcome::Resembles { .. })
                });
                (!is_alike).then_some(Self::Sign { seen, sign })
            }
        }
    }

    /// The decisive observation first, then its control.
    pub(super) fn evidence(&self) -> Vec<&'a Observation> {
        match self {
            Self::Certain { answer, control } | Self::Doubtful { answer, control } => {
                [Some(answer.seen), *control].into_iter().flatten().collect()
            }
            Self::Sign { seen, .. } => vec![seen],
        }
    }
}

/// Whether a control was asked and not answered in the words of the network.
fn is_other_answer(control: &PeerOutcome) -> bool {
    match control {
        PeerOutcome::Otherwise => true,
        PeerOutcome::Answered { .. } | PeerOutcome::Resembles { .. } => false,
        PeerOutcome::Failed(error) => {
            !matches!(error, ProbeError::Local { .. } | ProbeError::NotPermitted { .. })
        }
    }
}
