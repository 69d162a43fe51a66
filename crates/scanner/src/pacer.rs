//! A budget of packets per second, shared by everything that sends over one link.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;

/// How much unused budget may be saved up, so that a sleep that ends late loses nothing: ten
/// times the millisecond to which the runtime's timer rounds up.
const BURST: Duration = Duration::from_millis(10);

/// A rate of packets.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PacketsPerSecond(pub NonZeroU32);

/// Holds senders to a rate of packets.
///
/// Clones share one budget. Senders book their packets ahead, each one behind the last, and sleep
/// only when the booking runs ahead of the clock: at 20,000 packets a second that is one sleep for
/// a few dozen packets.
#[derive(Clone)]
pub struct Pacer {
    clock: Arc<dyn Clock>,
    total: Option<Arc<Bucket>>,
    host: Option<Arc<Bucket>>,
}

impl Pacer {
    /// A pacer that lets `total` packets a second pass; `None` is unlimited, for loopback only.
    pub fn new(total: Option<PacketsPerSecond>, clock: Arc<dyn Clock>) -> Self {
        Self { clock, total: total.map(|rate| Arc::new(Bucket::new(rate))), host: None }
    }

    /// A pacer for one fragile host: never above `cap`, and within the same total as `self`.
    #[must_use]
    pub fn for_host(&self, cap: PacketsPerSecond) -> Self {
        Self { host: Some(Arc::new(Bucket::new(cap))), ..self.clone() }
    }

    /// Waits until `packets` may be sent.
    pub async fn take(&self, packets: u32) {
        let wait = self.book(packets);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Counts packets that the system sends of its own accord, such as the ACK of a handshake:
    /// whoever comes next waits for them.
    pub(crate) fn charge(&self, packets: u32) {
        self.book(packets);
    }

    /// Books `packets` and tells how long to wait before they may go, for senders on a thread of
    /// their own.
    pub(crate) fn book(&self, packets: u32) -> Duration {
        let now = self.clock.elapsed();
        let buckets = self.total.iter().chain(&self.host);
        buckets.map(|bucket| bucket.book(packets, now)).max().unwrap_or_default()
    }
}

/// A token bucket kept as the one moment until which its budget is spent.
struct Bucket {
    /// The time that one packet costs.
    interval: Duration,
    /// How far the moment may lie in the past.
    burst: Duration,
    spent_until: Mutex<Duration>,
}

impl Bucket {
    fn new(rate: PacketsPerSecond) -> Self {
        // Rounded up: the rate is a bound.
        let interval = Duration::from_nanos(1_000_000_000_u64.div_ceil(rate.0.get().into()));
        Self { interval, burst: BURST.max(interval), spent_until: Mutex::default() }
    }

    /// Books `packets` at `now` and tells how long to wait before they may go.
    fn book(&self, packets: u32, now: Duration) -> Duration {
        let mut spent_until = self.spent_until.lock().unwrap_or_else(PoisonError::into_inner);
        let earliest = (*spent_until).max(now.saturating_sub(self.burst));
        *spent_until = earliest.saturating_add(self.interval.saturating_mul(packets));
        spent_until.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rate(packets: u32) -> PacketsPerSecond {
        PacketsPerSecond(NonZeroU32::new(packets).unwrap())
    }

    /// When each of `count` packets went, with a timer that wakes up to two milliseconds late.
    fn departures(bucket: &Bucket, count: u32) -> Vec<Duration> {
        let mut now = SECOND;
        (0..count)
            .map(|packet| {
                let wait = bucket.book(1, now);
                if !wait.is_zero() {
                    let late = Duration::from_micros(u64::from(packet) * 7919 % 2000);
                    now += wait + late;
                }
                now
            })
            .collect()
    }

    #[test]
    fn keeps_the_rate_although_the_timer_is_coarse() {
        for packets in [1, 50, 1_000, 20_000, 300_000] {
            let sent = departures(&Bucket::new(rate(packets)), packets * 3);
            let end = *sent.last().unwrap();
            assert!(end + BURST * 2 + SECOND / packets > SECOND * 4, "{packets}: {end:?}");
            assert!(end < SECOND * 4 + BURST, "{packets}: {end:?}");
        }
    }

    #[test]
    fn never_sends_more_than_the_burst_above_the_rate_in_any_window() {
        let sent = departures(&Bucket::new(rate(20_000)), 60_000);
        // 100 ms at 20,000 a second, the burst of 10 ms and one packet at each end.
        let most = 2_000 + 200 + 2;
        for window in sent.windows(most + 1) {
            assert!(window[most] >= window[0] + Duration::from_millis(100));
        }
    }

    #[test]
    fn idle_time_saves_up_no_more_than_the_burst() {
        let bucket = Bucket::new(rate(1_000));
        assert_eq!(bucket.book(10, SECOND * 60), Duration::ZERO);
        assert_eq!(bucket.book(1, SECOND * 60), Duration::from_millis(1));
    }

    #[test]
    fn a_slow_bucket_still_lets_single_packets_pass_at_once() {
        let bucket = Bucket::new(rate(2));
        assert_eq!(bucket.book(1, SECOND * 60), Duration::ZERO);
        assert_eq!(bucket.book(1, SECOND * 60), SECOND / 2);
    }

    #[test]
    fn a_fragile_host_is_held_to_its_cap_and_spends_from_the_total() {
        let clock =
            Arc::new(hoshimori_inspection::clock::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        clock.advance(SECOND * 60);
        let all = Pacer::new(Some(rate(1_000)), clock);
        let fragile = all.for_host(rate(50));
        assert_eq!(fragile.book(1), Duration::ZERO);
        assert_eq!(fragile.book(10), Duration::from_millis(200));
        assert_eq!(all.book(1), Duration::from_millis(2));
    }
}
