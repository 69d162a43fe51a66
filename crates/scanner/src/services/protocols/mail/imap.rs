//! IMAP (RFC 9051), with the name that RFC 2971 lets a server tell.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::imap::{self, Answer, Greeting};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// Length of the random tag.
const TAG: usize = 8;

pub(super) const GREETER: Greeter =
    Greeter { recognises: |bytes| Likeness::of(&Greeting::decode(bytes)), go_on };

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let greeting = talk.hear(Greeting::decode).await?;
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::ImapGreeting, greeting.text())],
            access: Some(match greeting {
                Greeting::Ok(_) => Access::CredentialAsked,
                Greeting::PreAuthenticated(_) => Access::Open,
                Greeting::Bye(_) => Access::Refused,
            }),
            banner: Some(greeting.text().to_owned()),
            ..Recognised::as_speaking(Protocol::Imap)
        };
        if !matches!(greeting, Greeting::Bye(_)) {
            let tag = talk.word("imap", TAG);
            talk.say(&imap::question(&tag)).await?;
            match talk.hear(|bytes| Answer::decode(&tag, bytes)).await {
                Ok(answer) => {
                    let told = answer.id.iter().map(|pair| Clue::new(ClueSource::ImapId, pair));
                    seen.clues.extend(told);
                }
                // Something else that begins with a star: no server answers without our tag.
                Err(error @ ProbeError::Malformed { .. }) => return Err(error),
                Err(error) => seen.trouble = Some(error),
            }
        }
        Ok(seen)
    })
}
