//! What is remarkable about the answers of a host.

use std::time::Duration;

use super::ledger::Place;

/// What is remarkable about the answers of a host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) open: u32,
    pub(super) odd: u32,
    pub(super) closed_first: u32,
    pub(super) closed_later: u32,
    pub(super) last_heard: Duration,
    pub(super) last_good: Place,
    pub(super) unheard: u32,
    pub(super) silences: u32,
    pub(super) silent_at: Option<(u16, u32)>,
}
