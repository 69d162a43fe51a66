//! Responses of an IMAP server before a login (RFC 9051 section 7, RFC 2971).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: ours; lists of capabilities have some hundred bytes.
pub const MAX_LINE: usize = 8_192;

/// The most lines before the end of a command: ours.
pub const MAX_LINES: usize = 64;

/// The most pairs that ID may have (RFC 2971 section 3.3).
pub const MAX_PAIRS: usize = 30;

/// The first line of a server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Greeting {
    /// It asks for a login.
    Ok(String),
    /// It has let the client in without one.
    PreAuthenticated(String),
    /// It refuses to talk.
    Bye(String),
}

impl Greeting {
    /// Reads the greeting, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("IMAP greeting", bytes);
        if !bytes.iter().zip(b"* ").all(|(byte, wanted)| byte == wanted) {
            return Err(reader.invalid("it does not begin with `* `"));
        }
        let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
        let rest = line.get(2..).unwrap_or_default();
        let (word, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let text = text.to_owned();
        let greeting = match word.to_ascii_uppercase().as_str() {
            "OK" => Self::Ok(text),
            "PREAUTH" => Self::PreAuthenticated(text),
            "BYE" => Self::Bye(text),
            _ => return Err(reader.invalid("it is not `OK`, `PREAUTH` or `BYE`")),
        };
        Ok((greeting, reader.offset()))
    }

    /// The text behind the word, with its response code.
    pub fn text(&self) -> &str {
        match self {
            Self::Ok(text) | Self::PreAuthenticated(text) | Self::Bye(text) => text,
        }
    }
}

/// Asks for the capabilities and for the server's name and version, and tells nothing of ours.
pub fn question(tag: &str) -> Vec<u8> {
    format!("{tag}a CAPABILITY\r\n{tag}b ID NIL\r\n").into_bytes()
}

/// What a server says to [`question`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answer {
    /// The capabilities.
    pub capabilities: Vec<String>,
    /// The pairs of ID, as `name=Dovecot`.
    pub id: Vec<String>,
}

impl Answer {
    /// Reads lines up to the end of both commands with `tag`, and says how many bytes that was.
    pub fn decode(tag: &str, bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("IMAP response", bytes);
        let mut answer = Self::default();
        for _ in 0..MAX_LINES {
            let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
            if let Some(rest) = line.strip_prefix(tag) {
                let (which, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                let is_end = matches!(rest.split(' ').next(), Some("OK" | "NO" | "BAD"));
                match which {
                    "a" if is_end => {}
                    "b" if is_end => return Ok((answer, reader.offset())),
                    _ => return Err(reader.invalid("it does not end one of our commands")),
                }
            } else if let Some(list) = line.strip_prefix("* CAPABILITY ") {
                answer.capabilities = list.split_whitespace().map(str::to_owned).collect();
            } else if let Some(list) = line.strip_prefix("* ID (") {
                answer.id = pairs(list);
            } else if !line.starts_with("* ") {
                return Err(reader.invalid("a response begins with `* ` or a tag"));
            }
        }
        Err(DecodeError::too_long("IMAP responses", 0, MAX_LINES))
    }
}

/// The quoted strings of a list, two by two; NIL is the value of a pair that is left out.
fn pairs(list: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = list;
    while words.len() < 2 * MAX_PAIRS {
        rest = rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some((word, behind)) = unquote(quoted) else { break };
            words.push(Some(word));
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix("NIL") {
            words.push(None);
            rest = behind;
        } else {
            break;
        }
    }
    words
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [Some(name), Some(value)] => Some(format!("{name}={value}")),
            _ => None,
        })
        .collect()
}

/// The text up to the closing quotation mark, and what is behind it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((word, quoted.get(at + 1..)?)),
            '\\' => word.push(characters.next()?.1),
            other => word.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asks_for_no_login_is_seen() {
        let decoded = Greeting::decode(b"* PREAUTH welcome\r\n").unwrap().0;
        assert_eq!(decoded, Greeting::PreAuthenticated("welcome".into()));
        for line in ["* SEARCH 1\r\n", "+OK\r\n", "x OK\r\n"] {
            assert!(!Greeting::decode(line.as_bytes()).unwrap_err().is_incomplete(), "{line}");
        }
    }

    #[test]
    fn names_and_versions_are_read_from_quoted_pairs() {
        let bytes = b"* CAPABILITY IMAP4rev1 ID\r\nha OK done\r\n\
            * ID (\"name\" \"A \\\"b\\\" c\" \"os\" NIL \"version\" \"2.3\")\r\nhb OK done\r\n";
        let (answer, length) = Answer::decode("h", bytes).unwrap();
        assert_eq!(answer.capabilities, ["IMAP4rev1", "ID"]);
        assert_eq!(answer.id, ["name=A \"b\" c", "version=2.3"]);
        assert_eq!(length, bytes.len());
    }

    #[test]
    fn a_server_without_id_is_read_too() {
        let bytes = b"ha BAD what?\r\nhb BAD what?\r\n";
        assert_eq!(Answer::decode("h", bytes), Ok((Answer::default(), bytes.len())));
        assert!(Answer::decode("h", &question("h")).is_err());
    }
}
