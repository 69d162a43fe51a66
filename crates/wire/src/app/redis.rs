//! Redis and its relatives: the commands that ask for a version, and what comes back (RESP 2).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line of an answer: ours; the refusal in protected mode has some nine hundred bytes.
const MAX_LINE: usize = 4_096;

/// The longest block of an answer: ours; the section of INFO that is asked for has one kilobyte.
const MAX_BLOCK: usize = 64 * 1_024;

/// The longest line of text that is kept.
const MAX_TEXT: usize = 1_024;

/// Asks whether anybody is there. As a line of text it would reach other servers as a word.
pub const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";

/// Asks what the server is.
pub const INFO_SERVER: &[u8] = b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n";

/// An answer (RESP protocol description).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reply {
    /// `+`: a word.
    Simple(String),
    /// `-`: an error.
    Error(String),
    /// `$`: a block, as its lines; those of INFO are `name:value`.
    Lines(Vec<String>),
}

impl Reply {
    /// Reads one answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RESP answer", bytes);
        let kind = reader.u8()?;
        if !matches!(kind, b'+' | b'-' | b'$') {
            return Err(reader.invalid("it is neither word, error nor block"));
        }
        let line = reader.line(MAX_LINE)?;
        let reply = match kind {
            b'+' => Self::Simple(text::decode(line, MAX_TEXT)),
            b'-' => Self::Error(text::decode(line, MAX_TEXT)),
            _ => Self::Lines(read_block(&mut reader, line)?),
        };
        Ok((reply, reader.offset()))
    }

    /// The error, if it is one.
    pub fn as_error(&self) -> Option<Complaint<'_>> {
        match self {
            Self::Error(text) => Some(Complaint(text)),
            _ => None,
        }
    }
}

/// What an error means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Complaint<'a>(&'a str);

impl<'a> Complaint<'a> {
    /// Its words.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// Whether it asks for a password; servers before 2.8 did so in other words.
    pub fn asks_for_credential(self) -> bool {
        self.0.starts_with("NOAUTH ") || self.0 == "ERR operation not permitted"
    }

    /// Whether it refuses everybody but its own host (protected mode).
    pub fn is_protected_mode(self) -> bool {
        self.0.starts_with("DENIED ") && self.0.contains("protected mode")
    }

    /// Whether it is one that only servers of this family give instead of an answer to PING.
    pub fn is_of_redis(self) -> bool {
        let codes = ["LOADING ", "MASTERDOWN ", "MISCONF ", "NOPERM ", "BUSY "];
        self.asks_for_credential()
            || self.is_protected_mode()
            || self.0 == "ERR max number of clients reached"
            || codes.iter().any(|code| self.0.starts_with(code))
    }

    /// Whether it says that the command may not be used or does not exist.
    pub fn is_about_command(self) -> bool {
        self.0.starts_with("NOPERM ") || self.0.starts_with("ERR unknown command")
    }
}

/// The lines of a block whose length is `line`; lines without text and headings are left out.
fn read_block(reader: &mut Reader<'_>, line: &[u8]) -> Result<Vec<String>, DecodeError> {
    let length = std::str::from_utf8(line).ok().and_then(|digits| digits.parse::<usize>().ok());
    let Some(length) = length else {
        return Err(reader.invalid("the length of the block is not a number"));
    };
    if length > MAX_BLOCK {
        return Err(DecodeError::too_long("RESP block", reader.offset(), MAX_BLOCK));
    }
    let block = reader.take(length)?;
    if &reader.array()? != b"\r\n" {
        return Err(reader.invalid("the block does not end where it should"));
    }
    let lines = block.split(|byte| *byte == b'\n').map(|line| text::decode(line, MAX_TEXT));
    Ok(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_errors_and_blocks_are_read() {
        assert_eq!(Reply::decode(b"+PONG\r\n+"), Ok((Reply::Simple("PONG".into()), 7)));
        let (reply, _) = Reply::decode(b"-NOAUTH Authentication required.\r\n").unwrap();
        assert!(reply.as_error().unwrap().asks_for_credential());
        let block = b"$44\r\n# Server\r\nredis_version:7.0.15\r\nos:Linux x\r\n\r\n";
        let lines = vec!["redis_version:7.0.15".to_owned(), "os:Linux x".to_owned()];
        assert_eq!(Reply::decode(block), Ok((Reply::Lines(lines), block.len())));
    }

    #[test]
    fn errors_are_told_apart() {
        for (line, is_of_redis, is_protected, asks) in [
            ("DENIED Redis is running in protected mode because …", true, true, false),
            ("NOAUTH Authentication required.", true, false, true),
            ("ERR operation not permitted", true, false, true),
            ("LOADING Redis is loading the dataset in memory", true, false, false),
            ("ERR unknown command", false, false, false),
            ("DENIED", false, false, false),
        ] {
            let complaint = Complaint(line);
            assert_eq!(complaint.is_of_redis(), is_of_redis, "{line}");
            assert_eq!(complaint.is_protected_mode(), is_protected, "{line}");
            assert_eq!(complaint.asks_for_credential(), asks, "{line}");
        }
    }

    #[test]
    fn the_questions_themselves_and_foreign_lines_are_no_answer() {
        for bytes in
            [PING, INFO_SERVER, b"ERROR\r\n", b"HTTP/1.1 400\r\n", b"$-1\r\n", b"$2\r\nabcd"]
        {
            assert!(!Reply::decode(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
        let endless = [b"+", &[b'x'; MAX_LINE + 1][..]].concat();
        assert!(Reply::decode(&endless).unwrap_err().is_too_long());
        assert!(Reply::decode(b"$99999999\r\n").unwrap_err().is_too_long());
    }
}
