//! Replies of three digits and text, as SMTP and FTP servers send them.

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: four times the 512 bytes of RFC 5321 section 4.5.3.1.5, since
/// servers with long capability lists exceed it.
pub const MAX_LINE: usize = 2_048;

/// The most lines of one reply: ours; a legal notice before an FTP login has a page at most.
pub const MAX_LINES: usize = 256;

/// A complete reply (RFC 5321 section 4.2.1, RFC 959 section 4.2).
///
/// ```text
/// 220-first line      SMTP repeats the code on every line;
///  any text           FTP asks for it on the first and the last only.
/// 220 last line
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The code, 100 to 599.
    pub code: u16,
    /// The text of each line without the code, decoded.
    pub lines: Vec<String>,
}

impl Reply {
    /// Reads one reply, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("reply", bytes);
        let first = reader.line(MAX_LINE)?;
        let (code, mut more, line) =
            split(first).ok_or(DecodeError::invalid("reply", 0, "it has no three-digit code"))?;
        let mut reply = Self { code, lines: vec![text::decode(line, MAX_LINE)] };
        while more == Continues::Yes {
            if reply.lines.len() == MAX_LINES {
                return Err(DecodeError::too_long("lines of a reply", reader.offset(), MAX_LINES));
            }
            let raw = reader.line(MAX_LINE)?;
            let line = match split(raw) {
                Some((same, continues, line)) if same == code => {
                    more = continues;
                    line
                }
                _ => raw,
            };
            reply.lines.push(text::decode(line, MAX_LINE));
        }
        Ok((reply, reader.offset()))
    }

    /// All lines, joined by spaces.
    pub fn to_text(&self) -> String {
        self.lines.join(" ")
    }
}

/// Whether a line says that the reply goes on.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Continues {
    Yes,
    No,
}

/// The code, whether more lines follow, and the text of a line that begins with a code.
fn split(line: &[u8]) -> Option<(u16, Continues, &[u8])> {
    let (digits, rest) = line.split_first_chunk::<3>()?;
    let code: u16 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let (continues, text) = match rest.split_first() {
        None => (Continues::No, rest),
        Some((b' ', text)) => (Continues::No, text),
        Some((b'-', text)) => (Continues::Yes, text),
        Some(_) => return None,
    };
    (100..600).contains(&code).then_some((code, continues, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_between_the_first_and_the_last_may_say_anything() {
        let bytes = b"220-Welcome\r\n331 is not our code\r\n 220 neither\r\n220 done\r\nrest";
        let (reply, length) = Reply::decode(bytes).unwrap();
        assert_eq!(reply.lines, ["Welcome", "331 is not our code", " 220 neither", "done"]);
        assert_eq!(&bytes[length..], b"rest");
    }

    #[test]
    fn a_code_alone_is_a_reply() {
        assert_eq!(
            Reply::decode(b"250\r\n").unwrap().0,
            Reply { code: 250, lines: vec![String::new()] }
        );
    }

    #[test]
    fn refuses_what_has_no_code() {
        for line in ["hello\r\n", "22\r\n", "2200 x\r\n", "+20 x\r\n", "999 x\r\n", "\r\n"] {
            let error = Reply::decode(line.as_bytes()).unwrap_err();
            assert!(!error.is_incomplete(), "{line}");
        }
    }

    #[test]
    fn refuses_an_endless_reply() {
        let endless = b"220-x\r\n".repeat(MAX_LINES + 1);
        assert!(Reply::decode(&endless).unwrap_err().is_too_long());
    }
}
