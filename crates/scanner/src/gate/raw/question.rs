//! The packets that ask who is there, without the frames around them: as evidence shows them.

use std::net::IpAddr;

use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv4, icmpv6, ipv4, ipv6};

/// The longest of them: a neighbour solicitation.
const LONGEST: usize = 40 + 32;

/// A packet that asks one thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    bytes: [u8; LONGEST],
    length: usize,
    ether_type: EtherType,
}

/// What tells the answer to one echo request from those to others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct EchoMark {
    pub(crate) identifier: u16,
    pub(crate) sequence: u16,
}

/// From where to where a packet goes, and how far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Course {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    /// How many routers may pass it on.
    pub(crate) hop_limit: u8,
}

impl Question {
    /// Which station has `target`? Asked by `station`, which has `source`; nothing where the two
    /// addresses are of different kinds.
    pub(crate) fn of_station(source: IpAddr, target: IpAddr, station: MacAddress) -> Option<Self> {
        match (source, target) {
            (IpAddr::V4(sender_address), IpAddr::V4(target_address)) => {
                let packet = arp::Packet {
                    operation: arp::Operation::REQUEST,
                    sender: station,
                    sender_address,
                    target: MacAddress([0; 6]),
                    target_address,
                };
                Self::new(EtherType::ARP, &[&packet.to_bytes()])
            }
            (IpAddr::V6(source), IpAddr::V6(target)) => {
                let body = icmpv6::neighbour_solicitation(source, target, station);
                let packet = ipv6::Header {
                    source,
                    destination: icmpv6::solicited_node(target),
                    protocol: Protocol::ICMPV6,
                    // RFC 4861 section 7.1.1: anything less has come through a router.
                    hop_limit: 255,
                    payload_length: u16::try_from(body.len()).ok()?,
                };
                Self::new(EtherType::IPV6, &[&packet.to_bytes(), &body])
            }
            _ => None,
        }
    }

    /// A request for an echo, without data; nothing where the two addresses are of different
    /// kinds.
    pub(crate) fn of_echo(course: Course, mark: EchoMark) -> Option<Self> {
        let EchoMark { identifier, sequence } = mark;
        match (course.source, course.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let body = icmpv4::echo_request(identifier, sequence);
                let packet = ipv4::Header {
                    source,
                    destination,
                    protocol: Protocol::ICMPV4,
                    ttl: course.hop_limit,
                    fragment_offset: 0,
                    payload_length: u16::try_from(body.len()).ok()?,
                };
                Self::new(EtherType::IPV4, &[&packet.to_bytes(), &body])
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let body = icmpv6::echo_request(source, destination, identifier, sequence);
                let packet = ipv6::Header {
                    source,
                    destination,
                    protocol: Protocol::ICMPV6,
                    hop_limit: course.hop_limit,
                    payload_length: u16::try_from(body.len()).ok()?,
                };
                Self::new(EtherType::IPV6, &[&packet.to_bytes(), &body])
            }
            _ => None,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }

    pub(crate) fn ether_type(&self) -> EtherType {
        self.ether_type
    }

    fn new(ether_type: EtherType, parts: &[&[u8]]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        let mut rest = bytes.as_mut_slice();
        for part in parts {
            let (place, after) = rest.split_at_mut_checked(part.len())?;
            place.copy_from_slice(part);
            rest = after;
        }
        let length = LONGEST - rest.len();
        Some(Self { bytes, length, ether_type })
    }
}
