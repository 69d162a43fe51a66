//! How many handshakes may be under way at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Enough to keep 1,000 packets a second going towards a host that drops them all, and no more
/// half-open connections at a time than the tables of a small router hold (4,096 and up).
const MOST_IN_FLIGHT: usize = 1_024;

/// The bound on handshakes under way: falls at once when the machine runs short, and comes back
/// step by step.
pub(super) struct Window {
    limit: AtomicUsize,
    most: usize,
}

impl Window {
    /// A window fully open, within `budget` sockets.
    pub(super) fn new(budget: usize) -> Self {
        let most = budget.clamp(1, MOST_IN_FLIGHT);
        Self { limit: AtomicUsize::new(most), most }
    }

    /// How many handshakes may be under way now.
    pub(super) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// The machine had no room beside the `in_flight` handshakes under way.
    pub(super) fn shrink(&self, in_flight: usize) {
        self.limit.fetch_min(in_flight.max(1), Ordering::Relaxed);
    }

    /// A handshake found room.
    pub(super) fn grow(&self) {
        if self.limit() < self.most {
            // Two scans that grow it at once overshoot by one, and the next shortage corrects it.
            self.limit.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_to_what_is_under_way_and_comes_back() {
        let window = Window::new(10);
        window.shrink(3);
        assert_eq!(window.limit(), 3);
        (0..20).for_each(|_| window.grow());
        assert_eq!(window.limit(), 10);
    }

    #[test]
    fn always_lets_one_pass() {
        let window = Window::new(0);
        window.shrink(0);
        assert_eq!(window.limit(), 1);
    }
}
