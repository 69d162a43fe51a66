//! The identification protocol, as far as knowing that a server speaks it (RFC 1413).

use crate::{DecodeError, Reader};

/// The longest line that is read (RFC 1413 section 6: 1,000 characters and the line end).
pub const MAX_LINE: usize = 1_024;

/// Asks who owns the connection between a port of the server and one of ours.
pub fn question((theirs, ours): (u16, u16)) -> Vec<u8> {
    format!("{theirs},{ours}\r\n").into_bytes()
}

/// What a server says: `6193, 23 : ERROR : NO-USER`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The ports of the question.
    pub pair: (u16, u16),
}

impl Answer {
    /// Reads the answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("ident answer", bytes);
        let begins_right = bytes.iter().take(6).all(|byte| b"0123456789 ,:".contains(byte));
        let line = if begins_right { reader.line(MAX_LINE)? } else { b"" };
        let pair = std::str::from_utf8(line).ok().and_then(pair);
        let pair = pair.ok_or(reader.invalid("it is no pair of ports with a kind of answer"))?;
        Ok((Self { pair }, reader.offset()))
    }
}

fn pair(line: &str) -> Option<(u16, u16)> {
    let mut parts = line.split(':').map(str::trim);
    let (theirs, ours) = parts.next()?.split_once(',')?;
    let kind = parts.next()?;
    parts.next().filter(|_| kind == "ERROR" || kind == "USERID")?;
    Some((theirs.trim().parse().ok()?, ours.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_kind_and_an_echo_has_none() {
        let decoded = Answer::decode(b"6193, 23 : ERROR : NO-USER\r\n").unwrap();
        assert_eq!(decoded, (Answer { pair: (6_193, 23) }, 28));
        assert!(Answer::decode(b"6193,23:USERID:UNIX:root\r\n").is_ok());
        for line in [&question((6_193, 23))[..], b"HTTP/1.1 400", b"12: what?\r\n"] {
            assert!(!Answer::decode(line).unwrap_err().is_incomplete());
        }
    }
}
