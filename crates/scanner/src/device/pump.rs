//! Receives on a thread of its own, so that sending never keeps an answer waiting.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Device, Inbox, Link};
use crate::gate::raw::Batch;

/// Frames that wait for the sending thread at most: those of 50 ms at 300,000 a second. What finds
/// no room waits in the system's buffer.
const WAITING: usize = 16_384;

/// How long the thread listens before it looks whether it is still wanted.
const LISTENS: Duration = Duration::from_millis(50);

/// How long further frames are waited for after a first one: waking up for each would take longer
/// than all the rest. Round-trip times look longer by at most this.
const GATHERS: Duration = Duration::from_micros(150);

/// A device whose frames are taken in as they come.
pub struct Pump<D: Device + 'static> {
    device: Arc<D>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    inbox: Mutex<Arrivals>,
    arrived: Condvar,
    emptied: Condvar,
    is_over: AtomicBool,
}

struct Arrivals {
    inbox: Inbox,
    failure: Option<io::Error>,
}

impl<D: Device + 'static> Pump<D> {
    /// Starts to receive from `device`.
    pub fn start(device: Arc<D>) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            inbox: Mutex::new(Arrivals { inbox: Inbox::new(WAITING), failure: None }),
            arrived: Condvar::new(),
            emptied: Condvar::new(),
            is_over: AtomicBool::new(false),
        });
        let thread = thread::Builder::new().name("receive".into()).spawn({
            let (device, shared) = (device.clone(), shared.clone());
            move || shared.pump(device.as_ref())
        })?;
        Ok(Self { device, shared, thread: Some(thread) })
    }
}

impl Shared {
    fn pump(&self, device: &dyn Device) {
        let mut fresh = Inbox::new(WAITING / 8);
        while !self.is_over.load(Ordering::Relaxed) {
            let received = gather(device, &mut fresh);
            let mut arrivals = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = received {
                arrivals.failure = Some(error);
                self.arrived.notify_one();
                return;
            }
            while arrivals.inbox.room() < fresh.frames().len()
                && !self.is_over.load(Ordering::Relaxed)
            {
                let waited = self.emptied.wait_timeout(arrivals, LISTENS);
                arrivals = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            for frame in fresh.frames() {
                arrivals.inbox.push(*frame);
            }
            if !fresh.frames().is_empty() {
                self.arrived.notify_one();
            }
            fresh.clear();
        }
    }
}

/// Waits for a frame and takes in those that come shortly after it.
fn gather(device: &dyn Device, fresh: &mut Inbox) -> io::Result<()> {
    device.receive(fresh, LISTENS)?;
    if fresh.frames().is_empty() {
        return Ok(());
    }
    thread::sleep(GATHERS);
    let mut before = 0;
    while fresh.room() > 0 && fresh.frames().len() > before {
        before = fresh.frames().len();
        device.receive(fresh, Duration::ZERO)?;
    }
    Ok(())
}

impl<D: Device + 'static> Device for Pump<D> {
    fn link(&self) -> &Link {
        self.device.link()
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        self.device.send(batch)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        let mut arrivals = self.shared.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if arrivals.inbox.frames().is_empty() && arrivals.failure.is_none() && !wait.is_zero() {
            let waited = self.shared.arrived.wait_timeout(arrivals, wait);
            arrivals = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if let Some(error) = arrivals.failure.take() {
            return Err(error);
        }
        if inbox.frames().is_empty() && inbox.room() == arrivals.inbox.capacity {
            std::mem::swap(inbox, &mut arrivals.inbox);
        } else {
            for frame in arrivals.inbox.frames() {
                inbox.push(*frame);
            }
        }
        arrivals.inbox.clear();
        drop(arrivals);
        self.shared.emptied.notify_one();
        Ok(())
    }

    fn dropped(&self) -> io::Result<u64> {
        self.device.dropped()
    }
}

impl<D: Device + 'static> Drop for Pump<D> {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.shared.emptied.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to end.
            let _ = thread.join();
        }
    }
}
