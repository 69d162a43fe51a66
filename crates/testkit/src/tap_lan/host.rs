use std::net::IpAddr;
use std::time::Duration;

use super::bucket::Bucket;
use super::dice::Dice;

/// What a port does that does not listen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Closed {
    /// It refuses.
    Refuses,
    /// It stays silent.
    Drops,
    /// It agrees all the same, with no window and no options: a tarpit, or a box on the way.
    Agrees,
}

/// A host on the simulated LAN and how it behaves.
#[derive(Clone, Debug)]
pub struct SimulatedHost {
    /// Where it is.
    pub address: IpAddr,
    /// The ports that listen.
    pub open: Vec<u16>,
    /// The other ports.
    pub closed: Closed,
    /// What an answer takes to come back.
    pub delay: Duration,
    /// Frames lost each way, of a thousand.
    pub lost_per_thousand: u32,
    /// Refusals a second at most.
    pub refusals_per_second: Option<u32>,
    /// SYNs a second that are looked at, at most.
    pub syns_per_second: Option<u32>,
    /// How many SYNs it takes before it dies, and for how long.
    pub dies: Option<(u32, Duration)>,
}

impl SimulatedHost {
    /// A host that listens on `open`, refuses the rest, limits nothing and loses nothing.
    ///
    /// # Panics
    /// When `address` is none.
    pub fn at(address: &str, open: &[u16]) -> Self {
        let address = address.parse();
        let mut open = open.to_vec();
        open.sort_unstable();
        Self {
            address: address.unwrap_or_else(|error| panic!("{error}")),
            open,
            closed: Closed::Refuses,
            delay: Duration::ZERO,
            lost_per_thousand: 0,
            refusals_per_second: None,
            syns_per_second: None,
            dies: None,
        }
    }
}

/// What a port says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    Agreement { is_odd: bool },
    Refusal,
}

/// A host and what it has been through.
pub(super) struct LiveHost {
    pub(super) host: SimulatedHost,
    refusals: Bucket,
    syns: Bucket,
    taken: u32,
    dead_until: Option<Duration>,
    dice: Dice,
}

impl LiveHost {
    pub(super) fn new(host: SimulatedHost, seed: u64) -> Self {
        let (refusals, syns) = (Bucket::default(), Bucket::default());
        Self { host, refusals, syns, taken: 0, dead_until: None, dice: Dice(seed) }
    }

    /// Whether a frame is lost on one of its two ways.
    pub(super) fn loses_one(&mut self) -> bool {
        self.dice.below(1_000) < self.host.lost_per_thousand
    }

    /// Whether it does nothing at all at `now`.
    pub(super) fn is_dead(&self, now: Duration) -> bool {
        self.dead_until.is_some_and(|until| now < until)
    }

    /// What `port` says to a SYN at `now`.
    pub(super) fn knock(&mut self, port: u16, now: Duration) -> Option<Answer> {
        self.taken = self.taken.saturating_add(1);
        if let Some((syns, time)) = self.host.dies
            && self.taken == syns
        {
            self.dead_until = Some(now.saturating_add(time));
            return None;
        }
        if !self.syns.takes(self.host.syns_per_second, now) {
            return None;
        }
        if self.host.open.binary_search(&port).is_ok() {
            return Some(Answer::Agreement { is_odd: false });
        }
        match self.host.closed {
            Closed::Agrees => Some(Answer::Agreement { is_odd: true }),
            Closed::Drops => None,
            Closed::Refuses => {
                let is_allowed = self.refusals.takes(self.host.refusals_per_second, now);
                is_allowed.then_some(Answer::Refusal)
            }
        }
    }
}
