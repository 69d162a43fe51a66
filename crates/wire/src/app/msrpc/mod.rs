//! Remote procedure calls of Windows (MS-RPCE, which builds on C706 of The Open Group): binding to
//! an interface and one question, as much as the endpoint map in [`endpoint_map`] takes.

pub mod endpoint_map;

use super::uuid::Uuid;
use crate::{DecodeError, Reader};

/// Version 5.0, and little-endian integers (C706 12.6.3.1 and 14.1).
const VERSION: [u8; 2] = [5, 0];
const LITTLE_ENDIAN: u8 = 0x10;

/// Length of the common header (C706 12.6.3.1).
const HEADER: u16 = 16;

/// The longest fragment that is taken, as Windows has it (MS-RPCE 2.2.2.6 allows more).
const MAX_FRAGMENT: u16 = 5_840;

/// `PFC_FIRST_FRAG` and `PFC_LAST_FRAG`.
const FIRST: u8 = 0x01;
const LAST: u8 = 0x02;

/// Types of messages (C706 12.6.1).
const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BIND_ACK: u8 = 12;
const BIND_NAK: u8 = 13;

/// NDR, version 2 (C706 14, MS-RPCE 2.2.4.12).
const NDR: Interface = Interface {
    uuid: Uuid(*b"\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\0\x2b\x10\x48\x60"),
    version: (2, 0),
};

/// An interface and its version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Interface {
    /// Its identifier.
    pub uuid: Uuid,
    /// Major and minor.
    pub version: (u16, u16),
}

impl Interface {
    fn to_bytes(self) -> Vec<u8> {
        let (major, minor) = self.version;
        [&self.uuid.0[..], &major.to_le_bytes(), &minor.to_le_bytes()].concat()
    }
}

/// Binds a new connection to `interface` (C706 12.6.4.3). `call` comes back.
pub fn bind(call: u32, interface: Interface) -> Vec<u8> {
    let body = [
        &MAX_FRAGMENT.to_le_bytes()[..],
        &MAX_FRAGMENT.to_le_bytes(),
        // A new association; one context, number 0, with one transfer syntax.
        &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
        &interface.to_bytes(),
        &NDR.to_bytes(),
    ];
    message(BIND, call, &body.concat())
}

/// Calls `operation` of the bound interface with `stub` (C706 12.6.4.9).
pub fn request(call: u32, operation: u16, stub: &[u8]) -> Vec<u8> {
    let length = u32::try_from(stub.len()).unwrap_or(u32::MAX);
    let body = [&length.to_le_bytes()[..], &[0, 0], &operation.to_le_bytes(), stub].concat();
    message(REQUEST, call, &body)
}

fn message(kind: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).map_or(u16::MAX, |length| length.saturating_add(HEADER));
    let header = [
        &VERSION[..],
        &[kind, FIRST | LAST, LITTLE_ENDIAN, 0, 0, 0],
        &length.to_le_bytes(),
        // No authentication.
        &[0, 0],
        &call.to_le_bytes(),
        body,
    ];
    header.concat()
}

/// What a server says to a call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// It knows the interface (`bind_ack` with the result acceptance, C706 12.6.4.4).
    Bound,
    /// It does not, or takes no binding (`bind_nak`, C706 12.6.4.5).
    NotBound,
    /// A piece of what the operation gives (response, C706 12.6.4.10).
    Piece {
        /// The bytes.
        stub: Vec<u8>,
        /// Whether no further piece follows.
        is_last: bool,
    },
    /// The operation failed (fault, C706 12.6.4.7).
    Fault {
        /// Why.
        status: u32,
    },
}

