//! `TeamViewer`, by the message with which both sides of its own protocol begin.

use std::time::Duration;

use hoshimori_inspection::evidence::{ProbeError, Protocol};

use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// How the first message begins, as several open traffic classifiers describe it.
const BEGINNING: &[u8] = &[0x17, 0x24, 0x0a, 0x20];

/// How long it is.
const LENGTH: usize = 37;

/// How long the server may take to say more than that, which it does not.
const PAUSE: Duration = Duration::from_millis(250);

pub(super) const GREETER: Greeter = Greeter { recognises, go_on };

fn recognises(bytes: &[u8]) -> Likeness {
    match Likeness::to_beginning(bytes, BEGINNING) {
        Likeness::Certain if bytes.len() < LENGTH => Likeness::Possible,
        Likeness::Certain if bytes.len() > LENGTH => Likeness::None,
        likeness => likeness,
    }
}

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let message = talk.listen(PAUSE, LENGTH + 1).await;
        if message.len() == LENGTH {
            Ok(Recognised::as_speaking(Protocol::TeamViewer))
        } else {
            Err(ProbeError::Malformed { detail: "the first message is too long".into() })
        }
    })
}
