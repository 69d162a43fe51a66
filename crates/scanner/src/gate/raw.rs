//! The gate for whole frames: none is made without a permit.
//!
//! A [`Device`] sends [`Batch`]es and nothing else, and only [`RawGate`] can put a frame in one.
//! The destination of each frame comes out of a [`Permit`], whose time is looked at for every
//! frame. The one frame that goes to all stations of the link asks for the station of the
//! permitted address, or of the router before it; without it nothing could be delivered.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::{Permit, Refusal};
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{self, EtherType, MacAddress};
use hoshimori_wire::net::{Protocol, icmpv4, icmpv6, ipv4, ipv6};
use hoshimori_wire::transport::tcp;
use jiff::Timestamp;

use crate::device::{Device, Inbox, Path};

/// Frames that are sent together.
const FRAMES: usize = 64;

/// The longest frame that is made here: a neighbour solicitation.
const LONGEST: usize = 14 + 40 + 32;

/// What a Linux host writes in its packets.
const TTL: u8 = 64;

/// What a Linux host offers in its SYN.
const WINDOW: u16 = 64_240;

/// How often a full queue of the driver is waited for, and how long.
const QUEUE_PAUSES: (u32, Duration) = (200, Duration::from_micros(200));

/// Frames that may be sent. Only [`RawGate`] makes them.
#[derive(Debug)]
pub struct Batch {
    slots: Vec<([u8; LONGEST], usize)>,
    gone: usize,
}

impl Batch {
    /// The frames that are not gone yet, in order.
    pub fn frames(&self) -> impl Iterator<Item = &[u8]> {
        self.slots.iter().skip(self.gone).filter_map(|(bytes, length)| bytes.get(..*length))
    }

    /// The frames left when those are taken out that `is_lost` says, and how many there were.
    pub(crate) fn without(&self, mut is_lost: impl FnMut() -> bool) -> (Self, usize) {
        let (mut kept, mut count) = (Self::new(), 0);
        for slot in self.slots.iter().skip(self.gone) {
            count += 1;
            if !is_lost() {
                kept.slots.push(*slot);
            }
        }
        (kept, count)
    }

    fn new() -> Self {
        Self { slots: Vec::with_capacity(FRAMES), gone: 0 }
    }

    fn push(&mut self, parts: &[&[u8]]) {
        let mut frame = [0; LONGEST];
        let mut rest = frame.as_mut_slice();
        for part in parts {
            let Some((place, after)) = rest.split_at_mut_checked(part.len()) else { return };
            place.copy_from_slice(part);
            rest = after;
        }
        let length = LONGEST - rest.len();
        self.slots.push((frame, length));
    }
}

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
        Self { device, clock, batch: Batch::new(), now, sent: 0 }
    }

    /// Frames sent so far.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The device behind the gate.
    pub fn device(&self) -> &D {
        &self.device
    }

    /// Takes in what the device has received.
    pub fn receive(&mut self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        self.device.receive(inbox, wait)
    }

    /// Asks the link which station has the next hop towards the permitted address.
    pub fn solicit(&mut self, permit: &Permit, path: &Path) -> Result<(), SendError> {
        permit.check(self.now)?;
        let source = self.device.link().station;
        match (path.source, path.next_hop) {
            (IpAddr::V4(from), IpAddr::V4(target_address)) => {
                let head = ethernet_header(source, MacAddress::BROADCAST, EtherType::ARP);
                let packet = arp::Packet {
                    operation: arp::Operation::REQUEST,
                    sender: source,
                    sender_address: from,
                    target: MacAddress([0; 6]),
                    target_address,
                };
                self.push(&[&head, &packet.to_bytes()])
            }
            (IpAddr::V6(from), IpAddr::V6(target)) => {
                let group = icmpv6::solicited_node(target);
                let head =
                    ethernet_header(source, MacAddress::of_multicast(group), EtherType::IPV6);
                let body = icmpv6::neighbour_solicitation(from, target, source);
                let packet = ipv6::Header {
                    source: from,
                    destination: group,
                    protocol: Protocol::ICMPV6,
                    // RFC 4861 section 7.1.1: anything less has come through a router.
                    hop_limit: 255,
                    payload_length: 32,
                };
                self.push(&[&head, &packet.to_bytes(), &body])
            }
            _ => Ok(()),
        }
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
        match (aim.path.source, aim.address()) {
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let body = icmpv6::echo_request(source, destination, identifier, sequence);
                self.packet(aim, Protocol::ICMPV6, &body)
            }
            _ => self.packet(aim, Protocol::ICMPV4, &icmpv4::echo_request(identifier, sequence)),
        }
    }

    /// Sends what waits, and looks at the time for what comes next.
    pub fn flush(&mut self) -> io::Result<()> {
        let (mut pauses, pause) = QUEUE_PAUSES;
        while self.batch.gone < self.batch.slots.len() {
            match self.device.send(&self.batch) {
                Ok(count) => {
                    self.batch.gone += count;
                    self.sent += u64::try_from(count).unwrap_or(0);
                }
                Err(error) if is_full(&error) && pauses > 0 => {
                    pauses -= 1;
                    std::thread::sleep(pause);
                }
                Err(error) => return Err(error),
            }
        }
        self.batch.slots.clear();
        self.batch.gone = 0;
        self.now = self.clock.now();
        Ok(())
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
        if self.batch.slots.len() >= FRAMES {
            self.flush()?;
        }
        Ok(())
    }
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

/// Whether the driver's queue is full, which passes.
fn is_full(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOBUFS | libc::EAGAIN | libc::EINTR))
}
