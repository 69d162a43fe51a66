//! Replies of a POP3 server (RFC 1939 section 3).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: four times the 512 bytes of RFC 2449 section 4.
pub const MAX_LINE: usize = 2_048;

/// The most lines of a list that are read: ours; servers have some twenty capabilities.
pub const MAX_LINES: usize = 256;

/// Asks for the capabilities (RFC 2449 section 5).
pub const CAPABILITIES: &[u8] = b"CAPA\r\n";

/// Ends the session.
pub const QUIT: &[u8] = b"QUIT\r\n";

/// One line of status.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Status {
    /// `+OK` and a text.
    Ok(String),
    /// `-ERR` and a text.
    Error(String),
}

impl Status {
    /// Reads one status line, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("POP3 status", bytes);
        if !bytes.iter().zip(b"+OK").all(|(byte, wanted)| byte == wanted)
            && !bytes.iter().zip(b"-ERR").all(|(byte, wanted)| byte == wanted)
        {
            return Err(reader.invalid("it is neither `+OK` nor `-ERR`"));
        }
        let line = reader.line(MAX_LINE)?;
        let status = match (line.strip_prefix(b"+OK"), line.strip_prefix(b"-ERR")) {
            (Some(rest), _) => Self::Ok(text_of(rest, &reader)?),
            (_, Some(rest)) => Self::Error(text_of(rest, &reader)?),
            (None, None) => return Err(reader.invalid("the line ends too early")),
        };
        Ok((status, reader.offset()))
    }
}

/// Reads the answer to [`CAPABILITIES`]: a status line and, where that is `+OK`, a line for each
/// capability up to a dot. Empty where the server knows no such command.
pub fn decode_capabilities(bytes: &[u8]) -> Result<(Vec<String>, usize), DecodeError> {
    let (status, used) = Status::decode(bytes)?;
    let mut lines = Vec::new();
    if matches!(status, Status::Error(_)) {
        return Ok((lines, used));
    }
    let mut reader = Reader::new("POP3 capabilities", bytes);
    reader.take(used)?;
    while lines.len() < MAX_LINES {
        match reader.line(MAX_LINE)? {
            b"." => return Ok((lines, reader.offset())),
            line => lines.push(text::decode(line, MAX_LINE)),
        }
    }
    Err(DecodeError::too_long("POP3 capabilities", used, MAX_LINES))
}

fn text_of(rest: &[u8], reader: &Reader<'_>) -> Result<String, DecodeError> {
    match rest.split_first() {
        None => Ok(String::new()),
        Some((b' ', rest)) => Ok(text::decode(rest, MAX_LINE)),
        Some(_) => Err(reader.invalid("a blank divides the status from its text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_a_text_or_none() {
        let ok = |text: &str| Status::Ok(text.into());
        assert_eq!(Status::decode(b"+OK Dovecot ready.\r\n"), Ok((ok("Dovecot ready."), 20)));
        assert_eq!(Status::decode(b"+OK\r\n"), Ok((ok(""), 5)));
        assert_eq!(Status::decode(b"-ERR no\r\n"), Ok((Status::Error("no".into()), 9)));
    }

    #[test]
    fn what_is_no_status_is_refused_at_once() {
        for line in ["+PONG", "220 x", "+OKAY\r\n", "-E\r\n"] {
            assert!(!Status::decode(line.as_bytes()).unwrap_err().is_incomplete(), "{line}");
        }
    }

    #[test]
    fn capabilities_end_with_a_dot() {
        let bytes = b"+OK\r\nUIDL\r\nIMPLEMENTATION x-1\r\n.\r\n";
        let (lines, length) = decode_capabilities(bytes).unwrap();
        assert_eq!((lines.len(), length), (2, bytes.len()));
        assert_eq!(decode_capabilities(b"-ERR what?\r\n").unwrap().0, Vec::<String>::new());
        let endless = [&b"+OK\r\n"[..], &b"X\r\n".repeat(MAX_LINES)].concat();
        assert!(decode_capabilities(&endless).unwrap_err().is_too_long());
    }
}
