//! The gate for whole frames: none is made without a permit.
//!
//! A [`Device`] sends [`Batch`]es and nothing else, and only [`RawGate`] can put a frame in one.
//! The destination of each frame comes out of a [`Permit`], whose time is looked at for every
//! frame. The one frame that goes to all stations of the link asks for the station of the
//! permitted address, or of the router before it; without it nothing could be delivered. A call to
//! all nodes of a link takes a [`LinkPermit`]: every prefix of the link is then in the scope.

mod batch;
mod question;

use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::{LinkPermit, Permit, Refusal};
use hoshimori_wire::link::ethernet::{self, EtherType, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::tcp;
use jiff::Timestamp;

pub use batch::Batch;
pub(crate) use question::{Course, EchoMark, Question};

use crate::device::{Device, Inbox, Path};

/// What a Linux host writes in its packets.
pub(crate) const TTL: u8 = 64;

/// What a Linux host offers in its SYN.
const WINDOW: u16 = 64_240;

/// A permitted address and the station through which it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    permit: Permit,
    path: Path,
    station: MacAddress,
}

impl Aim {
    /// Packets for the permitted address, handed to `station`.
    pub fn new(permit: Permit, path: Path, station: MacAddress) -> Self {
        Self { permit, path, station }
    }

    /// The permitted address.
    pub fn address(&self) -> IpAddr {
        self.permit.address()
    }
}

/// A segment without data.
#[derive(Clone, Copy, Debug)]
pub struct Knocking {
    /// The port of this machine.
    pub source_port: u16,
    /// The port of the target.
    pub port: u16,
    /// The sequence number.
    pub sequence: u32,
}

/// Makes frames for permitted addresses and sends them through a device.
pub struct RawGate<D> {
    device: D,
    clock: Arc<dyn Clock>,
    batch: Batch,
    now: Timestamp,
    sent: u64,
}

impl<D: Device> RawGate<D> {
    /// A gate to `device` that checks permits against `clock`.
    pub fn new(device: D, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        Self { device, clock, batch: Batch::empty(), now, sent: 0 }
    }

    /// Frames sent so far.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The device behind the gate.
    pub fn device(&self) -> &D {
        &self.device
    }

    /// Takes in what the device has received, and looks at the time for what comes next.
    pub fn receive(&mut self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        self.device.receive(inbox, wait)?;
        self.now = self.clock.now();
        Ok(())
    }

    /// Asks the link which station has the next hop towards the permitted address.
    pub fn solicit(&mut self, permit: &Permit, path: &Path) -> Result<(), SendError> {
        permit.check(self.now)?;
        let group = match path.next_hop {
            IpAddr::V4(_) => MacAddress::BROADCAST,
            IpAddr::V6(target) => MacAddress::of_multicast(icmpv6::solicited_node(target)),
        };
        let station = self.device.link().station;
        self.question(group, Question::of_station(path.source, path.next_hop, station))
    }

    /// Asks a port for a connection.
    pub fn syn(&mut self, aim: &Aim, knocking: Knocking) -> Result<(), SendError> {
        let header = header_of(knocking, tcp::Flags::SYN, WINDOW);
        // The longest segment that the link takes whole, as a real system says it.
        let mss = match aim.address() {
            IpAddr::V4(_) => 1_460,
            IpAddr::V6(_) => 1_440,
        };
        let segment = header.to_bytes_with_mss(aim.path.source, aim.address(), mss);
        self.packet(aim, Protocol::TCP, &segment)
    }

    /// Ends a connection that a port has agreed to, so that it keeps nothing half open.
    pub fn reset(&mut self, aim: &Aim, knocking: Knocking) -> Result<(), SendError> {
        let header = header_of(knocking, tcp::Flags::RST, 0);
        let segment = header.to_bytes(aim.path.source, aim.address());
        self.packet(aim, Protocol::TCP, &segment)
    }

    /// Asks the host for an echo.
    pub fn echo(&mut self, aim: &Aim, identifier: u16, sequence: u16) -> Result<(), SendError> {
        aim.permit.check(self.now)?;
        let course = Course { source: aim.path.source, destination: aim.address(), hop_limit: TTL };
        let mark = EchoMark { identifier, sequence };
        self.question(aim.station, Question::of_echo(course, mark))
    }

    /// Asks all nodes of the link for an echo to `source`, the address of this machine in the
    /// prefix whose nodes are meant: they answer from their own addresses in it.
    pub(crate) fn echo_to_all(
        &mut self,
        permit: &LinkPermit,
        source: Ipv6Addr,
        mark: EchoMark,
    ) -> Result<(), SendError> {
        permit.check(source.into(), self.now)?;
        let group = MacAddress::of_multicast(icmpv6::ALL_NODES);
        self.question(group, Question::of_echo(to_all(source), mark))
    }

    /// Sends what waits, and looks at the time for what comes next.
    pub fn flush(&mut self) -> io::Result<()> {
        self.sent += self.batch.send_through(&self.device)?;
        self.now = self.clock.now();
        Ok(())
    }

    fn question(
        &mut self,
        destination: MacAddress,
        question: Option<Question>,
    ) -> Result<(), SendError> {
        let Some(question) = question else { return Ok(()) };
        let source = self.device.link().station;
        let head = ethernet_header(source, destination, question.ether_type());
        self.push(&[&head, question.bytes()])
    }

    fn packet(&mut self, aim: &Aim, protocol: Protocol, body: &[u8]) -> Result<(), SendError> {
        aim.permit.check(self.now)?;
        let payload_length = u16::try_from(body.len()).unwrap_or(0);
        let station = self.device.link().station;
        match (aim.path.source, aim.permit.address()) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let head = ethernet_header(station, aim.station, EtherType::IPV4);
                let packet = ipv4::Header {
                    source,
                    destination,
                    protocol,
                    ttl: TTL,
                    fragment_offset: 0,
                    payload_length,
                };
                self.push(&[&head, &packet.to_bytes(), body])
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let head = ethernet_header(station, aim.station, EtherType::IPV6);
                let packet =
                    ipv6::Header { source, destination, protocol, hop_limit: TTL, payload_length };
                self.push(&[&head, &packet.to_bytes(), body])
            }
            _ => Ok(()),
        }
    }

    fn push(&mut self, parts: &[&[u8]]) -> Result<(), SendError> {
        self.batch.push(parts);
        if self.batch.is_full() {
            self.flush()?;
        }
        Ok(())
    }
}

/// The course of a call from `source` to all nodes of the link; no router may pass it on.
pub(crate) fn to_all(source: Ipv6Addr) -> Course {
    Course { source: source.into(), destination: icmpv6::ALL_NODES.into(), hop_limit: 1 }
}

/// Why a frame was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The operator has not consented, or no longer.
    #[error("not sent, outside the consent")]
    NotPermitted(#[from] Refusal),
    /// The environment: this machine could not.
    #[error("cannot send a frame")]
    Device(#[from] io::Error),
}

fn ethernet_header(
    source: MacAddress,
    destination: MacAddress,
    ether_type: EtherType,
) -> [u8; ethernet::Header::LENGTH] {
    ethernet::Header { destination, source, ether_type }.to_bytes()
}

fn header_of(knocking: Knocking, flags: tcp::Flags, window: u16) -> tcp::Header {
    let Knocking { source_port, port, sequence } = knocking;
    tcp::Header {
        source: source_port,
        destination: port,
        sequence,
        acknowledgement: 0,
        flags,
        window,
        has_options: false,
    }
}
