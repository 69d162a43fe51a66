//! Internet protocol version 4.

use std::net::Ipv4Addr;

use super::Protocol;
use crate::checksum::Checksum;
use crate::join::join;
use crate::{DecodeError, Reader};

/// The header of a packet (RFC 791 section 3.1).
///
/// | field                      | bytes | kept                              |
/// |----------------------------|-------|-----------------------------------|
/// | version, header length     | 1     | 4; 5 to 15 words, options skipped |
/// | type of service            | 1     |                                   |
/// | total length               | 2     | as `payload_length`               |
/// | identification             | 2     |                                   |
/// | flags, fragment offset     | 2     | offset; written as DF             |
/// | time to live               | 1     | yes                               |
/// | protocol                   | 1     | yes                               |
/// | header checksum            | 2     | written; the system checks it     |
/// | source, destination        | 4 + 4 | yes                               |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Who sent it.
    pub source: Ipv4Addr,
    /// Who is to take it.
    pub destination: Ipv4Addr,
    /// What it carries.
    pub protocol: Protocol,
    /// How many routers it may still pass.
    pub ttl: u8,
    /// Where in the whole payload this one begins, in units of eight bytes; zero when whole.
    pub fragment_offset: u16,
    /// Length of the payload as stated.
    pub payload_length: u16,
}

/// Length of a header without options, in bytes.
const BARE: u16 = 20;

/// The flag "don't fragment" with offset zero.
const DONT_FRAGMENT: [u8; 2] = [0x40, 0];

impl Header {
    /// Length on the wire as written here.
    pub const LENGTH: usize = BARE as usize;

    /// Reads a packet and gives its payload without what the link padded it with.
    pub fn decode<'a>(reader: &mut Reader<'a>) -> Result<(Self, Reader<'a>), DecodeError> {
        let header = Self::decode_header(reader)?;
        let payload = reader.field("IPv4 payload", header.payload_length.into())?;
        Ok((header, payload))
    }

    /// Reads a header of which the payload may be cut off, as ICMP quotes it.
    pub fn decode_header(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let first = reader.u8()?;
        if first >> 4 != 4 {
            return Err(reader.invalid("the version is not 4"));
        }
        let length = u16::from(first & 0xf) * 4;
        reader.u8()?;
        let total = reader.u16()?;
        let (Some(options), Some(payload_length)) =
            (length.checked_sub(BARE), total.checked_sub(length))
        else {
            return Err(reader.invalid("the lengths do not hold the header"));
        };
        reader.u16()?;
        let fragment_offset = reader.u16()? & 0x1fff;
        let [ttl, protocol] = reader.array()?;
        reader.u16()?;
        let source = Ipv4Addr::from(reader.array::<4>()?);
        let destination = Ipv4Addr::from(reader.array::<4>()?);
        reader.take(options.into())?;
        let protocol = Protocol(protocol);
        Ok(Self { source, destination, protocol, ttl, fragment_offset, payload_length })
    }

    /// The bytes on the wire of a packet that is not a fragment.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let length = BARE.saturating_add(self.payload_length).to_be_bytes();
        let (source, destination) = (self.source.octets(), self.destination.octets());
        let with_checksum = |checksum: u16| {
            join(&[
                &[0x45, 0],
                &length,
                &[0, 0],
                &DONT_FRAGMENT,
                &[self.ttl, self.protocol.0],
                &checksum.to_be_bytes(),
                &source,
                &destination,
            ])
        };
        let bare: [u8; Self::LENGTH] = with_checksum(0);
        with_checksum(Checksum::default().with(&bare).finish())
    }
}
