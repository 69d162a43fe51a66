//! A LAN on which somebody hostile answers: the bytes of an input choose what comes back.
//!
//! For fuzzing, and for tests that do the same with bytes from a seed. Most answers are made of the
//! frame that they answer, so that they carry a valid cookie and get past the first look at them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_wire::link::ethernet::MacAddress;

use super::fake::VirtualClock;
use super::{Device, Inbox, Link, Received};
use crate::gate::raw::Batch;

/// What sending one frame takes: 300,000 a second.
const FRAME_TIME: Duration = Duration::from_nanos(3_333);

/// The longest frame that is made of chosen bytes.
const LONGEST: usize = 160;

/// Frames under way at most: an answer may be repeated many times.
const UNDER_WAY: usize = 10_000;

/// A link on which every frame is answered as its input says.
pub struct HostileLan {
    link: Link,
    clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

struct State {
    choices: Box<[u8]>,
    next: usize,
    /// By the time at which they arrive, and a number for those of one moment.
    under_way: BTreeMap<(Duration, u64), Vec<u8>>,
    answers: u64,
    answered: BTreeSet<(IpAddr, u16)>,
}

impl HostileLan {
    /// A LAN that follows `choices`, over and over; it is silent where there are none.
    pub fn new(choices: &[u8]) -> Self {
        let state = State {
            choices: choices.into(),
            next: 0,
            under_way: BTreeMap::new(),
            answers: 0,
            answered: BTreeSet::new(),
        };
        let station = MacAddress([2, 0, 0, 0x87, 0, 1]);
        Self {
            link: Link { name: "hostile".into(), index: 1, station, mtu: 1_500 },
            clock: Arc::default(),
            state: Mutex::new(state),
        }
    }

    /// The clock that this LAN moves.
    pub fn clock(&self) -> Arc<VirtualClock> {
        self.clock.clone()
    }

    /// How many frames it has sent back.
    pub fn answers(&self) -> u64 {
        self.state().answers
    }

