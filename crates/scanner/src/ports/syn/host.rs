//! One host under scan: what is asked next, and when it is enough.

use std::time::Duration;

use hoshimori_inspection::scope::Permit;

use super::accuracy::Trials;
use super::campaign::{Ending, Prepared};
use super::canary::Canaries;
use super::checkpoint::Checkpoint;
use super::cookie::Cookies;
use super::governor::{Governor, Verdict};
use super::ledger::{Asked, Ledger, Place};
use super::order::Order;
use super::states::{PortSet, PortState, PortStates};
use super::timing::Timing;
use crate::device::{Device, Path};
use crate::gate::raw::{Aim, Knocking, RawGate, SendError};

/// How often the link is asked for the station of a host, and when first again.
const SOLICITATIONS: u32 = 4;
const SOLICITS_AGAIN: Duration = Duration::from_millis(100);

/// Speed towards a host of which nothing ever came back.
const BLIND_RATE: u32 = 20_000;

/// A host that answers no canary for so long, and not so many of them, has gone silent.
const SILENT_AFTER: (Duration, u32) = (Duration::from_secs(1), 20);

/// How long a silent host may take to come back, and how often it is asked.
const RECOVERY: Duration = Duration::from_secs(10);
const RECOVERY_CHECK: Duration = Duration::from_millis(250);

/// How much unused speed may be saved up.
const BURST: Duration = Duration::from_millis(2);

/// A host under scan.
pub(super) struct Host {
    pub(super) permit: Permit,
    pub(super) path: Path,
    pub(super) aim: Option<Aim>,
    pub(super) wanted: PortSet,
    pub(super) states: PortStates,
    pub(super) unknown: u32,
    pub(super) place: Place,
    pub(super) stage: Stage,
    pub(super) canaries: Canaries,
    pub(super) ledger: Ledger,
    pub(super) governor: Governor,
    pub(super) timing: Timing,
    /// The canaries of each round.
    pub(super) rounds: Vec<Trials>,
    pub(super) signs: Signs,
    pub(super) checkpoint: Checkpoint,
    pub(super) echo_works: bool,
    pub(super) second_round_began: Duration,
    spent_until: Duration,
    began: Duration,
    pub(super) checkpoint_at: Duration,
    canary_debt: u32,
    next_echo: Duration,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stage {
    /// Waits for its station.
    Resolving { asked: u32, next: Duration },
    /// Is asked.
    Asking,
    /// Has been asked everything of a round; answers may be under way.
    Waiting { until: Duration, is_last: bool },
    /// Has stopped answering.
    Silent { since: Duration, next: Duration },
    /// Is finished.
    Ended(Ending),
}

/// What is remarkable about the answers of a host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) open: u32,
    pub(super) odd: u32,
    pub(super) closed_first: u32,
    pub(super) closed_later: u32,
    pub(super) last_heard: Duration,
    pub(super) last_good: Place,
    pub(super) unheard: u32,
    pub(super) silences: u32,
    pub(super) silent_at: Option<(u16, u32)>,
}

impl Host {
    pub(super) fn new(job: Prepared, order: &Order, now: Duration) -> Self {
        let cap = job.cap.0.get();
        let mut host = Self {
            permit: job.permit,
            path: job.path,
            aim: None,
            unknown: job.wanted.count(),
            wanted: job.wanted,
            states: PortStates::new(),
            place: Place { round: 1, position: 0 },
            stage: Stage::Resolving { asked: 0, next: now },
            canaries: Canaries::default(),
            ledger: Ledger::new(),
            governor: Governor::new(cap, now),
            timing: Timing::default(),
            rounds: vec![Trials::default()],
            signs: Signs { last_heard: now, ..Signs::default() },
            checkpoint: Checkpoint::at(job.permit.address(), order.seed()),
            echo_works: false,
            second_round_began: Duration::MAX,
            spent_until: now,
            began: now,
            checkpoint_at: now,
            canary_debt: 0,
            next_echo: now,
        };
        for checkpoint in job.resumed {
            host.resume(&checkpoint, order);
        }
        host
    }

