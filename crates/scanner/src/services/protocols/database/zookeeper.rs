//! `ZooKeeper`, asked by a four-letter word; servers that do not answer it say so.

use hoshimori_inspection::evidence::{Clue, ClueSource, Protocol};
use hoshimori_wire::app::zookeeper::{Answer, SERVER};

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[2_181, 2_281], ask };

/// Whether a stranger may read the tree is not asked: access is decided node by node.
fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(SERVER).await?;
        let version = match talk.hear(Answer::decode).await? {
            Answer::Version(version) => Some(version),
            Answer::NotListed => None,
        };
        let clue = version.as_deref().map(|it| Clue::new(ClueSource::ZookeeperVersion, it));
        Ok(Recognised {
            clues: clue.into_iter().collect(),
            banner: version,
            ..Recognised::as_speaking(Protocol::Zookeeper)
        })
    })
}
