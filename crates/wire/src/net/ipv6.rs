//! Internet protocol version 6.

use std::net::Ipv6Addr;

use super::Protocol;
use crate::join::join;
use crate::{DecodeError, Reader};

/// The most extension headers that are skipped: RFC 8200 section 4.1 orders at most seven.
pub const MAX_EXTENSIONS: usize = 7;

/// The fixed header of a packet (RFC 8200 section 3).
///
/// | field                            | bytes | kept                     |
/// |----------------------------------|-------|--------------------------|
/// | version, class, flow             | 4     | 6                        |
/// | payload length                   | 2     | yes                      |
/// | next header                      | 1     | of the last extension    |
/// | hop limit                        | 1     | yes                      |
/// | source, destination              | 32    | yes                      |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Who sent it.
    pub source: Ipv6Addr,
    /// Who is to take it.
    pub destination: Ipv6Addr,
    /// What it carries behind its extension headers.
    pub protocol: Protocol,
    /// How many routers it may still pass.
    pub hop_limit: u8,
    /// Length of the payload as stated, extension headers included.
    pub payload_length: u16,
}

impl Header {
    /// Length on the wire as written here.
    pub const LENGTH: usize = 40;

    /// Reads a packet and gives its payload behind the extension headers.
    pub fn decode<'a>(reader: &mut Reader<'a>) -> Result<(Self, Reader<'a>), DecodeError> {
        let mut header = Self::decode_header(reader)?;
        let mut payload = reader.field("IPv6 payload", header.payload_length.into())?;
        header.protocol = skip_extensions(header.protocol, &mut payload)?;
        Ok((header, payload))
    }

    /// Reads a header of which the payload may be cut off, as ICMP quotes it.
    pub fn decode_header(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [first, ..] = reader.array::<4>()?;
        if first >> 4 != 6 {
            return Err(reader.invalid("the version is not 6"));
        }
        let payload_length = reader.u16()?;
        let [protocol, hop_limit] = reader.array()?;
        Ok(Self {
            source: Ipv6Addr::from(reader.array::<16>()?),
            destination: Ipv6Addr::from(reader.array::<16>()?),
            protocol: Protocol(protocol),
            hop_limit,
            payload_length,
        })
    }

    /// The bytes on the wire of a packet without extension headers.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        join(&[
            &[0x60, 0, 0, 0],
            &self.payload_length.to_be_bytes(),
            &[self.protocol.0, self.hop_limit],
            &self.source.octets(),
            &self.destination.octets(),
        ])
    }
}

/// Skips the extension headers whose form is known (RFC 8200 section 4) and tells what follows.
fn skip_extensions(first: Protocol, payload: &mut Reader<'_>) -> Result<Protocol, DecodeError> {
    let mut protocol = first;
    for _ in 0..=MAX_EXTENSIONS {
        // Hop-by-hop options, routing and destination options state their length; a fragment
        // header (44) is left to the caller, who can do nothing with a part.
        if !matches!(protocol.0, 0 | 43 | 60) {
            return Ok(protocol);
        }
        let [next, eights] = payload.array()?;
        payload.take(usize::from(eights) * 8 + 6)?;
        protocol = Protocol(next);
    }
    Err(payload.invalid("too many extension headers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(protocol: u8, payload: &[u8]) -> Vec<u8> {
        let header = Header {
            source: "fe80::1".parse().unwrap(),
            destination: "fe80::2".parse().unwrap(),
            protocol: Protocol(protocol),
            hop_limit: 64,
            payload_length: u16::try_from(payload.len()).unwrap(),
        };
        [&header.to_bytes()[..], payload].concat()
    }

    #[test]
    fn extension_headers_are_skipped() {
        let bytes = packet(0, &[60, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 9]);
        let (header, mut payload) = Header::decode(&mut Reader::new("test", &bytes)).unwrap();
        assert_eq!((header.protocol, payload.rest()), (Protocol::TCP, &[9][..]));
    }

    #[test]
    fn endless_extension_headers_are_refused() {
        let bytes = packet(0, &[0, 0, 0, 0, 0, 0, 0, 0].repeat(20));
        assert!(Header::decode(&mut Reader::new("test", &bytes)).is_err());
    }
}