    /// Sends what is due, at most `quantum` packets; tells how many went.
    pub(super) fn turn<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        quantum: u32,
    ) -> Result<u32, SendError> {
        match self.stage {
            Stage::Resolving { asked, next } => self.solicit(tools, asked, next),
            Stage::Asking => self.ask(tools, quantum),
            Stage::Waiting { until, is_last } => {
                if tools.now >= until || self.unknown == 0 {
                    self.conclude_round(tools.now, is_last);
                }
                Ok(0)
            }
            Stage::Silent { since, next } => self.look_for_life(tools, since, next),
            Stage::Ended(_) => Ok(0),
        }
    }

    /// When it has something to do next.
    pub(super) fn due(&self) -> Option<Duration> {
        match self.stage {
            Stage::Resolving { next, .. } | Stage::Silent { next, .. } => Some(next),
            Stage::Asking => Some(self.spent_until),
            Stage::Waiting { until, .. } => Some(until),
            Stage::Ended(_) => None,
        }
    }

    fn solicit<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        asked: u32,
        next: Duration,
    ) -> Result<u32, SendError> {
        if tools.now < next {
            return Ok(0);
        }
        if asked >= SOLICITATIONS {
            self.stage = Stage::Ended(Ending::Silent);
            return Ok(0);
        }
        tools.gate.solicit(&self.permit, &self.path)?;
        let next = tools.now + SOLICITS_AGAIN * (1 << asked);
        self.stage = Stage::Resolving { asked: asked + 1, next };
        Ok(1)
    }

    fn ask<D: Device>(&mut self, tools: &mut Tools<'_, D>, quantum: u32) -> Result<u32, SendError> {
        self.judge(tools.now);
        let Some(aim) = self.aim else { return Ok(0) };
        let interval = Duration::from_secs(1) / self.governor.rate();
        self.spent_until = self.spent_until.max(tools.now.saturating_sub(BURST));
        let mut sent = 0;
        while sent < quantum && self.spent_until <= tools.now && self.stage == Stage::Asking {
            let canary = self.canary_due(tools.now).map(|port| (port, Asked::Canary));
            let next = canary.or_else(|| Some((self.next_port(tools.order)?, Asked::Port)));
            let Some((port, asked)) = next else {
                self.end_round(tools.now);
                break;
            };
            self.knock(tools, &aim, port, asked)?;
            self.spent_until += interval;
            sent += 1;
        }
        if self.canaries.is_empty() && tools.now >= self.next_echo {
            sent += self.echo(tools, &aim)?;
        }
        Ok(sent)
    }

    fn knock<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        aim: &Aim,
        port: u16,
        asked: Asked,
    ) -> Result<(), SendError> {
        let cookie = tools.cookies.make(aim.address(), port, tools.now);
        let (source_port, sequence) = (cookie.source_port, cookie.sequence);
        tools.gate.syn(aim, Knocking { source_port, port, sequence })?;
        self.note_sent(tools.now, asked);
        Ok(())
    }

    fn note_sent(&mut self, now: Duration, asked: Asked) {
        self.ledger.sent(now, self.place, asked);
        self.signs.sent += 1;
        if asked == Asked::Canary {
            self.signs.unheard += 1;
            if let Some(round) = self.round_mut(self.place.round) {
                round.asked += 1;
            }
        }
    }

    fn echo<D: Device>(&mut self, tools: &mut Tools<'_, D>, aim: &Aim) -> Result<u32, SendError> {
        let cookie = tools.cookies.make(aim.address(), 0, tools.now);
        let micros = u16::try_from(cookie.sequence & 0x3ff).unwrap_or(0);
        tools.gate.echo(aim, cookie.source_port, micros)?;
        if self.echo_works {
            self.note_sent(tools.now, Asked::Canary);
        } else {
            self.signs.sent += 1;
        }
        self.next_echo = tools.now + Duration::from_millis(if self.echo_works { 10 } else { 100 });
        Ok(1)
    }

    /// The next port of the order that is wanted and has not answered.
    fn next_port(&mut self, order: &Order) -> Option<u16> {
        loop {
            let port = order.port(self.place.position)?;
            self.place.position += 1;
            if self.wanted.contains(port) && self.states.get(port) == PortState::Unknown {
                return Some(port);
            }
        }
    }

    /// A canary, if it is time for one.
    fn canary_due(&mut self, now: Duration) -> Option<u16> {
        if self.canaries.is_empty() {
            return None;
        }
        let permille = match self.governor.curiosity() {
            Some(permille) => permille,
            None if self.governor.is_limited() && !self.is_responsive(now) => 50,
            None => (40_000 / self.unknown.max(1)).clamp(12, 200),
        };
        self.canary_debt += permille;
        if self.canary_debt < 1_000 {
            return None;
        }
        let port = self.canaries.take(now)?;
        self.canary_debt -= 1_000;
        Some(port)
    }

    /// Whether unknown ports answer as reliably as the canaries: then they tell as much as these.
    fn is_responsive(&self, now: Duration) -> bool {
        let until = now.saturating_sub(self.timing.wait());
        let seen = self.ledger.stretch(self.governor.since(), until);
        responds(self.place.round, seen.ports, seen.canaries)
    }

    fn judge(&mut self, now: Duration) {
        if self.canaries.is_empty() {
            if !self.echo_works && now > self.began + Duration::from_millis(500) {
                self.governor.go_blind(BLIND_RATE);
            }
            return;
        }
        let until = now.saturating_sub(self.timing.wait());
        let seen = self.ledger.stretch(self.governor.since(), until);
        let mut known = seen.canaries;
        let sent = seen.canaries.asked + seen.ports.asked;
        if responds(self.place.round, seen.ports, seen.canaries) {
            known.asked += seen.ports.asked;
            known.answered += seen.ports.answered;
        }
        if let Verdict::GoBack(since) = self.governor.judge((sent, known), until, now) {
            self.go_back(since);
        }
        let (silence, unheard) = SILENT_AFTER;
        if self.signs.unheard >= unheard
            && now > self.signs.last_heard + silence.max(self.timing.wait() * 4)
        {
            self.stage = Stage::Silent { since: now, next: now };
        }
    }

    fn look_for_life<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        since: Duration,
        next: Duration,
    ) -> Result<u32, SendError> {
        if tools.now < next {
            return Ok(0);
        }
        if tools.now > since + RECOVERY {
            self.signs.silences += 1;
            self.note_silence(tools.order);
            self.stage = Stage::Ended(Ending::Silent);
            return Ok(0);
        }
        self.stage = Stage::Silent { since, next: tools.now + RECOVERY_CHECK };
        let (Some(aim), Some(port)) = (self.aim, self.canaries.take(tools.now)) else {
            return Ok(0);
        };
        self.knock(tools, &aim, port, Asked::Canary)?;
        Ok(1)
    }

    /// A silent host has answered.
    pub(super) fn revive(&mut self, order: &Order, now: Duration) {
        self.signs.silences += 1;
        self.note_silence(order);
        self.go_back(self.signs.last_heard);
        self.place = self.place.min(self.signs.last_good);
        self.governor.spare(now);
        self.stage = Stage::Asking;
    }

    fn note_silence(&mut self, order: &Order) {
        let position = self.signs.last_good.position;
        let port = order.port(position).or_else(|| order.port(position.saturating_sub(1)));
        self.signs.silent_at = port.map(|port| (port, self.governor.rate()));
    }
}

/// What sending needs.
pub(super) struct Tools<'a, D> {
    pub(super) gate: &'a mut RawGate<D>,
    pub(super) cookies: &'a Cookies,
    pub(super) order: &'a Order,
    pub(super) now: Duration,
}

/// Later rounds ask only what did not answer, so only the first one tells.
fn responds(round: u8, ports: Trials, canaries: Trials) -> bool {
    let (Some(of_ports), Some(of_canaries)) = (ports.loss(), canaries.loss()) else {
        return false;
    };
    round == 1
        && ports.asked >= 20
        && canaries.asked >= 5
        && 1.0 - of_ports >= (1.0 - of_canaries) * 0.6
}
