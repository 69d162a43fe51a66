//! How a scan of a host survives an interruption.

use std::mem;
use std::time::Duration;

use super::accuracy::Trials;
use super::checkpoint::Checkpoint;
use super::host::Host;
use super::ledger::Place;
use super::order::Order;
use super::rounds::MOST_ROUNDS;
use super::states::PortState;

/// Positions between two checkpoints: half a percent of a host's ports.
const CHECKPOINT_PORTS: u32 = 328;
const CHECKPOINT_TIME: Duration = Duration::from_secs(1);

impl Host {
    /// Goes on behind `checkpoint`, unless it is of another order of ports: then its positions mean
    /// nothing, and the host is scanned anew.
    pub(super) fn resume(&mut self, checkpoint: &Checkpoint, order: &Order) {
        if checkpoint.seed != order.seed() {
            return;
        }
        for (port, state) in checkpoint.settled(order) {
            if self.wanted.contains(port) && self.states.get(port) == PortState::Unknown {
                self.states.settle(port, state);
                self.unknown = self.unknown.saturating_sub(1);
                self.canaries.learn(port, state);
            }
        }
        let round = checkpoint.round.clamp(1, MOST_ROUNDS);
        self.place = Place { round, position: checkpoint.position };
        self.rounds = vec![Trials::default(); self.place.round.into()];
    }

    /// The ports that are known to have agreed.
    pub(super) fn open_ports(&self) -> impl Iterator<Item = u16> {
        (1..=u16::MAX).filter(|port| self.states.get(*port) == PortState::Open)
    }

    /// What has been learnt since the last checkpoint, if it is time for one.
    pub(super) fn take_checkpoint(&mut self, now: Duration) -> Option<Checkpoint> {
        let asked = self.place.position.saturating_sub(self.checkpoint.position);
        let is_time = now > self.checkpoint_at + CHECKPOINT_TIME && !self.checkpoint.is_empty();
        let told = Place { round: self.checkpoint.round, position: self.checkpoint.position };
        let is_elsewhere = self.place < told || self.place.round != told.round;
        if asked < CHECKPOINT_PORTS && !is_elsewhere && !is_time {
            return None;
        }
        self.checkpoint_at = now;
        let mut next = Checkpoint::at(self.permit.address(), self.checkpoint.seed);
        (next.round, next.position) = (self.place.round, self.place.position);
        let mut taken = mem::replace(&mut self.checkpoint, next);
        // What is under way may be answered after the interruption, unheard.
        let answered = self.ledger.first_place(now.saturating_sub(self.timing.under_way()));
        let answered = answered.filter(|place| place.round == self.place.round);
        let place = answered.map_or(self.place, |place| place.min(self.place));
        (taken.round, taken.position) = (place.round, place.position);
        Some(taken)
    }
}
