//! Asking a memcached server for its version over TCP (memcached `protocol.txt`).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line of an answer: ours; versions and errors have some tens of characters.
const MAX_LINE: usize = 256;

/// Asks for the version.
pub const VERSION: &[u8] = b"version\r\n";

/// Asks for the value under `key`, which should be random: nobody has it, and only a memcached
/// server says `END` then.
pub fn get(key: &str) -> Vec<u8> {
    format!("get {key}\r\n").into_bytes()
}

/// A line by which a server answers one of the two.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Line {
    /// The version.
    Version(String),
    /// No value, or no more.
    End,
    /// It knows nobody who may ask yet.
    Unauthenticated,
}

impl Line {
    /// Reads one line, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        const BEGINNINGS: [&[u8]; 3] = [b"VERSION ", b"END\r\n", b"CLIENT_ERROR "];
        let mut reader = Reader::new("memcached line", bytes);
        let may_be =
            |beginning: &&[u8]| bytes.starts_with(beginning) || beginning.starts_with(bytes);
        if !BEGINNINGS.iter().any(may_be) {
            return Err(reader.invalid("memcached does not answer so"));
        }
        let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
        let decoded = match line.split_once(' ') {
            None if line == "END" => Self::End,
            Some(("VERSION", version)) if is_version(version) => Self::Version(version.to_owned()),
            Some(("CLIENT_ERROR", "unauthenticated")) => Self::Unauthenticated,
            _ => return Err(reader.invalid("memcached does not answer so")),
        };
        Ok((decoded, reader.offset()))
    }
}

/// Whether it is one word that begins with a digit.
fn is_version(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit()) && !word.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_server_are_read() {
        assert_eq!(Line::decode(b"VERSION 1.6.18\r\nx"), Ok((Line::Version("1.6.18".into()), 16)));
        assert_eq!(Line::decode(b"END\r\n"), Ok((Line::End, 5)));
        let refusal = b"CLIENT_ERROR unauthenticated\r\n";
        assert_eq!(Line::decode(refusal), Ok((Line::Unauthenticated, refusal.len())));
    }

    #[test]
    fn the_questions_themselves_and_foreign_lines_are_no_answer() {
        for bytes in [
            VERSION,
            &get("abc"),
            b"ERROR\r\n",
            b"VERSION of nothing\r\n",
            b"CLIENT_ERROR bad command line format\r\n",
            b"VERB",
        ] {
            assert!(!Line::decode(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }
}
