//! How fast a host is asked.
//!
//! Loss alone says nothing: radio loses packets at any speed. So when loss rises, the speed is
//! lowered once for a short trial. Loss that stays was not ours, and the old speed comes back; loss
//! that goes means that the host, or something before it, takes only so many packets a second. That
//! number is known then, and followed from just below.

use std::time::Duration;

use super::accuracy::Trials;
use super::weight::{noise, passed};

/// The speed at which a host is first asked, in packets a second.
const FIRST_RATE: u32 = 16_000;

/// No host is asked more slowly than this.
const SLOWEST: u32 = 20;

/// Loss above what is usual that is put up with, in parts of a thousand.
const TOLERANCE: u32 = 25;

/// Below this speed a share of canaries is too few, and so many a second are asked instead.
const SLOW: u32 = 400;
const CANARIES_PER_SECOND: u32 = 20;

/// No limit is tried or followed further down than this: silence would go unnoticed, and a way
/// that loses packets as it likes looks like a limit again and again, and would bring the scan to
/// a standstill.
const FOLLOWS_DOWN_TO: u32 = 250;

/// Nor is a host that came back from silence asked more slowly than a fragile device is.
const SPARES_DOWN_TO: u32 = 1_000;

/// How often in a row a suspicion is looked into.
const MOST_TRIALS: u32 = 4;

/// How often late answers take a suspicion back.
const MOST_EXCUSES: u32 = 100;

/// A limit that was met so often is one, and is told.
const TELLING: u32 = 3;

/// Chooses the speed of one host.
#[derive(Debug)]
pub(super) struct Governor {
    rate: u32,
    cap: u32,
    /// Loss that does not depend on the speed, in parts of a thousand.
    usual_loss: u32,
    mode: Mode,
    /// Where the stretch under judgement begins.
    since: Duration,
    /// How often a limit was met while it was followed.
    met: u32,
    /// How often answers came after they had been counted as lost.
    held_up: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    /// Doubles as long as nothing is lost.
    Ramp,
    /// Looks whether loss goes away at a lower speed.
    Trial(Suspicion),
    /// Stays just below a limit; `calm` stretches passed since it was last met, and the one before
    /// lost so much.
    Follow { calm: u32, last_loss: u32 },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Suspicion {
    rate: u32,
    pub(super) loss: u32,
    passed: u32,
    since: Duration,
    trials: u32,
}

/// What a judgement asks of the host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// Nothing.
    GoOn,
    /// To ask again what was asked since this time.
    GoBack(Duration),
}

impl Governor {
    /// Never faster than `cap` packets a second.
    pub(super) fn new(cap: u32, now: Duration) -> Self {
        Self {
            rate: FIRST_RATE.min(cap),
            cap,
            usual_loss: 0,
            mode: Mode::Ramp,
            since: now,
            met: 0,
            held_up: 0,
        }
    }

    /// Packets a second: whatever a judgement came to, never more than the cap.
    pub(super) fn rate(&self) -> u32 {
        self.rate.min(self.cap).max(1)
    }

    /// Whether nothing but the cap holds the speed back.
    pub(super) fn is_at_cap(&self) -> bool {
        self.rate >= self.cap
    }

    /// The limit on packets a second that was found, about.
    pub(super) fn limit(&self) -> Option<u32> {
        (self.is_limited() && self.met >= TELLING).then_some(self.rate)
    }

    /// Where the stretch under judgement begins.
    pub(super) fn since(&self) -> Duration {
        self.since
    }

    /// How many canaries are wanted among a thousand packets; None where few are enough.
    pub(super) fn curiosity(&self) -> Option<u32> {
        match self.mode {
            Mode::Trial(_) => Some(250),
            Mode::Ramp if self.rate < self.cap => Some(100),
            // Where the host is asked slowly, so many that a judgement does not take for ever.
            Mode::Follow { .. } if self.rate < SLOW => {
                Some((CANARIES_PER_SECOND * 1_000 / self.rate.max(1)).clamp(50, 500))
            }
            _ => None,
        }
    }

    /// Whether a limit is followed.
    pub(super) fn is_limited(&self) -> bool {
        matches!(self.mode, Mode::Follow { .. })
    }

    /// Begins anew at `now` with what is known, because something else than speed has changed.
    pub(super) fn restart(&mut self, now: Duration) {
        self.since = now;
        if let Mode::Trial(suspicion) = self.mode {
            self.rate = suspicion.rate;
            self.mode = Mode::Ramp;
        }
    }

    /// Answers came that had been counted as lost: this machine was held up, or the way was, and
    /// what was suspected in the meantime is taken back. A way that does so all the time is not
    /// excused for ever.
    pub(super) fn excuse(&mut self, now: Duration) {
        if self.since < now && self.held_up < MOST_EXCUSES {
            self.held_up += 1;
            self.restart(now);
        }
    }

    /// Nothing tells what is lost: at most `rate` from now on, until something does.
    pub(super) fn go_blind(&mut self, rate: u32) {
        self.rate = rate.min(self.cap);
    }

