//! The handshake of Gnutella 0.6, which has the form of HTTP's head.

use crate::app::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: ours; lists of other hosts have a few hundred bytes.
const MAX_LINE: usize = 4_096;

/// The most lines that are read: ours; programs send about twenty.
const MAX_LINES: usize = 64;

/// The longest name of a program that is kept, in characters: ours.
const MAX_NAME: usize = 64;

/// Asks to join.
pub fn connect() -> Vec<u8> {
    b"GNUTELLA CONNECT/0.6\r\nUser-Agent: hoshimori\r\n\r\n".to_vec()
}

/// The same for a network that there is not.
pub fn spoilt_connect() -> Vec<u8> {
    b"GNUTELLX CONNECT/0.6\r\nUser-Agent: hoshimori\r\n\r\n".to_vec()
}

/// The answer, whatever it decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// 200, or 503 where no more are taken in.
    pub status: u16,
    /// What the program calls itself.
    pub user_agent: Option<String>,
}

impl Answer {
    /// Reads the status line and the fields up to the empty line.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("Gnutella answer", bytes);
        // What comes is compared as it comes, so that a foreign answer is known at once.
        for expected in b"GNUTELLA/0." {
            if reader.u8()? != *expected {
                return Err(reader.invalid("it does not begin with GNUTELLA/0."));
            }
        }
        let line = reader.line(MAX_LINE)?;
        let status = line.get(2..5).and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
        let status = status.ok_or(reader.invalid("it has no status"))?;
        let mut answer = Self { status, user_agent: None };
        for _ in 0..MAX_LINES {
            let line = reader.line(MAX_LINE)?;
            if line.is_empty() {
                return Ok((answer, reader.offset()));
            }
            let mut parts = line.splitn(2, |byte| *byte == b':');
            if let (Some(name), Some(value)) = (parts.next(), parts.next())
                && name.eq_ignore_ascii_case(b"user-agent")
            {
                answer.user_agent = Some(text::decode(value.trim_ascii(), MAX_NAME));
            }
        }
        Err(DecodeError::too_long("Gnutella answer", reader.offset(), MAX_LINES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] =
        b"GNUTELLA/0.6 503 Full\r\nUser-Agent: LimeWire/4.18.8\r\nX-Try: 192.0.2.1:6346\r\n\r\n";

    #[test]
    fn a_refusal_is_an_answer_and_names_the_program() {
        let (answer, used) = Answer::decode(ANSWER).unwrap();
        assert_eq!(answer.status, 503);
        assert_eq!(answer.user_agent.as_deref(), Some("LimeWire/4.18.8"));
        assert_eq!(used, ANSWER.len());
        for end in 0..ANSWER.len() {
            assert!(Answer::decode(&ANSWER[..end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn other_answers_and_endless_ones_are_refused() {
        for bytes in [&b"HTTP/1.1 400 Bad"[..], b"GNUTELLA/0.6 OK\r\n", &spoilt_connect()] {
            assert!(!Answer::decode(bytes).unwrap_err().is_incomplete());
        }
        let endless = [&b"GNUTELLA/0.6 200 OK\r\n"[..], &b"a: b\r\n".repeat(100)].concat();
        assert!(Answer::decode(&endless).unwrap_err().is_too_long());
    }
}
