//! The X protocol of `MySQL`: what a server can do, as it tells before a login.

use super::text;
use crate::{DecodeError, Reader};

/// The longest message that is read: ours; lists of capabilities have some hundred bytes.
const MAX_MESSAGE: usize = 16 * 1_024;

/// The most capabilities that are read: ours; servers have about ten.
const MAX_CAPABILITIES: usize = 64;

/// The longest name or text that is kept: that of an error of the classic protocol.
const MAX_TEXT: usize = 512;

/// `Mysqlx.Notice.ServerHello`, which newer servers send first.
pub const HELLO: [u8; 9] = [5, 0, 0, 0, NOTICE, 8, 5, 0x1a, 0];

/// Asks for the capabilities (`Mysqlx.Connection.CapabilitiesGet`).
pub const CAPABILITIES_GET: [u8; 5] = [1, 0, 0, 0, 1];

/// `ServerMessages.Type` of `Mysqlx.Error`.
const ERROR: u8 = 1;

/// `ServerMessages.Type` of `Mysqlx.Connection.Capabilities`.
const CAPABILITIES: u8 = 2;

/// `ServerMessages.Type` of `Mysqlx.Notice.Frame`.
const NOTICE: u8 = 11;

/// A message of a server before the login (`mysqlx.proto`, message `ServerMessages`).
///
/// ```text
/// 4 length of type and payload, little-endian | 1 type | n payload, Protocol Buffers
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Message {
    /// Something that it tells unasked.
    Notice,
    /// The names of what it can do.
    Capabilities(Vec<String>),
    /// A refusal.
    Error {
        /// Its number.
        code: u64,
        /// Its text, decoded.
        text: String,
    },
}

impl Message {
    /// Reads one message, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("MySQL X message", bytes);
        let length = usize::try_from(reader.u32_le()?).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE {
            return Err(DecodeError::too_long("MySQL X message", 0, MAX_MESSAGE));
        }
        let kind = reader.u8()?;
        if !matches!(kind, ERROR | CAPABILITIES | NOTICE) {
            return Err(reader.invalid("no server sends that type before a login"));
        }
        let payload = reader.field("MySQL X message", length.saturating_sub(1))?;
        let message = match kind {
            ERROR => read_error(payload)?,
            CAPABILITIES => Self::Capabilities(read_names(payload)?),
            _ => Self::Notice,
        };
        Ok((message, reader.offset()))
    }
}

/// `Mysqlx.Error`: 1 severity, 2 code, 3 text, 4 state; code and text are required.
fn read_error(mut reader: Reader<'_>) -> Result<Message, DecodeError> {
    let (mut code, mut message) = (None, None);
    while reader.remaining() > 0 {
        match read_field(&mut reader)? {
            (2, Value::Number(number)) => code = Some(number),
            (3, Value::Bytes(bytes)) => message = Some(text::decode(bytes, MAX_TEXT)),
            _ => {}
        }
    }
    match (code, message) {
        (Some(code), Some(text)) => Ok(Message::Error { code, text }),
        _ => Err(reader.invalid("the error has no number or no text")),
    }
}

/// `Mysqlx.Connection.Capabilities`: 1 capability, of which 1 is the name.
fn read_names(mut reader: Reader<'_>) -> Result<Vec<String>, DecodeError> {
    let mut names = Vec::new();
    while reader.remaining() > 0 {
        let at = reader.offset();
        let (1, Value::Bytes(capability)) = read_field(&mut reader)? else { continue };
        if names.len() == MAX_CAPABILITIES {
            return Err(DecodeError::too_long("MySQL X message", at, MAX_CAPABILITIES));
        }
        let mut capability = Reader::whole("MySQL X capability", capability);
        let (1, Value::Bytes(name)) = read_field(&mut capability)? else {
            return Err(capability.invalid("a capability does not begin with its name"));
        };
        names.push(text::decode(name, MAX_TEXT));
    }
    Ok(names)
}

/// A value of Protocol Buffers, as far as they occur here.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The number and the value of the next field (Protocol Buffers, "Encoding").
fn read_field<'a>(reader: &mut Reader<'a>) -> Result<(u64, Value<'a>), DecodeError> {
    let key = read_varint(reader)?;
    let value = match key & 7 {
        0 => Value::Number(read_varint(reader)?),
        2 => {
            let length = usize::try_from(read_varint(reader)?).unwrap_or(usize::MAX);
            Value::Bytes(reader.take(length)?)
        }
        _ => return Err(reader.invalid("a field is neither a number nor bytes")),
    };
    Ok((key >> 3, value))
}

/// A number of at most ten bytes, seven bits each, the lowest first.
fn read_varint(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let mut number = 0;
    for shift in (0..70).step_by(7) {
        let byte = reader.u8()?;
        number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(reader.invalid("a number has more than ten bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_named_and_their_values_skipped() {
        let payload = b"\x0a\x0f\x0a\x03tls\x12\x08\x08\x01\x12\x04\x08\x07\x40\x00\
            \x0a\x0d\x0a\x09node_type\x12\x00";
        let length = u8::try_from(payload.len() + 1).unwrap();
        let bytes = [&[length, 0, 0, 0, CAPABILITIES][..], payload].concat();
        let names = vec!["tls".to_owned(), "node_type".to_owned()];
        assert_eq!(Message::decode(&bytes), Ok((Message::Capabilities(names), bytes.len())));
    }

    #[test]
    fn the_first_words_of_a_server_are_a_notice() {
        assert_eq!(Message::decode(&HELLO), Ok((Message::Notice, HELLO.len())));
    }

    #[test]
    fn an_error_is_read() {
        let bytes = b"\x11\0\0\0\x01\x08\x01\x10\xea\x08\x1a\x02no\x22\x05HY000";
        let error = Message::Error { code: 1_130, text: "no".into() };
        assert_eq!(Message::decode(bytes), Ok((error, bytes.len())));
    }

    #[test]
    fn the_question_itself_is_no_answer() {
        assert!(!Message::decode(&CAPABILITIES_GET).unwrap_err().is_incomplete());
    }

    #[test]
    fn an_endless_number_is_refused() {
        let bytes = [&[13, 0, 0, 0, ERROR][..], &[0xff; 12]].concat();
        assert!(!Message::decode(&bytes).unwrap_err().is_incomplete());
    }
}
