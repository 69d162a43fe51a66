//! Cassandra and its relatives over the native protocol.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::cassandra::{self, Answer, Content};

use super::{authentication, not_this};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[9_042, 9_142], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        // Numbers of questions are positive and of sixteen bits.
        let stream = talk.number16("cassandra") >> 1;
        talk.say(&cassandra::options(stream)).await?;
        let options = match hear(talk, stream).await? {
            Content::Supported(options) if !options.is_empty() => options,
            _ => return Err(not_this("it does not say what it supports")),
        };
        let lines: Vec<String> =
            options.iter().map(|(name, values)| format!("{name}={values}")).collect();
        let mut seen = Recognised {
            clues: lines.iter().map(|it| Clue::new(ClueSource::CassandraOption, it)).collect(),
            banner: Some(lines.join(" ")),
            ..Recognised::as_speaking(Protocol::Cassandra)
        };
        let next_stream = stream ^ 1;
        talk.say(&cassandra::startup(next_stream)).await?;
        match hear(talk, next_stream).await {
            Ok(Content::Ready) => seen.access = Some(Access::Open),
            Ok(Content::Authenticate(class)) => {
                seen.access = Some(Access::CredentialAsked);
                seen.clues.push(authentication(&class));
            }
            Ok(_) => {}
            Err(error) => seen.trouble = Some(error),
        }
        Ok(seen)
    })
}

/// The answer to the question of that number.
async fn hear(talk: &mut Talk<'_>, stream: u16) -> Result<Content, ProbeError> {
    let answer = talk.hear(Answer::decode).await?;
    if answer.stream == stream {
        Ok(answer.content)
    } else {
        Err(not_this("it answers another question"))
    }
}
