//! Frames of the link, the internet and the transport layer.

use std::net::IpAddr;

use hoshimori_wire::checksum::Checksum;
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv4, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::{tcp, udp};
use hoshimori_wire::{DecodeError, Reader};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::fixture;

const HOST: [u8; 4] = [10, 87, 0, 10];
const STATION: MacAddress = MacAddress([2, 0, 0, 0x87, 0, 0x10]);

fn samples() -> Vec<&'static [u8]> {
    vec![
        fixture!("frames/arp_reply.bin"),
        fixture!("frames/tcp_syn_ack.bin"),
        fixture!("frames/tcp_rst_ack.bin"),
        fixture!("frames/udp.bin"),
        fixture!("frames/icmpv4_echo_reply.bin"),
        fixture!("frames/icmpv4_unreachable.bin"),
        fixture!("frames/icmpv6_neighbour_solicitation.bin"),
        fixture!("frames/icmpv6_neighbour_advertisement.bin"),
        fixture!("frames/icmpv6_unreachable.bin"),
    ]
}

/// Reads a frame to its last layer.
fn decode(frame: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new("frame", frame);
    match Header::decode(&mut reader)?.ether_type {
        EtherType::ARP => arp::Packet::decode(&mut reader).map(drop),
        EtherType::IPV4 => {
            let (header, mut payload) = ipv4::Header::decode(&mut reader)?;
            match header.protocol {
                Protocol::ICMPV4 => icmpv4::Message::decode(&mut payload).map(drop),
                protocol => transport(protocol, &mut payload),
            }
        }
        EtherType::IPV6 => {
            let (header, mut payload) = ipv6::Header::decode(&mut reader)?;
            match header.protocol {
                Protocol::ICMPV6 => icmpv6::Message::decode(&mut payload).map(drop),
                protocol => transport(protocol, &mut payload),
            }
        }
        _ => Ok(()),
    }
}

fn transport(protocol: Protocol, payload: &mut Reader<'_>) -> Result<(), DecodeError> {
    match protocol {
        Protocol::TCP => tcp::Header::decode(payload).map(drop),
        Protocol::UDP => udp::Header::decode(payload).map(drop),
        _ => Ok(()),
    }
}

/// The header of an IPv4 packet in a frame and what it carries.
fn ipv4_of(frame: &[u8]) -> (ipv4::Header, Reader<'_>) {
    let mut reader = Reader::new("frame", frame);
    Header::decode(&mut reader).unwrap();
    ipv4::Header::decode(&mut reader).unwrap()
}

#[test]
fn every_sample_is_read_and_none_that_is_cut() {
    for frame in samples() {
        assert_eq!(decode(frame), Ok(()));
        assert!((0..frame.len()).all(|length| decode(&frame[..length]).is_err()));
    }
}

#[test]
fn a_station_tells_its_address_and_is_written_as_it_was_read() {
    let frame = fixture!("frames/arp_reply.bin");
    let mut reader = Reader::new("frame", frame);
    let header = Header::decode(&mut reader).unwrap();
    let packet = arp::Packet::decode(&mut reader).unwrap();
    assert_eq!((packet.sender, packet.sender_address.octets()), (STATION, [10, 87, 0, 11]));
    assert_eq!(packet.operation, arp::Operation::REPLY);
    assert_eq!([&header.to_bytes()[..], &packet.to_bytes()].concat(), frame);
    assert_eq!(STATION.to_string(), "02:00:00:87:00:10");
}

#[test]
fn an_open_and_a_closed_port_are_told_apart() {
    let (header, mut payload) = ipv4_of(fixture!("frames/tcp_syn_ack.bin"));
    let segment = tcp::Header::decode(&mut payload).unwrap();
    assert_eq!((header.source.octets(), segment.source), (HOST, 22));
    assert!(segment.flags.contains(tcp::Flags::SYN_ACK) && segment.has_options);
    let (_, mut payload) = ipv4_of(fixture!("frames/tcp_rst_ack.bin"));
    let segment = tcp::Header::decode(&mut payload).unwrap();
    assert_eq!((segment.source, segment.flags, segment.window), (7, tcp::Flags::RST_ACK, 0));
}

#[test]
fn an_unreachable_port_quotes_what_was_sent() {
    let (_, mut payload) = ipv4_of(fixture!("frames/icmpv4_unreachable.bin"));
    let message = icmpv4::Message::decode(&mut payload).unwrap();
    let icmpv4::Message::Unreachable { code: 3, mut quoted } = message else {
        panic!("{message:?}");
    };
    let (header, mut datagram) = ipv4::Header::decode(&mut quoted).unwrap();
    assert_eq!((header.destination.octets(), header.protocol), (HOST, Protocol::UDP));
    assert_eq!(udp::Header::decode(&mut datagram).unwrap().0.destination, 9);
}

