//! X servers that listen on TCP.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::x11::{Answer, SETUP};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// The ports of the first ten displays.
const PORTS: &[u16] = &[6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009];

pub(super) const APPROACH: Approach = Approach { ports: PORTS, ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(SETUP).await?;
        let seen = Recognised::as_speaking(Protocol::X11);
        Ok(match talk.hear(Answer::decode).await? {
            Answer::Success { vendor, release } => {
                let text = format!("{vendor} {release}");
                Recognised {
                    clues: vec![Clue::new(ClueSource::X11Vendor, &text)],
                    access: Some(Access::Open),
                    banner: Some(text),
                    ..seen
                }
            }
            Answer::Failed(reason) => {
                Recognised { access: Some(refusal(&reason)), banner: Some(reason), ..seen }
            }
            Answer::Authenticate(reason) => {
                Recognised { access: Some(Access::CredentialAsked), banner: Some(reason), ..seen }
            }
        })
    })
}

/// Whether somebody with a cookie would be let in. Servers say why in a text only: X.Org's are
/// "Authorization required …" and "No protocol specified"; the others are about room and versions.
fn refusal(reason: &str) -> Access {
    let reason = reason.to_ascii_lowercase();
    if reason.contains("authoriz") || reason.contains("no protocol specified") {
        Access::CredentialAsked
    } else {
        Access::Refused
    }
}
