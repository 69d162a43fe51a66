//! Telephones and exchanges that speak SIP over TCP (RFC 3261 section 18).

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::sip::Options;
use hoshimori_wire::app::status_message::Response;

use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// Length of the random word.
const WORD: usize = 16;

pub(super) const APPROACH: Approach = Approach { ports: &[5060, 5061], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let token = talk.word("sip", WORD);
        let options = Options { peer: talk.peer(), own: talk.own(), token: &token };
        talk.say(&options.to_bytes_over_tcp()).await?;
        let response = talk.hear(|bytes| Response::decode("SIP/2.0", bytes)).await?;
        let call = response.field("Call-ID").or_else(|| response.field("i"));
        if call != Some(&token) {
            return Err(ProbeError::Malformed { detail: "another call's word".into() });
        }
        let program = response.field("Server").or_else(|| response.field("User-Agent"));
        Ok(Recognised {
            clues: program.map(|it| Clue::new(ClueSource::SipServer, it)).into_iter().collect(),
            access: match response.status {
                401 | 407 => Some(Access::CredentialAsked),
                403 => Some(Access::Refused),
                _ => None,
            },
            banner: Some(program.map_or_else(
                || format!("SIP/2.0 {} {}", response.status, response.reason),
                str::to_owned,
            )),
            ..Recognised::as_speaking(Protocol::Sip)
        })
    })
}
