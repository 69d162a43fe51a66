//! The half-open scan as its callers see it.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::PortSpan;
use hoshimori_inspection::vantage::Vantage;
use tokio::sync::mpsc::{self, UnboundedSender};

use super::campaign::{Campaign, Prepared, Settings};
use super::confirm::Confirmations;
use super::cookie::reserved_ports;
use super::fact;
use super::forecast::Forecast;
use super::job::{Limits, SynJob, SynReport, Unsuitable};
use super::news::{Finished, News};
use super::states::PortSet;
use crate::device::linux::LinuxDevice;
use crate::device::pump::Pump;
use crate::device::relay::Relay;
use crate::device::{Link, Path, route};
use crate::gate::Gate;
use crate::pacer::PacketsPerSecond;
use crate::progress::Progress;

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
        let (mut threads, mut forecasts) = (Vec::new(), HashMap::new());
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
                    Some((link, News::Forecast(forecast))) => {
                        forecasts.insert(link, forecast);
                        let sum = |of: fn(&Forecast) -> u64| forecasts.values().map(of).sum();
                        progress.expects(sum(|link| link.done), sum(|link| link.left));
                    }
                    Some((_, News::Agreed { address, port, round_trip })) => {
                        confirmations.begin(address, port, round_trip);
                    }
                    Some((_, News::Checkpoint(checkpoint))) => {
                        sink(SynReport::Checkpoint(checkpoint));
                    }
                    Some((_, News::Ended(host))) => finished.push(host),
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
        news: UnboundedSender<(u32, News)>,
    ) -> Result<thread::JoinHandle<()>, Vec<IpAddr>> {
        let addresses: Vec<IpAddr> = jobs.iter().map(|job| job.permit.address()).collect();
        let (ports, index) = (reserved_ports(), link.index);
        let clock = self.clock.clone();
        let device = LinuxDevice::open(link, ports, clock.clone())
            .and_then(|device| Relay::start(Arc::new(device)))
            .and_then(|device| Pump::start(Arc::new(device)));
        let Ok(device) = device else { return Err(addresses) };
        let settings = Settings {
            clock,
            seed: self.seed,
            first_source_port: ports.0,
            total: self.limits.total,
        };
        let scan = move || {
            let mut tell = |one| match news.send((index, one)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            // Hosts that a failure of this machine leaves behind have been told as such.
            let _ = Campaign::new(device, settings, jobs, &mut tell).run();
        };
        thread::Builder::new().name("half-open scan".into()).spawn(scan).map_err(|_| addresses)
    }
}
