//! The state of every port of a span, one each.

use std::time::Duration;

use hoshimori_inspection::evidence::{PortSpan, PortsFact, Unscanned, UnscannedReason};

use super::round::{Ending, Endings};
use crate::rtt::median_us;

/// What is known of one port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PortState {
    /// Was not asked, or the asking failed on this side.
    Unscanned(UnscannedReason),
    /// Was asked and did not answer so far.
    Filtered,
    /// Refused.
    Closed,
    /// Completed one handshake.
    Unstable,
    /// Completed two.
    Open,
}

/// Keeps the state of every port of one span.
///
/// Each port has one state, so it is in one class of the [`PortsFact`]. Each begins as not
/// scanned: a port that some mistake forgets is reported as that, never as closed.
pub(super) struct Tally {
    span: PortSpan,
    states: Vec<PortState>,
    attempts: u32,
    samples: Vec<Duration>,
}

impl Tally {
    /// Nothing known of any port of `span`.
    pub(super) fn new(span: PortSpan) -> Self {
        let unknown = PortState::Unscanned(UnscannedReason::LocalError);
        let states = span.ports().map(|_| unknown).collect();
        Self { span, states, attempts: 0, samples: Vec::new() }
    }

    /// Every port of the span, ascending.
    pub(super) fn all_ports(&self) -> Vec<u16> {
        self.span.ports().collect()
    }

    /// The ports in `state`, ascending.
    pub(super) fn ports_in(&self, state: PortState) -> Vec<u16> {
        self.ports().filter(|(_, of_port)| *of_port == state).map(|(port, _)| port).collect()
    }

    /// Takes in what came of asking for the first time, or again because nothing had come.
    pub(super) fn take_in(&mut self, endings: Endings) {
        for (port, ending) in &endings.ports {
            self.set(
                *port,
                match ending {
                    Ending::Completed => PortState::Unstable,
                    Ending::Refused => PortState::Closed,
                    Ending::Silent => PortState::Filtered,
                    Ending::Unscanned(reason) => PortState::Unscanned(*reason),
                },
            );
        }
        self.count(endings);
    }

    /// Takes in what came of asking ports once more that had completed a handshake.
    ///
    /// Whatever it is, a port that has completed one is not less than unstable.
    pub(super) fn confirm(&mut self, endings: Endings) {
        for (port, ending) in &endings.ports {
            if *ending == Ending::Completed {
                self.set(*port, PortState::Open);
            }
        }
        self.count(endings);
    }

    /// The fact that the states add up to.
    pub(super) fn into_fact(self) -> PortsFact {
        let mut fact = PortsFact {
            span: self.span,
            open: Vec::new(),
            unstable: Vec::new(),
            closed: 0,
            filtered: Vec::new(),
            unscanned: Vec::new(),
            attempts: self.attempts,
            rtt_us: None,
            accuracy: None,
        };
        for (port, state) in self.ports() {
            match state {
                PortState::Open => fact.open.push(port),
                PortState::Unstable => fact.unstable.push(port),
                PortState::Closed => fact.closed += 1,
                PortState::Filtered => PortSpan::push(&mut fact.filtered, port),
                PortState::Unscanned(reason) => push_unscanned(&mut fact.unscanned, port, reason),
            }
        }
        fact.rtt_us = median_us(self.samples);
        fact
    }

    fn ports(&self) -> impl Iterator<Item = (u16, PortState)> {
        self.span.ports().zip(self.states.iter().copied())
    }

    fn set(&mut self, port: u16, state: PortState) {
        let place = port.checked_sub(self.span.first).map(usize::from);
        if let Some(of_port) = place.and_then(|place| self.states.get_mut(place)) {
            *of_port = state;
        }
    }

    fn count(&mut self, endings: Endings) {
        self.attempts = self.attempts.saturating_add(endings.attempts);
        self.samples.extend(endings.samples);
    }
}

