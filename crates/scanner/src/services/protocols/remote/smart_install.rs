//! Switches of Cisco that take configurations from anybody (Smart Install).

use hoshimori_inspection::evidence::{Access, Protocol};
use hoshimori_wire::app::smart_install;

use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[4786], ask };

/// The protocol has no authentication: who answers it obeys it.
fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(smart_install::QUESTION).await?;
        talk.hear(smart_install::decode_answer).await?;
        Ok(Recognised {
            access: Some(Access::Open),
            ..Recognised::as_speaking(Protocol::SmartInstall)
        })
    })
}