    /// Whether anything was made of a question to `port` of `host`; if not, nobody who is honest
    /// can call it open.
    pub fn has_answered(&self, host: IpAddr, port: u16) -> bool {
        self.state().answered.contains(&(host, port))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device for HostileLan {
    fn link(&self) -> &Link {
        &self.link
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let mut state = self.state();
        let mut count = 0;
        for frame in batch.frames() {
            self.clock.advance(FRAME_TIME);
            state.answer(frame, self.clock.elapsed());
            count += 1;
        }
        Ok(count)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut state = self.state();
        let now = self.clock.elapsed();
        let next = state.under_way.keys().next().map(|(at, _)| at.saturating_sub(now));
        self.clock.advance(next.map_or(wait, |next| next.min(wait)));
        let now = self.clock.elapsed();
        while inbox.room() > 0
            && let Some(first) = state.under_way.first_entry()
            && first.key().0 <= now
        {
            let at = first.key().0;
            inbox.push(Received::new(&first.remove(), at));
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        Ok(u64::from(self.state().choose() == 0xff))
    }
}

impl State {
    fn choose(&mut self) -> u8 {
        let chosen = self.choices.get(self.next).copied().unwrap_or(0);
        self.next = (self.next + 1) % self.choices.len().max(1);
        chosen
    }

    fn answer(&mut self, asked: &[u8], now: Duration) {
        let Some(mut frame) = reflection(asked, self.choose()) else { return };
        match self.choose() % 16 {
            0..=8 => {}
            9 => return,
            10 => {
                for _ in 0..=self.choose() % 4 {
                    let (place, value) = (usize::from(self.choose()), self.choose());
                    if let Some(byte) = frame.get_mut(place) {
                        *byte = value;
                    }
                }
            }
            11 => frame.truncate(self.choose().into()),
            12 => {
                let length = usize::from(self.choose()).min(LONGEST);
                frame = (0..length).map(|_| self.choose()).collect();
            }
            13 => {
                let copies = self.choose();
                (0..copies).for_each(|_| self.send(frame.clone(), now));
            }
            14 => {
                // Up to five seconds late: a cookie reaches four seconds back.
                let late = Duration::from_millis(20) * self.choose().into();
                self.send(frame.clone(), now + late);
            }
            _ => {
                let length = frame.len() + usize::from(self.choose());
                frame.resize(length, 0);
            }
        }
        self.answered.extend(asked_port(asked));
        self.send(frame, now + Duration::from_micros(300));
    }

    fn send(&mut self, frame: Vec<u8>, at: Duration) {
        if self.under_way.len() < UNDER_WAY {
            self.answers += 1;
            self.under_way.insert((at, self.answers), frame);
        }
    }
}

/// Where the parts of a frame are.
struct Layout {
    addresses: usize,
    address_length: usize,
    segment: usize,
}

const IPV4: Layout = Layout { addresses: 26, address_length: 4, segment: 34 };
const IPV6: Layout = Layout { addresses: 22, address_length: 16, segment: 54 };

/// The frame that answers `asked` in the way of `choice`; none to what needs no answer.
fn reflection(asked: &[u8], choice: u8) -> Option<Vec<u8>> {
    let mut frame = asked.to_vec();
    swap(&mut frame, 0, 6, 6);
    match (asked.get(12..14)?, asked.get(20).copied()?, asked.get(23).copied()?) {
        ([0x08, 0x06], ..) => {
            *frame.get_mut(21)? = 2;
            swap(&mut frame, 22, 32, 10);
        }
        ([0x08, 0x00], _, 6) => segment(&mut frame, &IPV4, choice)?,
        ([0x86, 0xdd], 6, _) => segment(&mut frame, &IPV6, choice)?,
        ([0x08, 0x00], ..) => {
            swap(&mut frame, 26, 30, 4);
            *frame.get_mut(34)? = 0;
        }
        _ if asked.get(54) == Some(&135) => {
            // A neighbour advertisement; its sender does not matter to anybody here.
            *frame.get_mut(54)? = 136;
            *frame.get_mut(78)? = 2;
        }
        _ => *frame.get_mut(54)? = 129,
    }
    Some(frame)
}

fn segment(frame: &mut [u8], layout: &Layout, choice: u8) -> Option<()> {
    const SYN_ACK: u8 = 0x12;
    const RST_ACK: u8 = 0x14;
    let start = layout.segment;
    if frame.get(start + 13) != Some(&2) {
        // Our own reset.
        return None;
    }
    swap(frame, layout.addresses, layout.addresses + layout.address_length, layout.address_length);
    swap(frame, start, start + 2, 2);
    let sequence = frame.get(start + 4..start + 8)?.try_into().ok().map(u32::from_be_bytes)?;
    let acknowledged = sequence.wrapping_add(1).to_be_bytes();
    frame.get_mut(start + 8..start + 12)?.copy_from_slice(&acknowledged);
    *frame.get_mut(start + 13)? = match choice % 8 {
        0..=4 => RST_ACK,
        5 | 6 => SYN_ACK,
        _ => choice,
    };
    Some(())
}

/// The port that `asked` is about.
fn asked_port(asked: &[u8]) -> Option<(IpAddr, u16)> {
    let of_v4 = asked.get(12..14)? == [0x08, 0x00];
    let layout = if of_v4 { &IPV4 } else { &IPV6 };
    let address = asked.get(layout.addresses + layout.address_length..)?;
    let address = if of_v4 {
        IpAddr::from(<[u8; 4]>::try_from(address.get(..4)?).ok()?)
    } else {
        IpAddr::from(<[u8; 16]>::try_from(address.get(..16)?).ok()?)
    };
    let port = asked.get(layout.segment + 2..layout.segment + 4)?.try_into().ok()?;
    Some((address, u16::from_be_bytes(port)))
}

fn swap(frame: &mut [u8], one: usize, other: usize, length: usize) {
    if other + length <= frame.len() {
        (0..length).for_each(|index| frame.swap(one + index, other + index));
    }
}
