//! Sends on a second thread while the first one makes the next frames.
//!
//! Where hosts answer on the processor that sends, as on a link between two parts of one machine,
//! or where the driver is slow, sending takes most of the time of a scan.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Device, Inbox, Link};
use crate::gate::raw::Batch;

/// A device with a second sender, which takes a full batch whenever it has nothing to do.
///
/// Batches that are not full go at once: they are sent when there is time enough. Nothing waits
/// behind another batch, so that a frame goes about when it was made.
pub struct Relay<D: Device + 'static> {
    device: Arc<D>,
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

/// Where one thread puts a batch for the other.
struct Desk {
    order: Mutex<Order>,
    changed: Condvar,
}

struct Order {
    batch: Batch,
    /// It waits, or is being sent.
    is_placed: bool,
    failure: Option<io::Error>,
    is_over: bool,
}

impl<D: Device + 'static> Relay<D> {
    /// Starts a second sender for `device`.
    pub fn start(device: Arc<D>) -> io::Result<Self> {
        let order =
            Order { batch: Batch::empty(), is_placed: false, failure: None, is_over: false };
        let desk = Arc::new(Desk { order: Mutex::new(order), changed: Condvar::new() });
        let thread = thread::Builder::new().name("send".into()).spawn({
            let (device, desk) = (device.clone(), desk.clone());
            move || desk.serve(device.as_ref())
        })?;
        Ok(Self { device, desk, thread: Some(thread) })
    }
}

impl Desk {
    fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what is placed until all is over; what was placed before that goes.
    fn serve(&self, device: &dyn Device) {
        let mut batch = Batch::empty();
        let mut order = self.order();
        loop {
            if order.is_placed {
                std::mem::swap(&mut batch, &mut order.batch);
                drop(order);
                let sent = batch.send_through(device);
                order = self.order();
                order.is_placed = false;
                if let Err(error) = sent {
                    order.failure = Some(error);
                }
            } else if order.is_over {
                return;
            } else {
                order = self.changed.wait(order).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl<D: Device + 'static> Device for Relay<D> {
    fn link(&self) -> &Link {
        self.device.link()
    }

    fn send(&self, batch: &Batch) -> io::Result<usize> {
        let mut order = self.desk.order();
        if let Some(error) = order.failure.take() {
            return Err(error);
        }
        if batch.is_full() && !order.is_placed {
            let count = order.batch.copy_from(batch);
            order.is_placed = true;
            drop(order);
            self.desk.changed.notify_one();
            return Ok(count);
        }
        drop(order);
        self.device.send(batch)
    }

    fn receive(&self, inbox: &mut Inbox, wait: Duration) -> io::Result<()> {
        self.device.receive(inbox, wait)
    }

    fn dropped(&self) -> io::Result<u64> {
        self.device.dropped()
    }
}

impl<D: Device + 'static> Drop for Relay<D> {
    fn drop(&mut self) {
        self.desk.order().is_over = true;
        self.desk.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to end.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hoshimori_inspection::clock::SystemClock;
    use hoshimori_inspection::scope::{Authorization, Scope};
    use hoshimori_wire::link::ethernet::MacAddress;
    use jiff::Timestamp;

    use super::*;
    use crate::device::Path;
    use crate::device::fake::{Behaviour, FakeLan, OWN_ADDRESS};
    use crate::gate::raw::{Aim, Knocking, RawGate};

    const HOST: Ipv4Addr = Ipv4Addr::new(10, 87, 0, 10);

    #[test]
    fn every_frame_goes_once_whoever_sends_it() {
        let now = Timestamp::UNIX_EPOCH;
        let scope = Scope::new(Authorization {
            granted_by: "the tests".into(),
            valid_from: now,
            valid_until: Timestamp::MAX,
            networks: vec!["10.87.0.0/16".parse().unwrap()],
            exclude: vec![],
            state_changing_probes: false,
            default_credentials: false,
        });
        let permit = scope.permit(HOST.into(), now).unwrap();
        let path = Path { source: OWN_ADDRESS.into(), next_hop: HOST.into(), interface: 1 };
        let aim = Aim::new(permit, path, MacAddress([2; 6]));
        let lan = Arc::new(FakeLan::new([(HOST, Behaviour::plain(Vec::new()))]));
        let relay = Relay::start(lan.clone()).unwrap();
        let mut gate = RawGate::new(relay, Arc::new(SystemClock::start()));
        for port in 1..=1_000 {
            let knocking = Knocking { source_port: 61_000, port, sequence: 1 };
            gate.syn(&aim, knocking).unwrap();
        }
        gate.flush().unwrap();
        drop(gate);
        assert_eq!(lan.packets().get(&HOST), Some(&1_000));
    }
}
