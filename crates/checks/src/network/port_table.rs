//! All port scans of one host from one vantage, merged.

use std::collections::BTreeMap;

use hoshimori_inspection::evidence::{Fact, PortSpan, PortsFact, UnscannedReason};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;

use crate::Evidence;
use crate::subject::Seen;

/// What is known about a port, in the order of how much it says: where scans overlap, the port
/// has the greatest state that any of them saw, so that one more scan only adds knowledge.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum PortState {
    /// No scan was to look at it.
    Outside,
    /// A scan was to look at it and could not.
    Unscanned,
    /// Did not answer.
    Filtered,
    /// Refused.
    Closed,
    /// Accepted once and not a second time.
    Unstable,
    /// Accepted twice.
    Open,
}

/// The states of all 65,535 TCP ports of one host.
#[derive(Debug)]
pub(super) struct PortTable {
    /// Indexed by port; port 0 cannot be scanned and stays outside.
    states: Vec<PortState>,
    adds_up: bool,
}

impl PortTable {
    /// All port scans of `evidence` by vantage and host.
    pub(super) fn scans<'a>(
        evidence: &Evidence<'a>,
    ) -> BTreeMap<(Vantage, Target), Vec<Seen<'a, PortsFact>>> {
        let mut scans: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (observation, fact) in evidence.facts(as_ports) {
            let host = Target::host(observation.target.address);
            scans.entry((observation.vantage, host)).or_default().push((observation, fact));
        }
        scans
    }

    /// The merged table of `scans`.
    pub(super) fn merged(scans: &[Seen<'_, PortsFact>]) -> Self {
        let mut table = Self { states: vec![PortState::Outside; PORT_NUMBERS], adds_up: true };
        for (_, fact) in scans {
            table.add(fact);
        }
        table
    }

    /// The ports in `state`, ascending.
    pub(super) fn ports(&self, state: PortState) -> impl Iterator<Item = u16> {
        (0..=u16::MAX).zip(&self.states).skip(1).filter(move |(_, s)| **s == state).map(|(p, _)| p)
    }

    /// How many ports are in `state`.
    pub(super) fn count(&self, state: PortState) -> usize {
        self.ports(state).count()
    }

    /// Whether every scan put each port of its span in exactly one state.
    pub(super) fn adds_up(&self) -> bool {
        self.adds_up
    }

    /// How many of the ports that no scan reached were missed for which reason.
    pub(super) fn missed(&self, scans: &[Seen<'_, PortsFact>]) -> BTreeMap<UnscannedReason, usize> {
        let mut missed = BTreeMap::new();
        for unscanned in scans.iter().flat_map(|(_, fact)| &fact.unscanned) {
            let states = self.states.iter().skip(usize::from(unscanned.span.first));
            let span = states.take(length(unscanned.span));
            let count = span.filter(|state| **state == PortState::Unscanned).count();
            if count > 0 {
                *missed.entry(unscanned.reason).or_default() += count;
            }
        }
        missed
    }

    fn add(&mut self, fact: &PortsFact) {
        let mut states = vec![PortState::Outside; PORT_NUMBERS];
        mark(&mut states, fact.span, PortState::Closed);
        for unscanned in &fact.unscanned {
            mark(&mut states, unscanned.span, PortState::Unscanned);
        }
        for span in &fact.filtered {
            mark(&mut states, *span, PortState::Filtered);
        }
        for (ports, state) in [(&fact.unstable, PortState::Unstable), (&fact.open, PortState::Open)]
        {
            for port in ports {
                mark(&mut states, PortSpan { first: *port, last: *port }, state);
            }
        }
        let closed = states.iter().filter(|state| **state == PortState::Closed).count();
        let marked = states.iter().filter(|state| **state != PortState::Outside).count();
        // A port named twice leaves too many closed ones; a port outside the span, too many marks.
        self.adds_up &= u32::try_from(closed) == Ok(fact.closed) && marked == length(fact.span);
        for (known, seen) in self.states.iter_mut().zip(states) {
            *known = seen.max(*known);
        }
    }
}

/// 0 to 65535.
const PORT_NUMBERS: usize = 1 << 16;

fn mark(states: &mut [PortState], span: PortSpan, state: PortState) {
    for port in states.iter_mut().skip(usize::from(span.first)).take(length(span)) {
        *port = state;
    }
}

fn length(span: PortSpan) -> usize {
    span.ports().count()
}

fn as_ports(fact: &Fact) -> Option<&PortsFact> {
    match fact {
        Fact::Ports(ports) => Some(ports),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::evidence::Unscanned;

    use super::*;
    use crate::sample;

    #[test]
    fn later_scan_fills_what_an_earlier_one_missed() {
        let span = PortSpan { first: 1, last: 10 };
        let unscanned = Unscanned { span, reason: UnscannedReason::NoDescriptors };
        let missed = PortsFact { unscanned: vec![unscanned], closed: 0, ..sample::scan(span, &[]) };
        let (missed, seen) = (sample::ports(missed), sample::ports(sample::scan(span, &[7])));
        let table = PortTable::merged(&[sample::seen_ports(&missed), sample::seen_ports(&seen)]);
        assert_eq!(table.ports(PortState::Open).collect::<Vec<_>>(), [7]);
        assert_eq!(table.count(PortState::Unscanned), 0);
        assert_eq!(table.count(PortState::Closed), 9);
        assert!(table.adds_up());
    }

    #[test]
    fn scan_that_forgets_a_port_does_not_add_up() {
        let span = PortSpan { first: 1, last: 10 };
        let forgetful = sample::ports(PortsFact { closed: 8, ..sample::scan(span, &[7]) });
        assert!(!PortTable::merged(&[sample::seen_ports(&forgetful)]).adds_up());
    }
}
