//! The half-open scan as its callers see it.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::{Observation, PortSpan};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;
use tokio::sync::mpsc::{self, UnboundedSender};

use super::campaign::{Campaign, Finished, News, Prepared, Settings};
use super::checkpoint::Checkpoint;
use super::confirm::Confirmations;
use super::cookie::reserved_ports;
use super::fact;
use super::states::PortSet;
use crate::device::linux::LinuxDevice;
use crate::device::pump::Pump;
use crate::device::{Link, Path, route};
use crate::gate::Gate;
use crate::pacer::PacketsPerSecond;
use crate::progress::Progress;

/// Speeds that are never exceeded. Below them the scan follows what comes back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Over one link, to all hosts together.
    pub total: PacketsPerSecond,
    /// To one host on the link.
    pub host: PacketsPerSecond,
    /// Through a router, to all hosts behind it together: its table of connections is small.
    pub routed: PacketsPerSecond,
    /// To one fragile device.
    pub fragile: PacketsPerSecond,
}

impl Default for Limits {
    /// A gigabit link carries 1.4 million SYNs a second; a fifth of it leaves room for the office.
    /// 1,000 a second through a router and to a fragile device are the usual advice.
    fn default() -> Self {
        let rate = |packets| PacketsPerSecond(NonZeroU32::new(packets).unwrap_or(NonZeroU32::MIN));
        Self {
            total: rate(300_000),
            host: rate(300_000),
            routed: rate(1_000),
            fragile: rate(1_000),
        }
    }
}

/// A host to scan.
#[derive(Clone, Debug)]
pub struct SynJob {
    /// Leave to do so.
    pub permit: Permit,
    /// The ports; the result has one observation for each span.
    pub spans: Vec<PortSpan>,
    /// Whether it is to be asked at the speed of a fragile device.
    pub is_fragile: bool,
    /// All checkpoints of an interrupted scan of this host, in order.
    pub resumed: Vec<Checkpoint>,
}

/// What a scan tells.
#[derive(Clone, Debug)]
pub enum SynReport {
    /// Something that a resumed scan would need to know: to be written down as it comes.
    Checkpoint(Checkpoint),
    /// A port completed a second handshake.
    Open {
        /// Its host.
        address: IpAddr,
        /// The port.
        port: u16,
    },
    /// A host is finished: one observation for each of its spans.
    Host {
        /// The host.
        address: IpAddr,
        /// What was seen.
        observations: Vec<Observation>,
    },
    /// A host that the connect scan has to take.
    Unsuitable {
        /// The host.
        address: IpAddr,
        /// Why.
        reason: Unsuitable,
    },
}

/// Why the half-open scan cannot take a host.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsuitable {
    /// There is no route, or the address is this machine's own.
    #[error("no route leaves this machine")]
    NoRoute,
    /// The way leads over something else than Ethernet.
    #[error("the link is not Ethernet")]
    NotEthernet,
    /// This process may not open packet sockets.
    #[error("no packet socket (`CAP_NET_RAW` is missing)")]
    NoPacketSocket,
}

/// Finds open ports of many hosts at once by half-open connections.
pub struct SynScanner {
    gate: Gate,
    vantage: Vantage,
    clock: Arc<dyn Clock>,
    limits: Limits,
    seed: u64,
}

impl SynScanner {
    /// A scanner that confirms what it finds through `gate`.
    ///
    /// `seed` decides the order of ports; a resumed scan must be given the same.
    pub fn new(
        gate: Gate,
        vantage: Vantage,
        clock: Arc<dyn Clock>,
        limits: Limits,
        seed: u64,
    ) -> Self {
        Self { gate, vantage, clock, limits, seed }
    }

    /// Whether this process may open packet sockets.
    pub fn is_permitted() -> bool {
        let nowhere = Link {
            name: String::new(),
            index: 0,
            station: hoshimori_wire::link::ethernet::MacAddress([0; 6]),
            mtu: 0,
        };
        let clock = Arc::new(hoshimori_inspection::clock::SystemClock::start());
        match LinuxDevice::open(nowhere, reserved_ports(), clock) {
            Ok(_) => true,
            Err(error) => error.kind() != io::ErrorKind::PermissionDenied,
        }
    }

