//! Control messages of IPv6, with those of neighbour discovery.

use std::net::{IpAddr, Ipv6Addr};

use super::Protocol;
use crate::checksum::Checksum;
use crate::join::join;
use crate::link::ethernet::MacAddress;
use crate::{DecodeError, Reader};

/// The most options of one message that are looked at: RFC 4861 defines five kinds.
const MAX_OPTIONS: usize = 8;

/// The option with the target's address on the link (RFC 4861 section 4.6.1).
const TARGET_LINK_ADDRESS: u8 = 2;

/// A message (RFC 4443, RFC 4861): type, code, checksum, then by type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// Type 1: a packet cannot be delivered.
    Unreachable {
        /// Why.
        code: u8,
        /// As much of the packet as fits.
        quoted: Reader<'a>,
    },
    /// Type 129: the answer to an echo request.
    EchoReply {
        /// As in the request.
        identifier: u16,
        /// As in the request.
        sequence: u16,
    },
    /// Type 135: who has this address?
    NeighbourSolicitation {
        /// The address asked for.
        target: Ipv6Addr,
    },
    /// Type 136: a station has this address.
    NeighbourAdvertisement {
        /// The address.
        target: Ipv6Addr,
        /// The station, where it is told.
        link_address: Option<MacAddress>,
    },
    /// Any other type.
    Other {
        /// Its type.
        kind: u8,
    },
}

impl<'a> Message<'a> {
    /// Reads a message that fills the reader.
    pub fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let [kind, code] = reader.array()?;
        reader.u16()?;
        let (first, second) = (reader.u16()?, reader.u16()?);
        Ok(match kind {
            1 => {
                let length = reader.remaining();
                Self::Unreachable { code, quoted: reader.field("quoted packet", length)? }
            }
            129 => Self::EchoReply { identifier: first, sequence: second },
            135 => Self::NeighbourSolicitation { target: Ipv6Addr::from(reader.array::<16>()?) },
            136 => Self::NeighbourAdvertisement {
                target: Ipv6Addr::from(reader.array::<16>()?),
                link_address: target_link_address(reader)?,
            },
            kind => Self::Other { kind },
        })
    }
}

/// Looks for the target's link address among options of `type, length / 8, value`.
fn target_link_address(reader: &mut Reader<'_>) -> Result<Option<MacAddress>, DecodeError> {
    for _ in 0..MAX_OPTIONS {
        if reader.remaining() == 0 {
            break;
        }
        let [kind, eights] = reader.array()?;
        let Some(length) = (usize::from(eights) * 8).checked_sub(2) else {
            return Err(reader.invalid("an option of no length"));
        };
        let mut option = reader.field("neighbour option", length)?;
        if kind == TARGET_LINK_ADDRESS {
            return option.array().map(|address| Some(MacAddress(address)));
        }
    }
    Ok(None)
}

/// All nodes of a link (RFC 4291 section 2.7.1).
pub const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// The multicast address at which whoever has `target` listens (RFC 4291 section 2.7.1).
pub fn solicited_node(target: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = target.octets();
    Ipv6Addr::from([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c])
}

/// A neighbour solicitation from `source` on `link_address` (RFC 4861 section 4.3), for the
/// multicast address of its target.
pub fn neighbour_solicitation(
    source: Ipv6Addr,
    target: Ipv6Addr,
    link_address: MacAddress,
) -> [u8; 32] {
    let bare = join(&[&[135, 0, 0, 0, 0, 0, 0, 0], &target.octets(), &[1, 1], &link_address.0]);
    with_checksum::<32>(bare, source, solicited_node(target))
}

/// An echo request without data (RFC 4443 section 4.1).
pub fn echo_request(
    source: Ipv6Addr,
    destination: Ipv6Addr,
    identifier: u16,
    sequence: u16,
) -> [u8; 8] {
    let bare = join(&[&[128, 0, 0, 0], &identifier.to_be_bytes(), &sequence.to_be_bytes()]);
    with_checksum::<8>(bare, source, destination)
}

/// Fills in the checksum of a message whose checksum field is zero.
fn with_checksum<const N: usize>(
    mut message: [u8; N],
    source: Ipv6Addr,
    destination: Ipv6Addr,
) -> [u8; N] {
    let length = u16::try_from(N).unwrap_or(u16::MAX);
    let (source, destination) = (IpAddr::V6(source), IpAddr::V6(destination));
    let sum = Checksum::of_pseudo_header(source, destination, Protocol::ICMPV6, length);
    let checksum = sum.with(&message).finish().to_be_bytes();
    for (place, byte) in message.iter_mut().skip(2).zip(checksum) {
        *place = byte;
    }
    message
}
