//! AMQP: brokers of 0-9-1 tell about themselves, others name the version they speak.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::amqp::{Opening, PROTOCOL_HEADER, Start, Version};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[5_672, 5_671], ask };

/// Properties that tell what the broker is and what it runs on.
const TELLING: &[&str] = &["product", "version", "platform"];

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(&PROTOCOL_HEADER).await?;
        Ok(match talk.hear(Opening::decode).await? {
            Opening::Start(start) => told(&start),
            Opening::Other(version) => named(version),
        })
    })
}

fn told(start: &Start) -> Recognised {
    let telling = start.properties.iter().filter(|(name, _)| TELLING.contains(&name.as_str()));
    let mut lines: Vec<String> = telling.map(|(name, value)| format!("{name}={value}")).collect();
    let banner = lines.join(" ");
    lines.push(format!("mechanisms={}", start.mechanisms.join(" ")));
    // A broker that lists ANONYMOUS may let a stranger in, and may not.
    let may_be_open = start.mechanisms.iter().any(|name| name == "ANONYMOUS");
    let asks = !may_be_open && !start.mechanisms.is_empty();
    Recognised {
        clues: lines.iter().map(|line| Clue::new(ClueSource::AmqpProperty, line)).collect(),
        access: asks.then_some(Access::CredentialAsked),
        banner: Some(banner),
        ..Recognised::as_speaking(Protocol::Amqp)
    }
}

fn named(version: Version) -> Recognised {
    let [major, minor, revision] = version.number;
    let line = format!("AMQP {} {major}.{minor}.{revision}", version.protocol);
    Recognised {
        clues: vec![Clue::new(ClueSource::AmqpProperty, &line)],
        banner: Some(line),
        ..Recognised::as_speaking(Protocol::Amqp)
    }
}
