//! What a host is asked next.

use std::time::Duration;

use super::accuracy::Trials;
use super::governor::Verdict;
use super::host::{Host, Stage, Tools};
use super::ledger::Asked;
use super::order::Order;
use super::states::PortState;
use crate::device::Device;
use crate::gate::raw::{Aim, Knocking, SendError};

/// How much unused speed may be saved up.
const BURST: Duration = Duration::from_millis(2);

/// How many canaries there are among a thousand packets as long as nothing calls for more.
pub(super) const USUAL_CANARIES: u32 = 12;

/// Packets between two echo requests at least: a device that is asked slowly gets few of them.
const ECHO_AFTER: u32 = 20;

/// Speed towards a host of which nothing ever came back.
const BLIND_RATE: u32 = 20_000;

impl Host {
    pub(super) fn ask<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        quantum: u32,
    ) -> Result<u32, SendError> {
        self.judge(tools.order, tools.now);
        let Some(aim) = self.aim else { return Ok(0) };
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
            self.spend_one();
            sent += 1;
        }
        if self.canaries.is_empty() && tools.now >= self.next_echo {
            sent += self.echo(tools, &aim)?;
        }
        Ok(sent)
    }

    pub(super) fn knock<D: Device>(
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
        self.spend_one();
        let pause = Duration::from_millis(if self.echo_works { 10 } else { 100 });
        self.next_echo = tools.now + pause.max(self.interval() * ECHO_AFTER);
        Ok(1)
    }

    /// Books a packet, so that the next one keeps its distance.
    pub(super) fn spend_one(&mut self) {
        self.spent_until += self.interval();
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(1) / self.governor.rate()
    }

    /// The next port of the order that is wanted and has not answered.
    fn next_port(&mut self, order: &Order) -> Option<u16> {
        loop {
            let port = order.port(self.place.position)?;
            self.place.position += 1;
            if self.wanted.contains(port) && self.states.get(port) == PortState::Unknown {
                self.unasked = self.unasked.saturating_sub(1);
                self.asked += 1;
                return Some(port);
            }
        }
    }

    /// Counts anew what this round has to ask, after its place has moved.
    pub(super) fn recount(&mut self, order: &Order) {
        let ports = (self.place.position..).map_while(|position| order.port(position));
        let is_unknown = |port: &u16| {
            self.wanted.contains(*port) && self.states.get(*port) == PortState::Unknown
        };
        self.unasked = u32::try_from(ports.filter(is_unknown).count()).unwrap_or(u32::MAX);
        self.asked = self.unknown.saturating_sub(self.unasked);
    }

    /// A canary, if it is time for one.
    fn canary_due(&mut self, now: Duration) -> Option<u16> {
        if self.canaries.is_empty() {
            return None;
        }
        self.canary_debt += match self.governor.curiosity() {
            Some(permille) => permille,
            None if self.governor.is_limited() && !self.is_responsive(now) => 50,
            None => (40_000 / self.unknown.max(1)).clamp(USUAL_CANARIES, 200),
        };
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

    fn judge(&mut self, order: &Order, now: Duration) {
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
            self.recount(order);
        }
        if self.has_gone_silent(now) {
            self.stage = Stage::Silent { since: now, next: now };
        }
    }
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
