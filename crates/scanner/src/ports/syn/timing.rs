//! How long answers of one host take, as the cookies tell.

use std::time::Duration;

/// How long to wait for a host that has not answered yet.
const FIRST_WAIT: Duration = Duration::from_millis(300);

/// The shortest wait: the timers of this machine and a burst of our own in its queues.
const SHORTEST: Duration = Duration::from_millis(15);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(1);

/// The shortest wait after the last question: a device on Wi-Fi that sleeps between beacons.
const SHORTEST_LAST: Duration = Duration::from_millis(100);

/// Smoothed round-trip time and its variation (RFC 6298 section 2).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timing {
    smoothed: Option<Duration>,
    variation: Duration,
}

impl Timing {
    pub(super) fn observe(&mut self, sample: Duration) {
        let Some(smoothed) = self.smoothed else {
            self.smoothed = Some(sample);
            self.variation = sample / 2;
            return;
        };
        self.variation = (self.variation * 3 + smoothed.abs_diff(sample)) / 4;
        self.smoothed = Some((smoothed * 7 + sample) / 8);
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.smoothed
    }

    /// How long an answer is under way for, about.
    pub(super) fn under_way(&self) -> Duration {
        self.smoothed.map_or(FIRST_WAIT, |smoothed| smoothed * 2 + self.variation * 4)
    }

    /// How long to wait for an answer.
    pub(super) fn wait(&self) -> Duration {
        self.under_way().clamp(SHORTEST, LONGEST)
    }

    /// How long to wait after the last question.
    pub(super) fn last_wait(&self) -> Duration {
        (self.wait() * 3).max(SHORTEST_LAST)
    }
}
