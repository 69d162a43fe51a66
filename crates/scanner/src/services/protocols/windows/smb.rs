//! File sharing: SMB 2 and 3, then version 1 on a connection of its own, directly over TCP or over
//! the session service of `NetBIOS`.
//!
//! A service of SMB without the clue `1 …` and without a trouble has refused version 1.

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::ntlmssp;
use hoshimori_wire::app::smb::session::{self, Reply};
use hoshimori_wire::app::smb::smb1::{self, Tag};
use hoshimori_wire::app::smb::smb2::{self, Client};
use hoshimori_wire::app::{filetime::FileTime, spnego, uuid::Uuid};
use jiff::Timestamp;

use super::ntlm;
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const DIRECT: Approach = Approach { ports: &[445], ask: ask_directly };

pub(super) const OVER_NETBIOS: Approach = Approach { ports: &[139], ask: ask_over_netbios };

/// Whether a session is asked for before anything is said.
#[derive(Clone, Copy)]
enum Carrier {
    Tcp,
    Netbios,
}

fn ask_directly<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(converse(talk, Carrier::Tcp))
}

fn ask_over_netbios<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        match request_session(talk).await? {
            Reply::Accepted => {}
            Reply::Refused(refusal) => return Ok(session_service(refusal.reason(), None)),
            Reply::Elsewhere => return Ok(session_service("listens elsewhere", None)),
        }
        match converse(talk, Carrier::Netbios).await {
            // It gave a session and spoke no SMB in it.
            Err(error @ (ProbeError::Closed | ProbeError::TimedOut)) => {
                Ok(session_service("session accepted", Some(error)))
            }
            outcome => outcome,
        }
    })
}

/// Asks for a session with whichever file server listens.
async fn request_session(talk: &mut Talk<'_>) -> Result<Reply, ProbeError> {
    talk.say(&session::request()).await?;
    let reply = talk.hear(Reply::decode).await?;
    if talk.unread().is_empty() {
        return Ok(reply);
    }
    Err(ProbeError::Malformed { detail: "more than a session reply".into() })
}

/// The session service of `NetBIOS` without SMB.
fn session_service(reply: &str, trouble: Option<ProbeError>) -> Recognised {
    Recognised {
        banner: Some(format!("NetBIOS session service: {reply}")),
        trouble,
        ..Recognised::as_speaking(Protocol::NetbiosSession)
    }
}

/// Asks for versions 2 and 3 on the open connection, then for version 1 on another.
async fn converse(talk: &mut Talk<'_>, carrier: Carrier) -> Result<Recognised, ProbeError> {
    let modern = ask_version_2(talk).await;
    match &modern {
        // A server of version 1 alone hangs up; to wait for it once more is worth it at home only.
        Ok(_) | Err(ProbeError::Closed) => {}
        Err(ProbeError::TimedOut) if is_at_home(talk.peer().port()) => {}
        Err(error) => return Err(error.clone()),
    }
    let first = ask_version_1(talk, carrier).await;
    match (modern, first) {
        (Ok(seen), Ok(Version1::Refused | Version1::HungUp)) => Ok(seen),
        (Ok(mut seen), Ok(Version1::Spoken(clues))) => {
            // Both versions name the same host.
            for clue in clues {
                if !seen.clues.contains(&clue) {
                    seen.clues.push(clue);
                }
            }
            Ok(seen)
        }
        (Ok(seen), Err(error)) => Ok(Recognised { trouble: Some(error), ..seen }),
        (Err(_), Ok(Version1::Spoken(clues))) => {
            let banner = clues.first().map(|clue| format!("SMB {}", clue.text));
            Ok(Recognised { clues, banner, ..Recognised::as_speaking(Protocol::Smb) })
        }
        (Err(error), Ok(Version1::Refused)) => {
            Ok(Recognised { trouble: Some(error), ..Recognised::as_speaking(Protocol::Smb) })
        }
        (Err(error), _) => Err(error),
    }
}

fn is_at_home(port: u16) -> bool {
    [DIRECT, OVER_NETBIOS].iter().any(|approach| approach.ports.contains(&port))
}

