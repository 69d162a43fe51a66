//! Asking an SNMP agent who it is, without a community string and without a user.

use super::text;
use crate::{DecodeError, Reader};

/// The universal tags of BER that messages are made of (X.690 section 8).
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The tags of a response and of a report (RFC 3416 section 3).
const RESPONSE: u8 = 0xa2;
const REPORT: u8 = 0xa8;

/// The engine discovery of RFC 3414 section 4: a version 3 request that may be reported upon, by
/// nobody, for no object. The agent answers with its engine and that it does not know the asker's.
///
/// Agents of versions 1 and 2c answer nobody who shows no community string, and none is shown.
pub fn discovery(id: u32) -> Vec<u8> {
    // Between 2^30 and 2^31: four bytes in the shortest encoding, as BER of SNMP wants it.
    let id = (id & 0x3fff_ffff | 0x4000_0000).to_be_bytes();
    [
        &b"\x30\x3e\x02\x01\x03\x30\x11\x02\x04"[..],
        &id,
        // The longest message taken, the flag `reportable`, the user-based security model.
        b"\x02\x03\x00\xff\xe3\x04\x01\x04\x02\x01\x03",
        // No engine, never booted, no user, no digest.
        b"\x04\x10\x30\x0e\x04\x00\x02\x01\x00\x02\x01\x00\x04\x00\x04\x00\x04\x00",
        // No context; a GetRequest without variables.
        b"\x30\x14\x04\x00\x04\x00\xa0\x0e\x02\x04",
        &id,
        b"\x02\x01\x00\x02\x01\x00\x30\x00",
    ]
    .concat()
}

/// Whether `bytes` are a version 3 report or response with the number of `request`.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    answer.id == asked.id && matches!(answer.operation, RESPONSE | REPORT)
}

/// The longest engine identifier (RFC 3411 section 5).
const LONGEST_ENGINE: usize = 32;

/// `SnmpEngineID` (RFC 3411 section 5): who made the agent, and which one it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EngineId {
    bytes: Vec<u8>,
}

impl EngineId {
    /// Reads the identifier of the agent out of its answer to a discovery.
    pub fn decode(answer: &[u8]) -> Result<Self, DecodeError> {
        let message = Message::decode(answer)?;
        let mut security = Reader::new("SNMP security parameters", message.security);
        let mut parameters = element(&mut security, SEQUENCE)?;
        let bytes = element(&mut parameters, OCTETS)?.rest();
        if !(5..=LONGEST_ENGINE).contains(&bytes.len()) {
            return Err(parameters.invalid("an engine identifier has 5 to 32 bytes"));
        }
        Ok(Self { bytes: bytes.to_vec() })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The maker's number in the register of private enterprises, which is not 0.
    pub fn enterprise(&self) -> Option<u32> {
        let number = u32::from_be_bytes(*self.bytes.first_chunk()?);
        // The first bit says only how the rest is written.
        Some(number & 0x7fff_ffff).filter(|number| *number != 0)
    }

    /// The hardware address in it, where it is written with one (format 3).
    pub fn hardware(&self) -> Option<[u8; 6]> {
        self.written_as(3)?.try_into().ok()
    }

    /// The text in it, where it is written with one (format 4).
    pub fn text(&self) -> Option<String> {
        Some(text::decode(self.written_as(4)?, LONGEST_ENGINE))
    }

    /// What stands behind the maker's number, if it is written in `format`.
    fn written_as(&self, format: u8) -> Option<&[u8]> {
        let ([first, _, _, _, own], rest) = self.bytes.split_first_chunk()?;
        (first & 0x80 != 0 && *own == format).then_some(rest)
    }
}

/// What a message in version 3 shows in the clear (RFC 3412 section 6).
struct Message<'a> {
    id: &'a [u8],
    security: &'a [u8],
    operation: u8,
}

impl<'a> Message<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut outer = Reader::new("SNMP message", bytes);
        let mut message = element(&mut outer, SEQUENCE)?;
        outer.finish()?;
        if element(&mut message, INTEGER)?.rest() != [3] {
            return Err(message.invalid("it is not of version 3"));
        }
        let id = element(&mut element(&mut message, SEQUENCE)?, INTEGER)?.rest();
        let security = element(&mut message, OCTETS)?.rest();
        let mut scoped = element(&mut message, SEQUENCE)?;
        let _engine = element(&mut scoped, OCTETS)?;
        let _context = element(&mut scoped, OCTETS)?;
        Ok(Self { id, security, operation: scoped.u8()? })
    }
}

/// The contents of the next element, which must have `tag`.
fn element<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<Reader<'a>, DecodeError> {
    if reader.u8()? != tag {
        return Err(reader.invalid("an element of another kind"));
    }
    let length = match reader.u8()? {
        short @ ..=0x7f => short.into(),
        0x81 => reader.u8()?.into(),
        // No datagram has room for more than two bytes of length.
        0x82 => reader.u16()?.into(),
        _ => return Err(reader.invalid("a length of more than two bytes")),
    };
    reader.field("SNMP element", length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = discovery(0x0102_0304);
        assert_eq!(request.len(), 64);
        assert_eq!(request[..13], *b"\x30\x3e\x02\x01\x03\x30\x11\x02\x04\x41\x02\x03\x04");
        assert!(Message::decode(&request).is_ok());
    }

    #[test]
    fn neither_a_request_nor_another_version_answers() {
        let request = discovery(7);
        assert!(!answers(&request, &request));
        let second = b"\x30\x1c\x02\x01\x01\x04\x00\xa2\x15\x02\x01\x01\x02\x01\x00\x02\x01\x00\
            \x30\x0a\x30\x08\x06\x04\x2b\x06\x01\x02\x05\x00";
        assert!(!answers(&request, second));
    }

    #[test]
    fn an_engine_tells_its_maker_and_what_its_format_says() {
        let engine = |bytes: &[u8]| EngineId { bytes: bytes.to_vec() };
        let with_hardware = engine(b"\x80\x00\x03\xe7\x03\0\0\x5e\0\x53\x01");
        assert_eq!(with_hardware.enterprise(), Some(999));
        assert_eq!(with_hardware.hardware(), Some([0, 0, 0x5e, 0, 0x53, 1]));
        let with_text = engine(b"\x80\x00\x03\xe7\x04office");
        assert_eq!((with_text.hardware(), with_text.text()), (None, Some("office".into())));
        let old = engine(b"\0\0\x03\xe7\x03\0\0\x5e\0\x53\x01\0");
        assert_eq!((old.enterprise(), old.hardware(), old.text()), (Some(999), None, None));
        assert_eq!(engine(&[0x80, 0, 0, 0, 5, 1]).enterprise(), None);
        assert!(EngineId::decode(&discovery(7)).is_err(), "a discovery names no engine");
    }

    #[test]
    fn lengths_of_any_form_are_bounded() {
        for bytes in [&b"\x30\x84\xff\xff\xff\xff"[..], b"\x30\x82\xff\xff\0", b"\x30\x80\0\0"] {
            assert!(Message::decode(bytes).is_err());
        }
    }
}
