//! Asks one link, over any device.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::LinkPermit;
use hoshimori_wire::link::ethernet::MacAddress;
use hoshimori_wire::net::icmpv6;

use super::Job;
use super::hearing::{Hearing, Own};
use crate::device::{Device, Inbox};
use crate::gate::raw::{Aim, RawGate, SendError};
use crate::pacer::Pacer;

/// Frames that are taken in at once: as many as a receiving thread keeps.
const WAITING: usize = 16_384;

/// How long is listened at most before looking whether anybody still wants to know.
const TURN: Duration = Duration::from_millis(20);

/// How long is listened on when all have answered: a second station may claim an address.
const LINGER: Duration = Duration::from_millis(30);

/// The chance of having missed a host below which nobody is asked again.
const ENOUGH: f64 = 1e-5;

/// How often is asked beyond the usual when packets are lost, and how long is listened then.
const MOST_EXTRA: usize = 9;
const EXTRA_WAIT: Duration = Duration::from_millis(60);

/// What asking takes besides the device.
pub(super) struct Means {
    pub(super) clock: Arc<dyn Clock>,
    /// The budget of this link.
    pub(super) pacer: Pacer,
    /// Set where nobody waits for the outcome any more.
    pub(super) is_unwanted: Arc<AtomicBool>,
}

/// Why asking ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// Nobody waits for the outcome any more.
    #[error("nobody wants to know")]
    Unwanted,
    /// No more may or can be sent.
    #[error("cannot ask on")]
    Send(#[from] SendError),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Send(error.into())
    }
}

/// Asks one link and listens.
pub(super) struct Asking<D> {
    gate: RawGate<D>,
    means: Means,
    inbox: Inbox,
    hearing: Hearing,
}

impl<D: Device> Asking<D> {
    pub(super) fn new(device: D, means: Means, addresses: impl Iterator<Item = IpAddr>) -> Self {
        let own = Own { station: device.link().station, addresses: addresses.collect() };
        Self {
            gate: RawGate::new(device, means.clock.clone()),
            means,
            inbox: Inbox::new(WAITING),
            hearing: Hearing::new(own),
        }
    }

    /// What has been heard so far.
    pub(super) fn hearing(&self) -> &Hearing {
        &self.hearing
    }

    /// What has been heard in all.
    pub(super) fn into_hearing(self) -> Hearing {
        self.hearing
    }

    /// From now on asks within another budget.
    pub(super) fn keep_to(&mut self, pacer: Pacer) {
        self.means.pacer = pacer;
    }

    /// Asks which stations have the next hops of `jobs`, each hop once, and again those that stay
    /// silent, once for each of `waits`; then again as long as late answers show that packets are
    /// lost.
    pub(super) fn resolve(&mut self, jobs: &[Job], waits: &[Duration]) -> Result<(), Stop> {
        let hops: BTreeMap<IpAddr, &Job> =
            jobs.iter().rev().map(|job| (job.path.next_hop, job)).collect();
        self.hearing.await_stations(hops.keys().copied());
        for (round, wait) in (1_u32..).zip(waits.iter().chain([&EXTRA_WAIT; MOST_EXTRA])) {
            let is_extra = usize::try_from(round).is_ok_and(|round| round > waits.len());
            let is_sure = is_extra && self.hearing.chance_of_missing(round - 1) < ENOUGH;
            if is_sure || self.hearing.silent.is_empty() {
                break;
            }
            self.hearing.round = round;
            for (hop, job) in &hops {
                if self.hearing.silent.contains(hop) {
                    self.take_turn()?;
                    self.gate.solicit(&job.permit, &job.path)?;
                }
            }
            self.listen(*wait, |hearing| hearing.silent.is_empty())?;
        }
        Ok(())
    }

    /// Asks the addresses of `jobs`, whose next hops have been resolved, for an echo.
    pub(super) fn echo(&mut self, jobs: &[Job], waits: &[Duration]) -> Result<(), Stop> {
        let station_of = |hop| self.hearing.of(hop).stations.first().copied();
        let aims: Vec<Aim> = jobs
            .iter()
            .filter_map(|job| Some((job, station_of(job.path.next_hop)?)))
            .map(|(job, station): (&Job, MacAddress)| Aim::new(job.permit, job.path, station))
            .collect();
        self.hearing.await_echoes(aims.iter().map(Aim::address));
        for wait in waits {
            if self.hearing.unechoed.is_empty() {
                break;
            }
            for aim in &aims {
                if self.hearing.unechoed.contains(&aim.address()) {
                    self.take_turn()?;
                    let mark = self.hearing.marks.of(aim.address());
                    self.gate.echo(aim, mark.identifier, mark.sequence)?;
                }
            }
            self.listen(*wait, |hearing| hearing.unechoed.is_empty())?;
        }
        Ok(())
    }

    /// Asks all nodes of the link for an echo to each of `sources`, once for each of `waits`.
    pub(super) fn call_all(
        &mut self,
        permit: &LinkPermit,
        sources: &[Ipv6Addr],
        waits: &[Duration],
    ) -> Result<(), Stop> {
        let mark = self.hearing.marks.of(icmpv6::ALL_NODES.into());
        for wait in waits {
            for source in sources {
                self.take_turn()?;
                self.gate.echo_to_all(permit, *source, mark)?;
            }
            self.listen(*wait, |_| false)?;
        }
        Ok(())
    }

    /// Waits until the budget has one more packet, and listens meanwhile.
    fn take_turn(&mut self) -> Result<(), Stop> {
        if self.means.is_unwanted.load(Ordering::Relaxed) {
            return Err(Stop::Unwanted);
        }
        let wait = self.means.pacer.book(1);
        if wait.is_zero() {
            return Ok(());
        }
        self.listen(wait, |_| false)
    }

    /// Listens for `wait`, or until shortly after `is_over`.
    fn listen(&mut self, wait: Duration, is_over: impl Fn(&Hearing) -> bool) -> Result<(), Stop> {
        self.gate.flush()?;
        let mut until = self.means.clock.elapsed() + wait;
        let mut is_lingering = false;
        loop {
            let now = self.means.clock.elapsed();
            if !is_lingering && is_over(&self.hearing) {
                (is_lingering, until) = (true, now + LINGER);
            }
            let left = until.saturating_sub(now);
            if left.is_zero() {
                return Ok(());
            }
            if self.means.is_unwanted.load(Ordering::Relaxed) {
                return Err(Stop::Unwanted);
            }
            self.inbox.clear();
            self.gate.receive(&mut self.inbox, left.min(TURN))?;
            for frame in self.inbox.frames() {
                self.hearing.take(frame.bytes());
            }
        }
    }
}
