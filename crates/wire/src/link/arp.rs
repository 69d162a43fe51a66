//! Address resolution: which station of the link has an IPv4 address.

use std::net::Ipv4Addr;

use super::ethernet::MacAddress;
use crate::join::join;
use crate::{DecodeError, Reader};

/// What a packet asks or tells (IANA ARP parameters), known or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Operation(pub u16);

impl Operation {
    /// Who has the target address?
    pub const REQUEST: Self = Self(1);
    /// The sender has its address.
    pub const REPLY: Self = Self(2);
}

/// A packet for Ethernet and IPv4 (RFC 826).
///
/// | field            | bytes | value here |
/// |------------------|-------|------------|
/// | hardware type    | 2     | 1          |
/// | protocol type    | 2     | 0x0800     |
/// | hardware length  | 1     | 6          |
/// | protocol length  | 1     | 4          |
/// | operation        | 2     |            |
/// | sender hardware  | 6     |            |
/// | sender protocol  | 4     |            |
/// | target hardware  | 6     |            |
/// | target protocol  | 4     |            |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Packet {
    /// What is asked or told.
    pub operation: Operation,
    /// The sender's station.
    pub sender: MacAddress,
    /// The sender's address.
    pub sender_address: Ipv4Addr,
    /// The asked station; all zero in a request.
    pub target: MacAddress,
    /// The asked address.
    pub target_address: Ipv4Addr,
}

/// Hardware type, protocol type and both lengths, in this order.
const ETHERNET_AND_IPV4: [u8; 6] = [0, 1, 8, 0, 6, 4];

impl Packet {
    /// Length on the wire.
    pub const LENGTH: usize = 28;

    /// Reads a packet; padding of the frame may follow.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != ETHERNET_AND_IPV4 {
            return Err(reader.invalid("not about Ethernet and IPv4"));
        }
        Ok(Self {
            operation: Operation(reader.u16()?),
            sender: MacAddress(reader.array()?),
            sender_address: Ipv4Addr::from(reader.array::<4>()?),
            target: MacAddress(reader.array()?),
            target_address: Ipv4Addr::from(reader.array::<4>()?),
        })
    }

    /// The bytes on the wire.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        join(&[
            &ETHERNET_AND_IPV4,
            &self.operation.0.to_be_bytes(),
            &self.sender.0,
            &self.sender_address.octets(),
            &self.target.0,
            &self.target_address.octets(),
        ])
    }
}
