//! Discovery by whole frames: address resolution on the link, echo requests beyond it.
//!
//! Whoever has an IPv4 or IPv6 address on a link has to answer who asks for its station, or nobody
//! could reach it; a firewall does not change that. So silence on the link means that nobody is
//! there, or that somebody sleeps: [`Patience`] says how long that is given. Beyond a router only
//! an echo reply tells anything, and its silence nothing.
//!
//! **One station with many addresses** may be a host with many addresses, or a router that answers
//! for others (proxy ARP, RFC 1027), behind which nobody need be. Such an address counts only when
//! it answers an echo request as well; otherwise it is given back to be asked by TCP.

mod asking;
mod fact;
mod hearing;
mod neighbours;
mod responders;
mod told;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;

use crate::Gate;
use crate::device::linux::LinuxDevice;
use crate::device::pump::Pump;
use crate::device::{Device, Link, Path, route};
use crate::pacer::PacketsPerSecond;
use asking::{Asking, Means};
use fact::Sighting;

pub use neighbours::{Called, NotCalled};

/// More addresses than this at one station are those of a router that answers for others.
const MOST_OF_STATION: usize = 16;

/// No more than this is asked of a link a second, whatever the budget: each question goes to every
/// station.
const FASTEST: PacketsPerSecond = per_second(6_400);

/// Through a router, to all hosts behind it together.
const FASTEST_ROUTED: PacketsPerSecond = per_second(1_000);

/// How long silence is believed to be sleep.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Patience {
    /// Four questions within a third of a second: wired hosts, and those that are awake.
    Quick,
    /// Two questions more, and two seconds: telephones that doze between beacons.
    Thorough,
}

impl Patience {
    /// How long to listen after each question.
    fn waits(self) -> &'static [Duration] {
        const WAITS: [Duration; 6] = [
            Duration::from_millis(40),
            Duration::from_millis(40),
            Duration::from_millis(60),
            Duration::from_millis(80),
            Duration::from_millis(600),
            Duration::from_millis(1_200),
        ];
        match self {
            Self::Quick => WAITS.get(..4).unwrap_or(&WAITS),
            Self::Thorough => &WAITS,
        }
    }
}

/// How long an echo from beyond a router is waited for, each time.
const ECHO_WAITS: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(800)];

/// How long the echo of a host on the link is waited for, each time.
const NEAR_ECHO_WAITS: [Duration; 2] = [Duration::from_millis(60), Duration::from_millis(120)];

/// Finds hosts by whole frames.
#[derive(Clone)]
pub struct LinkSweep {
    gate: Gate,
    vantage: Vantage,
    patience: Patience,
}

/// What a sweep found.
#[derive(Debug, Default)]
pub struct Swept {
    /// One for each address that answered, and for each of which it is sure that nobody answers.
    pub observations: Vec<Observation>,
    /// The addresses of which nothing is known: not on a link of this machine and silent, answered
    /// for by a router, or not asked because this machine could not. TCP may tell.
    pub unresolved: Vec<Permit>,
}

impl LinkSweep {
    /// A sweep within the budget of `gate`.
    pub fn new(gate: Gate, vantage: Vantage, patience: Patience) -> Self {
        Self { gate, vantage, patience }
    }

    /// Asks for all addresses at once, each link on a thread of its own. Nothing more is sent when
    /// the future is dropped.
    pub async fn sweep(&self, permits: Vec<Permit>) -> Swept {
        let wanted = Wanted::default();
        let found = tokio::task::spawn_blocking({
            let permits = permits.clone();
            move || by_link(permits)
        });
        let Ok((links, unresolved)) = found.await else {
            return Swept { observations: Vec::new(), unresolved: permits };
        };
        let mut swept = Swept { observations: Vec::new(), unresolved };
        let mut threads = Vec::new();
        for (link, jobs) in links {
            let (sweep, means) = (self.clone(), self.means(&wanted));
            let permits: Vec<Permit> = jobs.iter().map(|job| job.permit).collect();
            let thread = tokio::task::spawn_blocking(move || sweep.sweep_link(link, means, &jobs));
            threads.push((thread, permits));
        }
        for (thread, permits) in threads {
            match thread.await {
                Ok(of_link) => {
                    swept.observations.extend(of_link.observations);
                    swept.unresolved.extend(of_link.unresolved);
                }
                Err(_) => swept.unresolved.extend(permits),
            }
        }
        swept
    }

