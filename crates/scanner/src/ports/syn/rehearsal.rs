//! The engine over any device: for fuzzing, for tests of its memory, for benches.

use std::io;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::Permit;

use super::campaign::{Campaign, Prepared, Settings};
use super::news::News;
use super::states::{PortSet, PortState};
use crate::device::{Device, Path};
use crate::pacer::PacketsPerSecond;

/// Where the ports of this machine begin from which a rehearsal asks.
pub const FIRST_SOURCE_PORT: u16 = 61_000;

/// What a rehearsal found of one host; nothing of it is confirmed by a second handshake.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rehearsed {
    /// The host.
    pub address: IpAddr,
    /// The ports that agreed.
    pub open: Vec<u16>,
    /// Packets sent to it.
    pub sent: u64,
    /// Answers of it.
    pub received: u64,
}

/// Asks `ports` of `hosts` through `device`, at most `rate` packets a second, as a scan does.
pub fn rehearse<D: Device>(
    device: D,
    clock: Arc<dyn Clock>,
    (hosts, ports): (Vec<(Permit, Path)>, RangeInclusive<u16>),
    rate: NonZeroU32,
) -> io::Result<Vec<Rehearsed>> {
    let cap = PacketsPerSecond(rate);
    let wanted = PortSet::of(ports);
    let jobs = hosts.into_iter().map(|(permit, path)| {
        let wanted = wanted.clone();
        Prepared { permit, path, wanted, cap, resumed: Vec::new() }
    });
    let mut seen = Vec::new();
    let mut tell = |news| {
        if let News::Ended(host) = news {
            let is_open = |port: &u16| host.states.get(*port) == PortState::Open;
            seen.push(Rehearsed {
                address: host.address,
                open: (1..=u16::MAX).filter(is_open).collect(),
                sent: host.signs.sent,
                received: host.signs.received,
            });
        }
        ControlFlow::Continue(())
    };
    let settings = Settings { clock, seed: 7, first_source_port: FIRST_SOURCE_PORT, total: cap };
    Campaign::new(device, settings, jobs.collect(), &mut tell).run()?;
    Ok(seen)
}