/// Adds `port` to the last span where it continues that span for the same reason.
fn push_unscanned(unscanned: &mut Vec<Unscanned>, port: u16, reason: UnscannedReason) {
    match unscanned.last_mut() {
        Some(last) if last.reason == reason && last.span.last.checked_add(1) == Some(port) => {
            last.span.last = port;
        }
        _ => unscanned.push(Unscanned { span: PortSpan { first: port, last: port }, reason }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ending() -> impl Strategy<Value = Ending> {
        prop_oneof![
            Just(Ending::Completed),
            Just(Ending::Refused),
            Just(Ending::Silent),
            Just(Ending::Unscanned(UnscannedReason::NoDescriptors)),
            Just(Ending::Unscanned(UnscannedReason::OutsideConsent)),
        ]
    }

    fn endings(ports: Vec<(u16, Ending)>) -> Endings {
        Endings { ports, ..Endings::default() }
    }

    /// Every port of the fact with the name of its class, closed ones left out.
    fn classes(fact: &PortsFact) -> Vec<(u16, &'static str)> {
        let mut classes: Vec<(u16, &str)> = Vec::new();
        classes.extend(fact.open.iter().map(|port| (*port, "open")));
        classes.extend(fact.unstable.iter().map(|port| (*port, "unstable")));
        classes.extend(fact.filtered.iter().flat_map(|s| s.ports()).map(|port| (port, "filtered")));
        let unscanned = fact.unscanned.iter().flat_map(|unscanned| unscanned.span.ports());
        classes.extend(unscanned.map(|port| (port, "unscanned")));
        classes.sort_unstable();
        classes
    }

    proptest! {
        #[test]
        fn every_port_is_in_exactly_one_class(
            first in any::<u16>(),
            length in 0_u16..300,
            asked in proptest::collection::vec((any::<u16>(), ending()), 0..400),
            again in proptest::collection::vec((any::<u16>(), ending()), 0..100),
        ) {
            let span = PortSpan { first, last: first.saturating_add(length) };
            let inside = |(port, ending): (u16, Ending)| {
                let offset = u32::from(port) % span.count();
                (first + u16::try_from(offset).unwrap(), ending)
            };
            let mut tally = Tally::new(span);
            tally.take_in(endings(asked.into_iter().map(inside).collect()));
            tally.confirm(endings(again.into_iter().map(inside).collect()));
            let fact = tally.into_fact();

            let classes = classes(&fact);
            let mut ports: Vec<u16> = classes.iter().map(|(port, _)| *port).collect();
            ports.dedup();
            prop_assert_eq!(ports.len(), classes.len());
            prop_assert!(ports.iter().all(|port| span.ports().any(|other| other == *port)));
            prop_assert_eq!(u32::try_from(ports.len()).unwrap() + fact.closed, span.count());
        }

        #[test]
        fn only_a_refusal_makes_a_port_closed(
            asked in proptest::collection::vec(ending(), 1..200),
        ) {
            let span = PortSpan { first: 1, last: u16::try_from(asked.len()).unwrap() };
            let refused = asked.iter().filter(|ending| **ending == Ending::Refused).count();
            let mut tally = Tally::new(span);
            tally.take_in(endings(span.ports().zip(asked).collect()));
            prop_assert_eq!(tally.into_fact().closed, u32::try_from(refused).unwrap());
        }
    }

    #[test]
    fn a_port_that_nobody_asked_is_unscanned() {
        let fact = Tally::new(PortSpan { first: 65_530, last: 65_535 }).into_fact();
        assert_eq!(fact.unscanned.len(), 1);
        assert_eq!(fact.unscanned[0].span, PortSpan { first: 65_530, last: 65_535 });
        assert_eq!(fact.closed, 0);
    }

    #[test]
    fn neighbours_with_different_reasons_stay_apart() {
        let mut tally = Tally::new(PortSpan { first: 1, last: 3 });
        let missing = |reason| Ending::Unscanned(reason);
        tally.take_in(endings(vec![
            (1, missing(UnscannedReason::NoDescriptors)),
            (2, missing(UnscannedReason::NoDescriptors)),
            (3, missing(UnscannedReason::OutsideConsent)),
        ]));
        let shown: Vec<_> =
            tally.into_fact().unscanned.iter().map(|u| u.span.to_string()).collect();
        assert_eq!(shown, ["1-2", "3"]);
    }

    #[test]
    fn a_port_that_does_not_confirm_is_unstable_not_closed() {
        let mut tally = Tally::new(PortSpan { first: 80, last: 80 });
        tally.take_in(endings(vec![(80, Ending::Completed)]));
        tally.confirm(endings(vec![(80, Ending::Refused)]));
        let fact = tally.into_fact();
        assert_eq!((fact.unstable, fact.closed), (vec![80], 0));
    }
}
