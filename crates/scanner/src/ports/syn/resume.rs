//! How a scan of a host survives an interruption.

use std::time::Duration;

use super::accuracy::Trials;
use super::checkpoint::Checkpoint;
use super::host::Host;
use super::ledger::Place;
use super::rounds::MOST_ROUNDS;
use super::states::PortState;

/// Positions between two checkpoints: half a percent of a host's ports.
const CHECKPOINT_PORTS: u32 = 328;
const CHECKPOINT_TIME: Duration = Duration::from_secs(1);

impl Host {
    /// Goes on behind `checkpoint`.
    pub(super) fn resume(&mut self, checkpoint: &Checkpoint) {
        for (port, state) in checkpoint.settled() {
            if self.wanted.contains(port) && self.states.get(port) == PortState::Unknown {
                self.states.settle(port, state);
                self.unknown = self.unknown.saturating_sub(1);
                self.canaries.learn(port, state);
            }
        }
        // What was under way when the last checkpoint was taken may have been answered unheard.
        let position = checkpoint.position.saturating_sub(CHECKPOINT_PORTS);
        self.place = Place { round: checkpoint.round.clamp(1, MOST_ROUNDS), position };
        self.rounds = vec![Trials::default(); self.place.round.into()];
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
        let mut taken = self.checkpoint.clone();
        (taken.round, taken.position) = (self.place.round, self.place.position);
        self.checkpoint = Checkpoint::at(self.permit.address());
        (self.checkpoint.round, self.checkpoint.position) = (taken.round, taken.position);
        Some(taken)
    }
}
