//! SSH (RFC 4253 section 4.2).

use hoshimori_inspection::evidence::{Clue, ClueSource, Protocol};
use hoshimori_wire::app::ssh_banner::Identification;

use super::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

pub(super) const GREETERS: &[Greeter] = &[Greeter { recognises, go_on }];

/// Servers may print lines before the identification.
fn recognises(bytes: &[u8]) -> Likeness {
    match Identification::decode(bytes) {
        Ok(_) => Likeness::Certain,
        Err(error) if error.is_incomplete() => Likeness::Possible,
        Err(_) => Likeness::None,
    }
}

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let peer = talk.hear(Identification::decode).await?;
        let comments = peer.comments.as_deref().unwrap_or_default();
        let software = format!("{} {comments}", peer.software);
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::SshSoftware, software.trim())],
            banner: Some(peer.line),
            ..Recognised::as_speaking(Protocol::Ssh)
        })
    })
}
