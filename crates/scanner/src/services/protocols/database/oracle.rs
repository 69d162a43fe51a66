//! Oracle's listener: asked for its version, which old ones tell and newer ones refuse to.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::tns::{self, Packet};

use super::not_this;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach =
    Approach { ports: &[1_521, 1_522, 1_525, 1_526, 1_527, 1_529, 2_484], ask };

/// The most packets that are read: ours; an answer has three, and may be asked for twice.
const MAX_PACKETS: usize = 8;

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let request = tns::version_request();
        talk.say(&request).await?;
        let mut told = Vec::new();
        let mut is_proved = false;
        for number in 0..MAX_PACKETS {
            let packet = match talk.hear(Packet::decode).await {
                Err(_) if is_proved => break,
                packet => packet?,
            };
            match packet {
                Packet::Resend if number == 0 => talk.say(&request).await?,
                Packet::Refuse(text) | Packet::Redirect(text) => {
                    is_proved = true;
                    told.push(text);
                    break;
                }
                Packet::Accept(text) => {
                    is_proved = true;
                    told.push(text);
                }
                // The product comes first, the adapters after it.
                Packet::Data(text) if is_proved => {
                    told.push(text);
                    break;
                }
                _ => break,
            }
        }
        if is_proved { Ok(listener(&told)) } else { Err(unproved()) }
    })
}

fn unproved() -> ProbeError {
    not_this("it neither accepts nor refuses")
}

/// A listener tells nothing of who may use its databases.
fn listener(told: &[String]) -> Recognised {
    let mut clues = Vec::new();
    for text in told.iter().filter(|text| !text.is_empty()) {
        let numbers = ["VSNNUM", "ERR"]
            .into_iter()
            .filter_map(|name| tns::value(text, name).map(|value| format!("{name}={value}")));
        let mut texts: Vec<String> = numbers.collect();
        if texts.is_empty() {
            texts.push(text.trim().to_owned());
        }
        clues.extend(texts.iter().map(|text| Clue::new(ClueSource::OracleTns, text)));
    }
    Recognised {
        clues,
        banner: told.iter().rfind(|text| !text.is_empty()).cloned(),
        ..Recognised::as_speaking(Protocol::OracleTns)
    }
}
