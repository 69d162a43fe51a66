//! Kafka: brokers tell everybody which requests they know, and some of them more.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, Protocol};
use hoshimori_wire::app::kafka;

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[9_092, 9_093], ask };

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        // Not what a request begins with, so that our own words, come back, are no answer.
        let number = 0x4b00_0000 | u32::from(talk.number16("kafka"));
        talk.say(&kafka::api_versions(number)).await?;
        let known = talk.hear(|bytes| kafka::decode_api_versions(bytes, number)).await?;
        let ranges: Vec<String> = known
            .iter()
            .map(|known| format!("{}:{}-{}", known.request, known.oldest, known.newest))
            .collect();
        let line = ranges.join(" ");
        // A broker that wants to know who asks hangs up at any other request, as do others.
        let number = number ^ 1;
        talk.say(&kafka::brokers(number)).await?;
        let brokers = talk.hear(|bytes| kafka::decode_brokers(bytes, number)).await;
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::KafkaRequests, &line)],
            access: brokers.is_ok().then_some(Access::Open),
            banner: Some(line),
            ..Recognised::as_speaking(Protocol::Kafka)
        })
    })
}
