//! Memcached: a version for those who may use it, and a key that nobody has as the control.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::memcached_text::{Line, VERSION, get};

use super::not_this;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[11_211, 11_212], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(VERSION).await?;
        let version = match talk.hear(Line::decode).await? {
            Line::Version(version) => version,
            Line::Unauthenticated => {
                return Ok(Recognised {
                    access: Some(Access::CredentialAsked),
                    banner: Some("CLIENT_ERROR unauthenticated".into()),
                    ..Recognised::as_speaking(Protocol::Memcached)
                });
            }
            Line::End => return Err(not_this("it ends before it begins")),
        };
        // Others may tell a version in the same words; a cache knows that it has nothing.
        let key = talk.word("memcached", 24);
        talk.say(&get(&key)).await?;
        if talk.hear(Line::decode).await? != Line::End {
            return Err(not_this("it does not look for a value"));
        }
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::MemcachedVersion, &version)],
            access: Some(Access::Open),
            banner: Some(version),
            ..Recognised::as_speaking(Protocol::Memcached)
        })
    })
}
