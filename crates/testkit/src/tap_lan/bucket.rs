use std::time::Duration;

/// Tokens for a twentieth of a second, filled by the second.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    nanos: u128,
    filled: Duration,
}

impl Bucket {
    /// Whether a limit of so many a second lets one more pass.
    pub(super) fn takes(&mut self, per_second: Option<u32>, now: Duration) -> bool {
        let Some(rate) = per_second.map(u128::from).filter(|rate| *rate > 0) else { return true };
        let cost = 1_000_000_000 / rate;
        let full = (cost * (rate / 20)).max(cost);
        let since = now.saturating_sub(self.filled).as_nanos();
        self.nanos = (self.nanos + since).min(full);
        self.filled = now;
        let has_one = self.nanos >= cost;
        self.nanos -= if has_one { cost } else { 0 };
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_pass_what_the_limit_says_and_a_short_burst() {
        let mut bucket = Bucket::default();
        let passed = (0..100_000_u64)
            .filter(|step| bucket.takes(Some(200), Duration::from_micros(step * 50)))
            .count();
        assert!((990..=1_010).contains(&passed), "{passed}");
        assert!(bucket.takes(None, Duration::ZERO));
    }
}
