//! Commands of the `MongoDB` wire protocol, and their answers.

use super::bson::{Document, Value};
use crate::{DecodeError, Reader};

/// The longest answer that is read: ours; those to our commands have a few kilobytes.
const MAX_MESSAGE: usize = 128 * 1_024;

/// Message that carries commands since version 3.6.
const OP_MSG: u32 = 2_013;

/// Message that carried them before; for the first greeting all versions still know it.
const OP_QUERY: u32 = 2_004;

/// The answer to [`OP_QUERY`].
const OP_REPLY: u32 = 1;

/// The first range of wire versions in which servers read commands in `OP_MSG`.
pub const FIRST_WITH_MESSAGES: i64 = 6;

/// In which message a command is put.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Envelope {
    /// `OP_QUERY`, for the first greeting and for old servers.
    Query,
    /// `OP_MSG`.
    Message,
}

impl Envelope {
    /// The command in `document` for the database `admin`, under the number `id`.
    ///
    /// ```text
    /// 4 length | 4 number | 4 answers which | 4 kind, all little-endian
    /// OP_MSG:   4 flags | 1 kind of section (body) | n document
    /// OP_QUERY: 4 flags | n collection, 0 | 4 skip | 4 documents wanted | n document
    /// ```
    pub fn wrap(self, id: u32, document: Document) -> Vec<u8> {
        let (kind, body) = match self {
            Self::Message => {
                let document = document.with("$db", Value::Text("admin".into()));
                (OP_MSG, [&[0; 5][..], &document.to_bytes()].concat())
            }
            Self::Query => {
                // Servers that are no primary answer too.
                let head = [&4_u32.to_le_bytes()[..], b"admin.$cmd\0"].concat();
                let range = [[0; 4], (-1_i32).to_le_bytes()].concat();
                (OP_QUERY, [head, range, document.to_bytes()].concat())
            }
        };
        let length = u32::try_from(body.len() + 16).unwrap_or(u32::MAX);
        [length, id, 0, kind].into_iter().flat_map(u32::to_le_bytes).chain(body).collect()
    }
}

/// An answer to a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The number of the command that it answers.
    pub answers: u32,
    /// What it says.
    pub document: Document,
}

impl Answer {
    /// Reads one answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("MongoDB message", bytes);
        let (length, _own_number) = (reader.u32_le()?, reader.u32_le()?);
        let (answers, kind) = (reader.u32_le()?, reader.u32_le()?);
        if !matches!(kind, OP_MSG | OP_REPLY) {
            return Err(reader.invalid("it is not an answer"));
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE {
            return Err(DecodeError::too_long("MongoDB message", 0, MAX_MESSAGE));
        }
        let mut body = reader.field("MongoDB message", length.saturating_sub(16))?;
        if kind == OP_REPLY {
            // Flags, cursor, first.
            body.take(4 + 8 + 4)?;
            if body.u32_le()? != 1 {
                return Err(body.invalid("it is not one document"));
            }
        } else {
            body.take(4)?;
            if body.u8()? != 0 {
                return Err(body.invalid("the first section is not the body"));
            }
        }
        let document = Document::decode(&mut body)?;
        Ok((Self { answers, document }, reader.offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Document {
        Document::default().with("isMaster", Value::Number(1))
    }

    #[test]
    fn a_query_is_written_byte_for_byte() {
        let bytes = Envelope::Query.wrap(7, Document::default());
        let expected = b"\x2c\0\0\0\x07\0\0\0\0\0\0\0\xd4\x07\0\0\x04\0\0\0admin.$cmd\0\
            \0\0\0\0\xff\xff\xff\xff\x05\0\0\0\0";
        assert_eq!(bytes, expected);
    }

    #[test]
    fn answers_in_both_envelopes_are_read() {
        let document = Document::default().with("ok", Value::Double(1.0)).to_bytes();
        let body = [&[0; 5][..], &document].concat();
        let reply = [&[0; 16][..], &[1, 0, 0, 0], &document].concat();
        for (kind, body) in [(OP_MSG, body), (OP_REPLY, reply)] {
            let length = u32::try_from(body.len() + 16).unwrap();
            let head: Vec<u8> =
                [length, 99, 7, kind].into_iter().flat_map(u32::to_le_bytes).collect();
            let bytes = [head, body].concat();
            let (answer, used) = Answer::decode(&bytes).unwrap();
            assert_eq!((answer.answers, used), (7, bytes.len()));
            assert_eq!(answer.document.number("ok"), Some(1));
        }
    }

    #[test]
    fn a_question_does_not_answer_itself() {
        assert!(Answer::decode(&Envelope::Query.wrap(7, hello())).is_err());
        // Its envelope is that of answers too, but it answers nothing.
        let (echo, _) = Answer::decode(&Envelope::Message.wrap(7, hello())).unwrap();
        assert_eq!(echo.answers, 0);
    }
}
