//! Telling how far a scan is.

/// Hears how far a scan is: a scan that connects tells ports, the half-open scan packets.
pub trait Progress: Sync {
    /// `count` more ports of the span have been asked; over a whole span the counts add up to
    /// its length.
    ///
    /// Later attempts at the same ports are not told: they are few, or the host drops packets.
    fn ports_done(&self, count: u32);

    /// Of all packets of the scan `done` have gone, and about `left` will, as far as can be told
    /// from what the hosts have done so far. Told a few times a second; the last time `left` is 0.
    fn expects(&self, done: u64, left: u64) {
        let _ = (done, left);
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn ports_done(&self, _count: u32) {}
}
