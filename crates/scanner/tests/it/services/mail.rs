//! Mailboxes, mail transport and news.

use hoshimori_inspection::evidence::{Access, ClueSource, Protocol};
use tokio::io::AsyncWriteExt;

use super::bench::{LONG, SHORT, clues, identified};
use super::daemon::{Daemon, Folder, free_port, program};
use super::stand_in::StandIn;

/// Dovecot with IMAP, POP3 and LMTP; the port is that of IMAP, the others follow.
fn dovecot() -> Option<(Daemon, u16, u16)> {
    let (server, folder) = (program("dovecot")?, Folder::new());
    let [imap, pop3, lmtp] = [free_port(), free_port(), free_port()];
    let here = folder.path().display().to_string();
    let text = format!(
        "base_dir = {here}\nstate_dir = {here}\nlog_path = {here}/log\nssl = no\n\
         protocols = imap pop3 lmtp\nlisten = 127.78.0.1\nmail_location = maildir:{here}/mail\n\
         service imap-login {{\n inet_listener imap {{\n port = {imap}\n }}\n\
         inet_listener imaps {{\n port = 0\n }}\n}}\n\
         service pop3-login {{\n inet_listener pop3 {{\n port = {pop3}\n }}\n\
         inet_listener pop3s {{\n port = 0\n }}\n}}\n\
         service lmtp {{\n inet_listener lmtp {{\n address = 127.78.0.1\n port = {lmtp}\n }}\n}}\n\
         passdb {{\n driver = static\n args = password=x\n}}\n\
         userdb {{\n driver = static\n args = uid=65534 gid=65534 home={here}\n}}\n"
    );
    let config = folder.write("mail.conf", &text);
    Some((Daemon::start(&server, ["-F", "-c", &config], imap, folder), pop3, lmtp))
}

#[tokio::test]
async fn mailboxes_of_dovecot_are_told_apart_and_name_themselves() {
    let Some((server, pop3, lmtp)) = dovecot() else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(fact.protocol, Protocol::Imap, "{fact:?}");
    assert_eq!(fact.access, Some(Access::CredentialAsked));
    assert_eq!(clues(&fact, ClueSource::ImapId), ["name=Dovecot"]);
    let fact = identified(pop3, LONG).await;
    assert_eq!((fact.protocol, fact.access), (Protocol::Pop3, Some(Access::CredentialAsked)));
    assert!(clues(&fact, ClueSource::Pop3Greeting)[0].contains("Dovecot"));
    let fact = identified(lmtp, LONG).await;
    assert_eq!(fact.protocol, Protocol::Lmtp);
    assert!(clues(&fact, ClueSource::SmtpFeature).contains(&"8BITMIME"));
}

/// A server that greets and has an answer for the beginning of each command.
async fn conversing(
    greeting: &'static str,
    answers: &'static [(&'static str, &'static str)],
) -> StandIn {
    StandIn::start(move |mut visit| async move {
        drop(visit.stream.write_all(greeting.as_bytes()).await);
        loop {
            let heard = visit.read().await;
            if heard.is_empty() {
                return;
            }
            let asked = String::from_utf8_lossy(&heard).into_owned();
            let answer = answers.iter().find(|(command, _)| asked.starts_with(command));
            let answer = answer.map_or("500 what?\r\n", |(_, answer)| answer);
            drop(visit.stream.write_all(answer.as_bytes()).await);
        }
    })
    .await
}

#[tokio::test]
async fn a_mail_server_lists_what_it_can_do() {
    static ANSWERS: [(&str, &str); 1] =
        [("EHLO", "250-mail.office.example\r\n250-SIZE 10240000\r\n250 STARTTLS\r\n")];
    let server = conversing("220 mail.office.example ESMTP Postfix\r\n", &ANSWERS).await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!(fact.protocol, Protocol::Smtp);
    assert_eq!(clues(&fact, ClueSource::SmtpFeature), ["SIZE 10240000", "STARTTLS"]);
    assert_eq!(clues(&fact, ClueSource::SmtpGreeting), ["mail.office.example ESMTP Postfix"]);
}

#[tokio::test]
async fn a_file_server_tells_its_system_and_features() {
    static ANSWERS: [(&str, &str); 2] = [
        ("SYST", "215 UNIX Type: L8\r\n"),
        ("FEAT", "211-Features:\r\n MDTM\r\n UTF8\r\n211 End\r\n"),
    ];
    let server = conversing("220 (vsFTPd 3.0.3)\r\n", &ANSWERS).await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!(fact.protocol, Protocol::Ftp);
    assert_eq!(clues(&fact, ClueSource::FtpSystem), ["UNIX Type: L8"]);
    assert_eq!(clues(&fact, ClueSource::FtpFeature), ["MDTM", "UTF8"]);
}

#[tokio::test]
async fn a_news_server_is_known_by_its_clock() {
    static ANSWERS: [(&str, &str); 1] = [("DATE", "111 20261123230217\r\n")];
    let server = conversing("200 news.office.example InterNetNews ready\r\n", &ANSWERS).await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!(fact.protocol, Protocol::Nntp);
    let server = conversing("200 ready for anything\r\n", &[]).await;
    assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Unknown);
}

#[tokio::test]
async fn a_server_that_lets_everybody_in_or_nobody_says_so() {
    for (greeting, protocol, access) in [
        ("* PREAUTH welcome\r\n", Protocol::Imap, Some(Access::Open)),
        ("* BYE too many connections\r\n", Protocol::Imap, Some(Access::Refused)),
        ("-ERR come back later\r\n", Protocol::Pop3, Some(Access::Refused)),
        // On a port that is not its own nothing tells whose refusal this is.
        ("421 come back later\r\n", Protocol::Unknown, None),
        ("554 no mail for you\r\n", Protocol::Unknown, None),
    ] {
        let server = StandIn::start(move |mut visit| async move {
            drop(visit.stream.write_all(greeting.as_bytes()).await);
            visit.read_to_end().await;
        })
        .await;
        let fact = identified(server.port, SHORT).await;
        assert_eq!((fact.protocol, fact.access), (protocol, access), "{greeting}");
    }
}

#[tokio::test]
async fn words_that_begin_like_a_mailbox_are_not_believed() {
    for greeting in ["+OK\r\n", "* OK\r\n"] {
        let server = conversing(greeting, &[]).await;
        assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Unknown, "{greeting}");
    }
}
