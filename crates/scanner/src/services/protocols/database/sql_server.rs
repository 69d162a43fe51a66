//! SQL Server: the pre-login tells the version, and a login has to follow.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::tds::{Encryption, PRELOGIN, Prelogin};

use super::encryption;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[1_433, 2_433, 14_330], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(&PRELOGIN).await?;
        let prelogin = talk.hear(Prelogin::decode).await?;
        let version = prelogin.version.to_string();
        let mut clues = vec![Clue::new(ClueSource::MssqlVersion, &version)];
        clues.extend(prelogin.encryption.and_then(word_for).map(encryption));
        Ok(Recognised {
            clues,
            access: Some(Access::CredentialAsked),
            banner: Some(version),
            ..Recognised::as_speaking(Protocol::Mssql)
        })
    })
}

/// Off means that a client may have it.
fn word_for(encryption: Encryption) -> Option<&'static str> {
    match encryption {
        Encryption::OFF => Some("offered"),
        Encryption::ON => Some("on"),
        Encryption::NOT_SUPPORTED => Some("none"),
        Encryption::REQUIRED => Some("required"),
        _ => None,
    }
}
