use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header};
use hoshimori_wire::net::{Protocol, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::{tcp, udp};
use hoshimori_wire::{DecodeError, Reader};

/// What was sent to one port.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ToPort {
    /// Requests for a connection.
    pub syns: u32,
    /// Resets.
    pub resets: u32,
    /// Bytes of payload, in segments and datagrams.
    pub payload_bytes: u64,
}

/// Everything that was sent to the link.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    frames: u64,
    unreadable: u64,
    addresses: BTreeSet<IpAddr>,
    asked_for: BTreeSet<IpAddr>,
    ports: BTreeMap<(IpAddr, u16), ToPort>,
}

impl Traffic {
    /// How many frames there were.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// How many of them could not be read: a test that counts wants none.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// All unicast addresses to which a packet was sent.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().copied().filter(|address| !address.is_multicast())
    }

    /// All addresses whose station was asked for, by ARP or neighbour solicitation.
    pub fn asked_for(&self) -> impl Iterator<Item = IpAddr> {
        self.asked_for.iter().copied()
    }

    /// What was sent to `port` of `address`.
    pub fn to_port(&self, address: IpAddr, port: u16) -> ToPort {
        self.ports.get(&(address, port)).copied().unwrap_or_default()
    }

    /// What was sent to each port of `address`.
    pub fn to_ports(&self, address: IpAddr) -> impl Iterator<Item = (u16, ToPort)> {
        let ports = self.ports.range((address, 0)..=(address, u16::MAX));
        ports.map(|((_, port), to_port)| (*port, *to_port))
    }

    pub(super) fn note(&mut self, frame: &[u8]) {
        self.frames += 1;
        if self.read(&mut Reader::new("frame", frame)).is_err() {
            self.unreadable += 1;
        }
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        match Header::decode(reader)?.ether_type {
            EtherType::ARP => {
                let packet = arp::Packet::decode(reader)?;
                self.asked_for.insert(packet.target_address.into());
                Ok(())
            }
            EtherType::IPV4 => {
                let (header, payload) = ipv4::Header::decode(reader)?;
                self.packet(header.destination.into(), header.protocol, payload)
            }
            EtherType::IPV6 => {
                let (header, payload) = ipv6::Header::decode(reader)?;
                self.packet(header.destination.into(), header.protocol, payload)
            }
            _ => Err(reader.invalid("neither ARP nor IP")),
        }
    }

    fn packet(
        &mut self,
        address: IpAddr,
        protocol: Protocol,
        mut payload: Reader<'_>,
    ) -> Result<(), DecodeError> {
        self.addresses.insert(address);
        match protocol {
            Protocol::TCP => {
                let segment = tcp::Header::decode(&mut payload)?;
                let to_port = self.ports.entry((address, segment.destination)).or_default();
                let is = |flags| u32::from(segment.flags.contains(flags));
                to_port.syns += is(tcp::Flags::SYN);
                to_port.resets += is(tcp::Flags::RST);
                to_port.payload_bytes += u64::try_from(payload.remaining()).unwrap_or(u64::MAX);
            }
            Protocol::UDP => {
                let (header, data) = udp::Header::decode(&mut payload)?;
                let to_port = self.ports.entry((address, header.destination)).or_default();
                to_port.payload_bytes += u64::try_from(data.remaining()).unwrap_or(u64::MAX);
            }
            Protocol::ICMPV6 => {
                let message = icmpv6::Message::decode(&mut payload)?;
                if let icmpv6::Message::NeighbourSolicitation { target } = message {
                    self.asked_for.insert(target.into());
                }
            }
            _ => {}
        }
        Ok(())
    }
}
