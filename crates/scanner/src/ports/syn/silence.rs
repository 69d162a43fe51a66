//! What becomes of a host that has stopped answering.

use std::time::Duration;

use super::host::{Host, Stage, Tools};
use super::ledger::Asked;
use super::news::Ending;
use super::order::Order;
use crate::device::Device;
use crate::gate::raw::SendError;

/// A host that answers no canary for so long, and not so many of them, has gone silent.
const SILENT_AFTER: (Duration, u32) = (Duration::from_secs(1), 20);

/// How long a silent host may take to come back, and how often it is asked.
const RECOVERY: Duration = Duration::from_secs(10);
const RECOVERY_CHECK: Duration = Duration::from_millis(250);

/// A host that has come back so often and goes silent again is left alone: whoever answers one
/// question a second could keep a scan going for ever.
const MOST_SILENCES: u32 = 8;

impl Host {
    /// Whether it has answered no canary for too long.
    pub(super) fn has_gone_silent(&self, now: Duration) -> bool {
        let (silence, unheard) = SILENT_AFTER;
        self.signs.unheard >= unheard
            && now > self.signs.last_heard + silence.max(self.timing.wait() * 4)
    }

    pub(super) fn look_for_life<D: Device>(
        &mut self,
        tools: &mut Tools<'_, D>,
        since: Duration,
        next: Duration,
    ) -> Result<u32, SendError> {
        if tools.now < next {
            return Ok(0);
        }
        if tools.now > since + RECOVERY || self.signs.silences >= MOST_SILENCES {
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
        self.recount(order);
        self.governor.spare(now);
        self.stage = Stage::Asking;
    }

    fn note_silence(&mut self, order: &Order) {
        let position = self.signs.last_good.position;
        let port = order.port(position).or_else(|| order.port(position.saturating_sub(1)));
        self.signs.silent_at = port.map(|port| (port, self.governor.rate()));
    }
}
