//! Cameras and recorders that stream over RTSP (RFC 2326, RFC 7826).

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::status_message::Response;

use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// The version that all servers speak.
const VERSION: &str = "RTSP/1.0";

pub(super) const APPROACH: Approach = Approach { ports: &[554, 8554, 7070, 10_554], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let number = u32::from(talk.number16("rtsp")) + 1;
        let options = request(talk, "OPTIONS", number).await?;
        let mut seen = Recognised::as_speaking(Protocol::Rtsp);
        take_clues(&options, &mut seen);
        seen.banner = Some(seen.clues.first().map_or_else(
            || format!("{VERSION} {} {}", options.status, options.reason),
            |clue| clue.text.clone(),
        ));
        // What plays at the root of a server that has many streams is seldom there (404).
        match request(talk, "DESCRIBE", number + 1).await {
            Ok(described) => {
                take_clues(&described, &mut seen);
                seen.access = match described.status {
                    200 => Some(Access::Open),
                    401 | 407 => Some(Access::CredentialAsked),
                    403 => Some(Access::Refused),
                    _ => None,
                };
            }
            Err(error) => seen.trouble = Some(error),
        }
        if options.status == 401 && seen.access.is_none() {
            seen.access = Some(Access::CredentialAsked);
        }
        Ok(seen)
    })
}

/// Asks for something with a number that the answer has to repeat.
async fn request(talk: &mut Talk<'_>, method: &str, number: u32) -> Result<Response, ProbeError> {
    let peer = talk.peer();
    let request = format!(
        "{method} rtsp://{peer}/ {VERSION}\r\nCSeq: {number}\r\nUser-Agent: hoshimori\r\n\
         Accept: application/sdp\r\n\r\n"
    );
    talk.say(request.as_bytes()).await?;
    let response = talk.hear(|bytes| Response::decode(VERSION, bytes)).await?;
    if response.field("CSeq") == Some(&number.to_string()) {
        Ok(response)
    } else {
        Err(ProbeError::Malformed { detail: "another question's number".into() })
    }
}

/// What a response tells that has not been told yet.
fn take_clues(response: &Response, seen: &mut Recognised) {
    let fields = [("Server", ClueSource::RtspServer), ("WWW-Authenticate", ClueSource::RtspRealm)];
    for (name, source) in fields {
        let clue = response.field(name).map(|text| Clue::new(source, text));
        seen.clues.extend(clue.filter(|clue| !seen.clues.contains(clue)));
    }
}
