//! What SMB travels in: the session service of `NetBIOS` (RFC 1002 section 4.3) on port 139, and
//! the same framing without names on port 445 (MS-SMB2 2.1).

use crate::{DecodeError, Reader};

/// The longest message that is decoded: ours; answers to a negotiation have less than a kilobyte.
const MAX_MESSAGE: usize = 16_384;

/// Length of a name without its suffix (RFC 1001 section 14.1 as Microsoft uses it).
const NAME: usize = 15;

/// Types of packets (RFC 1002 section 4.3.1).
const MESSAGE: u8 = 0x00;
const REQUEST: u8 = 0x81;
const POSITIVE: u8 = 0x82;
const NEGATIVE: u8 = 0x83;
const RETARGET: u8 = 0x84;

/// SESSION REQUEST (RFC 1002 section 4.3.2) to whichever file server listens: `*SMBSERVER`.
pub fn request() -> Vec<u8> {
    let names = [first_level(*b"*SMBSERVER     ", 0x20), first_level(*b"HOSHIMORI      ", 0x00)];
    let names = names.concat();
    let length = u8::try_from(names.len()).unwrap_or(u8::MAX);
    [&[REQUEST, 0, 0, length], names.as_slice()].concat()
}

/// A name in the encoding of RFC 1001 section 14.1: each half of a byte as a letter from `A`.
fn first_level(name: [u8; NAME], suffix: u8) -> Vec<u8> {
    let bytes = name.into_iter().chain([suffix]);
    let letters = bytes.flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 0x0f)]);
    [32].into_iter().chain(letters).chain([0]).collect()
}

/// What a session service says to a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reply {
    /// POSITIVE SESSION RESPONSE (section 4.3.3).
    Accepted,
    /// NEGATIVE SESSION RESPONSE (section 4.3.4).
    Refused(Refusal),
    /// SESSION RETARGET RESPONSE (section 4.3.5): somebody else would listen.
    Elsewhere,
}

impl Reply {
    /// Reads a reply; says how many bytes it has.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("NetBIOS session reply", bytes);
        let kind = reader.u8()?;
        let expected = match kind {
            POSITIVE => 0,
            NEGATIVE => 1,
            RETARGET => 6,
            _ => return Err(reader.invalid("it does not answer a session request")),
        };
        if reader.array()? != [0, 0, expected] {
            return Err(reader.invalid("its length is another"));
        }
        let reply = match kind {
            POSITIVE => Self::Accepted,
            NEGATIVE => Self::Refused(Refusal::decode(&mut reader)?),
            _ => {
                reader.take(expected.into())?;
                Self::Elsewhere
            }
        };
        Ok((reply, reader.offset()))
    }
}

/// Why a session was refused: `ERROR_CODE` of RFC 1002 section 4.3.4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refusal(pub u8);

impl Refusal {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8()? {
            code @ (0x80..=0x83 | 0x8f) => Ok(Self(code)),
            _ => Err(reader.invalid("an error code that RFC 1002 does not have")),
        }
    }

    /// The reason in the words of RFC 1002.
    pub fn reason(self) -> &'static str {
        match self.0 {
            0x80 => "not listening on called name",
            0x81 => "not listening for calling name",
            0x82 => "called name not present",
            0x83 => "called name present, but insufficient resources",
            _ => "unspecified error",
        }
    }
}

/// `message` behind its length, as it goes over TCP.
pub fn to_tcp(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&[MESSAGE, 0], length.to_be_bytes().as_slice(), message].concat()
}

/// A reader over the message at the beginning of `bytes` from TCP.
///
/// Its first byte tells a foreign answer, and so does its length.
pub(super) fn from_tcp<'a>(
    what: &'static str,
    bytes: &'a [u8],
) -> Result<(Reader<'a>, usize), DecodeError> {
    let mut reader = Reader::new("SMB message over TCP", bytes);
    if reader.u8()? != MESSAGE {
        return Err(reader.invalid("it is no session message"));
    }
    let [high, middle, low] = reader.array()?;
    let length = usize::from(u16::from_be_bytes([middle, low]));
    if high != 0 || length > MAX_MESSAGE {
        return Err(DecodeError::too_long("SMB message over TCP", 1, MAX_MESSAGE));
    }
    let message = Reader::whole(what, reader.take(length)?);
    Ok((message, reader.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = request();
        assert_eq!(request[..5], [0x81, 0, 0, 68, 32]);
        assert_eq!(request[5..38], *b"CKFDENECFDEFFCFGEFFCCACACACACACA\0");
        assert_eq!(request[38..], *b"\x20EIEPFDEIEJENEPFCEJCACACACACACAAA\0");
    }

    #[test]
    fn replies_are_read_and_cut_ones_are_incomplete() {
        for (bytes, reply) in [
            (&b"\x82\0\0\0"[..], Reply::Accepted),
            (b"\x83\0\0\x01\x80", Reply::Refused(Refusal(0x80))),
            (b"\x84\0\0\x06\x7f\x4e\0\x01\0\x8b", Reply::Elsewhere),
        ] {
            assert_eq!(Reply::decode(bytes), Ok((reply, bytes.len())));
            for length in 0..bytes.len() {
                assert!(Reply::decode(&bytes[..length]).unwrap_err().is_incomplete());
            }
        }
    }

    #[test]
    fn what_answers_no_request_is_told_at_once() {
        for bytes in [&b"H"[..], &request(), b"\x82\0\0\x01", b"\x83\0\0\x01\0"] {
            assert!(!Reply::decode(bytes).unwrap_err().is_incomplete(), "{bytes:x?}");
        }
    }

    #[test]
    fn a_message_survives_its_framing_and_a_long_one_is_refused() {
        let framed = to_tcp(b"message");
        let (mut message, used) = from_tcp("test", &framed).unwrap();
        assert_eq!((message.rest(), used), (&b"message"[..], framed.len()));
        for bytes in [&b"\0\x01\0\0"[..], b"\0\0\xff\xff"] {
            assert!(from_tcp("test", bytes).unwrap_err().is_too_long());
        }
    }
}
