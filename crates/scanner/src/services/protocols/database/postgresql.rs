//! `PostgreSQL`: asked for encryption, then for a session of a role that does not exist.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::postgresql::{
    Encryption, Message, Method, Report, SSL_REQUEST, Startup, TERMINATE, UNKNOWN_PROTOCOL,
};

use super::{authentication, not_this};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

pub(super) const APPROACH: Approach = Approach { ports: &[5_432, 5_433], ask };

/// The most messages between the login and the first query: ours; servers send some twenty.
const MAX_MESSAGES: usize = 64;

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        talk.say(&SSL_REQUEST).await?;
        let answer = talk.hear(Encryption::decode).await?;
        let mut secure = None;
        if answer == Encryption::Offered {
            secure = begin_inside_tls(talk).await;
            talk.call_again().await?;
        }
        let plain = match Session::begin(talk).await {
            // A server that has answered inside TLS has proved itself.
            Err(error) if secure.is_none() => return Err(error),
            plain => plain.unwrap_or_default(),
        };
        let (certificate, secure) = secure.unwrap_or_default();
        let encryption = match answer {
            Encryption::Missing => "none",
            Encryption::Offered if secure.method.is_some() && plain.method.is_none() => "required",
            Encryption::Offered => "offered",
        };
        let last = ask_for_report(talk).await.ok();
        Ok(recognised(encryption, certificate, [secure, plain], last))
    })
}

/// What two sessions and the error of a third established.
fn recognised(
    encryption: &str,
    certificate: Vec<Clue>,
    sessions: [Session; 2],
    last: Option<Report>,
) -> Recognised {
    let methods: Vec<Method> = sessions.iter().filter_map(|session| session.method).collect();
    let mut clues = vec![super::encryption(encryption)];
    clues.extend(methods.first().and_then(|method| method.name()).map(authentication));
    let mut reports = Vec::new();
    for session in sessions {
        let parameters = session.parameters.iter();
        clues.extend(parameters.map(|it| Clue::new(ClueSource::PostgresParameter, it)));
        reports.extend(session.report);
    }
    reports.extend(last);
    reports.dedup();
    let lines = reports.iter().map(Report::to_line);
    clues.extend(lines.map(|line| Clue::new(ClueSource::PostgresError, &line)));
    clues.extend(certificate);
    Recognised {
        clues,
        access: access(&methods),
        banner: reports.first().map(Report::to_sentence),
        ..Recognised::as_speaking(Protocol::Postgresql)
    }
}

/// A role that does not exist is let in as far as the method goes: where none is needed, whoever
/// names an existing one is in. A refusal before that says nothing about other roles.
fn access(methods: &[Method]) -> Option<Access> {
    if methods.contains(&Method::OK) {
        Some(Access::Open)
    } else {
        methods.first().map(|_| Access::CredentialAsked)
    }
}

/// A session inside TLS, which many servers insist upon, and what the server shows before it.
async fn begin_inside_tls(talk: &mut Talk<'_>) -> Option<(Vec<Clue>, Session)> {
    let certificate = talk.upgrade_to_tls().await.ok()?;
    Some((certificate, Session::begin(talk).await.ok()?))
}

/// What came of a login without a credential.
#[derive(Default)]
struct Session {
    method: Option<Method>,
    parameters: Vec<String>,
    report: Option<Report>,
}

impl Session {
    /// Names a random role and database, and listens until the server asks, refuses or waits.
    async fn begin(talk: &mut Talk<'_>) -> Result<Self, ProbeError> {
        let (user, database) = (talk.word("postgresql/user", 12), talk.word("postgresql/db", 12));
        talk.say(&Startup { user: &user, database: &database }.to_bytes()).await?;
        let mut session = Self::default();
        for _ in 0..MAX_MESSAGES {
            let message = match talk.hear(Message::decode).await {
                // A server that has asked or refused has proved itself.
                Err(_) if session.method.is_some() => break,
                message => message?,
            };
            match message {
                Message::Authentication(method) => {
                    session.method = Some(method);
                    if method != Method::OK {
                        break;
                    }
                }
                Message::Error(report) => {
                    session.report = Some(report);
                    break;
                }
                _ if session.method.is_none() => {
                    return Err(not_this("it neither asks who is there nor refuses"));
                }
                Message::Parameter { name, value } => {
                    if name == "server_version" {
                        session.parameters.push(format!("{name}={value}"));
                    }
                }
                Message::Ready => {
                    talk.say(&TERMINATE).await?;
                    break;
                }
                Message::Other => {}
            }
        }
        Ok(session)
    }
}

/// The error about a protocol that nobody speaks: it names the line of the source, and with it the
/// release, without a login.
async fn ask_for_report(talk: &mut Talk<'_>) -> Result<Report, ProbeError> {
    talk.call_again().await?;
    talk.say(&UNKNOWN_PROTOCOL).await?;
    match talk.hear(Message::decode).await? {
        Message::Error(report) => Ok(report),
        _ => Err(not_this("it goes on in a protocol that does not exist")),
    }
}
