//! Java virtual machines that let a debugger in. The protocol knows no authentication.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::jdwp::{self, Version};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[5005, 8787], ask };

/// An echo repeats the handshake too: only the answer to the question after it proves anything.
fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let id = u32::from(talk.number16("jdwp"));
        talk.say(jdwp::HANDSHAKE).await?;
        talk.hear(jdwp::decode_handshake).await?;
        talk.say(&jdwp::version_query(id)).await?;
        let version = talk.hear(Version::decode).await?;
        if version.id != id {
            return Err(ProbeError::Malformed { detail: "another question's number".into() });
        }
        let text = format!("{} {}", version.name, version.version);
        Ok(Recognised {
            clues: vec![
                Clue::new(ClueSource::JdwpVersion, &text),
                Clue::new(ClueSource::Banner, &version.description),
            ],
            access: Some(Access::Open),
            banner: Some(text),
            ..Recognised::as_speaking(Protocol::Jdwp)
        })
    })
}
