//! The scan of many hosts at once, in one loop: take in answers, send what is due, tell the news.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::Permit;

use super::checkpoint::Checkpoint;
use super::cookie::{Cookie, Cookies};
use super::forecast::Reckoning;
use super::heard::{self, Heard};
use super::host::{Host, Stage, Tools};
use super::news::{Ending, News};
use super::order::Order;
use super::states::{PortSet, PortState};
use crate::device::{Device, Inbox, Path};
use crate::gate::raw::{RawGate, SendError};
use crate::pacer::PacketsPerSecond;

/// Hosts that are asked side by side: 64 take about 12 MB.
const HOSTS_AT_ONCE: usize = 64;

/// Packets that one host may send before the next has its turn.
const QUANTUM: u32 = 16;

/// How much unused speed may be saved up.
const BURST: Duration = Duration::from_millis(2);

/// How long to wait at least and at most when nothing is due.
const NAP: (Duration, Duration) = (Duration::from_micros(500), Duration::from_millis(20));

/// How often this machine is asked whether it lost frames, and loops so often look at the time.
const DROP_CHECK: Duration = Duration::from_millis(50);

/// Frames taken in at once.
const INBOX: usize = 16_384;

/// A host and what is wanted of it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) permit: Permit,
    pub(super) path: Path,
    pub(super) wanted: PortSet,
    pub(super) cap: PacketsPerSecond,
    pub(super) resumed: Vec<Checkpoint>,
}

/// A scan under way.
pub(super) struct Campaign<'a, D> {
    gate: RawGate<D>,
    clock: Arc<dyn Clock>,
    cookies: Cookies,
    order: Order,
    waiting: VecDeque<Prepared>,
    hosts: Vec<Host>,
    interval: Duration,
    spent_until: Duration,
    drops_checked: Duration,
    reckoning: Reckoning,
    tell: &'a mut dyn FnMut(News) -> ControlFlow<()>,
}

/// What a campaign is made of besides the device.
pub(super) struct Settings {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seed: u64,
    pub(super) first_source_port: u16,
    pub(super) total: PacketsPerSecond,
}

impl<'a, D: Device> Campaign<'a, D> {
    pub(super) fn new(
        device: D,
        settings: Settings,
        jobs: Vec<Prepared>,
        tell: &'a mut dyn FnMut(News) -> ControlFlow<()>,
    ) -> Self {
        let Settings { clock, seed, first_source_port, total } = settings;
        Self {
            gate: RawGate::new(device, clock.clone()),
            cookies: Cookies::new(first_source_port),
            order: Order::from_seed(seed),
            waiting: jobs.into(),
            hosts: Vec::new(),
            interval: Duration::from_secs(1) / total.0.get(),
            spent_until: clock.elapsed(),
            drops_checked: clock.elapsed(),
            reckoning: Reckoning::default(),
            clock,
            tell,
        }
    }

    /// Scans until every host is finished, or until nobody wants the news any more.
    ///
    /// An error is one of this machine; the hosts that it leaves unfinished are told as such.
    pub(super) fn run(mut self) -> io::Result<()> {
        let outcome = self.run_on();
        if outcome.is_err() {
            let now = self.clock.elapsed();
            let waiting = std::mem::take(&mut self.waiting);
            let hosts = waiting.into_iter().map(|job| Host::new(job, &self.order, now));
            self.hosts.extend(hosts);
            for host in &mut self.hosts {
                host.stage = Stage::Ended(Ending::LocalError);
            }
            let _ = self.tell_ended();
        }
        outcome
    }

    fn run_on(&mut self) -> io::Result<()> {
        let mut inbox = Inbox::new(INBOX);
        let mut nap = Duration::ZERO;
        loop {
            self.admit();
            if self.hosts.is_empty() {
                return Ok(());
            }
            inbox.clear();
            self.gate.receive(&mut inbox, nap)?;
            for frame in inbox.frames() {
                if let Some(heard) = heard::read(frame.bytes()) {
                    self.hear(heard, frame.at)?;
                }
            }
            let sent = self.send()?;
            self.gate.flush()?;
            self.look_for_drops()?;
            if self.tell_ended().is_break() || self.tell_news().is_break() {
                return Ok(());
            }
            nap = if sent > 0 { Duration::ZERO } else { self.nap() };
        }
    }

    fn admit(&mut self) {
        let now = self.clock.elapsed();
        while self.hosts.len() < HOSTS_AT_ONCE
            && let Some(job) = self.waiting.pop_front()
        {
            let host = Host::new(job, &self.order, now);
            let address = host.permit.address();
            // What an interrupted scan has found is confirmed anew: nothing tells whether it was.
            for port in host.open_ports() {
                let _ = (self.tell)(News::Agreed { address, port, round_trip: None });
            }
            self.hosts.push(host);
        }
    }

