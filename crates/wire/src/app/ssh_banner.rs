//! The first line of an SSH connection.

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read, with its line end: RFC 4253 section 4.2 allows 255 bytes.
pub const MAX_LINE: usize = 255;

/// The most lines before the identification: ours, as the RFC states none; real servers send a
/// legal notice of a few lines there.
pub const MAX_PRECEDING_LINES: usize = 64;

/// What an SSH peer says it is (RFC 4253 section 4.2).
///
/// ```text
/// SSH-protoversion-softwareversion SP comments CR LF
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identification {
    /// The whole line, decoded.
    pub line: String,
    /// Such as `2.0`, or `1.99` where SSH 1 is offered as well.
    pub protocol: String,
    /// Such as `OpenSSH_9.2p1`.
    pub software: String,
    /// What follows the first space, often the distribution's revision.
    pub comments: Option<String>,
}

impl Identification {
    /// Reads the identification and whatever lines precede it, and says how many bytes that was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let what = "SSH identification";
        let mut reader = Reader::new(what, bytes);
        for _ in 0..=MAX_PRECEDING_LINES {
            let at = reader.offset();
            let line = reader.line(MAX_LINE)?;
            if let Some(rest) = line.strip_prefix(b"SSH-") {
                let wrong = DecodeError::invalid(what, at, "it has no software version");
                return Self::from_line(line, rest).map(|it| (it, reader.offset())).ok_or(wrong);
            }
        }
        Err(DecodeError::too_long("lines before the SSH identification", 0, MAX_PRECEDING_LINES))
    }

    /// Whether `bytes` begin as the first line does, as far as they go.
    pub fn may_begin(bytes: &[u8]) -> bool {
        bytes.iter().zip(b"SSH-").all(|(byte, wanted)| byte == wanted)
    }

    fn from_line(line: &[u8], rest: &[u8]) -> Option<Self> {
        let dash = rest.iter().position(|byte| *byte == b'-')?;
        let (protocol, rest) = rest.split_at_checked(dash)?;
        let mut parts = rest.strip_prefix(b"-")?.splitn(2, |byte| *byte == b' ');
        let shown = |bytes: &[u8]| text::decode(bytes, MAX_LINE);
        let software = parts.next().map(shown).filter(|software| !software.is_empty())?;
        let comments = parts.next().map(shown).filter(|comments| !comments.is_empty());
        Some(Self { line: shown(line), protocol: shown(protocol), software, comments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_before_the_identification_are_passed_over() {
        let bytes = b"Authorised use only\r\n\r\nSSH-1.99-dropbear_0.52\nrest";
        let (it, length) = Identification::decode(bytes).unwrap();
        assert_eq!((it.protocol.as_str(), it.software.as_str()), ("1.99", "dropbear_0.52"));
        assert_eq!(it.comments, None);
        assert_eq!(&bytes[length..], b"rest");
    }

    #[test]
    fn refuses_a_line_over_the_limit_before_its_end_is_seen() {
        let endless = [b'x'; MAX_LINE + 1];
        assert!(Identification::decode(&endless).unwrap_err().is_too_long());
    }

    #[test]
    fn refuses_endless_lines() {
        let endless = b"\n".repeat(MAX_PRECEDING_LINES + 1);
        assert!(Identification::decode(&endless).unwrap_err().is_too_long());
    }

    #[test]
    fn refuses_an_identification_without_software() {
        for line in ["SSH-2.0\r\n", "SSH-2.0-\r\n", "SSH-\r\n"] {
            assert!(!Identification::decode(line.as_bytes()).unwrap_err().is_incomplete());
        }
    }
}
