//! How many sockets may be open at once, so that the rest of the process keeps its files.

use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::evidence::UnscannedReason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::OpenError;

/// More sockets than this make no scan faster: the packet budget is spent long before.
const MOST_SOCKETS: u64 = 4_096;

/// Descriptors that the journal, the report and the runtime may still need.
const RESERVE: u64 = 64;

/// The limit where the system tells none: what POSIX guarantees is 20, what systems give is 256.
const USUAL_LIMIT: u64 = 256;

/// Standard streams, the runtime's own descriptors and the journal, where they cannot be counted.
const USUAL_IN_USE: u64 = 32;

/// How long to wait for a socket of another probe to close before the machine counts as full.
const PATIENCE: Duration = Duration::from_secs(30);

/// Leave to hold one socket; given back when dropped.
pub(crate) type Slot = OwnedSemaphorePermit;

/// The sockets that one gate may hold.
pub(crate) struct Descriptors {
    slots: Arc<Semaphore>,
    budget: usize,
}

impl Descriptors {
    /// Raises this process's soft limit as far as it may go and keeps a reserve.
    pub(crate) fn claim() -> Self {
        let limit = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(USUAL_LIMIT);
        let budget = budget(limit, in_use());
        Self { slots: Arc::new(Semaphore::new(budget)), budget }
    }

    /// How many sockets there may be at once.
    pub(crate) fn budget(&self) -> usize {
        self.budget
    }

    /// Waits for a free slot.
    pub(crate) async fn slot(&self) -> Result<Slot, OpenError> {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        match timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned()).await {
            Ok(Ok(slot)) => Ok(slot),
            _ => Err(OpenError::Local {
                reason: UnscannedReason::NoDescriptors,
                source: io::Error::new(io::ErrorKind::QuotaExceeded, "no socket became free"),
            }),
        }
    }
}

/// What `limit` leaves for sockets when `in_use` descriptors are open already.
fn budget(limit: u64, in_use: u64) -> usize {
    let reserve = RESERVE.min(limit / 4);
    let sockets = limit.saturating_sub(in_use + reserve).clamp(1, MOST_SOCKETS);
    usize::try_from(sockets).unwrap_or(1)
}

/// How many descriptors this process has open.
fn in_use() -> u64 {
    // A link to /proc/self/fd on Linux, a file system of its own on macOS and the BSDs.
    fs::read_dir("/dev/fd")
        .map_or(USUAL_IN_USE, |entries| u64::try_from(entries.count()).unwrap_or(USUAL_IN_USE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_limit_leaves_room_for_sockets_and_for_the_rest() {
        assert_eq!(budget(64, 12), 36);
        assert_eq!(budget(1_024, 12), 948);
    }

    #[test]
    fn no_limit_leaves_none_or_too_many() {
        assert_eq!(budget(16, 40), 1);
        assert_eq!(budget(u64::MAX, 12), 4_096);
    }
}
