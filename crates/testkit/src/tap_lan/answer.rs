//! What hosts write into the frames that they send back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use hoshimori_wire::checksum::Checksum;
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::tcp;
use hoshimori_wire::{DecodeError, Reader};

use super::host::{Answer, LiveHost, SimulatedHost};

/// What a Linux host writes in its packets.
const TTL: u8 = 64;

/// What a Linux host offers.
const WINDOW: u16 = 64_240;

/// A frame and what it takes to come back.
type Delayed = (Vec<u8>, Duration);

/// The hosts of a LAN.
pub(super) struct Hosts {
    hosts: HashMap<IpAddr, LiveHost>,
}

/// Who speaks to whom.
#[derive(Clone, Copy)]
struct Exchange {
    station: MacAddress,
    from: IpAddr,
    to: IpAddr,
}

impl Hosts {
    pub(super) fn new(hosts: Vec<SimulatedHost>, seed: u64) -> Self {
        let live = (seed..).zip(hosts).map(|(seed, host)| {
            // Neighbouring seeds would begin alike.
            (host.address, LiveHost::new(host, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        });
        Self { hosts: live.collect() }
    }

    /// The answer to a frame, if there is one.
    pub(super) fn answer(&mut self, frame: &[u8], now: Duration) -> Option<Delayed> {
        self.read(&mut Reader::new("frame", frame), now).ok().flatten()
    }

    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        now: Duration,
    ) -> Result<Option<Delayed>, DecodeError> {
        let link = Header::decode(reader)?;
        match link.ether_type {
            EtherType::ARP => {
                let asked = arp::Packet::decode(reader)?;
                Ok(self.through(asked.target_address.into(), now, |_| Some(arp_reply(&asked))))
            }
            EtherType::IPV4 => {
                let (header, payload) = ipv4::Header::decode(reader)?;
                let (from, to) = (header.source.into(), header.destination.into());
                self.packet(
                    Exchange { station: link.source, from, to },
                    header.protocol,
                    payload,
                    now,
                )
            }
            EtherType::IPV6 => {
                let (header, payload) = ipv6::Header::decode(reader)?;
                let (from, to) = (header.source.into(), header.destination.into());
                self.packet(
                    Exchange { station: link.source, from, to },
                    header.protocol,
                    payload,
                    now,
                )
            }
            _ => Ok(None),
        }
    }

    fn packet(
        &mut self,
        exchange: Exchange,
        protocol: Protocol,
        mut payload: Reader<'_>,
        now: Duration,
    ) -> Result<Option<Delayed>, DecodeError> {
        match (protocol, exchange.from, exchange.to) {
            (Protocol::TCP, ..) => {
                let asked = tcp::Header::decode(&mut payload)?;
                if asked.flags.0 & 0x3f != tcp::Flags::SYN.0 {
                    return Ok(None);
                }
                Ok(self.through(exchange.to, now, |host| {
                    let answer = host.knock(asked.destination, now)?;
                    Some(exchange.packet(Protocol::TCP, &exchange.segment(&asked, answer)))
                }))
            }
            (Protocol::ICMPV4, IpAddr::V4(_), _) => {
                let [kind, _, _, _, identity @ ..] = payload.array::<8>()?;
                let body = [&[0; 4][..], &identity, payload.rest()].concat();
                let reply = with_checksum(body, Checksum::default());
                let answer = |_: &mut LiveHost| Some(exchange.packet(Protocol::ICMPV4, &reply));
                Ok(if kind == 8 { self.through(exchange.to, now, answer) } else { None })
            }
            (Protocol::ICMPV6, IpAddr::V6(from), IpAddr::V6(_)) => {
                self.icmpv6(exchange, from, payload, now)
            }
            _ => Ok(None),
        }
    }

    fn icmpv6(
        &mut self,
        exchange: Exchange,
        from: Ipv6Addr,
        mut payload: Reader<'_>,
        now: Duration,
    ) -> Result<Option<Delayed>, DecodeError> {
        if let icmpv6::Message::NeighbourSolicitation { target } =
            icmpv6::Message::decode(&mut payload.clone())?
        {
            let exchange = Exchange { to: target.into(), ..exchange };
            // Nobody answers for an address that is only being tried (RFC 4862 section 5.4).
            let is_asked = !from.is_unspecified();
            let station = station_of(target.into());
            let body = [&[136, 0, 0, 0, 0x60, 0, 0, 0], &target.octets()[..], &[2, 1], &station.0];
            let answer = |_: &mut LiveHost| Some(exchange.message_v6(body.concat()));
            return Ok(is_asked.then(|| self.through(target.into(), now, answer)).flatten());
        }
        let [kind, _, _, _, identity @ ..] = payload.array::<8>()?;
        let body = [&[129, 0, 0, 0][..], &identity, payload.rest()].concat();
        let answer = |_: &mut LiveHost| Some(exchange.message_v6(body));
        Ok(if kind == 128 { self.through(exchange.to, now, answer) } else { None })
    }

    /// What `answer` makes, if the host at `address` is there and neither way loses it.
    fn through(
        &mut self,
        address: IpAddr,
        now: Duration,
        answer: impl FnOnce(&mut LiveHost) -> Option<Vec<u8>>,
    ) -> Option<Delayed> {
        let host = self.hosts.get_mut(&address)?;
        if host.is_dead(now) || host.loses_one() {
            return None;
        }
        let frame = answer(host)?;
        (!host.loses_one()).then_some((frame, host.host.delay))
    }
}

impl Exchange {
    /// The segment with which a port answers `asked`.
    fn segment(&self, asked: &tcp::Header, answer: Answer) -> Vec<u8> {
        let (flags, window) = match answer {
            Answer::Refusal => (tcp::Flags::RST_ACK, 0),
            Answer::Agreement { is_odd: true } => (tcp::Flags::SYN_ACK, 0),
            Answer::Agreement { is_odd: false } => (tcp::Flags::SYN_ACK, WINDOW),
        };
        let header = tcp::Header {
            source: asked.destination,
            destination: asked.source,
            sequence: 1,
            acknowledgement: asked.sequence.wrapping_add(1),
            flags,
            window,
            has_options: false,
        };
        if answer == (Answer::Agreement { is_odd: false }) {
            header.to_bytes_with_mss(self.to, self.from, 1_440).to_vec()
        } else {
            header.to_bytes(self.to, self.from).to_vec()
        }
    }

