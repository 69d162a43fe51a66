//! A link whose answers a test writes down.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, ManualClock};
use hoshimori_wire::Reader;
use hoshimori_wire::link::arp;
use hoshimori_wire::link::ethernet::{EtherType, Header, MacAddress};
use hoshimori_wire::net::{Protocol, ipv4};

use super::{OWN, OWN_STATION};
use crate::device::{Device, Inbox, Link, Received};
use crate::gate::raw::Batch;

/// A link on which `stations` says who has an address, `echoes` who answers an echo request, and
/// `delay` how late a station answers.
pub(super) struct Script {
    link: Link,
    pub(super) clock: Arc<ManualClock>,
    pub(super) stations: fn(Ipv4Addr) -> Vec<MacAddress>,
    pub(super) echoes: fn(Ipv4Addr) -> bool,
    pub(super) delay: fn(MacAddress) -> Duration,
    pub(super) traffic: Arc<Traffic>,
}

/// What went and what is on its way, with times.
#[derive(Default)]
pub(super) struct Traffic {
    pub(super) sent: Mutex<Vec<(Duration, Vec<u8>)>>,
    pub(super) coming: Mutex<Vec<(Duration, Vec<u8>)>>,
}

impl Traffic {
    /// How many frames of one kind went.
    pub(super) fn count(&self, ether_type: EtherType) -> usize {
        let is_it = |(_, frame): &&(Duration, Vec<u8>)| frame[12..14] == ether_type.0.to_be_bytes();
        self.sent.lock().unwrap().iter().filter(is_it).count()
    }
}

impl Script {
    pub(super) fn new(stations: fn(Ipv4Addr) -> Vec<MacAddress>) -> Self {
        let link = Link { name: "lan0".into(), index: 1, station: OWN_STATION, mtu: 1_500 };
        let clock = Arc::new(ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        let traffic = Arc::default();
        Self { link, clock, stations, echoes: |_| false, delay: |_| Duration::ZERO, traffic }
    }

    fn answers(&self, frame: &[u8]) -> Vec<(Duration, Vec<u8>)> {
        let mut reader = Reader::new("frame", frame);
        let head = |ether_type| {
            Header { destination: OWN_STATION, source: OWN_STATION, ether_type }.to_bytes()
        };
        if Header::decode(&mut reader).unwrap().ether_type == EtherType::ARP {
            let asked = arp::Packet::decode(&mut reader).unwrap();
            let reply = |sender| arp::Packet {
                operation: arp::Operation::REPLY,
                sender,
                sender_address: asked.target_address,
                target: OWN_STATION,
                target_address: OWN,
            };
            let frame = |one| [head(EtherType::ARP).as_slice(), &reply(one).to_bytes()].concat();
            let stations = (self.stations)(asked.target_address).into_iter();
            return stations.map(|one| ((self.delay)(one), frame(one))).collect();
        }
        let packet = ipv4::Header::decode_header(&mut reader).unwrap();
        if !(self.echoes)(packet.destination) {
            return Vec::new();
        }
        let mut body = reader.rest().to_vec();
        body[0] = 0;
        let back = ipv4::Header {
            source: packet.destination,
            destination: OWN,
            protocol: Protocol::ICMPV4,
            ttl: 64,
            fragment_offset: 0,
            payload_length: 8,
        };
        let frame = [head(EtherType::IPV4).as_slice(), &back.to_bytes(), &body].concat();
        vec![(Duration::ZERO, frame)]
    }
}

impl Device for Script {
    fn link(&self) -> &Link {
        &self.link
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let now = self.clock.elapsed();
        let mut coming = self.traffic.coming.lock().unwrap();
        for frame in batch.frames() {
            self.traffic.sent.lock().unwrap().push((now, frame.to_vec()));
            coming.extend(self.answers(frame).into_iter().map(|(late, frame)| (now + late, frame)));
        }
        Ok(batch.frames().count())
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut coming = self.traffic.coming.lock().unwrap();
        let now = self.clock.elapsed();
        let next = coming.iter().map(|(due, _)| due.saturating_sub(now)).min().unwrap_or(wait);
        // The clock knows whole milliseconds only.
        self.clock.advance(next.min(wait).max(Duration::from_millis(1)));
        let now = self.clock.elapsed();
        for (_, frame) in coming.extract_if(.., |(due, _)| *due <= now) {
            inbox.push(Received::new(&frame, now));
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        Ok(0)
    }
}
