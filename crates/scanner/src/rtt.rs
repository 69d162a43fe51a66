//! How long a host takes to answer, and how long to wait for it.

use std::time::Duration;

/// Answers on a local network come within a few milliseconds; a device on Wi-Fi that sleeps
/// between beacons takes a hundred or two.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// How long to wait for a host of which nothing is known: as long as the kernel waits before it
/// repeats an unanswered SYN (RFC 6298 section 2.1), so that the wait costs one packet.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// How long to wait at most.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// The smoothed round-trip time of one host: RFC 6298 section 2.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct RoundTrip {
    smoothed: Option<Duration>,
    variation: Duration,
}

impl RoundTrip {
    /// Takes one measurement in.
    ///
    /// Karn's algorithm (RFC 6298 section 3): after a second the kernel has repeated the SYN, and
    /// the answer may be to either. Taken in, one lost packet would look like a slow host.
    pub(crate) fn observe(&mut self, sample: Duration) {
        if sample >= FIRST_WAIT {
            return;
        }
        let Some(smoothed) = self.smoothed else {
            self.smoothed = Some(sample);
            self.variation = sample / 2;
            return;
        };
        self.variation = (self.variation * 3 + smoothed.abs_diff(sample)) / 4;
        self.smoothed = Some((smoothed * 7 + sample) / 8);
    }

    /// How long to wait for an answer before it counts as missing.
    pub(crate) fn wait(&self) -> Duration {
        self.smoothed.map_or(FIRST_WAIT, |smoothed| {
            (smoothed + self.variation * 4).clamp(SHORTEST_WAIT, LONGEST_WAIT)
        })
    }

    /// How long to wait the next time, when the first wait was in vain.
    pub(crate) fn patient_wait(&self) -> Duration {
        (self.wait() * 2).min(LONGEST_WAIT)
    }
}

/// The middle of the measurements, in microseconds.
pub(crate) fn median_us(mut samples: Vec<Duration>) -> Option<u32> {
    let middle = samples.len() / 2;
    samples.sort_unstable();
    samples.get(middle).map(|sample| u32::try_from(sample.as_micros()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(samples_ms: &[u64]) -> RoundTrip {
        let mut rtt = RoundTrip::default();
        for ms in samples_ms {
            rtt.observe(Duration::from_millis(*ms));
        }
        rtt
    }

    #[test]
    fn waits_a_second_for_the_unknown_and_twice_that_the_second_time() {
        assert_eq!(after(&[]).wait(), FIRST_WAIT);
        assert_eq!(after(&[]).patient_wait(), FIRST_WAIT * 2);
    }

    #[test]
    fn follows_the_host_within_its_bounds() {
        assert_eq!(after(&[1, 1, 1]).wait(), SHORTEST_WAIT);
        assert_eq!(after(&[400]).wait(), Duration::from_millis(1_200));
        assert_eq!(after(&[999, 100, 999, 100]).patient_wait(), LONGEST_WAIT);
    }

    #[test]
    fn an_answer_to_a_repeated_packet_tells_nothing_of_the_round_trip() {
        assert_eq!(after(&[1_000, 3_000]), after(&[]));
        assert_eq!(after(&[1, 1_002, 1]), after(&[1, 1]));
    }

    #[test]
    fn a_single_late_answer_makes_the_wait_longer_not_shorter() {
        assert!(after(&[1, 1, 1, 300]).wait() > after(&[1, 1, 1, 1]).wait());
    }

    #[test]
    fn the_median_of_nothing_is_nothing() {
        assert_eq!(median_us(Vec::new()), None);
        assert_eq!(
            median_us(vec![Duration::from_millis(3), Duration::ZERO, Duration::MAX]),
            Some(3_000)
        );
    }
}
