//! A LAN in this process: hosts that answer ARP, echo requests and SYNs, on a clock of its own.
//!
//! Nothing takes real time: the clock moves by what sending a frame takes on a link, and by what a
//! receiver waits. The same frames at the same times give the same answers.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, ipv4};
use hoshimori_wire::transport::tcp;
use hoshimori_wire::{DecodeError, Reader};
use jiff::{SignedDuration, Timestamp};

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
    fn advance(&self, by: Duration) {
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

/// What a port does that does not listen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Closed {
    /// It refuses.
    Refuses,
    /// It stays silent.
    Drops,
    /// It agrees all the same: a tarpit.
    Agrees,
}

/// How a host behaves.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The ports that listen.
    pub open: Vec<u16>,
    /// The other ports.
    pub closed: Closed,
    /// Refusals a second at most.
    pub refusals_per_second: Option<u32>,
    /// SYNs a second that are looked at, at most.
    pub syns_per_second: Option<u32>,
    /// Whether SYN-ACKs look like those of a middlebox: no window, no options.
    pub is_odd: bool,
    /// When it answers nothing at all.
    pub is_away: Option<(Duration, Duration)>,
    /// What an answer takes to come back.
    pub round_trip: Duration,
}

impl Behaviour {
    /// A host that listens on `open`, refuses the rest and limits nothing.
    pub fn plain(open: Vec<u16>) -> Self {
        Self {
            open,
            closed: Closed::Refuses,
            refusals_per_second: None,
            syns_per_second: None,
            is_odd: false,
            is_away: None,
            round_trip: Duration::from_micros(300),
        }
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

struct FakeHost {
    behaviour: Behaviour,
    refusals: Bucket,
    syns: Bucket,
}

/// Tokens for a twentieth of a second, filled by the second.
#[derive(Default)]
struct Bucket {
    nanos: u64,
    filled: Duration,
}

impl Bucket {
    fn takes(&mut self, per_second: Option<u32>, now: Duration) -> bool {
        let Some(rate) = per_second.map(u64::from).filter(|rate| *rate > 0) else { return true };
        let cost = 1_000_000_000 / rate;
        let since = now.saturating_sub(self.filled).as_nanos();
        let full = (cost * (rate / 20)).max(cost);
        self.nanos = self.nanos.saturating_add(u64::try_from(since).unwrap_or(full)).min(full);
        self.filled = now;
        let has_one = self.nanos >= cost;
        self.nanos -= if has_one { cost } else { 0 };
        has_one
    }
}

impl FakeLan {
    /// A LAN of `hosts`, at the beginning of its clock.
    pub fn new(hosts: impl IntoIterator<Item = (Ipv4Addr, Behaviour)>) -> Self {
        let hosts = hosts.into_iter().map(|(address, mut behaviour)| {
            behaviour.open.sort_unstable();
            let (refusals, syns) = (Bucket::default(), Bucket::default());
            (address, FakeHost { behaviour, refusals, syns })
        });
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

/// A frame and what it takes to come back.
type Answer = Option<(Vec<u8>, Duration)>;

impl State {
    fn answer(&mut self, frame: &[u8], now: Duration) -> Result<Answer, DecodeError> {
        let mut reader = Reader::new("frame", frame);
        match Header::decode(&mut reader)?.ether_type {
            EtherType::ARP => Ok(self.answer_arp(&arp::Packet::decode(&mut reader)?, now)),
            EtherType::IPV4 => {
                let (header, mut payload) = ipv4::Header::decode(&mut reader)?;
                *self.packets.entry(header.destination).or_default() += 1;
                let Some(host) = self.hosts.get_mut(&header.destination) else { return Ok(None) };
                if host.behaviour.is_away.is_some_and(|(from, to)| from <= now && now < to) {
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

    fn answer_arp(&self, asked: &arp::Packet, now: Duration) -> Answer {
        let host = self.hosts.get(&asked.target_address)?;
        if host.behaviour.is_away.is_some_and(|(from, to)| from <= now && now < to) {
            return None;
        }
        let packet = arp::Packet {
            operation: arp::Operation::REPLY,
            sender: station_of(asked.target_address),
            sender_address: asked.target_address,
            target: asked.sender,
            target_address: asked.sender_address,
        };
        let head = header_to_us(asked.target_address, EtherType::ARP);
        let frame = [&head.to_bytes()[..], &packet.to_bytes()].concat();
        Some((frame, host.behaviour.round_trip))
    }
}

impl FakeHost {
    fn answer_tcp(
        &mut self,
        header: &ipv4::Header,
        payload: &mut Reader<'_>,
        now: Duration,
    ) -> Result<Answer, DecodeError> {
        let asked = tcp::Header::decode(payload)?;
        if asked.flags != tcp::Flags::SYN || !self.syns.takes(self.behaviour.syns_per_second, now) {
            return Ok(None);
        }
        let listens = self.behaviour.open.binary_search(&asked.destination).is_ok();
        let agrees = listens || self.behaviour.closed == Closed::Agrees;
        let refuses = self.behaviour.closed == Closed::Refuses
            && (agrees || self.refusals.takes(self.behaviour.refusals_per_second, now));
        if !agrees && !refuses {
            return Ok(None);
        }
        let flags = if agrees { tcp::Flags::SYN_ACK } else { tcp::Flags::RST_ACK };
        let answer = tcp::Header {
            source: asked.destination,
            destination: asked.source,
            sequence: 1,
            acknowledgement: asked.sequence.wrapping_add(1),
            flags,
            window: if agrees && !self.behaviour.is_odd { 64_240 } else { 0 },
            has_options: false,
        };
        let (from, to) = (IpAddr::V4(header.destination), IpAddr::V4(header.source));
        let body = if agrees && !self.behaviour.is_odd {
            answer.to_bytes_with_mss(from, to, 1_460).to_vec()
        } else {
            answer.to_bytes(from, to).to_vec()
        };
        Ok(Some(self.packet(header, Protocol::TCP, &body)))
    }

    fn answer_echo(&self, header: &ipv4::Header, payload: &mut Reader<'_>) -> Answer {
        let [kind, _, _, _, i0, i1, s0, s1] = payload.array().ok()?;
        let answers = kind == 8 && self.behaviour.closed == Closed::Refuses;
        // An echo reply is the request with type 0; nobody here looks at its checksum.
        answers.then(|| self.packet(header, Protocol::ICMPV4, &[0, 0, 0, 0, i0, i1, s0, s1]))
    }

    fn packet(&self, asked: &ipv4::Header, protocol: Protocol, body: &[u8]) -> (Vec<u8>, Duration) {
        let packet = ipv4::Header {
            source: asked.destination,
            destination: asked.source,
            protocol,
            ttl: 64,
            fragment_offset: 0,
            payload_length: u16::try_from(body.len()).unwrap_or(0),
        };
        let head = header_to_us(asked.destination, EtherType::IPV4);
        let frame = [&head.to_bytes()[..], &packet.to_bytes(), body].concat();
        (frame, self.behaviour.round_trip)
    }
}

fn station_of(address: Ipv4Addr) -> MacAddress {
    let [a, b, c, d] = address.octets();
    MacAddress([2, 0, a, b, c, d])
}

fn header_to_us(from: Ipv4Addr, ether_type: EtherType) -> Header {
    Header { destination: OWN_STATION, source: station_of(from), ether_type }
}
