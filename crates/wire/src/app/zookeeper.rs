//! Asking a `ZooKeeper` server what it is, by one of its four-letter words.

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: ours; versions have about a hundred characters.
const MAX_LINE: usize = 512;

/// Asks for the version and some numbers (`ZooKeeper` administrator's guide, "srvr").
pub const SERVER: &[u8] = b"srvr";

/// The first line of the answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The version with revision and date of the build.
    Version(String),
    /// The word is not among those that it answers.
    NotListed,
}

impl Answer {
    /// Reads the line, and says how many bytes it was. The refusal has no end mark.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        const VERSION: &[u8] = b"Zookeeper version: ";
        const REFUSAL: &[u8] = b"srvr is not executed because it is not in the whitelist.";
        let mut reader = Reader::new("answer to srvr", bytes);
        if bytes.starts_with(REFUSAL) {
            return Ok((Self::NotListed, REFUSAL.len()));
        }
        if bytes.starts_with(VERSION) {
            reader.take(VERSION.len())?;
            let version = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
            return Ok((Self::Version(version), reader.offset()));
        }
        // The word alone is our own, come back, rather than the beginning of the refusal.
        if bytes != SERVER && (VERSION.starts_with(bytes) || REFUSAL.starts_with(bytes)) {
            return Err(DecodeError::incomplete("answer to srvr", bytes.len()));
        }
        Err(reader.invalid("ZooKeeper does not answer so"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_refusal_are_read() {
        let line = b"Zookeeper version: 3.8.0-5a02a05, built on 2022-02-25 08:49 UTC\n";
        let version = "3.8.0-5a02a05, built on 2022-02-25 08:49 UTC".to_owned();
        assert_eq!(Answer::decode(line), Ok((Answer::Version(version), line.len())));
        let refusal = b"srvr is not executed because it is not in the whitelist.\n";
        assert_eq!(Answer::decode(refusal), Ok((Answer::NotListed, refusal.len() - 1)));
    }

    #[test]
    fn the_question_itself_is_no_answer() {
        assert!(!Answer::decode(SERVER).unwrap_err().is_incomplete());
        assert!(!Answer::decode(b"srvr?").unwrap_err().is_incomplete());
        assert!(!Answer::decode(b"HTTP/1.1 400\r\n").unwrap_err().is_incomplete());
    }
}
