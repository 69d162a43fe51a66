//! One host under scan: what it is and where it stands.

use std::time::Duration;

use hoshimori_inspection::scope::Permit;

use super::accuracy::Trials;
use super::campaign::Prepared;
use super::canary::Canaries;
use super::checkpoint::Checkpoint;
use super::cookie::Cookies;
use super::governor::Governor;
use super::ledger::{Ledger, Place};
use super::news::Ending;
use super::order::Order;
use super::signs::Signs;
use super::states::{PortSet, PortStates};
use super::timing::Timing;
use crate::device::{Device, Path};
use crate::gate::raw::{Aim, RawGate, SendError};

/// How often the link is asked for the station of a host, and when first again.
const SOLICITATIONS: u32 = 4;
const SOLICITS_AGAIN: Duration = Duration::from_millis(100);

/// A host under scan.
pub(super) struct Host {
    pub(super) permit: Permit,
    pub(super) path: Path,
    pub(super) aim: Option<Aim>,
    pub(super) wanted: PortSet,
    pub(super) states: PortStates,
    /// How many wanted ports have not answered.
    pub(super) unknown: u32,
    /// How many of them this round has still to ask.
    pub(super) unasked: u32,
    /// How many packets to ports that had not answered this round has sent.
    pub(super) asked: u32,
    pub(super) place: Place,
    pub(super) stage: Stage,
    pub(super) canaries: Canaries,
    pub(super) ledger: Ledger,
    pub(super) governor: Governor,
    pub(super) timing: Timing,
    /// The canaries of each round.
    pub(super) rounds: Vec<Trials>,
    pub(super) signs: Signs,
    pub(super) checkpoint: Checkpoint,
    pub(super) echo_works: bool,
    pub(super) second_round_began: Duration,
    pub(super) spent_until: Duration,
    pub(super) began: Duration,
    pub(super) checkpoint_at: Duration,
    pub(super) canary_debt: u32,
    pub(super) next_echo: Duration,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stage {
    /// Waits for its station.
    Resolving { asked: u32, next: Duration },
    /// Is asked.
    Asking,
    /// Has been asked everything of a round; answers may be under way.
    Waiting { until: Duration, is_last: bool },
    /// Has stopped answering.
    Silent { since: Duration, next: Duration },
    /// Is finished.
    Ended(Ending),
}

impl Host {
    pub(super) fn new(job: Prepared, order: &Order, now: Duration) -> Self {
        let cap = job.cap.0.get();
        let mut host = Self {
            permit: job.permit,
            path: job.path,
            aim: None,
            unknown: job.wanted.count(),
            unasked: job.wanted.count(),
            asked: 0,
            wanted: job.wanted,
            states: PortStates::new(),
            place: Place { round: 1, position: 0 },
            stage: Stage::Resolving { asked: 0, next: now },
            canaries: Canaries::default(),
            ledger: Ledger::new(),
            governor: Governor::new(cap, now),
            timing: Timing::default(),
            rounds: vec![Trials::default()],
            signs: Signs { last_heard: now, ..Signs::default() },
            checkpoint: Checkpoint::at(job.permit.address(), order.seed()),
            echo_works: false,
            second_round_began: Duration::MAX,
            spent_until: now,
            began: now,
            checkpoint_at: now,
            canary_debt: 0,
            next_echo: now,
        };
        for checkpoint in job.resumed {
            host.resume(&checkpoint, order);
        }
        host.recount(order);
        host
    }

    /// Sends what is due, at most `quantum` packets; tells how many went.
    pub(super) fn turn<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        quantum: u32,
    ) -> Result<u32, SendError> {
        match self.stage {
            Stage::Resolving { asked, next } => self.solicit(tools, asked, next),
            Stage::Asking => self.ask(tools, quantum),
            Stage::Waiting { until, is_last } => {
                if tools.now >= until || self.unknown == 0 {
                    self.conclude_round(tools.now, is_last);
                }
                Ok(0)
            }
            Stage::Silent { since, next } => self.look_for_life(tools, since, next),
            Stage::Ended(_) => Ok(0),
        }
    }

    /// When it has something to do next.
    pub(super) fn due(&self) -> Option<Duration> {
        match self.stage {
            Stage::Resolving { next, .. } | Stage::Silent { next, .. } => Some(next),
            Stage::Asking => Some(self.spent_until),
            Stage::Waiting { until, .. } => Some(until),
            Stage::Ended(_) => None,
        }
    }

    fn solicit<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        asked: u32,
        next: Duration,
    ) -> Result<u32, SendError> {
        if tools.now < next {
            return Ok(0);
        }
        if asked >= SOLICITATIONS {
            self.stage = Stage::Ended(Ending::Silent);
            return Ok(0);
        }
        tools.gate.solicit(&self.permit, &self.path)?;
        let next = tools.now + SOLICITS_AGAIN * (1 << asked);
        self.stage = Stage::Resolving { asked: asked + 1, next };
        Ok(1)
    }
}

/// What sending needs.
pub(super) struct Tools<'a, D> {
    pub(super) gate: &'a mut RawGate<D>,
    pub(super) cookies: &'a Cookies,
    pub(super) order: &'a Order,
    pub(super) now: Duration,
}