    fn sweep_link(&self, link: Link, means: Means, jobs: &[Job]) -> Swept {
        match self.open(link) {
            Ok(device) => self.sweep_over(device, means, jobs),
            Err(_) => Swept {
                observations: Vec::new(),
                unresolved: jobs.iter().map(|job| job.permit).collect(),
            },
        }
    }

    /// The sweep itself, over any device.
    fn sweep_over<D: Device>(&self, device: D, means: Means, jobs: &[Job]) -> Swept {
        let link = device.link().clone();
        let (near, far): (Vec<Job>, Vec<Job>) = jobs.iter().partition(|job| job.is_near());
        let mut asking = Asking::new(device, means, jobs.iter().map(|job| job.path.source));
        // After an error what was heard so far stands, and the rest is unresolved.
        let is_near_asked = asking.resolve(&near, self.patience.waits()).is_ok();
        let crowded = asking.hearing().crowded(MOST_OF_STATION);
        let heard_of = |job: &Job| asking.hearing().of(job.permit.address());
        let is_proxied = |job: &&Job| heard_of(job).is_of(&crowded);
        let proxied: Vec<Job> = near.iter().filter(is_proxied).copied().collect();
        let is_asked = asking
            .echo(&proxied, &NEAR_ECHO_WAITS)
            .and_then(|()| asking.resolve(&far, self.patience.waits()))
            .is_ok();
        asking.keep_to(self.gate.budget(FASTEST_ROUTED));
        let _ = is_asked && asking.echo(&far, &ECHO_WAITS).is_ok();
        let (mut swept, marks) = (Swept::default(), &asking.hearing().marks);
        for job in jobs {
            let heard = asking.hearing().of(job.permit.address());
            let seen = Sighting { job, link: &link, heard, marks, crowded: &crowded };
            let is_known = is_near_asked || !heard.stations.is_empty();
            let is_proxied = seen.is_proxied();
            let is_decided = heard.is_echoed() || (job.is_near() && !is_proxied && is_known);
            if !is_decided {
                swept.unresolved.push(job.permit);
            }
            // A router that answers for an address is worth a note even where nobody echoes.
            if is_decided || is_proxied {
                swept.observations.push(seen.observation(self.vantage, self.gate.clock().now()));
            }
        }
        swept
    }

    fn open(&self, link: Link) -> std::io::Result<Pump<LinuxDevice>> {
        Pump::start(Arc::new(LinuxDevice::open(link, NO_PORTS, self.gate.shared_clock())?))
    }

    fn means(&self, wanted: &Wanted) -> Means {
        Means {
            clock: self.gate.shared_clock(),
            pacer: self.gate.budget(FASTEST),
            is_unwanted: wanted.is_over.clone(),
        }
    }
}

/// Tells threads, by its end, that nobody waits for their outcome any more.
#[derive(Default)]
struct Wanted {
    is_over: Arc<AtomicBool>,
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// No port of this machine is asked from, so no TCP is heard.
const NO_PORTS: (u16, u16) = (u16::MAX, u16::MAX);

const fn per_second(packets: u32) -> PacketsPerSecond {
    match NonZeroU32::new(packets) {
        Some(packets) => PacketsPerSecond(packets),
        None => PacketsPerSecond(NonZeroU32::MIN),
    }
}

/// One address to ask for.
#[derive(Clone, Copy, Debug)]
struct Job {
    permit: Permit,
    path: Path,
}

impl Job {
    /// Whether the address itself is on the link.
    fn is_near(&self) -> bool {
        self.path.next_hop == self.permit.address()
    }
}

/// The permits by Ethernet link, and those that no such link leads to.
fn by_link(permits: Vec<Permit>) -> (Vec<(Link, Vec<Job>)>, Vec<Permit>) {
    let mut links: BTreeMap<u32, (Option<Link>, Vec<Job>)> = BTreeMap::new();
    let mut unresolved = Vec::new();
    for permit in permits {
        match route::path_to(&permit).ok().flatten() {
            Some(path) => {
                let link = || route::link(path.interface).ok().flatten();
                let (_, jobs) = links.entry(path.interface).or_insert_with(|| (link(), Vec::new()));
                jobs.push(Job { permit, path });
            }
            None => unresolved.push(permit),
        }
    }
    let mut found = Vec::new();
    for (link, jobs) in links.into_values() {
        match link {
            Some(link) => found.push((link, jobs)),
            None => unresolved.extend(jobs.into_iter().map(|job| job.permit)),
        }
    }
    (found, unresolved)
}

#[cfg(test)]
mod tests;