    /// A message of ICMP for IPv6 whose checksum is still zero, on its way back.
    fn message_v6(&self, body: Vec<u8>) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
        let sum = Checksum::of_pseudo_header(self.to, self.from, Protocol::ICMPV6, length);
        self.packet(Protocol::ICMPV6, &with_checksum(body, sum))
    }

    /// A frame on its way back.
    fn packet(&self, protocol: Protocol, body: &[u8]) -> Vec<u8> {
        let payload_length = u16::try_from(body.len()).unwrap_or(u16::MAX);
        let head = |ether_type| {
            Header { destination: self.station, source: station_of(self.to), ether_type }.to_bytes()
        };
        match (self.to, self.from) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let packet = ipv4::Header {
                    source,
                    destination,
                    protocol,
                    ttl: TTL,
                    fragment_offset: 0,
                    payload_length,
                };
                [&head(EtherType::IPV4)[..], &packet.to_bytes(), body].concat()
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                // RFC 4861 section 7.1.2: anything less has come through a router.
                let hop_limit = if protocol == Protocol::ICMPV6 { 255 } else { TTL };
                let packet =
                    ipv6::Header { source, destination, protocol, hop_limit, payload_length };
                [&head(EtherType::IPV6)[..], &packet.to_bytes(), body].concat()
            }
            // No packet has addresses of two families.
            _ => Vec::new(),
        }
    }
}

fn arp_reply(asked: &arp::Packet) -> Vec<u8> {
    let station = station_of(asked.target_address.into());
    let packet = arp::Packet {
        operation: arp::Operation::REPLY,
        sender: station,
        sender_address: asked.target_address,
        target: asked.sender,
        target_address: asked.sender_address,
    };
    let (destination, ether_type) = (asked.sender, EtherType::ARP);
    let head = Header { destination, source: station, ether_type };
    [&head.to_bytes()[..], &packet.to_bytes()].concat()
}

/// Fills in the checksum of an ICMP message in which it is zero.
fn with_checksum(mut message: Vec<u8>, sum: Checksum) -> Vec<u8> {
    let checksum = sum.with(&message).finish().to_be_bytes();
    for (place, byte) in message.iter_mut().skip(2).zip(checksum) {
        *place = byte;
    }
    message
}

/// The station of a simulated host, locally administered.
fn station_of(address: IpAddr) -> MacAddress {
    let bits = match address {
        IpAddr::V4(address) => Ipv4Addr::octets(&address),
        IpAddr::V6(address) => {
            let [.., a, b, c, d] = address.octets();
            [a, b, c, d]
        }
    };
    let [a, b, c, d] = bits;
    let family = if address.is_ipv6() { 6 } else { 4 };
    MacAddress([2, family, a, b, c, d])
}
