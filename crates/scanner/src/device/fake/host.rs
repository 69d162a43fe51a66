//! The hosts of the fake LAN and what they answer.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, ipv4};
use hoshimori_wire::transport::tcp;
use hoshimori_wire::{DecodeError, Reader};

use super::OWN_STATION;

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

/// A host under way.
pub(super) struct FakeHost {
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

/// A frame and what it takes to come back.
pub(super) type Answer = Option<(Vec<u8>, Duration)>;

impl FakeHost {
    pub(super) fn new(mut behaviour: Behaviour) -> Self {
        behaviour.open.sort_unstable();
        Self { behaviour, refusals: Bucket::default(), syns: Bucket::default() }
    }

    pub(super) fn is_away(&self, now: Duration) -> bool {
        self.behaviour.is_away.is_some_and(|(from, to)| from <= now && now < to)
    }

    pub(super) fn answer_arp(&self, asked: &arp::Packet) -> (Vec<u8>, Duration) {
        let packet = arp::Packet {
            operation: arp::Operation::REPLY,
            sender: station_of(asked.target_address),
            sender_address: asked.target_address,
            target: asked.sender,
            target_address: asked.sender_address,
        };
        let head = header_to_us(asked.target_address, EtherType::ARP);
        let frame = [&head.to_bytes()[..], &packet.to_bytes()].concat();
        (frame, self.behaviour.round_trip)
    }

    pub(super) fn answer_tcp(
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

    pub(super) fn answer_echo(&self, header: &ipv4::Header, payload: &mut Reader<'_>) -> Answer {
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
