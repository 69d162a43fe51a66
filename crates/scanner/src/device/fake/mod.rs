//! A LAN in this process: hosts that answer ARP, echo requests and SYNs, on a clock of its own.
//!
//! Nothing takes real time: the clock moves by what sending a frame takes on a link, and by what a
//! receiver waits. The same frames at the same times give the same answers.

mod host;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, ipv4};
use hoshimori_wire::{DecodeError, Reader};
use jiff::{SignedDuration, Timestamp};

pub use self::host::{Behaviour, Closed};

use self::host::{Answer, FakeHost};
use super::{Device, Inbox, Link, Received};
use crate::gate::raw::Batch;

/// What sending one frame takes: 300,000 a second.
const FRAME_TIME: Duration = Duration::from_nanos(3_333);

/// This machine on the fake LAN.
pub const OWN_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 1);
const OWN_STATION: MacAddress = MacAddress([2, 0, 0, 0x87, 0, 1]);

/// A clock that the fake LAN moves.
#[derive(Debug, Default)]
pub struct VirtualClock {
    nanos: AtomicU64,
}

impl VirtualClock {
    pub(super) fn advance(&self, by: Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let moved = SignedDuration::try_from(self.elapsed()).unwrap_or(SignedDuration::MAX);
        Timestamp::UNIX_EPOCH.checked_add(moved).unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }
}

/// The LAN.
pub struct FakeLan {
    link: Link,
    clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    hosts: HashMap<Ipv4Addr, FakeHost>,
    under_way: BinaryHeap<Reverse<(Duration, u64, Vec<u8>)>>,
    packets: HashMap<Ipv4Addr, u64>,
    count: u64,
}

impl FakeLan {
    /// A LAN of `hosts`, at the beginning of its clock.
    pub fn new(hosts: impl IntoIterator<Item = (Ipv4Addr, Behaviour)>) -> Self {
        let hosts =
            hosts.into_iter().map(|(address, behaviour)| (address, FakeHost::new(behaviour)));
        let state = State { hosts: hosts.collect(), ..State::default() };
        Self {
            link: Link { name: "fake".into(), index: 1, station: OWN_STATION, mtu: 1_500 },
            clock: Arc::default(),
            state: Mutex::new(state),
        }
    }

    /// The clock that this LAN moves.
    pub fn clock(&self) -> Arc<VirtualClock> {
        self.clock.clone()
    }

    /// How many packets went to each address, those to nobody included.
    pub fn packets(&self) -> HashMap<Ipv4Addr, u64> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).packets.clone()
    }
}

impl Device for FakeLan {
    fn link(&self) -> &Link {
        &self.link
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count = 0;
        for frame in batch.frames() {
            self.clock.advance(FRAME_TIME);
            let now = self.clock.elapsed();
            if let Ok(Some((answer, after))) = state.answer(frame, now) {
                state.count += 1;
                let order = state.count;
                state.under_way.push(Reverse((now + after, order, answer)));
            }
            count += 1;
        }
        Ok(count)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        let next = state.under_way.peek().map(|Reverse((at, ..))| at.saturating_sub(now));
        self.clock.advance(next.map_or(wait, |next| next.min(wait)));
        let now = self.clock.elapsed();
        while inbox.room() > 0 && state.under_way.peek().is_some_and(|Reverse((at, ..))| *at <= now)
        {
            if let Some(Reverse((at, _, frame))) = state.under_way.pop() {
                inbox.push(Received::new(&frame, at));
            }
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        Ok(0)
    }
}

impl State {
    fn answer(&mut self, frame: &[u8], now: Duration) -> Result<Answer, DecodeError> {
        let mut reader = Reader::new("frame", frame);
        match Header::decode(&mut reader)?.ether_type {
            EtherType::ARP => {
                let asked = arp::Packet::decode(&mut reader)?;
                let host = self.hosts.get(&asked.target_address);
                Ok(host.filter(|host| !host.is_away(now)).map(|host| host.answer_arp(&asked)))
            }
            EtherType::IPV4 => {
                let (header, mut payload) = ipv4::Header::decode(&mut reader)?;
                *self.packets.entry(header.destination).or_default() += 1;
                let Some(host) = self.hosts.get_mut(&header.destination) else { return Ok(None) };
                if host.is_away(now) {
                    return Ok(None);
                }
                match header.protocol {
                    Protocol::TCP => host.answer_tcp(&header, &mut payload, now),
                    Protocol::ICMPV4 => Ok(host.answer_echo(&header, &mut payload)),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }
}
