//! The identification protocol (RFC 1413), asked about the very connection that asks.

use hoshimori_inspection::evidence::{ProbeError, Protocol};
use hoshimori_wire::app::ident::{self, Answer};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[113], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let pair = (talk.peer().port(), talk.own().port());
        talk.say(&ident::question(pair)).await?;
        let answer = talk.hear(Answer::decode).await?;
        if answer.pair != pair {
            return Err(ProbeError::Malformed { detail: "about another connection".into() });
        }
        // The name of a user, if there is one, is nobody's business.
        Ok(Recognised::as_speaking(Protocol::Ident))
    })
}
