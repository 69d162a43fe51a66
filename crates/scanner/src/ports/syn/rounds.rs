//! When a host has been asked often enough.

use std::time::Duration;

use super::accuracy::{ENOUGH, Trials, chance_of_missing};
use super::host::{Host, Stage};
use super::ledger::Place;
use super::news::{Ending, Finished};

/// Rounds where no canary tells the loss.
pub(super) const BLIND_ROUNDS: u8 = 3;

/// Rounds at most: 50 % loss takes 17.
pub(super) const MOST_ROUNDS: u8 = 20;

impl Host {
    pub(super) fn end_round(&mut self, now: Duration) {
        let is_last = self.is_enough();
        let wait = if is_last { self.timing.last_wait() } else { self.timing.wait() };
        self.stage = Stage::Waiting { until: now + wait, is_last };
    }

    pub(super) fn conclude_round(&mut self, now: Duration, was_last: bool) {
        if self.unknown == 0 || (was_last && self.is_enough()) {
            self.stage = Stage::Ended(Ending::Complete);
            return;
        }
        if self.place.round >= MOST_ROUNDS {
            self.stage = Stage::Ended(Ending::Complete);
            return;
        }
        if self.is_enough() {
            self.stage = Stage::Waiting { until: now + self.timing.last_wait(), is_last: true };
            return;
        }
        self.place = Place { round: self.place.round + 1, position: 0 };
        (self.unasked, self.asked) = (self.unknown, 0);
        self.second_round_began = self.second_round_began.min(now);
        self.rounds.push(Trials::default());
        self.stage = Stage::Asking;
        self.governor.restart(now);
    }

    fn is_enough(&self) -> bool {
        self.place.round >= 2
            && match self.chance_of_missing() {
                Some(chance) => chance < ENOUGH,
                None => self.place.round >= BLIND_ROUNDS,
            }
    }

    pub(super) fn chance_of_missing(&self) -> Option<f64> {
        chance_of_missing(&self.rounds)
    }

    pub(super) fn round_mut(&mut self, round: u8) -> Option<&mut Trials> {
        self.rounds.get_mut(usize::from(round).saturating_sub(1))
    }

    /// Asks again what was asked since `since`: it went too fast, or to a host that was away.
    pub(super) fn go_back(&mut self, since: Duration) {
        let rounds = &mut self.rounds;
        let first = self.ledger.void_since(since, |round, canaries| {
            if let Some(round) = rounds.get_mut(usize::from(round).saturating_sub(1)) {
                round.asked = round.asked.saturating_sub(canaries.asked);
                round.answered = round.answered.saturating_sub(canaries.answered);
            }
        });
        if let Some(first) = first {
            self.place = first.min(self.place);
            self.rounds.truncate(usize::from(self.place.round));
        }
    }

    /// What came of it.
    pub(super) fn into_finished(self, ending: Ending) -> Finished {
        Finished {
            address: self.permit.address(),
            source: self.path.source,
            chance_of_missing: match ending {
                Ending::Complete if self.unknown == 0 => Some(0.0),
                Ending::Complete => self.chance_of_missing(),
                _ => None,
            },
            loss: Trials::sum(&self.rounds).loss(),
            rate_limit: self.governor.limit(),
            is_tested_by_open_ports: self.canaries.are_open(),
            round_trip: self.timing.round_trip(),
            rounds: self.place.round,
            states: self.states,
            signs: self.signs,
            ending,
        }
    }
}
