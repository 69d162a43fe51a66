//! Android devices whose debugger listens on TCP.
//!
//! No key is ever offered, so that no device asks its owner whether to trust this machine.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::adb::{self, Answer};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[5555, 5556], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(&adb::connect()).await?;
        let answer = talk.hear(Answer::decode).await?;
        if !answer.is_of_device() {
            return Err(ProbeError::Malformed { detail: "it repeats the question".into() });
        }
        let seen = Recognised::as_speaking(Protocol::Adb);
        Ok(match answer {
            Answer::Connected(banner) => Recognised {
                clues: vec![Clue::new(ClueSource::AdbBanner, &banner)],
                access: Some(Access::Open),
                banner: Some(banner),
                ..seen
            },
            Answer::SignatureAsked | Answer::TlsAsked => {
                Recognised { access: Some(Access::CredentialAsked), ..seen }
            }
        })
    })
}
