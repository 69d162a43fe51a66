//! MQTT: a session without a user; where it is granted, the broker's version.

use std::time::Duration;

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::mqtt::{self, Level, Packet, VERSION_TOPIC, Verdict};
use tokio::time::timeout;

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[1_883, 8_883], ask };

/// How long a broker has to tell its version: it is kept there and comes at once, or never.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most packets that are read until the version comes: ours; there are two.
const MAX_PACKETS: usize = 8;

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let mut level = Level::V3;
        let mut verdict = knock(talk, level).await?;
        if verdict.is_about_version() {
            level = Level::V5;
            talk.call_again().await?;
            verdict = knock(talk, level).await.unwrap_or(verdict);
        }
        let line = format!("CONNACK {:#04x} {}", verdict.0, verdict.name());
        let mut seen = Recognised {
            clues: vec![Clue::new(ClueSource::MqttVersion, &line)],
            access: access(verdict),
            banner: Some(line),
            ..Recognised::as_speaking(Protocol::Mqtt)
        };
        if verdict == Verdict::ACCEPTED {
            if level == Level::V3
                && let Some(version) = ask_for_version(talk).await
            {
                seen.clues.insert(0, Clue::new(ClueSource::MqttVersion, &version));
                seen.banner = Some(version);
            }
            // The broker may have hung up already; the session ends either way.
            let _ = talk.say(&mqtt::DISCONNECT).await;
        }
        Ok(seen)
    })
}

fn access(verdict: Verdict) -> Option<Access> {
    if verdict == Verdict::ACCEPTED {
        Some(Access::Open)
    } else if verdict.asks_for_credential() {
        Some(Access::CredentialAsked)
    } else {
        verdict.is_ban().then_some(Access::Refused)
    }
}

/// Asks to be let in under a random name.
async fn knock(talk: &mut Talk<'_>, level: Level) -> Result<Verdict, ProbeError> {
    let client = talk.word("mqtt", 20);
    talk.say(&mqtt::connect(level, &client)).await?;
    match talk.hear(Packet::decode).await? {
        Packet::Connected(verdict) => Ok(verdict),
        _ => Err(ProbeError::Malformed { detail: "it does not answer CONNECT".into() }),
    }
}

/// What the broker keeps under the topic of its version.
async fn ask_for_version(talk: &mut Talk<'_>) -> Option<String> {
    let id = talk.number16("mqtt/topic").max(1);
    talk.say(&mqtt::subscribe(id, VERSION_TOPIC)).await.ok()?;
    let hearing = async {
        for _ in 0..MAX_PACKETS {
            match talk.hear(Packet::decode).await.ok()? {
                Packet::Published { topic, message } if topic == VERSION_TOPIC => {
                    return Some(message);
                }
                _ => {}
            }
        }
        None
    };
    timeout(PATIENCE, hearing).await.ok().flatten()
}
