//! The protocols that a TCP port may speak: how each is recognised by its first words, or asked.
//!
//! A family of protocols has a file or folder here, which ends in a list of [`Greeter`]s for those
//! whose server speaks first, and of [`Approach`]es for those whose server waits to be asked. A
//! new one is named in [`GREETERS`] or [`APPROACHES`] below and needs nothing else.

mod database;
mod mail;
mod media;
mod messaging;
mod name_server;
pub(super) mod proxy;
mod remote;
mod replies;
mod secure_shell;
mod unix;
mod windows;

use hoshimori_inspection::evidence::Protocol;
use hoshimori_wire::DecodeError;

use super::talk::{Approach, Asking, Talk};

pub(super) use remote::SHELL;

/// How a server that speaks first is recognised, and what to do then.
pub(crate) struct Greeter {
    /// Whether the bytes, as received so far, begin as this protocol does.
    pub(crate) recognises: fn(&[u8]) -> Likeness,
    /// The rest of the dialogue; the first words are still unread in the talk.
    pub(crate) go_on: for<'talk> fn(&'talk mut Talk<'_>) -> Asking<'talk>,
}

/// Whether bytes are the beginning of a protocol's first words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Likeness {
    /// They are.
    Certain,
    /// They may become so when more arrive.
    Possible,
    /// They are not.
    None,
}

impl Likeness {
    /// Of `bytes` to words that begin with `beginning`.
    pub(crate) fn to_beginning(bytes: &[u8], beginning: &[u8]) -> Self {
        if bytes.starts_with(beginning) {
            Self::Certain
        } else if beginning.starts_with(bytes) {
            Self::Possible
        } else {
            Self::None
        }
    }

    /// Of the bytes that a decoder read, or could not read.
    pub(crate) fn of<T>(decoded: &Result<T, DecodeError>) -> Self {
        match decoded {
            Ok(_) => Self::Certain,
            Err(error) if error.is_incomplete() => Self::Possible,
            Err(_) => Self::None,
        }
    }
}

/// All greeters; the first that is certain takes the conversation. Prompts are certain of the
/// least and come last.
pub(super) const GREETERS: &[&[Greeter]] = &[
    secure_shell::GREETERS,
    replies::GREETERS,
    database::GREETERS,
    mail::GREETERS,
    unix::GREETERS,
    remote::GREETERS,
    remote::PROMPTS,
];

/// All approaches, in the order in which an unknown port is asked: what offices have most, first.
pub(super) const APPROACHES: &[&[Approach]] = &[
    name_server::APPROACHES,
    database::APPROACHES,
    messaging::APPROACHES,
    windows::APPROACHES,
    unix::APPROACHES,
    media::APPROACHES,
    proxy::APPROACHES,
    remote::APPROACHES,
];

/// The approaches for `port`: those at home there, then all others.
pub(super) fn approaches(port: u16) -> (Vec<&'static Approach>, Vec<&'static Approach>) {
    APPROACHES.iter().copied().flatten().partition(|approach| approach.ports.contains(&port))
}

/// The greeter that takes a conversation which began with `bytes`, or how likely one still is.
pub(super) fn greeter(bytes: &[u8]) -> Result<&'static Greeter, Likeness> {
    let mut likeness = Likeness::None;
    for greeter in GREETERS.iter().copied().flatten() {
        match (greeter.recognises)(bytes) {
            Likeness::Certain => return Ok(greeter),
            Likeness::Possible => likeness = Likeness::Possible,
            Likeness::None => {}
        }
    }
    Err(likeness)
}

/// Whether an error leaves the protocol as certain as it was: what is known is then kept.
pub(crate) fn is_unknown_yet(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Unknown | Protocol::Silent)
}
