//! What a received frame says, whatever its bytes are.

use std::net::IpAddr;

use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv4, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::tcp;
use hoshimori_wire::{DecodeError, Reader};

use super::cookie::Cookie;

/// A frame that may answer one of ours; nothing of it is believed yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Heard {
    /// A station says that it has an address.
    Station { address: IpAddr, station: MacAddress },
    /// A port of a host answered.
    Port { host: IpAddr, port: u16, cookie: Cookie, word: Word },
    /// A host answered an echo request.
    Echo { host: IpAddr, identifier: u16, sequence: u16 },
}

/// What a port answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Word {
    /// It agrees; `acknowledgement` is what a reset has to carry.
    Agreed { acknowledgement: u32, is_odd: bool },
    /// It refuses.
    Refused,
    /// Somebody on the way forbids it.
    Forbidden,
}

/// Reads one frame; `None` where it is about something else.
pub(super) fn read(frame: &[u8]) -> Option<Heard> {
    decode(&mut Reader::new("frame", frame)).ok().flatten()
}

fn decode(reader: &mut Reader<'_>) -> Result<Option<Heard>, DecodeError> {
    match Header::decode(reader)?.ether_type {
        EtherType::ARP => {
            let packet = arp::Packet::decode(reader)?;
            let is_reply = packet.operation == arp::Operation::REPLY;
            let (address, station) = (packet.sender_address.into(), packet.sender);
            Ok(is_reply.then_some(Heard::Station { address, station }))
        }
        EtherType::IPV4 => {
            let header = ipv4::Header::decode_header(reader)?;
            let host = IpAddr::V4(header.source);
            match header.protocol {
                _ if header.fragment_offset > 0 => Ok(None),
                Protocol::TCP => segment(reader, host),
                Protocol::ICMPV4 => about_ipv4(reader, host),
                _ => Ok(None),
            }
        }
        EtherType::IPV6 => {
            let header = ipv6::Header::decode_header(reader)?;
            let host = IpAddr::V6(header.source);
            match header.protocol {
                Protocol::TCP => segment(reader, host),
                Protocol::ICMPV6 => about_ipv6(reader, host),
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

fn segment(reader: &mut Reader<'_>, host: IpAddr) -> Result<Option<Heard>, DecodeError> {
    let segment = tcp::Header::decode(reader)?;
    let word = if segment.flags.contains(tcp::Flags::SYN_ACK) {
        let is_odd = segment.window == 0 || !segment.has_options;
        Word::Agreed { acknowledgement: segment.acknowledgement, is_odd }
    } else if segment.flags.contains(tcp::Flags::RST) {
        Word::Refused
    } else {
        return Ok(None);
    };
    let sequence = segment.acknowledgement.wrapping_sub(1);
    let cookie = Cookie { source_port: segment.destination, sequence };
    Ok(Some(Heard::Port { host, port: segment.source, cookie, word }))
}

fn about_ipv4(reader: &mut Reader<'_>, host: IpAddr) -> Result<Option<Heard>, DecodeError> {
    match icmpv4::Message::decode(reader)? {
        icmpv4::Message::EchoReply { identifier, sequence } => {
            Ok(Some(Heard::Echo { host, identifier, sequence }))
        }
        icmpv4::Message::Unreachable { code, mut quoted } if icmpv4::is_prohibited(code) => {
            let header = ipv4::Header::decode_header(&mut quoted)?;
            let host = IpAddr::V4(header.destination);
            quoted_syn(&mut quoted, host, header.protocol)
        }
        _ => Ok(None),
    }
}

fn about_ipv6(reader: &mut Reader<'_>, host: IpAddr) -> Result<Option<Heard>, DecodeError> {
    match icmpv6::Message::decode(reader)? {
        icmpv6::Message::EchoReply { identifier, sequence } => {
            Ok(Some(Heard::Echo { host, identifier, sequence }))
        }
        icmpv6::Message::Unreachable { mut quoted, .. } => {
            let header = ipv6::Header::decode_header(&mut quoted)?;
            quoted_syn(&mut quoted, IpAddr::V6(header.destination), header.protocol)
        }
        icmpv6::Message::NeighbourAdvertisement { target, link_address } => {
            let address = IpAddr::V6(target);
            Ok(link_address.map(|station| Heard::Station { address, station }))
        }
        _ => Ok(None),
    }
}

fn quoted_syn(
    quoted: &mut Reader<'_>,
    host: IpAddr,
    protocol: Protocol,
) -> Result<Option<Heard>, DecodeError> {
    if protocol != Protocol::TCP {
        return Ok(None);
    }
    let (source_port, port, sequence) = tcp::Header::decode_ports(quoted)?;
    let cookie = Cookie { source_port, sequence };
    Ok(Some(Heard::Port { host, port, cookie, word: Word::Forbidden }))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// An answer of an open port, with some bytes changed.
    fn hostile_frame() -> impl Strategy<Value = Vec<u8>> {
        let head = Header {
            destination: MacAddress([2; 6]),
            source: MacAddress([4; 6]),
            ether_type: EtherType::IPV4,
        };
        let (host, own) = ("192.0.2.7".parse().unwrap(), "192.0.2.1".parse().unwrap());
        let packet = ipv4::Header {
            source: host,
            destination: own,
            protocol: Protocol::TCP,
            ttl: 64,
            fragment_offset: 0,
            payload_length: 24,
        };
        let segment = tcp::Header {
            source: 80,
            destination: 61_000,
            sequence: 1,
            acknowledgement: 2,
            flags: tcp::Flags::SYN_ACK,
            window: 1,
            has_options: true,
        };
        let body = segment.to_bytes_with_mss(host.into(), own.into(), 1_460);
        let frame = [&head.to_bytes()[..], &packet.to_bytes(), &body].concat();
        let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
        (edits, 0..=frame.len()).prop_map(move |(edits, length)| {
            let mut frame = frame.clone();
            for (at, value) in edits {
                let at = at.index(frame.len());
                frame[at] = value;
            }
            frame.truncate(length);
            frame
        })
    }

    proptest! {
        #[test]
        fn no_frame_makes_it_panic(frame in prop_oneof![vec(any::<u8>(), 0..200), hostile_frame()]) {
            let _ = read(&frame);
        }
    }

    #[test]
    fn a_forwarded_refusal_names_the_port_that_was_asked() {
        let own = "192.0.2.1".parse().unwrap();
        let host = "192.0.2.7".parse().unwrap();
        let header = |source, destination, protocol, payload_length| ipv4::Header {
            source,
            destination,
            protocol,
            ttl: 64,
            fragment_offset: 0,
            payload_length,
        };
        let quoted = header(own, host, Protocol::TCP, 24).to_bytes();
        let ports = [0xee, 0x48, 0, 22, 0, 0, 0, 9];
        let head = Header {
            destination: MacAddress([2; 6]),
            source: MacAddress([4; 6]),
            ether_type: EtherType::IPV4,
        };
        let router = "192.0.2.254".parse().unwrap();
        let outer = header(router, own, Protocol::ICMPV4, 36).to_bytes();
        let message = [3, 13, 0, 0, 0, 0, 0, 0];
        let frame = [&head.to_bytes()[..], &outer, &message, &quoted, &ports].concat();
        let cookie = Cookie { source_port: 61_000, sequence: 9 };
        let expected = Heard::Port { host: host.into(), port: 22, cookie, word: Word::Forbidden };
        assert_eq!(read(&frame), Some(expected));
    }
}
