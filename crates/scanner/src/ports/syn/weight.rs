//! How much has to be known of a stretch of a scan before it is judged, and what it tells.

use std::time::Duration;

use super::governor::Mode;

/// Packets of which the outcome has to be known before it is judged.
const ENOUGH: u32 = 60;

/// The shortest stretch that is judged.
const SHORTEST: Duration = Duration::from_millis(20);

/// The shortest stretch that is judged once a limit is followed.
const SHORTEST_FOLLOWING: Duration = Duration::from_millis(150);

/// The longest stretch of which the outcome is remembered: see [`Ledger`](super::ledger::Ledger).
const REMEMBERED: Duration = Duration::from_secs(4);

/// After this time a stretch is judged with whatever it has, if that is at least [`FEWEST`].
const LONGEST: Duration = Duration::from_millis(1_500);

const FEWEST: u32 = 8;

impl Mode {
    /// Whether `outcomes` that are known of a stretch of `span` are enough to judge it.
    pub(super) fn may_judge(self, span: Duration, outcomes: u32) -> bool {
        let shortest = match self {
            Self::Follow { .. } => SHORTEST_FOLLOWING,
            _ => SHORTEST,
        };
        span >= shortest && outcomes >= self.enough(span)
    }

    /// How many outcomes are enough to judge. A trial needs more of them the smaller the loss is
    /// that it looks for: with 20 lost packets expected, half of them is more than two standard
    /// deviations away.
    fn enough(self, span: Duration) -> u32 {
        if span > LONGEST {
            return FEWEST;
        }
        match self {
            Self::Trial(suspicion) => (30_000 / suspicion.loss.max(40)).clamp(30, 600),
            Self::Follow { .. } => ENOUGH * 2,
            Self::Ramp => ENOUGH,
        }
    }
}

/// Three standard deviations of the usual loss over `count` packets, in parts of a thousand.
pub(super) fn noise(usual_loss: u32, count: u32) -> u32 {
    let usual = usual_loss.clamp(10, 500);
    (9 * usual * (1_000 - usual) / count.max(1)).isqrt()
}

/// How many of `sent` packets a second came through.
pub(super) fn passed(sent: u32, span: Duration, loss: u32) -> u32 {
    let millis = u64::try_from(span.min(REMEMBERED).as_millis()).unwrap_or(u64::MAX).max(1);
    let passed = u64::from(sent) * u64::from(1_000 - loss.min(1_000)) / millis;
    u32::try_from(passed).unwrap_or(u32::MAX)
}
