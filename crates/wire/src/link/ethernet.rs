//! Ethernet II frames.

use std::fmt;

use crate::join::join;
use crate::{DecodeError, Reader};

/// A 48-bit address of the link.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// All stations of the link.
    pub const BROADCAST: Self = Self([0xff; 6]);

    /// The group address of an IPv6 multicast address (RFC 2464 section 7).
    pub fn of_multicast(address: std::net::Ipv6Addr) -> Self {
        let [.., a, b, c, d] = address.octets();
        Self([0x33, 0x33, a, b, c, d])
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02x}")?;
        }
        Ok(())
    }
}

/// What a frame carries (IEEE 802 numbers), known or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EtherType(pub u16);

impl EtherType {
    /// Internet protocol version 4.
    pub const IPV4: Self = Self(0x0800);
    /// Address resolution.
    pub const ARP: Self = Self(0x0806);
    /// Internet protocol version 6.
    pub const IPV6: Self = Self(0x86dd);
}

/// The header of a frame (RFC 894; IEEE 802.3 clause 3.2 with a type field).
///
/// | field       | bytes |
/// |-------------|-------|
/// | destination | 6     |
/// | source      | 6     |
/// | type        | 2     |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Who is to take it.
    pub destination: MacAddress,
    /// Who sent it.
    pub source: MacAddress,
    /// What it carries.
    pub ether_type: EtherType,
}

impl Header {
    /// Length on the wire.
    pub const LENGTH: usize = 14;

    /// Reads a header; what follows is the payload, padding to 60 bytes included.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            destination: MacAddress(reader.array()?),
            source: MacAddress(reader.array()?),
            ether_type: EtherType(reader.u16()?),
        })
    }

    /// The bytes on the wire.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        join(&[&self.destination.0, &self.source.0, &self.ether_type.0.to_be_bytes()])
    }
}
