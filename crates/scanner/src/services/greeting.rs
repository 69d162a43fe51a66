//! Servers that speak first: SSH, FTP, SMTP, and whatever else sends a banner.

use std::time::Duration;

use hoshimori_inspection::evidence::{ProbeError, Protocol};
use hoshimori_wire::DecodeError;
use hoshimori_wire::app::reply_lines::Reply;
use hoshimori_wire::app::ssh_banner::Identification;
use hoshimori_wire::app::{ftp, smtp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::trouble;

/// The most bytes of a greeting: ours; legal notices before a login have a page at most.
const MAX_GREETING: usize = 16 * 1_024;

/// What a server said before it was asked anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Greeting {
    /// An SSH identification.
    Ssh(Identification),
    /// A three-digit reply, as SMTP and FTP servers begin.
    Reply(Reply),
    /// Bytes that fit neither, and why no more were read, unless the server waits for an answer.
    Other(Vec<u8>, Option<ProbeError>),
}

impl Greeting {
    /// The greeting at the beginning of `bytes`, once enough of it is there to tell.
    fn recognise(bytes: &[u8]) -> Option<Self> {
        if let Ok((reply, _)) = Reply::decode(bytes) {
            return Some(Self::Reply(reply));
        }
        Identification::decode(bytes).ok().map(|(peer, _)| Self::Ssh(peer))
    }

    /// Whether `bytes`, received in answer to something else, are the words of a server that
    /// speaks first.
    pub(super) fn is_in(bytes: &[u8]) -> bool {
        Self::recognise(bytes).is_some()
    }
}

/// Waits at most `wait` for the first byte, then as long as the server goes on without a pause
/// of `pause`. `None` if it says nothing.
pub(super) async fn read_greeting<S: AsyncRead + Unpin>(
    stream: &mut S,
    wait: Duration,
    pause: Duration,
) -> Result<Option<Greeting>, ProbeError> {
    let mut heard = Vec::new();
    let mut buffer = vec![0; 2_048];
    loop {
        let patience = if heard.is_empty() { wait } else { pause };
        let read = timeout(patience, stream.read(&mut buffer)).await;
        let trouble = match read {
            Err(_) if heard.is_empty() => return Ok(None),
            Err(_) => return Ok(Some(Greeting::Other(heard, None))),
            Ok(Ok(0)) => Some(ProbeError::Closed),
            Ok(Ok(count)) => {
                heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
                Some(ProbeError::TooLong).filter(|_| heard.len() > MAX_GREETING)
            }
            Ok(Err(error)) => Some(trouble::from_io(&error)),
        };
        if let Some(greeting) = Greeting::recognise(&heard) {
            return Ok(Some(greeting));
        }
        match trouble {
            Some(error) if heard.is_empty() => return Err(error),
            Some(error) => return Ok(Some(Greeting::Other(heard, Some(error)))),
            None => {}
        }
    }
}

/// Whether a greeting of three digits is that of a mail server or of a file server.
///
/// Where its text does not say, one command that changes nothing is sent: mail servers answer
/// EHLO with 250. Where that does not decide either, NOOP does.
pub(super) async fn mail_or_files<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    greeting: &Reply,
    port: u16,
    wait: Duration,
) -> Protocol {
    if smtp::names_itself(greeting) {
        return Protocol::Smtp;
    }
    if ftp::names_itself(greeting) {
        return Protocol::Ftp;
    }
    if greeting.code != 220 {
        // A server that is busy or refuses to talk: only the port is left to go by.
        return match port {
            21 | 990 => Protocol::Ftp,
            25 | 465 | 587 => Protocol::Smtp,
            _ => Protocol::Unknown,
        };
    }
    match command(stream, smtp::EHLO, wait).await.map(|reply| reply.code) {
        Ok(250) => return Protocol::Smtp,
        Ok(_) => {}
        Err(_) => return Protocol::Unknown,
    }
    match command(stream, ftp::NOOP, wait).await {
        Ok(reply) if reply.code == 250 => Protocol::Smtp,
        Ok(reply) if ftp::answers_noop(&reply) => Protocol::Ftp,
        _ => Protocol::Unknown,
    }
}