    /// The host went silent at this speed and came back: a quarter of it from now on.
    pub(super) fn spare(&mut self, now: Duration) {
        // A trial under way was on account of the silence.
        let rate = match self.mode {
            Mode::Trial(suspicion) => suspicion.rate,
            _ => self.rate,
        };
        self.cap = (rate / 4).max(SPARES_DOWN_TO.min(self.cap));
        self.rate = self.cap;
        // What was lost while it was silent says nothing about the way.
        self.usual_loss = 0;
        self.mode = Mode::Ramp;
        self.since = now;
    }

    /// This machine lost frames: sends more slowly, without a word about the host.
    pub(super) fn ease(&mut self, now: Duration) {
        self.rate = (self.rate * 7 / 10).max(SLOWEST);
        self.cap = self.cap.min(self.rate.max(FIRST_RATE) * 2);
        self.restart(now);
    }

    /// Judges the `sent` packets since [`since`](Self::since) and before `until`, of which `known`
    /// were to be answered.
    pub(super) fn judge(
        &mut self,
        (sent, known): (u32, Trials),
        until: Duration,
        now: Duration,
    ) -> Verdict {
        let span = until.saturating_sub(self.since);
        if !self.mode.may_judge(span, known.asked) {
            return Verdict::GoOn;
        }
        let loss = known.lost().saturating_mul(1_000) / known.asked;
        let is_lossy = loss > self.usual_loss + TOLERANCE + noise(self.usual_loss, known.asked);
        let began = self.since;
        self.since = now;
        match self.mode {
            Mode::Ramp if is_lossy => {
                // What came through is what the host takes if it has a limit.
                let passed = passed(sent, span, loss).clamp(SLOWEST, self.rate.max(SLOWEST));
                let suspicion =
                    Suspicion { rate: self.rate, loss, passed, since: began, trials: 1 };
                self.mode = Mode::Trial(suspicion);
                self.rate = (passed / 2).max(FOLLOWS_DOWN_TO.min(self.rate));
                Verdict::GoOn
            }
            Mode::Ramp => {
                self.usual_loss = (self.usual_loss * 3 + loss) / 4;
                self.rate = self.rate.saturating_mul(3).min(self.cap);
                Verdict::GoOn
            }
            Mode::Trial(suspicion) => self.conclude(suspicion, loss, passed(sent, span, loss)),
            Mode::Follow { last_loss, .. } if is_lossy => {
                self.meet(passed(sent, span, loss), loss, last_loss);
                Verdict::GoOn
            }
            Mode::Follow { calm, .. } => {
                let percent = (2 << (calm / 4).min(4)).min(25);
                self.rate = (self.rate + (self.rate * percent / 100).max(1)).min(self.cap);
                self.mode = Mode::Follow { calm: calm + 1, last_loss: 0 };
                self.usual_loss = self.usual_loss.min(u32::midpoint(self.usual_loss, loss));
                if self.rate == self.cap {
                    self.mode = Mode::Ramp;
                }
                Verdict::GoOn
            }
        }
    }

    /// A trial at a lower speed lost `loss`, and `passed` packets a second came through.
    ///
    /// What is neither almost all of the suspected loss nor almost nothing of it is tried again:
    /// the first stretch of a loss looks larger than it is, and a limit lets a first burst pass.
    fn conclude(&mut self, suspicion: Suspicion, loss: u32, passed: u32) -> Verdict {
        let above = |loss: u32| loss.saturating_sub(self.usual_loss);
        let (before, left) = (above(suspicion.loss), above(loss));
        if left * 10 >= before * 7 {
            self.usual_loss = loss;
            self.rate = suspicion.rate;
            self.mode = Mode::Ramp;
            return Verdict::GoOn;
        }
        if left * 4 > before && suspicion.trials < MOST_TRIALS {
            let passed = passed.clamp(SLOWEST, suspicion.passed.max(SLOWEST));
            let trials = suspicion.trials + 1;
            self.mode = Mode::Trial(Suspicion { loss, passed, trials, ..suspicion });
            self.rate = (passed / 2).max(FOLLOWS_DOWN_TO.min(self.rate));
            return Verdict::GoOn;
        }
        self.rate = (suspicion.passed * 97 / 100).max(SLOWEST);
        self.mode = Mode::Follow { calm: 0, last_loss: 0 };
        Verdict::GoBack(suspicion.since)
    }

    /// The limit was met again, if it is one: loss that stays although the speed has just been
    /// lowered is not due to speed.
    fn meet(&mut self, passed: u32, loss: u32, last_loss: u32) {
        if last_loss > 0 && loss * 10 > last_loss * 6 {
            self.usual_loss = u32::midpoint(loss, last_loss);
            self.mode = Mode::Follow { calm: 8, last_loss: 0 };
            return;
        }
        self.met += 1;
        self.rate = (passed * 97 / 100).clamp(FOLLOWS_DOWN_TO.min(self.rate), self.rate);
        self.mode = Mode::Follow { calm: 0, last_loss: loss };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_were_only_late_take_a_suspicion_back() {
        let at = Duration::from_millis;
        let mut governor = Governor::new(300_000, at(0));
        let silent = Trials { asked: 100, answered: 0 };
        governor.judge((100, silent), at(40), at(55));
        assert!(governor.rate() < FIRST_RATE);
        governor.excuse(at(60));
        assert_eq!(governor.rate(), FIRST_RATE);
        assert_eq!(governor.limit(), None);
    }
}
