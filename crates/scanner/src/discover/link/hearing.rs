//! What has come from a link, and what of it answers a question.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_wire::link::ethernet::{Header, MacAddress};
use hoshimori_wire::net::icmpv6;

use super::told::{self, Told};
use crate::gate::raw::EchoMark;

/// How many different stations of one address are remembered.
const MOST_STATIONS: usize = 4;

/// How many hosts that answer a call to all are remembered.
const MOST_CALLED: usize = 4_096;

/// What came from one address.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Heard {
    /// The stations that say they have the address, in the order in which they said so.
    pub(super) stations: Vec<MacAddress>,
    /// In which round the first of them did, from one.
    round: u32,
    /// The first packet that named a station.
    pub(super) resolved: Bytes,
    /// The first echo reply.
    pub(super) echoed: Bytes,
}

impl Heard {
    pub(super) fn is_echoed(&self) -> bool {
        !self.echoed.0.is_empty()
    }

    /// Whether somebody has the address, but nobody other than `stations`.
    pub(super) fn is_of(&self, stations: &HashSet<MacAddress>) -> bool {
        !self.stations.is_empty() && self.stations.iter().all(|one| stations.contains(one))
    }
}

/// What answered a call to all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Caller {
    /// From which station.
    pub(super) station: MacAddress,
    /// The packet.
    pub(super) packet: Bytes,
}

/// What makes echo requests of one sweep known again: 32 bits for each address, from a key that
/// the system draws for each sweep. Who does not see the request cannot answer it.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks(RandomState);

impl Marks {
    pub(super) fn of(&self, address: IpAddr) -> EchoMark {
        let [a, b, c, d, ..] = self.0.hash_one(address).to_le_bytes();
        EchoMark { identifier: u16::from_le_bytes([a, b]), sequence: u16::from_le_bytes([c, d]) }
    }
}

/// This machine's place on the link: what does not come to it is not for it.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) station: MacAddress,
    pub(super) addresses: BTreeSet<IpAddr>,
}

/// Takes in frames.
pub(super) struct Hearing {
    own: Own,
    pub(super) marks: Marks,
    /// The round of questions that is under way, from one.
    pub(super) round: u32,
    heard: BTreeMap<IpAddr, Heard>,
    nothing: Heard,
    /// Those asked for their station that have not told it.
    pub(super) silent: HashSet<IpAddr>,
    /// Those asked for an echo that have not given it.
    pub(super) unechoed: HashSet<IpAddr>,
    pub(super) callers: BTreeMap<IpAddr, Caller>,
}

impl Hearing {
    pub(super) fn new(own: Own) -> Self {
        Self {
            own,
            marks: Marks::default(),
            round: 1,
            heard: BTreeMap::new(),
            nothing: Heard::default(),
            silent: HashSet::new(),
            unechoed: HashSet::new(),
            callers: BTreeMap::new(),
        }
    }

    /// From now on waits for the stations of `addresses`. Only what was asked about is heard:
    /// anybody may tell anything.
    pub(super) fn await_stations(&mut self, addresses: impl Iterator<Item = IpAddr>) {
        self.silent.clear();
        for address in addresses {
            if self.heard.entry(address).or_default().stations.is_empty() {
                self.silent.insert(address);
            }
        }
    }

    /// From now on waits for the echoes of `addresses`.
    pub(super) fn await_echoes(&mut self, addresses: impl Iterator<Item = IpAddr>) {
        self.unechoed.clear();
        for address in addresses {
            if !self.heard.entry(address).or_default().is_echoed() {
                self.unechoed.insert(address);
            }
        }
    }

    pub(super) fn take(&mut self, frame: &[u8]) {
        let Some(told) = told::read(frame, &self.own) else { return };
        let packet = || Bytes(frame.get(Header::LENGTH..).unwrap_or_default().to_vec());
        match told {
            Told::Station { address, station } => {
                let Some(heard) = self.heard.get_mut(&address) else { return };
                if heard.stations.is_empty() {
                    (heard.round, heard.resolved) = (self.round, packet());
                    self.silent.remove(&address);
                }
                if !heard.stations.contains(&station) && heard.stations.len() < MOST_STATIONS {
                    heard.stations.push(station);
                }
            }
            Told::Echo { host, mark, .. } if mark == self.marks.of(host) => {
                if self.unechoed.remove(&host)
                    && let Some(heard) = self.heard.get_mut(&host)
                {
                    heard.echoed = packet();
                }
            }
            Told::Echo { host, mark, station } => {
                let is_called = mark == self.marks.of(icmpv6::ALL_NODES.into());
                if is_called && self.callers.len() < MOST_CALLED {
                    let caller = || Caller { station, packet: packet() };
                    self.callers.entry(host).or_insert_with(caller);
                }
            }
        }
    }

    /// How likely a host that is there stayed silent in all of `rounds`: the share of the others
    /// that answered late, with one more late host than were seen (Laplace's rule of succession),
    /// multiplied as often. Nothing where nobody answered: there are no others.
    pub(super) fn chance_of_missing(&self, rounds: u32) -> f64 {
        let (mut all, mut late) = (0_u32, 0_u32);
        for heard in self.heard.values().filter(|heard| !heard.stations.is_empty()) {
            all += 1;
            late += u32::from(heard.round > 1);
        }
        if all == 0 {
            return 0.0;
        }
        (f64::from(late + 1) / f64::from(all + 1)).powf(f64::from(rounds))
    }

    /// The stations that have more than `most` of the addresses.
    pub(super) fn crowded(&self, most: usize) -> HashSet<MacAddress> {
        let mut counts: HashMap<MacAddress, usize> = HashMap::new();
        for station in self.heard.values().flat_map(|heard| &heard.stations) {
            *counts.entry(*station).or_default() += 1;
        }
        counts.into_iter().filter(|(_, count)| *count > most).map(|(station, _)| station).collect()
    }

    /// What came from `address`.
    pub(super) fn of(&self, address: IpAddr) -> &Heard {
        self.heard.get(&address).unwrap_or(&self.nothing)
    }
}
