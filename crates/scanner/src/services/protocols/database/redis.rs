//! Redis and its relatives.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::redis::{Complaint, INFO_SERVER, PING, Reply};

use super::super::{Greeter, Likeness};
use super::not_this;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// In protected mode, and when they are full, servers say so before they are asked and hang up.
pub(super) const GREETER: Greeter = Greeter { recognises, go_on: refuse };

pub(super) const APPROACH: Approach = Approach { ports: &[6_379, 6_380, 26_379], ask };

/// Lines of INFO that tell what the server is and what it runs on; the others are its owner's.
const TELLING: &[&str] = &[
    "redis_version",
    "valkey_version",
    "dragonfly_version",
    "server_name",
    "redis_mode",
    "redis_build_id",
    "os",
    "arch_bits",
];

fn recognises(bytes: &[u8]) -> Likeness {
    let beginnings: [&[u8]; 2] = [b"-DENIED Redis is running", b"-ERR max number of clients"];
    match beginnings.map(|beginning| Likeness::to_beginning(bytes, beginning)) {
        [Likeness::Certain, _] | [_, Likeness::Certain] => Likeness::Certain,
        [Likeness::None, Likeness::None] => Likeness::None,
        _ => Likeness::Possible,
    }
}

fn refuse<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let reply = talk.hear(Reply::decode).await?;
        let complaint = reply.as_error().filter(|complaint| complaint.is_of_redis());
        let complaint = complaint.ok_or_else(|| not_this("it refuses in other words"))?;
        Ok(complaining(complaint))
    })
}

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(PING).await?;
        let reply = talk.hear(Reply::decode).await?;
        match reply.as_error() {
            Some(complaint) if complaint.is_of_redis() => Ok(complaining(complaint)),
            None if reply == Reply::Simple("PONG".into()) => ask_for_version(talk).await,
            _ => Err(not_this("it does not answer PING")),
        }
    })
}

/// A server that complains in words of its own.
fn complaining(complaint: Complaint<'_>) -> Recognised {
    let access = if complaint.asks_for_credential() {
        Some(Access::CredentialAsked)
    } else {
        complaint.is_protected_mode().then_some(Access::Refused)
    };
    Recognised {
        clues: vec![Clue::new(ClueSource::RedisInfo, complaint.text())],
        access,
        banner: Some(complaint.text().to_owned()),
        ..Recognised::as_speaking(Protocol::Redis)
    }
}

/// PONG is a word that others may say: only INFO, or a refusal of it, proves who said it.
async fn ask_for_version(talk: &mut Talk<'_>) -> Result<Recognised, ProbeError> {
    talk.say(INFO_SERVER).await?;
    let reply = talk.hear(Reply::decode).await?;
    let lines = match &reply {
        Reply::Lines(lines) if lines.iter().any(|line| is_telling(line)) => {
            lines.iter().filter(|line| is_telling(line)).cloned().collect()
        }
        Reply::Error(line) if reply.as_error().is_some_and(Complaint::is_about_command) => {
            vec![line.clone()]
        }
        _ => return Err(not_this("it does not answer INFO")),
    };
    Ok(Recognised {
        clues: lines.iter().map(|line| Clue::new(ClueSource::RedisInfo, line)).collect(),
        access: Some(Access::Open),
        banner: lines.into_iter().next(),
        ..Recognised::as_speaking(Protocol::Redis)
    })
}

fn is_telling(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| TELLING.contains(&name))
}