    /// Scans all hosts at once and tells `sink` what comes of it, as it comes.
    pub async fn scan(
        &self,
        jobs: Vec<SynJob>,
        sink: &mut (dyn FnMut(SynReport) + Send),
        progress: &dyn Progress,
    ) {
        let permits = jobs.iter().map(|job| (job.permit.address(), job.permit)).collect();
        let spans: HashMap<IpAddr, Vec<PortSpan>> =
            jobs.iter().map(|job| (job.permit.address(), job.spans.clone())).collect();
        let mut confirmations = Confirmations::new(self.gate.clone(), self.vantage, permits);
        let (news, mut incoming) = mpsc::unbounded_channel();
        let mut threads = Vec::new();
        for (link, jobs) in self.by_link(jobs, sink) {
            match self.start(link, jobs, news.clone()) {
                Ok(thread) => threads.push(thread),
                Err(addresses) => addresses.into_iter().for_each(|address| {
                    let reason = Unsuitable::NoPacketSocket;
                    sink(SynReport::Unsuitable { address, reason });
                }),
            }
        }
        drop(news);
        let mut finished: Vec<Box<Finished>> = Vec::new();
        let mut is_over = false;
        while !(is_over && confirmations.is_idle()) {
            tokio::select! {
                news = incoming.recv(), if !is_over => match news {
                    None => is_over = true,
                    Some(News::Asked(count)) => progress.ports_done(count),
                    Some(News::Agreed { address, port, round_trip }) => {
                        confirmations.begin(address, port, round_trip);
                    }
                    Some(News::Checkpoint(checkpoint)) => sink(SynReport::Checkpoint(checkpoint)),
                    Some(News::Ended(host)) => finished.push(host),
                },
                Some((address, port)) = confirmations.next() => {
                    if let Some(port) = port {
                        sink(SynReport::Open { address, port });
                    }
                }
            }
            let done = finished.extract_if(.., |host| confirmations.is_done(host.address));
            for host in done.collect::<Vec<_>>() {
                self.tell(&host, &mut confirmations, &spans, sink);
            }
        }
        for host in finished {
            self.tell(&host, &mut confirmations, &spans, sink);
        }
        for thread in threads {
            // It has closed its channel as the last thing it did.
            let _ = thread.join();
        }
    }

    fn tell(
        &self,
        host: &Finished,
        confirmations: &mut Confirmations,
        spans: &HashMap<IpAddr, Vec<PortSpan>>,
        sink: &mut (dyn FnMut(SynReport) + Send),
    ) {
        let address = host.address;
        let confirmed = confirmations.take(address);
        let spans = spans.get(&address).map_or(&[][..], Vec::as_slice);
        let seen = (self.vantage, self.clock.now());
        let observations = fact::observations(host, &confirmed, spans, seen);
        sink(SynReport::Host { address, observations });
    }

    /// The jobs of each Ethernet link.
    fn by_link(
        &self,
        jobs: Vec<SynJob>,
        sink: &mut (dyn FnMut(SynReport) + Send),
    ) -> Vec<(Link, Vec<Prepared>)> {
        let mut links: Vec<(Link, Vec<Prepared>)> = Vec::new();
        for job in jobs {
            let address = job.permit.address();
            let place = route::path_to(&job.permit).ok().flatten().ok_or(Unsuitable::NoRoute);
            let place = place.and_then(|path| {
                let known = links.iter().position(|(link, _)| link.index == path.interface);
                if let Some(index) = known {
                    return Ok((path, index));
                }
                let link = route::link(path.interface).ok().flatten();
                links.push((link.ok_or(Unsuitable::NotEthernet)?, Vec::new()));
                Ok((path, links.len() - 1))
            });
            match place {
                Ok((path, index)) => {
                    if let Some((_, jobs)) = links.get_mut(index) {
                        jobs.push(self.prepare(job, path));
                    }
                }
                Err(reason) => sink(SynReport::Unsuitable { address, reason }),
            }
        }
        for (_, jobs) in &mut links {
            self.share_router(jobs);
        }
        links
    }

    fn prepare(&self, job: SynJob, path: Path) -> Prepared {
        let cap = if job.is_fragile { self.limits.fragile } else { self.limits.host };
        let wanted = PortSet::of(job.spans.iter().flat_map(|span| span.ports()));
        Prepared { permit: job.permit, path, wanted, cap, resumed: job.resumed }
    }

    /// Divides the speed through a router among the hosts behind it.
    fn share_router(&self, jobs: &mut [Prepared]) {
        let is_routed = |job: &Prepared| job.path.next_hop != job.permit.address();
        let count = jobs.iter().filter(|job| is_routed(job)).count().clamp(1, 64);
        let share = self.limits.routed.0.get() / u32::try_from(count).unwrap_or(1);
        let share = PacketsPerSecond(NonZeroU32::new(share).unwrap_or(NonZeroU32::MIN));
        for job in jobs.iter_mut().filter(|job| is_routed(job)) {
            job.cap = job.cap.min(share);
        }
    }

    /// Starts the thread of one link; gives the addresses back where that cannot be.
    fn start(
        &self,
        link: Link,
        jobs: Vec<Prepared>,
        news: UnboundedSender<News>,
    ) -> Result<thread::JoinHandle<()>, Vec<IpAddr>> {
        let addresses: Vec<IpAddr> = jobs.iter().map(|job| job.permit.address()).collect();
        let ports = reserved_ports();
        let clock = self.clock.clone();
        let device = LinuxDevice::open(link, ports, clock.clone())
            .and_then(|device| Pump::start(Arc::new(device)));
        let Ok(device) = device else { return Err(addresses) };
        let settings = Settings {
            clock,
            seed: self.seed,
            first_source_port: ports.0,
            total: self.limits.total,
        };
        let scan = move || {
            let mut tell = |one| match news.send(one) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            // Hosts that a failure of this machine leaves behind have been told as such.
            let _ = Campaign::new(device, settings, jobs, &mut tell).run();
        };
        thread::Builder::new().name("half-open scan".into()).spawn(scan).map_err(|_| addresses)
    }
}