#[test]
fn a_neighbour_tells_its_station() {
    let mut reader = Reader::new("frame", fixture!("frames/icmpv6_neighbour_advertisement.bin"));
    Header::decode(&mut reader).unwrap();
    let (_, mut payload) = ipv6::Header::decode(&mut reader).unwrap();
    let message = icmpv6::Message::decode(&mut payload).unwrap();
    let icmpv6::Message::NeighbourAdvertisement { link_address, .. } = message else {
        panic!("{message:?}");
    };
    assert!(link_address.is_some());
}

#[test]
fn our_solicitation_is_byte_for_byte_that_of_the_kernel() {
    let frame = fixture!("frames/icmpv6_neighbour_solicitation.bin");
    let mut reader = Reader::new("frame", frame);
    let head = Header::decode(&mut reader).unwrap();
    let (packet, mut payload) = ipv6::Header::decode(&mut reader.clone()).unwrap();
    let message = icmpv6::Message::decode(&mut payload).unwrap();
    let icmpv6::Message::NeighbourSolicitation { target } = message else {
        panic!("{message:?}");
    };
    let body = icmpv6::neighbour_solicitation(packet.source, target, head.source);
    assert_eq!(head.destination, MacAddress::of_multicast(icmpv6::solicited_node(target)));
    assert_eq!([&head.to_bytes()[..], &packet.to_bytes(), &body].concat(), frame);
}

/// An address of the family that `is_v6` says.
fn address(is_v6: bool) -> impl Strategy<Value = IpAddr> {
    any::<u128>().prop_map(move |bits| {
        let low = u32::try_from(bits & 0xffff_ffff).unwrap();
        if is_v6 { IpAddr::V6(bits.into()) } else { IpAddr::V4(low.into()) }
    })
}

fn pair() -> impl Strategy<Value = (IpAddr, IpAddr)> {
    any::<bool>().prop_flat_map(|is_v6| (address(is_v6), address(is_v6)))
}

proptest! {
    #[test]
    fn no_frame_makes_a_decoder_panic(
        at in any::<prop::sample::Index>(),
        edits in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        noise in vec(any::<u8>(), 0..200),
    ) {
        let _ = decode(&noise);
        let mut frame = samples()[at.index(samples().len())].to_vec();
        for (place, value) in edits {
            let place = place.index(frame.len());
            frame[place] = value;
        }
        let _ = decode(&frame);
    }

    #[test]
    fn a_segment_is_read_as_it_was_written_and_its_checksum_is_right(
        (source, destination) in pair(),
        ports in any::<(u16, u16)>(),
        numbers in any::<(u32, u32)>(),
        flags in any::<u8>(),
        window in any::<u16>(),
        mss in any::<u16>(),
    ) {
        let header = tcp::Header {
            source: ports.0,
            destination: ports.1,
            sequence: numbers.0,
            acknowledgement: numbers.1,
            flags: tcp::Flags(flags),
            window,
            has_options: true,
        };
        let bytes = header.to_bytes_with_mss(source, destination, mss);
        prop_assert_eq!(tcp::Header::decode(&mut Reader::new("test", &bytes)), Ok(header));
        let sum = Checksum::of_pseudo_header(source, destination, Protocol::TCP, 24);
        prop_assert_eq!(sum.with(&bytes).finish(), 0);
        let bare = tcp::Header { has_options: false, ..header };
        let bytes = bare.to_bytes(source, destination);
        prop_assert_eq!(tcp::Header::decode(&mut Reader::new("test", &bytes)), Ok(bare));
    }

    #[test]
    fn a_datagram_is_read_as_it_was_written(
        (source, destination) in pair(),
        ports in any::<(u16, u16)>(),
        payload in vec(any::<u8>(), 0..64),
    ) {
        let header = udp::Header { source: ports.0, destination: ports.1 };
        let head = header.to_bytes(source, destination, &payload).unwrap();
        let bytes = [&head[..], &payload].concat();
        let (read, mut rest) = udp::Header::decode(&mut Reader::new("test", &bytes)).unwrap();
        prop_assert_eq!((read, rest.rest()), (header, &payload[..]));
    }

    #[test]
    fn a_packet_header_is_read_as_it_was_written(
        source in any::<u32>(),
        destination in any::<u32>(),
        protocol in any::<u8>(),
        ttl in any::<u8>(),
        payload_length in 0_u16..=65_515,
    ) {
        let header = ipv4::Header {
            source: source.into(),
            destination: destination.into(),
            protocol: Protocol(protocol),
            ttl,
            fragment_offset: 0,
            payload_length,
        };
        let bytes = header.to_bytes();
        prop_assert_eq!(ipv4::Header::decode_header(&mut Reader::new("test", &bytes)), Ok(header));
        prop_assert_eq!(Checksum::default().with(&bytes).finish(), 0);
    }
}
