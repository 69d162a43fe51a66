//! How many packets a scan will still take.
//!
//! A port that refuses is asked once, one that is dropped in every round, and how many rounds there
//! will be follows from the loss. Both are known after a few thousand packets: which share of the
//! ports stays silent, and which share of the canaries does.

use std::collections::VecDeque;
use std::time::Duration;

use super::accuracy::{Trials, in_parts, rounds_needed};
use super::asking::USUAL_CANARIES;
use super::campaign::Prepared;
use super::host::{Host, Stage};
use super::rounds::{BLIND_ROUNDS, MOST_ROUNDS};

/// How often a forecast is made.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Ports of which the outcome has to be known before the rest is expected to be alike.
const ENOUGH: u32 = 200;

/// The packets of one link.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Forecast {
    /// Those that have gone.
    pub(super) done: u64,
    /// Those that will, about.
    pub(super) left: u64,
}

/// Adds up the forecasts of all hosts of a link.
#[derive(Debug, Default)]
pub(super) struct Reckoning {
    next: Duration,
    /// The packets, and the ports, of hosts that are finished.
    sent: u64,
    ports: u64,
}

impl Reckoning {
    /// Takes in a host that is finished.
    pub(super) fn close(&mut self, host: &Host) {
        self.sent += host.signs.sent;
        self.ports += u64::from(host.wanted.count());
    }

    /// A forecast, if it is time for one.
    pub(super) fn due(
        &mut self,
        now: Duration,
        hosts: &[Host],
        waiting: &VecDeque<Prepared>,
    ) -> Option<Forecast> {
        // Once all are finished it is time to say that nothing is left.
        if now < self.next && !hosts.is_empty() {
            return None;
        }
        self.next = now + AGAIN_AFTER;
        let (mut done, mut left, mut ports) = (self.sent, 0, self.ports);
        for host in hosts {
            done += host.signs.sent;
            left += host.packets_left(now);
            ports += u64::from(host.wanted.count());
        }
        // Hosts whose turn has not come are expected to be like the others.
        let of_waiting: u64 = waiting.iter().map(|job| u64::from(job.wanted.count())).sum();
        left += (done + left) * of_waiting / ports.max(1);
        Some(Forecast { done, left })
    }
}

impl Host {
    /// How many packets it will still take, about.
    fn packets_left(&self, now: Duration) -> u64 {
        if matches!(self.stage, Stage::Ended(_)) || self.unknown == 0 {
            return 0;
        }
        // The millisecond that has begun included.
        let until = now + Duration::from_millis(1);
        let under_way = self.ledger.stretch(now.saturating_sub(self.timing.wait()), until);
        let canaries = known(Trials::sum(&self.rounds), under_way.canaries);
        let loss = canaries.loss().unwrap_or(0.0).min(0.9);
        let ports = f64::from(self.wanted.count());
        let silent = self.silent_share(loss, under_way.ports);
        let asked_in =
            |round: u8| in_parts(silent + (1.0 - silent) * loss.powi(round.into()), ports);
        let later: u64 = (self.place.round..self.rounds_expected(canaries))
            .map(|rounds_before| u64::from(asked_in(rounds_before)))
            .sum();
        let left = u64::from(self.unasked) + later;
        // Each canary that agrees takes a reset as well.
        left + left * u64::from(USUAL_CANARIES) * 2 / 1_000
    }

    /// The share of the ports that never answer, whatever is lost.
    fn silent_share(&self, loss: f64, under_way: Trials) -> f64 {
        let unanswered = if self.place.round == 1 {
            let answered = self.asked.saturating_sub(self.unknown - self.unasked);
            let asked = known(Trials { asked: self.asked, answered }, under_way);
            if asked.asked < ENOUGH {
                return 0.0;
            }
            asked.loss().unwrap_or(0.0)
        } else {
            f64::from(self.unasked + self.asked) / f64::from(self.wanted.count().max(1))
        };
        let by_loss = loss.powi(i32::from(self.place.round.max(2)) - 1);
        ((unanswered - by_loss) / (1.0 - by_loss)).clamp(0.0, 1.0)
    }

    /// How many rounds there will be if the rest of the canaries fare as the ones so far.
    fn rounds_expected(&self, canaries: Trials) -> u8 {
        let Some(loss) = canaries.loss() else { return BLIND_ROUNDS };
        let further = (self.unasked + self.unknown) * USUAL_CANARIES / 1_000;
        let unanswered = in_parts(loss, f64::from(further));
        let all = Trials {
            asked: canaries.asked + further,
            answered: canaries.answered + further.saturating_sub(unanswered),
        };
        rounds_needed(all, MOST_ROUNDS)
    }
}

/// `all` without those of which the answer may be under way.
fn known(all: Trials, under_way: Trials) -> Trials {
    let answered = all.answered.min(all.asked);
    Trials { asked: all.asked.saturating_sub(under_way.lost()).max(answered), answered }
}
