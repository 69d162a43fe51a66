//! AMQP: how a broker greets a client of version 0-9-1.

use super::text;
use crate::{DecodeError, Reader};

/// The longest frame that is read: ours; the first one of a broker has some five hundred bytes.
const MAX_FRAME: usize = 16 * 1_024;

/// The most properties that are read: ours; brokers have about ten.
const MAX_PROPERTIES: usize = 64;

/// The longest text that is kept.
const MAX_TEXT: usize = 512;

/// Opens a conversation (AMQP 0-9-1 section 4.2.2).
pub const PROTOCOL_HEADER: [u8; 8] = *b"AMQP\0\0\x09\x01";

/// What a broker says to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Opening {
    /// It speaks 0-9-1 and tells about itself.
    Start(Start),
    /// It speaks another version, which it names by a header of its own.
    Other(Version),
}

/// A version of AMQP that is not the one that was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Version {
    /// What the version is of: 0 the protocol itself, 2 TLS, 3 SASL (AMQP 1.0 section 2.2).
    pub protocol: u8,
    /// Major, minor and revision.
    pub number: [u8; 3],
}

/// Connection.Start (AMQP 0-9-1, class 10, method 10).
///
/// ```text
/// 1 type (method) | 2 channel (0) | 4 length | 2 class | 2 method | 1 major | 1 minor
/// 4 length, n properties | 4 length, n mechanisms | 4 length, n locales | 1 end (0xce)
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Start {
    /// Properties that are texts, in the order of the broker.
    pub properties: Vec<(String, String)>,
    /// The ways in which a client may say who it is.
    pub mechanisms: Vec<String>,
}

impl Opening {
    /// Reads the answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("AMQP opening", bytes);
        let opening = match reader.clone().u8()? {
            b'A' => Self::Other(Version::decode(&mut reader)?),
            1 => Self::Start(Start::decode(&mut reader)?),
            _ => return Err(reader.invalid("it is neither a header nor a method")),
        };
        Ok((opening, reader.offset()))
    }
}

impl Version {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        for expected in b"AMQP" {
            if reader.u8()? != *expected {
                return Err(reader.invalid("it is not a header of AMQP"));
            }
        }
        let header @ [protocol, number @ ..] = reader.array::<4>()?;
        // Our own header, come back, is no answer.
        if !matches!(protocol, 0 | 2 | 3) || PROTOCOL_HEADER.ends_with(&header) {
            return Err(reader.invalid("the header names no other version"));
        }
        Ok(Self { protocol, number })
    }
}

impl Start {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != [1, 0, 0] {
            return Err(reader.invalid("it is not a method of the connection"));
        }
        let length = reader.length32(MAX_FRAME)?;
        let mut body = reader.field("AMQP method", length)?;
        if reader.u8()? != 0xce {
            return Err(reader.invalid("the frame does not end where it should"));
        }
        if body.array()? != [0, 10, 0, 10, 0, 9] {
            return Err(body.invalid("it is not the start of a connection"));
        }
        let length = body.length32(MAX_FRAME)?;
        let mut table = body.field("AMQP properties", length)?;
        let mut start = Self { properties: Vec::new(), mechanisms: Vec::new() };
        while table.remaining() > 0 {
            if start.properties.len() == MAX_PROPERTIES {
                return Err(DecodeError::too_long("properties", table.offset(), MAX_PROPERTIES));
            }
            let length = usize::from(table.u8()?);
            let name = text::decode(table.take(length)?, MAX_TEXT);
            if let Some(value) = read_text(&mut table)? {
                start.properties.push((name, value));
            }
        }
        let length = body.length32(MAX_FRAME)?;
        let mechanisms = text::decode(body.take(length)?, MAX_TEXT);
        start.mechanisms = mechanisms.split_whitespace().map(str::to_owned).collect();
        let length = body.length32(MAX_FRAME)?;
        body.take(length)?;
        body.finish()?;
        Ok(start)
    }
}

/// A value of a table (section 4.2.5.5), if it is a text; others are passed over. Short integers
/// have the letter that brokers use for them, not that of the specification.
fn read_text(table: &mut Reader<'_>) -> Result<Option<String>, DecodeError> {
    let length = match table.u8()? {
        b'S' => {
            let length = table.length32(MAX_FRAME)?;
            return Ok(Some(text::decode(table.take(length)?, MAX_TEXT)));
        }
        b'F' | b'A' | b'x' => table.length32(MAX_FRAME)?,
        b'V' => 0,
        b't' | b'b' | b'B' => 1,
        b's' | b'u' | b'U' => 2,
        b'i' | b'I' | b'f' => 4,
        b'D' => 5,
        b'l' | b'L' | b'd' | b'T' => 8,
        _ => return Err(table.invalid("there is no such type of value")),
    };
    table.take(length)?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(end: u8) -> Vec<u8> {
        let table = b"\x0ccapabilitiesF\0\0\0\x06\x03yest\x01\x07productS\0\0\0\x08RabbitMQ";
        let count = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_be_bytes();
        let body = [
            &b"\0\x0a\0\x0a\0\x09"[..],
            &count(table),
            table,
            b"\0\0\0\x0ePLAIN AMQPLAIN\0\0\0\x05en_US",
        ]
        .concat();
        [&[1, 0, 0][..], &count(&body), &body, &[end]].concat()
    }

    #[test]
    fn the_start_of_a_connection_tells_the_product() {
        let bytes = start(0xce);
        let (opening, used) = Opening::decode(&bytes).unwrap();
        let Opening::Start(start) = opening else { panic!("{opening:?}") };
        assert_eq!(start.properties, [("product".to_owned(), "RabbitMQ".to_owned())]);
        assert_eq!(start.mechanisms, ["PLAIN", "AMQPLAIN"]);
        assert_eq!(used, bytes.len());
    }

    #[test]
    fn another_version_is_named_by_a_header() {
        let version = Version { protocol: 0, number: [1, 0, 0] };
        assert_eq!(Opening::decode(b"AMQP\0\x01\0\0"), Ok((Opening::Other(version), 8)));
        let sasl = Version { protocol: 3, number: [1, 0, 0] };
        assert_eq!(Opening::decode(b"AMQP\x03\x01\0\0"), Ok((Opening::Other(sasl), 8)));
    }

    #[test]
    fn our_own_header_and_foreign_bytes_are_no_answer() {
        for bytes in [
            PROTOCOL_HEADER.to_vec(),
            b"AMQP\x50\x4f\x53\x54".to_vec(),
            b"AUTH".to_vec(),
            b"SSH-2.0-x\r\n".to_vec(),
            start(0),
            b"\x01\0\x01\0\0".to_vec(),
        ] {
            assert!(!Opening::decode(&bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }
}
