//! Frames on their way from the gate to a device.

use std::io;
use std::time::Duration;

use crate::device::Device;

/// Frames that are sent together.
const FRAMES: usize = 64;

/// The longest frame that is made here: a neighbour solicitation.
const LONGEST: usize = 14 + 40 + 32;

/// How often a full queue of the driver is waited for, and how long.
const QUEUE_PAUSES: (u32, Duration) = (200, Duration::from_micros(200));

/// Frames that may be sent. Only [`RawGate`](super::RawGate) makes them.
#[derive(Debug)]
pub struct Batch {
    slots: Vec<([u8; LONGEST], usize)>,
    gone: usize,
}

impl Batch {
    /// The frames that are not gone yet, in order.
    pub fn frames(&self) -> impl Iterator<Item = &[u8]> {
        self.slots.iter().skip(self.gone).filter_map(|(bytes, length)| bytes.get(..*length))
    }

    /// Room for as many frames as are sent together.
    pub(crate) fn empty() -> Self {
        Self { slots: Vec::with_capacity(FRAMES), gone: 0 }
    }

    /// Whether it has to be sent before another frame finds room.
    pub(crate) fn is_full(&self) -> bool {
        self.slots.len() >= FRAMES
    }

    /// The frames left when those are taken out that `is_lost` says, and how many there were.
    pub(crate) fn without(&self, mut is_lost: impl FnMut() -> bool) -> (Self, usize) {
        let (mut kept, mut count) = (Self::empty(), 0);
        for slot in self.slots.iter().skip(self.gone) {
            count += 1;
            if !is_lost() {
                kept.slots.push(*slot);
            }
        }
        (kept, count)
    }

    /// Takes over the frames of `other` that are not gone yet, and tells how many those are.
    pub(crate) fn copy_from(&mut self, other: &Self) -> usize {
        self.slots.clear();
        self.gone = 0;
        self.slots.extend(other.slots.iter().skip(other.gone));
        self.slots.len()
    }

    /// Sends all frames, forgets them and tells how many went; waits where the driver's queue is
    /// full.
    pub(crate) fn send_through(&mut self, device: &(impl Device + ?Sized)) -> io::Result<u64> {
        let (mut pauses, pause) = QUEUE_PAUSES;
        let mut sent = 0;
        while self.gone < self.slots.len() {
            match device.send(self) {
                Ok(count) => {
                    self.gone += count;
                    sent += u64::try_from(count).unwrap_or(0);
                }
                Err(error) if is_full(&error) && pauses > 0 => {
                    pauses -= 1;
                    std::thread::sleep(pause);
                }
                Err(error) => return Err(error),
            }
        }
        self.slots.clear();
        self.gone = 0;
        Ok(sent)
    }

    pub(super) fn push(&mut self, parts: &[&[u8]]) {
        let mut frame = [0; LONGEST];
        let mut rest = frame.as_mut_slice();
        for part in parts {
            let Some((place, after)) = rest.split_at_mut_checked(part.len()) else { return };
            place.copy_from_slice(part);
            rest = after;
        }
        let length = LONGEST - rest.len();
        self.slots.push((frame, length));
    }
}

/// Whether the driver's queue is full, which passes.
fn is_full(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOBUFS | libc::EAGAIN | libc::EINTR))
}
