//! The X protocol of `MySQL`: newer servers send a notice first, older ones wait.

use hoshimori_inspection::evidence::{Access, ProbeError, Protocol};
use hoshimori_wire::app::mysqlx::{CAPABILITIES_GET, HELLO, Message};

use super::super::{Greeter, Likeness};
use super::{encryption, not_this};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const GREETER: Greeter =
    Greeter { recognises: |bytes| Likeness::to_beginning(bytes, &HELLO), go_on: ask };

pub(super) const APPROACH: Approach = Approach { ports: &[33_060], ask };

/// The most notices before the answer: ours; a server sends one.
const MAX_NOTICES: usize = 4;

/// Asks for the capabilities, which a server tells everybody.
fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(&CAPABILITIES_GET).await?;
        for _ in 0..=MAX_NOTICES {
            match talk.hear(Message::decode).await? {
                Message::Notice => {}
                Message::Capabilities(names) => return capable(&names),
                Message::Error { code, text } => {
                    return Ok(Recognised {
                        banner: Some(format!("{code}: {text}")),
                        ..Recognised::as_speaking(Protocol::MysqlX)
                    });
                }
            }
        }
        Err(ProbeError::TooLong)
    })
}

fn capable(names: &[String]) -> Result<Recognised, ProbeError> {
    let can = |what: &str| names.iter().any(|name| name == what);
    if !can("authentication.mechanisms") {
        return Err(not_this("it names no mechanism of authentication"));
    }
    Ok(Recognised {
        clues: vec![encryption(if can("tls") { "offered" } else { "none" })],
        access: Some(Access::CredentialAsked),
        banner: Some(names.join(" ")),
        ..Recognised::as_speaking(Protocol::MysqlX)
    })
}
