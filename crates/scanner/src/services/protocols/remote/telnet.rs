//! Terminals over telnet (RFC 854), or over nothing but text.
//!
//! Every option is refused, which the RFC allows always. No name and no password is sent; where a
//! prompt for commands appears, an empty line shows whether it is one.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::DecodeError;
use hoshimori_wire::app::telnet::{self, Piece};
use hoshimori_wire::app::text;

use super::prompt::{self, MAX_WORDS, Prompt};
use crate::services::identify::MAX_BANNER;
use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// The most options that are refused before we hang up: ours; servers ask for a dozen.
const MAX_REFUSALS: usize = 64;

pub(super) const GREETER: Greeter = Greeter {
    recognises: |bytes| match telnet::first_negotiation(bytes) {
        // Text alone is no sign of telnet: others wait for it too.
        Err(error) if error.is_incomplete() && !bytes.contains(&255) => Likeness::None,
        decoded => Likeness::of(&decoded),
    },
    go_on,
};

/// Servers that ask for a login without negotiating anything.
pub(super) const WITHOUT_OPTIONS: Greeter = Greeter {
    recognises: |bytes| {
        let asks_login = Prompt::at_end_of(bytes) == Some(Prompt::Login);
        if prompt::is_text(bytes) && asks_login { Likeness::Certain } else { Likeness::None }
    },
    go_on,
};

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let mut session = Session::default();
        session.read_on(talk).await?;
        let access = match Prompt::at_end_of(&session.words) {
            Some(Prompt::Login) => Some(Access::CredentialAsked),
            Some(Prompt::Command) => session.press_enter(talk).await?,
            None => None,
        };
        let words = text::decode(&prompt::without_controls(&session.words), MAX_BANNER);
        let words = words.trim();
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::TelnetBanner, words)],
            access,
            banner: Some(words.to_owned()),
            ..Recognised::as_speaking(Protocol::Telnet)
        })
    })
}

/// What was said so far.
#[derive(Default)]
struct Session {
    /// The text, as raw as it came.
    words: Vec<u8>,
    refusals: usize,
}

impl Session {
    /// Reads up to a prompt, or until the server pauses or hangs up.
    async fn read_on(&mut self, talk: &mut Talk<'_>) -> Result<(), ProbeError> {
        loop {
            let pieces = match talk.hear(pieces).await {
                Ok(pieces) => pieces,
                Err(ProbeError::TimedOut | ProbeError::Closed) => return Ok(()),
                Err(error) => return Err(error),
            };
            let mut answer = Vec::new();
            for piece in pieces {
                if let Some(refusal) = piece.refusal() {
                    self.refusals += 1;
                    answer.extend(refusal);
                } else if let Piece::Text(text) = piece {
                    self.words.extend(text);
                }
            }
            if self.refusals > MAX_REFUSALS || self.words.len() > MAX_WORDS {
                return Err(ProbeError::TooLong);
            }
            if !answer.is_empty() {
                talk.say(&answer).await?;
            } else if Prompt::at_end_of(&self.words).is_some() {
                return Ok(());
            }
        }
    }

    /// Sends an empty line: an interpreter of commands prints its prompt again.
    async fn press_enter(&mut self, talk: &mut Talk<'_>) -> Result<Option<Access>, ProbeError> {
        let before = prompt::last_line(&prompt::without_controls(&self.words)).to_vec();
        talk.say(b"\r\n").await?;
        let said = self.words.len();
        self.read_on(talk).await?;
        let answer = self.words.get(said..).unwrap_or_default();
        Ok(match Prompt::at_end_of(answer) {
            Some(Prompt::Login) => Some(Access::CredentialAsked),
            Some(Prompt::Command) => {
                let answer = prompt::without_controls(answer);
                (prompt::last_line(&answer) == before).then_some(Access::Open)
            }
            None => None,
        })
    }
}

/// All pieces of which the bytes have come.
fn pieces(bytes: &[u8]) -> Result<(Vec<Piece>, usize), DecodeError> {
    let mut all = Vec::new();
    let mut used = 0;
    loop {
        match Piece::decode(bytes.get(used..).unwrap_or_default()) {
            Ok((piece, length)) => {
                used += length;
                all.push(piece);
            }
            Err(error) if error.is_incomplete() && !all.is_empty() => return Ok((all, used)),
            Err(error) => return Err(error),
        }
    }
}
