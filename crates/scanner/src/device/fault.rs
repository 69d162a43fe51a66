//! Loses frames of another device, each way, the same ones for the same seed.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Device, Inbox, Link};
use crate::gate::raw::Batch;
use crate::random::SplitMix;

/// A device that loses frames.
pub struct Fault<D> {
    device: D,
    lost_per_thousand: usize,
    random: Mutex<SplitMix>,
}

impl<D: Device> Fault<D> {
    /// Loses `lost_per_thousand` of the frames in each direction.
    pub fn new(device: D, lost_per_thousand: usize, seed: u64) -> Self {
        Self { device, lost_per_thousand, random: Mutex::new(SplitMix(seed)) }
    }

    fn loses_one(&self) -> bool {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.below(1_000) < self.lost_per_thousand
    }
}

impl<D: Device> Device for Fault<D> {
    fn link(&self) -> &Link {
        self.device.link()
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let (kept, count) = batch.without(|| self.loses_one());
        self.device.send(&kept)?;
        Ok(count)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut all = Inbox::new(inbox.room());
        self.device.receive(&mut all, wait)?;
        for frame in all.frames().iter().filter(|_| !self.loses_one()) {
            inbox.push(*frame);
        }
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        self.device.dropped()
    }
}
