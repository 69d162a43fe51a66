//! DNS over TCP (RFC 1035 section 4.2.2).

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::{dns, text};

use crate::services::identify::MAX_BANNER;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACHES: &[Approach] = &[Approach { ports: &[53], ask: ask_version }];

fn ask_version<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let id = talk.number16("dns");
        let question = dns::version_query(id)
            .map_err(|error| ProbeError::Local { detail: error.to_string() })?;
        talk.say(&dns::to_tcp(&question)).await?;
        let answer = talk
            .hear(|bytes| {
                let message = dns::from_tcp(bytes)?;
                Ok((dns::Answer::decode(message)?, message.len() + 2))
            })
            .await?;
        if answer.id != id {
            return Err(ProbeError::Malformed { detail: "another question's number".into() });
        }
        let said = answer.texts.first();
        Ok(Recognised {
            clues: said.map(|said| Clue::new(ClueSource::DnsVersion, said)).into_iter().collect(),
            banner: said.map(|said| text::decode(said.as_bytes(), MAX_BANNER)),
            ..Recognised::as_speaking(Protocol::Dns)
        })
    })
}