    /// Gives each host its turn until nothing is due or the inbox deserves a look.
    fn send(&mut self) -> io::Result<u32> {
        let now = self.clock.elapsed();
        self.spent_until = self.spent_until.max(now.saturating_sub(BURST));
        let mut sent = 0;
        for host in &mut self.hosts {
            if self.spent_until > now {
                break;
            }
            let mut tools = Tools {
                gate: &mut self.gate,
                cookies: &self.cookies,
                order: &self.order,
                now: self.clock.elapsed(),
            };
            match host.turn(&mut tools, QUANTUM) {
                Ok(count) => {
                    sent += count;
                    self.spent_until += self.interval * count;
                }
                Err(SendError::NotPermitted(_)) => {
                    host.stage = Stage::Ended(Ending::OutsideConsent);
                }
                Err(SendError::Device(error)) => return Err(error),
            }
        }
        // The one whose turn did not come is the first next time.
        let count = self.hosts.len();
        self.hosts.rotate_left(1 % count.max(1));
        Ok(sent)
    }

    fn hear(&mut self, heard: Heard, at: Duration) -> io::Result<()> {
        let now = self.clock.elapsed();
        match heard {
            Heard::Station { address, station } => {
                for host in self.hosts.iter_mut().filter(|host| host.path.next_hop == address) {
                    host.reach(station, now);
                }
                Ok(())
            }
            Heard::Echo { host, identifier, sequence } => {
                let sent_at = self.cookies.sent_at(identifier, sequence.into(), at);
                if let (Some(host), Some(sent_at)) = (self.host_mut(host), sent_at) {
                    host.hear_echo(sent_at, at);
                }
                Ok(())
            }
            Heard::Port { host, port, cookie, word } => {
                self.hear_port(host, (port, cookie, word), at, now)
            }
        }
    }

    fn hear_port(
        &mut self,
        address: IpAddr,
        answer: (u16, Cookie, heard::Word),
        at: Duration,
        now: Duration,
    ) -> io::Result<()> {
        let mut tools =
            Tools { gate: &mut self.gate, cookies: &self.cookies, order: &self.order, now };
        let mut hosts = self.hosts.iter_mut();
        let Some(host) = hosts.find(|host| host.permit.address() == address) else {
            return Ok(());
        };
        let before = host.signs.sent;
        let heard = host.hear(&mut tools, answer, at);
        // A reset is a packet like any other.
        let resets = u32::try_from(host.signs.sent - before).unwrap_or(u32::MAX);
        self.spent_until += self.interval * resets;
        match heard {
            Ok(Some(PortState::Open)) => {
                let round_trip = host.timing.round_trip();
                let _ = (self.tell)(News::Agreed { address, port: answer.0, round_trip });
            }
            Ok(_) => {}
            Err(SendError::NotPermitted(_)) => host.stage = Stage::Ended(Ending::OutsideConsent),
            Err(SendError::Device(error)) => return Err(error),
        }
        Ok(())
    }

    fn host_mut(&mut self, address: IpAddr) -> Option<&mut Host> {
        self.hosts.iter_mut().find(|host| host.permit.address() == address)
    }

    fn look_for_drops(&mut self) -> io::Result<()> {
        let now = self.clock.elapsed();
        if now >= self.drops_checked + DROP_CHECK {
            self.drops_checked = now;
            if self.gate.device().dropped()? > 0 {
                self.hosts.iter_mut().for_each(|host| host.governor.ease(now));
            }
        }
        Ok(())
    }

    fn tell_news(&mut self) -> ControlFlow<()> {
        let now = self.clock.elapsed();
        for host in &mut self.hosts {
            if let Some(checkpoint) = host.take_checkpoint(now) {
                (self.tell)(News::Checkpoint(checkpoint))?;
            }
        }
        match self.reckoning.due(now, &self.hosts, &self.waiting) {
            Some(forecast) => (self.tell)(News::Forecast(forecast)),
            None => ControlFlow::Continue(()),
        }
    }

    fn tell_ended(&mut self) -> ControlFlow<()> {
        for host in self.hosts.extract_if(.., |host| matches!(host.stage, Stage::Ended(_))) {
            let Stage::Ended(ending) = host.stage else { continue };
            self.reckoning.close(&host);
            (self.tell)(News::Ended(Box::new(host.into_finished(ending))))?;
        }
        ControlFlow::Continue(())
    }

    fn nap(&self) -> Duration {
        let (shortest, longest) = NAP;
        let due = self.hosts.iter().filter_map(Host::due).min().unwrap_or_default();
        let due = due.max(self.spent_until);
        due.saturating_sub(self.clock.elapsed()).clamp(shortest, longest)
    }
}
