//! Ports that are known to answer: what does not come back from them was lost.

use std::time::Duration;

use super::states::PortState;

/// How many ports of a host are used in turn.
const MOST: usize = 8;

/// The canaries of one host.
///
/// Open ports are the best: limits on refusals do not touch them. Ports that refuse serve as long
/// as there are no open ones.
#[derive(Debug, Default)]
pub(super) struct Canaries {
    ports: Vec<(u16, u128)>,
    are_open: bool,
    next: usize,
}

impl Canaries {
    /// Takes in that `port` answered; tells whether better canaries have replaced worse ones.
    pub(super) fn learn(&mut self, port: u16, state: PortState) -> bool {
        let is_open = state == PortState::Open;
        if !matches!(state, PortState::Open | PortState::Closed) || (self.are_open && !is_open) {
            return false;
        }
        let is_better = is_open && !self.are_open;
        let replaces = is_better && !self.ports.is_empty();
        if is_better {
            self.ports.clear();
            self.are_open = true;
        }
        if self.ports.len() < MOST {
            self.ports.push((port, 0));
        }
        replaces
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ports.is_empty()
    }

    pub(super) fn are_open(&self) -> bool {
        self.are_open
    }

    pub(super) fn contains(&self, port: u16) -> bool {
        self.ports.iter().any(|(canary, _)| *canary == port)
    }

    /// The port whose turn it is; none where each was asked in this very millisecond, because the
    /// same question again would be the same connection.
    pub(super) fn take(&mut self, now: Duration) -> Option<u16> {
        let millisecond = now.as_millis() + 1;
        for _ in 0..self.ports.len() {
            self.next = (self.next + 1) % self.ports.len();
            let (port, last) = self.ports.get_mut(self.next)?;
            if *last != millisecond {
                *last = millisecond;
                return Some(*port);
            }
        }
        None
    }
}
