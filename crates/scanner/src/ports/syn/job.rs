//! What a half-open scan is given to do, and what it gives back.

use std::net::IpAddr;
use std::num::NonZeroU32;

use hoshimori_inspection::evidence::{Observation, PortSpan};
use hoshimori_inspection::scope::Permit;

use super::checkpoint::Checkpoint;
use crate::pacer::PacketsPerSecond;

/// Speeds that are never exceeded. Below them the scan follows what comes back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Over one link, to all hosts together.
    pub total: PacketsPerSecond,
    /// To one host on the link.
    pub host: PacketsPerSecond,
    /// Through a router, to all hosts behind it together: its table of connections is small.
    pub routed: PacketsPerSecond,
    /// To one fragile device.
    pub fragile: PacketsPerSecond,
}

impl Default for Limits {
    /// A gigabit link carries 1.4 million SYNs a second; a fifth of it leaves room for the office.
    /// 1,000 a second through a router and to a fragile device are the usual advice.
    fn default() -> Self {
        let rate = |packets| PacketsPerSecond(NonZeroU32::new(packets).unwrap_or(NonZeroU32::MIN));
        Self {
            total: rate(300_000),
            host: rate(300_000),
            routed: rate(1_000),
            fragile: rate(1_000),
        }
    }
}

/// A host to scan.
#[derive(Clone, Debug)]
pub struct SynJob {
    /// Leave to do so.
    pub permit: Permit,
    /// The ports; the result has one observation for each span.
    pub spans: Vec<PortSpan>,
    /// Whether it is to be asked at the speed of a fragile device.
    pub is_fragile: bool,
    /// All checkpoints of an interrupted scan of this host, in order.
    pub resumed: Vec<Checkpoint>,
}

/// What a scan tells.
#[derive(Clone, Debug)]
pub enum SynReport {
    /// Something that a resumed scan would need to know: to be written down as it comes.
    Checkpoint(Checkpoint),
    /// A port completed a second handshake.
    Open {
        /// Its host.
        address: IpAddr,
        /// The port.
        port: u16,
    },
    /// A host is finished: one observation for each of its spans.
    Host {
        /// The host.
        address: IpAddr,
        /// What was seen.
        observations: Vec<Observation>,
    },
    /// A host that the connect scan has to take.
    Unsuitable {
        /// The host.
        address: IpAddr,
        /// Why.
        reason: Unsuitable,
    },
}

/// Why the half-open scan cannot take a host.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsuitable {
    /// There is no route, or the address is this machine's own.
    #[error("no route leaves this machine")]
    NoRoute,
    /// The way leads over something else than Ethernet.
    #[error("the link is not Ethernet")]
    NotEthernet,
    /// This process may not open packet sockets.
    #[error("no packet socket (`CAP_NET_RAW` is missing)")]
    NoPacketSocket,
}
