//! What a frame tells about who is where.

use std::net::IpAddr;

use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv4, icmpv6, ipv4, ipv6};
use hoshimori_wire::{DecodeError, Reader};

use super::hearing::Own;
use crate::gate::raw::EchoMark;

/// A frame to this machine that may answer one of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Told {
    /// A station says that it has an address.
    Station { address: IpAddr, station: MacAddress },
    /// A host answered an echo request, by way of a station.
    Echo { host: IpAddr, mark: EchoMark, station: MacAddress },
}

/// Reads one frame; `None` where it is about something else, or not for `own`.
pub(super) fn read(frame: &[u8], own: &Own) -> Option<Told> {
    decode(&mut Reader::new("frame", frame), own).ok().flatten()
}

fn decode(reader: &mut Reader<'_>, own: &Own) -> Result<Option<Told>, DecodeError> {
    let frame = Header::decode(reader)?;
    let is_to_us = frame.destination == own.station;
    match frame.ether_type {
        // RFC 3927 section 2.5 has some reply to all; such a reply still says whom it is for.
        EtherType::ARP if is_to_us || frame.destination == MacAddress::BROADCAST => {
            of_arp(reader, own)
        }
        EtherType::IPV4 if is_to_us => of_ipv4(reader, own, frame.source),
        EtherType::IPV6 if is_to_us => of_ipv6(reader, own, frame.source),
        _ => Ok(None),
    }
}

fn of_arp(reader: &mut Reader<'_>, own: &Own) -> Result<Option<Told>, DecodeError> {
    let packet = arp::Packet::decode(reader)?;
    let is_answer = packet.operation == arp::Operation::REPLY
        && own.addresses.contains(&packet.target_address.into());
    let (address, station) = (packet.sender_address.into(), packet.sender);
    Ok((is_answer && is_one(station)).then_some(Told::Station { address, station }))
}

fn of_ipv4(
    reader: &mut Reader<'_>,
    own: &Own,
    station: MacAddress,
) -> Result<Option<Told>, DecodeError> {
    let header = ipv4::Header::decode_header(reader)?;
    let is_answer = header.protocol == Protocol::ICMPV4
        && header.fragment_offset == 0
        && own.addresses.contains(&header.destination.into());
    if !is_answer {
        return Ok(None);
    }
    Ok(match icmpv4::Message::decode(reader)? {
        icmpv4::Message::EchoReply { identifier, sequence } => {
            let mark = EchoMark { identifier, sequence };
            Some(Told::Echo { host: header.source.into(), mark, station })
        }
        _ => None,
    })
}

fn of_ipv6(
    reader: &mut Reader<'_>,
    own: &Own,
    station: MacAddress,
) -> Result<Option<Told>, DecodeError> {
    let header = ipv6::Header::decode_header(reader)?;
    let is_answer =
        header.protocol == Protocol::ICMPV6 && own.addresses.contains(&header.destination.into());
    if !is_answer {
        return Ok(None);
    }
    Ok(match icmpv6::Message::decode(reader)? {
        icmpv6::Message::EchoReply { identifier, sequence } => {
            let mark = EchoMark { identifier, sequence };
            Some(Told::Echo { host: header.source.into(), mark, station })
        }
        // RFC 4861 section 7.1.2: one with less has come through a router.
        icmpv6::Message::NeighbourAdvertisement { target, link_address }
            if header.hop_limit == 255 =>
        {
            let address = IpAddr::V6(target);
            let station = link_address.filter(|station| is_one(*station));
            station.map(|station| Told::Station { address, station })
        }
        _ => None,
    })
}

/// Whether an address can be that of one station: not a group, not nobody.
fn is_one(station: MacAddress) -> bool {
    let [first, ..] = station.0;
    first & 1 == 0 && station != MacAddress([0; 6])
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const STATION: MacAddress = MacAddress([2, 0, 0, 0, 0, 1]);

    fn own() -> Own {
        let addresses = ["192.0.2.1", "2001:db8::1"].map(|text| text.parse().unwrap()).into();
        Own { station: STATION, addresses }
    }

    /// An ARP reply to this machine, or to `other` instead.
    fn reply(station: [u8; 6], other: Option<(MacAddress, Ipv4Addr)>) -> Vec<u8> {
        let (destination, target_address) = other.unwrap_or((STATION, Ipv4Addr::new(192, 0, 2, 1)));
        let header = Header { destination, source: STATION, ether_type: EtherType::ARP };
        let packet = arp::Packet {
            operation: arp::Operation::REPLY,
            sender: MacAddress(station),
            sender_address: "192.0.2.7".parse().unwrap(),
            target: destination,
            target_address,
        };
        [header.to_bytes().as_slice(), packet.to_bytes().as_slice()].concat()
    }

    fn advertisement(hop_limit: u8) -> Vec<u8> {
        let header = Header { destination: STATION, source: STATION, ether_type: EtherType::IPV6 };
        let target: Ipv6Addr = "2001:db8::7".parse().unwrap();
        let packet = ipv6::Header {
            source: target,
            destination: "2001:db8::1".parse().unwrap(),
            protocol: Protocol::ICMPV6,
            hop_limit,
            payload_length: 32,
        };
        let body = [&[136, 0, 0, 0, 0x60, 0, 0, 0], &target.octets()[..], &[2, 1, 0, 0, 0x5e, 0]];
        let body = [body.concat(), vec![0x53, 7]].concat();
        [header.to_bytes().as_slice(), &packet.to_bytes(), &body].concat()
    }

    #[test]
    fn reply_names_its_sender_unless_that_is_a_group_or_nobody() {
        let told = read(&reply([0, 0, 0x5e, 0, 0x53, 1], None), &own());
        let station = MacAddress([0, 0, 0x5e, 0, 0x53, 1]);
        let address = "192.0.2.7".parse().unwrap();
        assert_eq!(told, Some(Told::Station { address, station }));
        for impossible in [[0xff; 6], [0; 6], [1, 0, 0x5e, 0, 0, 1]] {
            assert_eq!(read(&reply(impossible, None), &own()), None);
        }
    }

    #[test]
    fn reply_to_another_is_not_heard_and_one_to_all_only_with_this_machine_as_its_target() {
        let (us, other) = (Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2));
        let elsewhere = MacAddress([2, 0, 0, 0, 0, 9]);
        let hears = |to| read(&reply([0, 0, 0x5e, 0, 0x53, 1], Some(to)), &own()).is_some();
        assert!(hears((MacAddress::BROADCAST, us)));
        assert!(!hears((MacAddress::BROADCAST, other)));
        assert!(!hears((elsewhere, us)));
        assert!(!hears((STATION, other)));
    }

    #[test]
    fn advertisement_that_came_through_a_router_is_not_heard() {
        let told = read(&advertisement(255), &own());
        let station = MacAddress([0, 0, 0x5e, 0, 0x53, 7]);
        let address = "2001:db8::7".parse().unwrap();
        assert_eq!(told, Some(Told::Station { address, station }));
        assert_eq!(read(&advertisement(254), &own()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            frame in vec(any::<u8>(), 0..160),
            cut in 0_usize..64,
        ) {
            let _ = read(&frame, &own());
            let mut near = reply([0, 0, 0x5e, 0, 0x53, 1], None);
            near.truncate(cut);
            prop_assert!(cut >= 42 || read(&near, &own()).is_none());
        }
    }
}
