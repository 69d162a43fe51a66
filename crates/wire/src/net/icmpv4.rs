//! Control messages of IPv4.

use crate::checksum::Checksum;
use crate::join::join;
use crate::{DecodeError, Reader};

/// A message (RFC 792): type, code, checksum, four bytes by type, data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// Type 0: the answer to an echo request.
    EchoReply {
        /// As in the request.
        identifier: u16,
        /// As in the request.
        sequence: u16,
    },
    /// Type 3: a packet cannot be delivered.
    Unreachable {
        /// Why, see [`is_prohibited`].
        code: u8,
        /// The packet's header and at least eight bytes more.
        quoted: Reader<'a>,
    },
    /// Any other type.
    Other {
        /// Its type.
        kind: u8,
    },
}

/// Whether a code of type 3 means that a router or the host itself rejects the packet
/// (RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1), rather than that a port is closed.
pub fn is_prohibited(code: u8) -> bool {
    matches!(code, 0 | 1 | 2 | 3 | 9 | 10 | 13)
}

impl<'a> Message<'a> {
    /// Reads a message that fills the reader.
    pub fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let [kind, code] = reader.array()?;
        reader.u16()?;
        let (first, second) = (reader.u16()?, reader.u16()?);
        Ok(match kind {
            0 => Self::EchoReply { identifier: first, sequence: second },
            3 => {
                let length = reader.remaining();
                Self::Unreachable { code, quoted: reader.field("quoted packet", length)? }
            }
            kind => Self::Other { kind },
        })
    }
}

/// An echo request without data (RFC 792, type 8).
pub fn echo_request(identifier: u16, sequence: u16) -> [u8; 8] {
    let (identifier, sequence) = (identifier.to_be_bytes(), sequence.to_be_bytes());
    let with_checksum =
        |checksum: u16| join(&[&[8, 0], &checksum.to_be_bytes(), &identifier, &sequence]);
    let bare: [u8; 8] = with_checksum(0);
    with_checksum(Checksum::default().with(&bare).finish())
}
