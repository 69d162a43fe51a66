//! rsync daemons: what they show to everybody, and whether they give it without a password.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::rsync::{self, Answer};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// How many modules are asked whether they want a password: ours; each takes a connection.
const MODULES_ASKED: usize = 3;

pub(super) const GREETER: Greeter =
    Greeter { recognises: |bytes| Likeness::of(&rsync::decode_greeting(bytes)), go_on };

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let version = talk.hear(rsync::decode_greeting).await?;
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::RsyncGreeting, &version)],
            banner: Some(format!("@RSYNCD: {version}")),
            ..Recognised::as_speaking(Protocol::Rsync)
        };
        match look_around(talk).await {
            Ok((count, access)) => {
                let banner = seen.banner.take().unwrap_or_default();
                seen.banner = Some(format!("{banner}, modules: {count}"));
                seen.access = access;
            }
            Err(error) => seen.trouble = Some(error),
        }
        Ok(seen)
    })
}

/// How many modules there are, and what the first ones ask of a visitor: nothing is transferred,
/// since a client that was let in would only then say what it wants.
async fn look_around(talk: &mut Talk<'_>) -> Result<(usize, Option<Access>), ProbeError> {
    talk.say(&[rsync::GREETING, rsync::LIST].concat()).await?;
    let modules = match talk.hear(Answer::decode).await? {
        Answer::Modules(modules) => modules,
        Answer::Refused(_) => return Ok((0, Some(Access::Refused))),
        Answer::Allowed | Answer::PasswordAsked => return Ok((0, None)),
    };
    let mut access = None;
    for module in modules.iter().take(MODULES_ASKED) {
        talk.call_again().await?;
        talk.hear(rsync::decode_greeting).await?;
        talk.say(&[rsync::GREETING, module.as_bytes(), b"\n"].concat()).await?;
        access = match talk.hear(Answer::decode).await? {
            Answer::Allowed => return Ok((modules.len(), Some(Access::Open))),
            Answer::PasswordAsked => Some(Access::CredentialAsked),
            Answer::Refused(_) => access.or(Some(Access::Refused)),
            Answer::Modules(_) => access,
        };
    }
    // Where not all were asked, one of the others may be open.
    Ok((modules.len(), access.filter(|_| modules.len() <= MODULES_ASKED)))
}
