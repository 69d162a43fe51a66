//! What the answer of a host changes.

use std::time::Duration;

use hoshimori_wire::link::ethernet::MacAddress;

use super::cookie::Cookie;
use super::heard::Word;
use super::host::{Host, Stage, Tools};
use super::ledger::Asked;
use super::states::PortState;
use crate::device::Device;
use crate::gate::raw::{Aim, Knocking, SendError};

impl Host {
    /// Its station, or that of the router before it, is known.
    pub(super) fn reach(&mut self, station: MacAddress, now: Duration) {
        if matches!(self.stage, Stage::Resolving { .. }) {
            self.aim = Some(Aim::new(self.permit, self.path, station));
            self.stage = Stage::Asking;
            self.signs.last_heard = now;
            self.governor.restart(now);
        }
    }

    /// A port answered; tells its state where that is news.
    pub(super) fn hear<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        (port, cookie, word): (u16, Cookie, Word),
        at: Duration,
    ) -> Result<Option<PortState>, SendError> {
        let address = self.permit.address();
        let Some(sent_at) = tools.cookies.check(address, port, cookie, at) else {
            return Ok(None);
        };
        self.signs.received += 1;
        if let (Word::Agreed { acknowledgement, .. }, Some(aim)) = (word, self.aim) {
            let source_port = cookie.source_port;
            let sequence = acknowledgement;
            tools.gate.reset(&aim, Knocking { source_port, port, sequence })?;
            self.signs.sent += 1;
            if self.governor.is_at_cap() {
                self.spend_one();
            }
        }
        if matches!(self.stage, Stage::Silent { .. }) {
            self.revive(tools.order, tools.now);
        }
        let is_canary = self.canaries.contains(port);
        let asked = if is_canary { Asked::Canary } else { Asked::Port };
        self.note_answer(sent_at, at, asked);
        if !self.wanted.contains(port) || self.states.get(port) != PortState::Unknown {
            return Ok(None);
        }
        let state = self.settle((port, tools.order.position(port)), word, sent_at);
        if self.canaries.learn(port, state) {
            self.governor.restart(tools.now);
        }
        Ok(Some(state))
    }

    /// The host answered an echo request of `sent_at`.
    pub(super) fn hear_echo(&mut self, sent_at: Duration, at: Duration) {
        self.signs.received += 1;
        if !self.canaries.is_empty() {
            return;
        }
        if self.echo_works {
            self.note_answer(sent_at, at, Asked::Canary);
        }
        self.timing.observe(at.saturating_sub(sent_at));
        self.echo_works = true;
    }

    fn note_answer(&mut self, sent_at: Duration, at: Duration, asked: Asked) {
        self.signs.last_heard = self.signs.last_heard.max(at);
        self.signs.unheard = 0;
        let took = at.saturating_sub(sent_at);
        if took > self.timing.last_wait() {
            // A SYN-ACK that the host has repeated because the first, or our RST, was lost: it came
            // too late for the round that asked for it, and says nothing about the way.
            return;
        }
        if took > self.timing.wait() {
            self.governor.excuse(at);
        }
        self.timing.observe(took);
        if let Some(place) = self.ledger.answered(sent_at, asked) {
            self.signs.last_good = self.signs.last_good.max(place);
            if asked == Asked::Canary
                && let Some(round) = self.round_mut(place.round)
            {
                round.answered += 1;
            }
        }
    }

    fn settle(&mut self, (port, position): (u16, u16), word: Word, sent_at: Duration) -> PortState {
        let state = match word {
            Word::Agreed { is_odd, .. } => {
                self.signs.open += 1;
                self.signs.odd += u32::from(is_odd);
                PortState::Open
            }
            Word::Refused => {
                let is_first = self.place.round == 1 || sent_at < self.second_round_began;
                if is_first {
                    self.signs.closed_first += 1;
                } else {
                    self.signs.closed_later += 1;
                }
                PortState::Closed
            }
            Word::Forbidden => PortState::Rejected,
        };
        self.states.settle(port, state);
        self.unknown = self.unknown.saturating_sub(1);
        if u32::from(position) >= self.place.position {
            // The answer to a question of the round before.
            self.unasked = self.unasked.saturating_sub(1);
        }
        self.checkpoint.settle(position, state);
        state
    }
}
