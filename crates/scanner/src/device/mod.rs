//! Links on which whole frames are sent and received.
//!
//! [`Device`] is what the packet engine knows of a link. [`linux`] is the real one, [`fake`] a LAN
//! in this process with a clock of its own, [`hostile`] one that answers what it likes, [`fault`]
//! loses frames of another device, and [`pump`] receives on a thread of its own while another one sends; [`relay`] sends on two.

pub mod fake;
pub mod fault;
pub mod hostile;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod pump;
pub mod relay;
#[cfg(target_os = "linux")]
pub mod route;

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use hoshimori_wire::link::ethernet::MacAddress;

use crate::gate::raw::Batch;

/// How many bytes of a received frame are kept: an ICMP error that quotes a SYN takes 110.
pub const KEPT_BYTES: usize = 128;

/// What is known of an Ethernet link and this machine's place on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Link {
    /// The interface.
    pub name: String,
    /// Its number in the system.
    pub index: u32,
    /// This machine's station.
    pub station: MacAddress,
    /// The longest packet that it carries, in bytes.
    pub mtu: u32,
}

/// Where packets to an address go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Path {
    /// This machine's address towards it.
    pub source: IpAddr,
    /// Who takes the packets on the link: the address itself or a router.
    pub next_hop: IpAddr,
    /// The number of the interface.
    pub interface: u32,
}

/// A link.
///
/// Takes `&self` throughout, so that one thread can send while another receives.
pub trait Device: Send + Sync {
    /// What is known of the link.
    fn link(&self) -> &Link;

    /// Sends the frames of `batch` that are not gone yet, in order, and tells how many went.
    fn send(&self, batch: &Batch) -> io::Result<usize>;

    /// Waits at most `wait` for frames and takes those that are there behind those in `inbox`.
    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()>;

    /// How many frames this machine has lost on receipt since the last call.
    fn dropped(&self) -> io::Result<u64>;
}

impl<D: Device + ?Sized> Device for std::sync::Arc<D> {
    fn link(&self) -> &Link {
        D::link(self)
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        D::send(self, batch)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        D::receive(self, inbox, wait)
    }

    fn dropped(&self) -> io::Result<u64> {
        D::dropped(self)
    }
}

/// Received frames, in memory that is taken once and never grows.
#[derive(Debug)]
pub struct Inbox {
    frames: Vec<Received>,
    capacity: usize,
}

/// The beginning of a received frame.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    bytes: [u8; KEPT_BYTES],
    length: usize,
    /// When it was received, on the clock of the device.
    pub at: Duration,
}

impl Received {
    /// The first [`KEPT_BYTES`] of `frame`.
    pub fn new(frame: &[u8], at: Duration) -> Self {
        let mut bytes = [0; KEPT_BYTES];
        for (place, byte) in bytes.iter_mut().zip(frame) {
            *place = *byte;
        }
        Self { bytes, length: frame.len().min(KEPT_BYTES), at }
    }

    /// The bytes that were kept.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }
}

impl Inbox {
    /// Room for `capacity` frames.
    pub fn new(capacity: usize) -> Self {
        Self { frames: Vec::with_capacity(capacity), capacity }
    }

    /// How many more frames find room.
    pub fn room(&self) -> usize {
        self.capacity.saturating_sub(self.frames.len())
    }

    /// Takes a frame in; one that finds no room is lost.
    pub fn push(&mut self, frame: Received) {
        if self.room() > 0 {
            self.frames.push(frame);
        }
    }

    /// The frames in the order in which they came.
    pub fn frames(&self) -> &[Received] {
        &self.frames
    }

    /// Forgets all frames.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}
