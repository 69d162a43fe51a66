//! Chat servers (RFC 2812), asked without registering as anybody.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::irc::{self, Message};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// The most lines of notices before an answer: ours.
const MAX_NOTICES: usize = 32;

/// Length of the random word.
const WORD: usize = 12;

pub(super) const APPROACH: Approach = Approach { ports: &[6667, 6668, 6669, 6697], ask };

/// Servers that look their visitor up, and say so first.
pub(super) const GREETER: Greeter = Greeter {
    recognises: |bytes| match Message::decode(bytes) {
        Ok((message, _)) if message.command == "NOTICE" || message.refuses() => Likeness::Certain,
        Err(error) if error.is_incomplete() => Likeness::Possible,
        _ => Likeness::None,
    },
    go_on: ask,
};

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let word = talk.word("irc", WORD);
        // A server that turns its visitor away may have hung up already.
        let said = talk.say(&irc::question(&word)).await;
        if talk.unread().is_empty() {
            said?;
        }
        for _ in 0..MAX_NOTICES {
            let message = talk.hear(Message::decode).await?;
            if message.refuses() {
                let reason = message.parameters.join(" ");
                return Ok(Recognised {
                    access: Some(Access::Refused),
                    banner: Some(format!("ERROR :{reason}")),
                    ..Recognised::as_speaking(Protocol::Irc)
                });
            }
            if message.is_of_server(&word) {
                let server = message.prefix.unwrap_or_default();
                return Ok(Recognised {
                    clues: vec![Clue::new(ClueSource::Banner, &server)],
                    banner: Some(server),
                    ..Recognised::as_speaking(Protocol::Irc)
                });
            }
        }
        Err(ProbeError::Malformed { detail: "no answer among the notices".into() })
    })
}
