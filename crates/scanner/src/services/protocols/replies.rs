//! Servers that greet with three digits: mail (RFC 5321, RFC 2033), files (RFC 959) and news
//! (RFC 3977).

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::{ftp, nntp, smtp};

use super::{Greeter, Likeness};
use crate::services::talk::{Asking, Recognised, Talk};

/// The most lines of a list of features that are told: ours; servers have some twenty.
const MAX_FEATURES: usize = 64;

pub(super) const GREETERS: &[Greeter] =
    &[Greeter { recognises: |bytes| Likeness::of(&Reply::decode(bytes)), go_on }];

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let greeting = talk.hear(Reply::decode).await?;
        let (protocol, mut more) = match greeting.code {
            220 => mail_or_files(talk, &greeting).await,
            200 | 201 => (news(talk).await, Vec::new()),
            // A server that is busy or refuses to talk: only the port is left to go by.
            _ => (by_port(talk.peer().port()), Vec::new()),
        };
        let source = match protocol {
            Protocol::Smtp | Protocol::Lmtp => ClueSource::SmtpGreeting,
            Protocol::Ftp => ClueSource::FtpGreeting,
            Protocol::Nntp => ClueSource::NntpGreeting,
            _ => ClueSource::Banner,
        };
        let refuses = protocol != Protocol::Unknown && greeting.code >= 400;
        more.insert(0, Clue::new(source, &greeting.to_text()));
        Ok(Recognised {
            clues: more,
            access: refuses.then_some(Access::Refused),
            banner: Some(format!("{} {}", greeting.code, greeting.to_text())),
            ..Recognised::as_speaking(protocol)
        })
    })
}

fn by_port(port: u16) -> Protocol {
    match port {
        21 | 990 => Protocol::Ftp,
        24 => Protocol::Lmtp,
        25 | 465 | 587 => Protocol::Smtp,
        119 | 433 | 563 => Protocol::Nntp,
        _ => Protocol::Unknown,
    }
}

/// Whether a greeting of 220 is that of a mail server or of a file server, and what else it tells.
///
/// Where its text does not say, commands that change nothing do: mail servers answer EHLO with
/// 250, those that deliver into mailboxes LHLO only; to NOOP both say 250, and file servers 200.
async fn mail_or_files(talk: &mut Talk<'_>, greeting: &Reply) -> (Protocol, Vec<Clue>) {
    if ftp::names_itself(greeting) && !smtp::names_itself(greeting) {
        return (Protocol::Ftp, ftp_clues(talk).await);
    }
    let named = if smtp::names_itself(greeting) { Protocol::Smtp } else { Protocol::Unknown };
    match command(talk, smtp::EHLO).await {
        Ok(reply) if reply.code == 250 => {
            return (Protocol::Smtp, features(ClueSource::SmtpFeature, &reply));
        }
        Ok(_) => {}
        Err(_) => return (named, Vec::new()),
    }
    match command(talk, ftp::NOOP).await {
        Ok(reply) if reply.code == 250 => match command(talk, smtp::LHLO).await {
            Ok(reply) if reply.code == 250 => {
                (Protocol::Lmtp, features(ClueSource::SmtpFeature, &reply))
            }
            _ => (Protocol::Smtp, Vec::new()),
        },
        Ok(reply) if ftp::answers_noop(&reply) => (Protocol::Ftp, ftp_clues(talk).await),
        _ => (named, Vec::new()),
    }
}

/// What a file server tells before a login; many tell nothing.
async fn ftp_clues(talk: &mut Talk<'_>) -> Vec<Clue> {
    let mut clues = Vec::new();
    let Ok(system) = command(talk, ftp::SYST).await else { return clues };
    if system.code == 215 {
        clues.push(Clue::new(ClueSource::FtpSystem, &system.to_text()));
    }
    let Ok(reply) = command(talk, ftp::FEAT).await else { return clues };
    if reply.code == 211 {
        clues.extend(features(ClueSource::FtpFeature, &reply));
    }
    clues
}

/// Whether a greeting of 200 or 201 is that of a news server.
async fn news(talk: &mut Talk<'_>) -> Protocol {
    let answer = command(talk, nntp::DATE).await;
    if answer.is_ok_and(|reply| nntp::is_date(&reply)) { Protocol::Nntp } else { Protocol::Unknown }
}

/// The lines of a list behind the first, which greets.
fn features(source: ClueSource, reply: &Reply) -> Vec<Clue> {
    let lines = reply.lines.iter().skip(1).map(|line| line.trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.eq_ignore_ascii_case("end"));
    lines.take(MAX_FEATURES).map(|line| Clue::new(source, line)).collect()
}

/// Sends one command and reads its reply.
async fn command(talk: &mut Talk<'_>, line: &[u8]) -> Result<Reply, ProbeError> {
    talk.say(line).await?;
    talk.hear(Reply::decode).await
}
