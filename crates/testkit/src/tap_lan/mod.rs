//! A LAN of simulated hosts behind a TAP device, in a network namespace of its own.
//!
//! The test runs on a thread whose network is nothing but this link: what the scanner and the
//! system send to it arrives here as whole frames, is counted ([`Traffic`]) and answered as each
//! [`SimulatedHost`] does. Both the namespace and the device go with the threads that use them, so
//! nothing can be left behind.

mod answer;
mod bucket;
mod dice;
mod host;
mod traffic;
mod tun;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use self::host::{Closed, SimulatedHost};
pub use self::traffic::{ToPort, Traffic};

use self::answer::Hosts;

/// The longest frame that is read: the device carries 1,500 bytes behind 14 of its own.
const LONGEST: usize = 2_048;

/// How long the responder sleeps when nothing waits: it delays answers by no more.
const IDLE: Duration = Duration::from_micros(50);

/// How long the link has to be quiet before all that was sent counts as arrived.
const SETTLED: Duration = Duration::from_millis(30);

/// The simulated LAN, as the test on it sees it.
pub struct TapLan {
    traffic: Arc<Mutex<Traffic>>,
}

impl TapLan {
    /// This machine's address on the link, one of 10.77.0.0/16.
    pub const OWN_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);

    /// This machine's IPv6 address on the link, one of `fd77::/64`.
    pub const OWN_ADDRESS_V6: Ipv6Addr = Ipv6Addr::new(0xfd77, 0, 0, 0, 0, 0, 0, 1);

    /// Runs `test` on a LAN of `hosts`; frames are lost as `seed` decides.
    ///
    /// `None`, with the reason on standard error, where this process may not make a network
    /// namespace or a TAP device: that takes root and `/dev/net/tun`.
    ///
    /// # Panics
    /// When the device cannot be set up (iproute2 is missing), and when `test` does.
    pub fn run<T: Send>(
        hosts: Vec<SimulatedHost>,
        seed: u64,
        test: impl FnOnce(&Self) -> T + Send,
    ) -> Option<T> {
        let on_lan = || {
            let device = match tun::open_in_namespace() {
                Ok(device) => device,
                Err(error) => {
                    eprintln!("skipped: a simulated LAN needs root and /dev/net/tun: {error}");
                    return None;
                }
            };
            tun::set_up(Self::OWN_ADDRESS, Self::OWN_ADDRESS_V6);
            let lan = Self { traffic: Arc::default() };
            let is_over = AtomicBool::new(false);
            thread::scope(|scope| {
                let responder = Responder::new(device, Hosts::new(hosts, seed), &lan.traffic);
                scope.spawn(|| responder.run(&is_over));
                let _end = EndOf(&is_over);
                Some(test(&lan))
            })
        };
        thread::scope(|scope| scope.spawn(on_lan).join())
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// What has been sent to the link so far, once it is quiet.
    pub fn traffic(&self) -> Traffic {
        let look = || self.traffic.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut seen = look();
        loop {
            thread::sleep(SETTLED);
            let now = look();
            if now.frames() == seen.frames() {
                return now;
            }
            seen = now;
        }
    }
}

/// Ends the responder when the test ends, in whatever way.
struct EndOf<'a>(&'a AtomicBool);

impl Drop for EndOf<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads frames, counts them, and writes the answers when their time has come.
struct Responder<'a> {
    device: File,
    hosts: Hosts,
    traffic: &'a Mutex<Traffic>,
    began: Instant,
    under_way: BinaryHeap<Reverse<(Duration, u64, Vec<u8>)>>,
    count: u64,
}

impl<'a> Responder<'a> {
    fn new(device: File, hosts: Hosts, traffic: &'a Mutex<Traffic>) -> Self {
        let (began, under_way) = (moment(), BinaryHeap::new());
        Self { device, hosts, traffic, began, under_way, count: 0 }
    }

    fn run(mut self, is_over: &AtomicBool) {
        let mut buffer = [0; LONGEST];
        while !is_over.load(Ordering::Relaxed) {
            let is_idle = match self.device.read(&mut buffer) {
                Ok(length) => {
                    self.take_in(buffer.get(..length).unwrap_or_default());
                    false
                }
                Err(_) => true,
            };
            let has_answered = self.answer();
            if is_idle && !has_answered {
                thread::sleep(IDLE);
            }
        }
    }

    fn take_in(&mut self, frame: &[u8]) {
        let now = self.now();
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).note(frame);
        if let Some((answer, delay)) = self.hosts.answer(frame, now) {
            self.count += 1;
            self.under_way.push(Reverse((now + delay, self.count, answer)));
        }
    }

    /// Writes what is due; tells whether that was anything.
    fn answer(&mut self) -> bool {
        let mut has_answered = false;
        while self.under_way.peek().is_some_and(|Reverse((at, ..))| *at <= self.now()) {
            let Some(Reverse((.., frame))) = self.under_way.pop() else { break };
            // The system drops a frame for which it has no room, as a switch does.
            let _ = self.device.write(&frame);
            has_answered = true;
        }
        has_answered
    }

    fn now(&self) -> Duration {
        moment().saturating_duration_since(self.began)
    }
}

#[expect(clippy::disallowed_methods, reason = "simulated hosts live in real time")]
fn moment() -> Instant {
    Instant::now()
}
