//! The native protocol of Cassandra: what a node offers, and whether it asks who is there.

use super::text;
use crate::{DecodeError, Reader};

/// The longest frame that is read: ours; the answers have some hundred bytes.
const MAX_FRAME: usize = 16 * 1_024;

/// The most options, and values of one option, that are read: ours; nodes have about ten.
const MAX_OPTIONS: usize = 64;

/// The longest text that is kept.
const MAX_TEXT: usize = 512;

/// The version of the protocol in which we ask (native protocol specification, version 4).
const VERSION: u8 = 4;

/// The bit by which answers differ from questions.
const ANSWER: u8 = 0x80;

/// Asks what the node offers (OPTIONS); `stream` should be random and below 0x8000.
///
/// ```text
/// 1 version | 1 flags | 2 stream | 1 kind | 4 length | n body
/// ```
pub fn options(stream: u16) -> Vec<u8> {
    frame(stream, 0x05, &[])
}

/// Asks to be let in (STARTUP).
pub fn startup(stream: u16) -> Vec<u8> {
    frame(stream, 0x01, b"\0\x01\0\x0bCQL_VERSION\0\x053.0.0")
}

fn frame(stream: u16, kind: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = stream.to_be_bytes();
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[VERSION, 0, high, low, kind][..], &length, body].concat()
}

/// An answer of a node.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The number of the question.
    pub stream: u16,
    /// What it says.
    pub content: Content,
}

/// What an answer says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// Options and their values (SUPPORTED).
    Supported(Vec<(String, String)>),
    /// It lets us in (READY).
    Ready,
    /// It wants to know who is there, and names the class that decides (AUTHENTICATE).
    Authenticate(String),
    /// A refusal (ERROR).
    Error(String),
}

impl Answer {
    /// Reads one answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("Cassandra frame", bytes);
        let version = reader.u8()?;
        if version & ANSWER == 0 || !(3..=6).contains(&(version & !ANSWER)) {
            return Err(reader.invalid("it is not an answer of version 3 to 6"));
        }
        let _flags = reader.u8()?;
        let stream = reader.u16()?;
        let kind = reader.u8()?;
        if !matches!(kind, 0x00 | 0x02 | 0x03 | 0x06) {
            return Err(reader.invalid("no node answers so"));
        }
        let length = reader.length32(MAX_FRAME)?;
        let mut body = reader.field("Cassandra frame", length)?;
        let content = match kind {
            0x06 => Content::Supported(read_options(&mut body)?),
            0x02 => Content::Ready,
            0x03 => Content::Authenticate(read_text(&mut body)?),
            _ => {
                body.take(4)?;
                Content::Error(read_text(&mut body)?)
            }
        };
        Ok((Self { stream, content }, reader.offset()))
    }
}

/// A map from text to lists of texts (section 3, `[string multimap]`).
fn read_options(body: &mut Reader<'_>) -> Result<Vec<(String, String)>, DecodeError> {
    let mut options = Vec::new();
    for _ in 0..read_count(body)? {
        let name = read_text(body)?;
        let values: Result<Vec<_>, _> = (0..read_count(body)?).map(|_| read_text(body)).collect();
        options.push((name, values?.join(",")));
    }
    Ok(options)
}

fn read_count(body: &mut Reader<'_>) -> Result<usize, DecodeError> {
    let at = body.offset();
    let count = usize::from(body.u16()?);
    let over = DecodeError::too_long("Cassandra options", at, MAX_OPTIONS);
    if count > MAX_OPTIONS { Err(over) } else { Ok(count) }
}

fn read_text(body: &mut Reader<'_>) -> Result<String, DecodeError> {
    let length = usize::from(body.u16()?);
    Ok(text::decode(body.take(length)?, MAX_TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = frame(0x1234, kind, body);
        bytes[0] |= ANSWER;
        bytes
    }

    #[test]
    fn options_are_read() {
        let body =
            b"\0\x02\0\x0bCQL_VERSION\0\x01\0\x053.4.5\0\x0bCOMPRESSION\0\x02\0\x06snappy\0\x03lz4";
        let options = vec![
            ("CQL_VERSION".to_owned(), "3.4.5".to_owned()),
            ("COMPRESSION".to_owned(), "snappy,lz4".to_owned()),
        ];
        let bytes = answer(6, body);
        let supported = Answer { stream: 0x1234, content: Content::Supported(options) };
        assert_eq!(Answer::decode(&bytes), Ok((supported, bytes.len())));
    }

    #[test]
    fn a_node_lets_in_or_asks_who_is_there() {
        let (ready, _) = Answer::decode(&answer(2, b"")).unwrap();
        assert_eq!(ready.content, Content::Ready);
        let (asked, _) = Answer::decode(&answer(3, b"\0\x03x.y")).unwrap();
        assert_eq!(asked.content, Content::Authenticate("x.y".into()));
        let (error, _) = Answer::decode(&answer(0, b"\0\0\0\x0a\0\x02no")).unwrap();
        assert_eq!(error.content, Content::Error("no".into()));
    }

    #[test]
    fn the_questions_themselves_are_no_answers() {
        for bytes in [options(7), startup(7), answer(5, b""), b"SSH-2.0-x\r\n".to_vec()] {
            assert!(!Answer::decode(&bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }
}
