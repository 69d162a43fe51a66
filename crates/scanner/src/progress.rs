//! Telling how far a scan is.

/// Hears how many ports have been asked.
pub trait Progress: Sync {
    /// `count` more ports of the span have been asked; over a whole span the counts add up to
    /// its length.
    ///
    /// Later attempts at the same ports are not told: they are few, or the host drops packets.
    fn ports_done(&self, count: u32);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn ports_done(&self, _count: u32) {}
}
