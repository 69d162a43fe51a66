//! User datagrams.

use std::net::IpAddr;

use crate::checksum::Checksum;
use crate::join::join;
use crate::net::Protocol;
use crate::{DecodeError, Reader};

/// The header of a datagram (RFC 768).
///
/// | field               | bytes | kept                              |
/// |---------------------|-------|-----------------------------------|
/// | source, destination | 2 + 2 | yes                               |
/// | length              | 2     | as the length of the payload      |
/// | checksum            | 2     | written; the system checks it     |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Port of the sender.
    pub source: u16,
    /// Port of the receiver.
    pub destination: u16,
}

/// Length of the header.
const LENGTH: u16 = 8;

impl Header {
    /// Reads a datagram and gives its payload.
    pub fn decode<'a>(reader: &mut Reader<'a>) -> Result<(Self, Reader<'a>), DecodeError> {
        let (source, destination) = (reader.u16()?, reader.u16()?);
        let Some(length) = reader.u16()?.checked_sub(LENGTH) else {
            return Err(reader.invalid("the length does not hold the header"));
        };
        reader.u16()?;
        let payload = reader.field("UDP payload", length.into())?;
        Ok((Self { source, destination }, payload))
    }

    /// The header on the wire before `payload`; `None` where that is too long for a datagram.
    pub fn to_bytes(
        &self,
        source: IpAddr,
        destination: IpAddr,
        payload: &[u8],
    ) -> Option<[u8; LENGTH as usize]> {
        let length = u16::try_from(payload.len()).ok()?.checked_add(LENGTH)?;
        let start: [u8; 6] = join(&[
            &self.source.to_be_bytes(),
            &self.destination.to_be_bytes(),
            &length.to_be_bytes(),
        ]);
        let sum = Checksum::of_pseudo_header(source, destination, Protocol::UDP, length);
        // Zero would mean that there is no checksum (RFC 768).
        let checksum = match sum.with(&start).with(payload).finish() {
            0 => u16::MAX,
            checksum => checksum,
        };
        Some(join(&[&start, &checksum.to_be_bytes()]))
    }
}