impl Answer {
    /// Reads the answer to `call`; says how many bytes it has.
    ///
    /// | field             | bytes | kept                          |
    /// |-------------------|-------|-------------------------------|
    /// | version           | 2     | 5.0, must be                  |
    /// | type, flags       | 2     | yes                           |
    /// | representation    | 4     | little-endian, must be        |
    /// | fragment's length | 2     | bounds the rest               |
    /// | authentication    | 2     | nothing, must be              |
    /// | call              | 4     | that of the question, must be |
    pub fn decode(bytes: &[u8], call: u32) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("MSRPC message", bytes);
        for expected in VERSION {
            if reader.u8()? != expected {
                return Err(reader.invalid("it is not of version 5.0"));
            }
        }
        let [kind, flags, representation, _, _, _] = reader.array()?;
        if representation != LITTLE_ENDIAN {
            return Err(reader.invalid("its integers are not little-endian"));
        }
        let at = reader.offset();
        let length = reader.u16_le()?;
        if length > MAX_FRAGMENT {
            return Err(DecodeError::too_long("MSRPC message", at, MAX_FRAGMENT.into()));
        }
        let body = length.checked_sub(HEADER).ok_or(reader.invalid("its length is too small"))?;
        if reader.u16()? != 0 || reader.u32_le()? != call {
            return Err(reader.invalid("it answers another call"));
        }
        let mut body = reader.field("MSRPC message", body.into())?;
        let answer = match kind {
            BIND_ACK => decode_acknowledgement(&mut body)?,
            BIND_NAK => Self::NotBound,
            RESPONSE => {
                // A hint of the length, the context, cancelled calls.
                body.take(8)?;
                Self::Piece { stub: body.rest().to_vec(), is_last: flags & LAST != 0 }
            }
            FAULT => {
                body.take(8)?;
                Self::Fault { status: body.u32_le()? }
            }
            _ => return Err(body.invalid("it is no answer")),
        };
        Ok((answer, reader.offset()))
    }
}

/// Whether the one context of [`bind`] was accepted (C706 12.6.4.4).
fn decode_acknowledgement(body: &mut Reader<'_>) -> Result<Answer, DecodeError> {
    // Longest fragments and the association.
    body.take(8)?;
    let before = body.remaining();
    let address = body.u16_le()?;
    body.take(address.into())?;
    let read = before - body.remaining();
    body.take(read.next_multiple_of(4) - read)?;
    let count = body.u8()?;
    body.take(3)?;
    if count != 1 {
        return Err(body.invalid("it has not one result for one context"));
    }
    Ok(if body.u16_le()? == 0 { Answer::Bound } else { Answer::NotBound })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_written_byte_for_byte() {
        let bytes = bind(0x0102_0304, endpoint_map::INTERFACE);
        assert_eq!(bytes[..16], *b"\x05\0\x0b\x03\x10\0\0\0\x48\0\0\0\x04\x03\x02\x01");
        assert_eq!(bytes[16..32], *b"\xd0\x16\xd0\x16\0\0\0\0\x01\0\0\0\0\0\x01\0");
        assert_eq!(bytes[48..52], [3, 0, 0, 0]);
        assert_eq!(bytes.len(), 72);
        assert!(Answer::decode(&bytes, 0x0102_0304).is_err(), "it is no answer to itself");
    }

    #[test]
    fn an_acknowledgement_tells_whether_the_interface_is_known() {
        for (result, answer) in [(0, Answer::Bound), (2, Answer::NotBound)] {
            let tail = [&[result, 0, 0, 0][..], &NDR.to_bytes()].concat();
            let body = [&b"\xd0\x16\xd0\x16\x01\0\0\0\x04\x00135\0\0\0\x01\0\0\0"[..], &tail];
            let mut bytes = message(BIND_ACK, 7, &body.concat());
            assert_eq!(Answer::decode(&bytes, 7), Ok((answer, bytes.len())));
            assert!(Answer::decode(&bytes, 8).is_err());
            for length in 0..bytes.len() {
                assert!(Answer::decode(&bytes[..length], 7).unwrap_err().is_incomplete());
            }
            bytes[8] = 0xff;
            bytes[9] = 0xff;
            assert!(Answer::decode(&bytes, 7).unwrap_err().is_too_long());
        }
    }

    #[test]
    fn pieces_and_faults_are_read() {
        let mut bytes = message(RESPONSE, 7, b"\x04\0\0\0\0\0\0\0stub");
        bytes[3] = FIRST;
        let piece = Answer::Piece { stub: b"stub".to_vec(), is_last: false };
        assert_eq!(Answer::decode(&bytes, 7), Ok((piece, bytes.len())));
        let fault = message(FAULT, 7, b"\0\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0");
        assert_eq!(Answer::decode(&fault, 7), Ok((Answer::Fault { status: 5 }, fault.len())));
    }
}