/// Sends one command and reads its reply.
async fn command<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    line: &[u8],
    wait: Duration,
) -> Result<Reply, ProbeError> {
    let exchange = async {
        stream.write_all(line).await.map_err(|error| trouble::from_io(&error))?;
        let mut heard = Vec::new();
        let mut buffer = vec![0; 2_048];
        loop {
            let count = stream.read(&mut buffer).await.map_err(|error| trouble::from_io(&error))?;
            heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
            match Reply::decode(&heard) {
                Ok((reply, _)) => return Ok(reply),
                Err(error) if count > 0 && may_go_on(&error, &heard) => {}
                Err(error) => return Err(trouble::from_decode(&error)),
            }
        }
    };
    timeout(wait, exchange).await.unwrap_or(Err(ProbeError::TimedOut))
}

fn may_go_on(error: &DecodeError, heard: &[u8]) -> bool {
    error.is_incomplete() && heard.len() <= MAX_GREETING
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    /// What is heard from a server that says `words` and, if it `ends`, closes.
    async fn hear(words: &[u8]) -> Result<Option<Greeting>, ProbeError> {
        let (mut near, mut far) = duplex(64 * 1_024);
        far.write_all(words).await.unwrap();
        read_greeting(&mut near, SHORT, SHORT).await
    }

    #[tokio::test(start_paused = true)]
    async fn ssh_is_recognised_behind_other_lines() {
        let heard = hear(b"Keep out\r\nSSH-2.0-x_1\r\n").await;
        assert!(matches!(heard, Ok(Some(Greeting::Ssh(_)))), "{heard:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_fits_nothing_is_kept() {
        let heard = hear(b"RFB 003.008\n").await;
        assert_eq!(heard, Ok(Some(Greeting::Other(b"RFB 003.008\n".to_vec(), None))));
    }

    #[tokio::test]
    async fn a_server_that_says_something_and_hangs_up_may_be_anything() {
        let heard = read_greeting(&mut &b"Exceeded MaxStartups\r\n"[..], SHORT, SHORT).await;
        let Ok(Some(Greeting::Other(bytes, trouble))) = heard else { panic!("{heard:?}") };
        assert_eq!((bytes.len(), trouble), (22, Some(ProbeError::Closed)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_greeting_ends() {
        let heard = hear(&b"x\n".repeat(MAX_GREETING)).await;
        let Ok(Some(Greeting::Other(_, trouble))) = heard else { panic!("{heard:?}") };
        assert_eq!(trouble, Some(ProbeError::TooLong));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_and_a_closed_connection_are_not_the_same() {
        assert_eq!(hear(b"").await, Ok(None));
        let (mut near, far) = duplex(64);
        drop(far);
        assert_eq!(read_greeting(&mut near, SHORT, SHORT).await, Err(ProbeError::Closed));
    }

    /// What a server is taken for that greets with `greeting` and answers commands in turn.
    async fn talk(greeting: &str, answers: &[&str]) -> Protocol {
        let (mut near, mut far) = duplex(4_096);
        for answer in answers {
            far.write_all(answer.as_bytes()).await.unwrap();
            far.write_all(b"\r\n").await.unwrap();
        }
        let (reply, _) = Reply::decode(format!("{greeting}\r\n").as_bytes()).unwrap();
        mail_or_files(&mut near, &reply, 2_121, SHORT).await
    }

    #[tokio::test(start_paused = true)]
    async fn the_text_decides_where_it_can() {
        assert_eq!(talk("220 mail.office.example ESMTP", &[]).await, Protocol::Smtp);
        assert_eq!(talk("220 (vsFTPd 3.0.3)", &[]).await, Protocol::Ftp);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_tells_nothing_on_an_odd_port() {
        assert_eq!(talk("421 busy", &[]).await, Protocol::Unknown);
    }

    #[tokio::test(start_paused = true)]
    async fn a_harmless_command_decides_where_the_text_cannot() {
        assert_eq!(talk("220 ready", &["250 hello"]).await, Protocol::Smtp);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_decides_nothing() {
        let (mut near, _far) = duplex(64);
        let (reply, _) = Reply::decode(b"220 ready\r\n").unwrap();
        assert_eq!(mail_or_files(&mut near, &reply, 21, SHORT).await, Protocol::Unknown);
    }
}
