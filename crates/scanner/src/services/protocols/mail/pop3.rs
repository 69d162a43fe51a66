//! POP3 (RFC 1939), with the name that RFC 2449 lets a server tell.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::pop3::{self, Status};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// The capability that names the product (RFC 2449 section 6.9).
const IMPLEMENTATION: &str = "IMPLEMENTATION ";

pub(super) const GREETER: Greeter =
    Greeter { recognises: |bytes| Likeness::of(&Status::decode(bytes)), go_on };

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let (greeting, access) = match talk.hear(Status::decode).await? {
            Status::Ok(text) => (text, None),
            Status::Error(text) => (text, Some(Access::Refused)),
        };
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::Pop3Greeting, &greeting)],
            access,
            banner: Some(greeting),
            ..Recognised::as_speaking(Protocol::Pop3)
        };
        if access.is_none() {
            // `+OK` is not much: the answer to a command has to be one of POP3 as well.
            talk.say(pop3::CAPABILITIES).await?;
            match talk.hear(pop3::decode_capabilities).await {
                Ok(capabilities) => {
                    let told = capabilities.iter().find_map(|it| it.strip_prefix(IMPLEMENTATION));
                    seen.clues.extend(told.map(|it| Clue::new(ClueSource::Pop3Product, it)));
                    seen.access = Some(Access::CredentialAsked);
                    talk.say(pop3::QUIT).await?;
                }
                Err(error @ ProbeError::Malformed { .. }) => return Err(error),
                Err(error) => seen.trouble = Some(error),
            }
        }
        Ok(seen)
    })
}