/// Negotiates version 2 or 3, and begins an authentication to hear the challenge.
async fn ask_version_2(talk: &mut Talk<'_>) -> Result<Recognised, ProbeError> {
    let client = Client { guid: Uuid(random(talk, "smb2-guid")), salt: random(talk, "smb2-salt") };
    talk.say(&smb2::negotiate_request(&client)).await?;
    let negotiated = talk.hear(smb2::Negotiated::decode).await?;
    let dialect = dialect_of(&negotiated);
    let mut seen = Recognised {
        banner: Some(format!("SMB {dialect}")),
        ..Recognised::as_speaking(Protocol::Smb)
    };
    seen.clues.push(Clue::new(ClueSource::SmbDialect, &dialect));
    seen.clues.push(Clue::new(ClueSource::SmbServerGuid, &negotiated.server.to_string()));
    for (word, time) in [("system", negotiated.system_time), ("start", negotiated.start_time)] {
        if let Some(time) = moment(time) {
            seen.clues.push(Clue::new(ClueSource::SmbTime, &format!("{word}={time}")));
        }
    }
    match ask_challenge(talk).await {
        Ok(clues) => seen.clues.extend(clues),
        Err(error) => seen.trouble = Some(error),
    }
    Ok(seen)
}

/// The dialect, whether the server signs, and how it would compress, if it would.
fn dialect_of(negotiated: &smb2::Negotiated) -> String {
    let smb2::Negotiated { dialect, signing, compression, .. } = negotiated;
    let text = format!("{dialect} signing={signing}");
    if compression.is_empty() {
        return text;
    }
    let algorithms: Vec<String> = compression.iter().map(ToString::to_string).collect();
    format!("{text} compression={}", algorithms.join(","))
}

/// The first half of a session setup; a server may refuse to go even so far.
async fn ask_challenge(talk: &mut Talk<'_>) -> Result<Vec<Clue>, ProbeError> {
    let token = spnego::initial_token(&ntlmssp::negotiate());
    talk.say(&smb2::session_setup_request(&token)).await?;
    let setup = talk.hear(smb2::SessionSetup::decode).await?;
    if setup.token.is_empty() { Ok(Vec::new()) } else { ntlm::clues_in(&setup.token) }
}

/// What came of asking for version 1.
enum Version1 {
    /// It is enabled.
    Spoken(Vec<Clue>),
    /// The server said that it is not.
    Refused,
    /// The server hung up, as Windows does where it is not.
    HungUp,
}

/// Negotiates version 1 on a connection of its own.
async fn ask_version_1(talk: &mut Talk<'_>, carrier: Carrier) -> Result<Version1, ProbeError> {
    talk.call_again().await?;
    if matches!(carrier, Carrier::Netbios) && request_session(talk).await? != Reply::Accepted {
        return Err(ProbeError::Malformed { detail: "no second session was accepted".into() });
    }
    let process = talk.number16("smb1-process");
    let tag = Tag { process, number: talk.number16("smb1-negotiate") };
    talk.say(&smb1::negotiate_request(tag)).await?;
    let negotiated = match talk.hear(|bytes| smb1::Negotiated::decode(bytes, tag)).await {
        Err(ProbeError::Closed) => return Ok(Version1::HungUp),
        outcome => outcome?,
    };
    let smb1::Negotiated::Accepted { signing, has_extended_security } = negotiated else {
        return Ok(Version1::Refused);
    };
    let mut clues = vec![Clue::new(ClueSource::SmbDialect, &format!("1 signing={signing}"))];
    // Without extended security the names of the system come with a login only: it is not tried.
    let next = Tag { process, number: talk.number16("smb1-setup") };
    if has_extended_security && let Ok(names) = ask_native_names(talk, next).await {
        clues.extend(names);
    }
    Ok(Version1::Spoken(clues))
}

/// The first half of a session setup of version 1: the answer names the system and its software.
async fn ask_native_names(talk: &mut Talk<'_>, tag: Tag) -> Result<Vec<Clue>, ProbeError> {
    let token = spnego::initial_token(&ntlmssp::negotiate());
    talk.say(&smb1::session_setup_request(tag, &token)).await?;
    let setup = talk.hear(|bytes| smb1::SessionSetup::decode(bytes, tag)).await?;
    let names = [
        (ClueSource::SmbNativeOs, setup.native_os),
        (ClueSource::SmbNativeLanMan, setup.native_lan_man),
    ];
    let told = names.into_iter().filter(|(_, name)| !name.is_empty());
    let mut clues: Vec<Clue> = told.map(|(from, name)| Clue::new(from, &name)).collect();
    if !setup.token.is_empty() {
        clues.extend(ntlm::clues_in(&setup.token)?);
    }
    Ok(clues)
}

/// Bytes that nobody guesses; `what` tells them apart.
fn random<const N: usize>(talk: &Talk<'_>, what: &str) -> [u8; N] {
    let word = talk.word(what, N);
    let mut letters = word.bytes();
    std::array::from_fn(|_| letters.next().unwrap_or_default())
}

/// A moment as RFC 3339 writes it, to the second.
fn moment(time: FileTime) -> Option<Timestamp> {
    Timestamp::from_second(time.unix_seconds()?).ok()
}
