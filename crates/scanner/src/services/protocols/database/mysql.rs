//! `MySQL` and `MariaDB`, whose servers speak first.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::mysql::{Capabilities, FirstPacket, Greeting, Refusal};

use super::super::{Greeter, Likeness};
use super::{authentication, encryption};
use crate::services::talk::{Asking, Recognised, Talk};

pub(super) const GREETER: Greeter =
    Greeter { recognises: |bytes| Likeness::of(&FirstPacket::decode(bytes)), go_on };

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        Ok(match talk.hear(FirstPacket::decode).await? {
            FirstPacket::Greeting(greeting) => ready(greeting),
            FirstPacket::Refusal(refusal) => refused(&refusal),
        })
    })
}

/// The greeting is a challenge: whoever wants in has to answer it.
fn ready(greeting: Greeting) -> Recognised {
    let offers_tls = greeting.capabilities.contain(Capabilities::SSL);
    let mut clues = vec![
        Clue::new(ClueSource::MysqlVersion, &greeting.version),
        encryption(if offers_tls { "offered" } else { "none" }),
    ];
    clues.extend(greeting.plugin.as_deref().map(authentication));
    Recognised {
        clues,
        access: Some(Access::CredentialAsked),
        banner: Some(greeting.version),
        ..Recognised::as_speaking(Protocol::Mysql)
    }
}

fn refused(refusal: &Refusal) -> Recognised {
    let line = format!("{}: {}", refusal.code, refusal.text);
    Recognised {
        clues: vec![Clue::new(ClueSource::MysqlError, &line)],
        access: refusal.is_of_this_host().then_some(Access::Refused),
        banner: Some(line),
        ..Recognised::as_speaking(Protocol::Mysql)
    }
}
