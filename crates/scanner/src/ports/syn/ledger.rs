//! What was sent in each of the last milliseconds, and what of it was answered.

use std::time::Duration;

use super::accuracy::Trials;
use super::cookie::SOURCE_PORTS;

/// The sends of one millisecond.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    millisecond: u64,
    /// The round, and the position in it, at the beginning.
    place: Place,
    ports: Counts,
    canaries: Counts,
    /// Does not count for the accuracy: its ports are asked again.
    is_void: bool,
}

/// What fits a millisecond.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    asked: u16,
    answered: u16,
}

/// Where in the order of ports a host is.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    pub(super) round: u8,
    pub(super) position: u32,
}

/// What a packet asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// A port of which nothing is known.
    Port,
    /// A port that is known to answer.
    Canary,
}

/// Sums over a stretch of time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch {
    pub(super) ports: Trials,
    pub(super) canaries: Trials,
}

/// The last four seconds, millisecond by millisecond: as far back as a cookie reaches.
#[derive(Debug)]
pub(super) struct Ledger {
    slots: Box<[Slot]>,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self { slots: vec![Slot::default(); usize::from(SOURCE_PORTS)].into() }
    }

    /// A packet goes now.
    pub(super) fn sent(&mut self, now: Duration, place: Place, asked: Asked) {
        let millisecond = to_millisecond(now);
        let Some(slot) = self.slot(millisecond) else { return };
        if slot.millisecond != millisecond {
            *slot = Slot { millisecond, place, ..Slot::default() };
        }
        let counts = slot.counts(asked);
        counts.asked = counts.asked.saturating_add(1);
    }

    /// A packet of `sent_at` was answered; tells the place it belongs to, if it counts.
    pub(super) fn answered(&mut self, sent_at: Duration, asked: Asked) -> Option<Place> {
        let millisecond = to_millisecond(sent_at);
        let slot = self.slot(millisecond).filter(|slot| slot.millisecond == millisecond)?;
        let counts = slot.counts(asked);
        if counts.answered >= counts.asked {
            return None;
        }
        counts.answered += 1;
        (!slot.is_void).then_some(slot.place)
    }

    /// What went from `from` on and before `until`.
    pub(super) fn stretch(&self, from: Duration, until: Duration) -> Stretch {
        let mut sum = Stretch::default();
        for slot in self.slots_in(from, until) {
            slot.ports.add_to(&mut sum.ports);
            slot.canaries.add_to(&mut sum.canaries);
        }
        sum
    }

    /// The place at which the first packet since `from` went.
    pub(super) fn first_place(&self, from: Duration) -> Option<Place> {
        let from = to_millisecond(from);
        let since = self.slots.iter().filter(|slot| slot.millisecond >= from);
        since.map(|slot| slot.place).min()
    }

    /// The place at which the first packet of `from..` went, and the canaries of each round since:
    /// all of them are void now.
    pub(super) fn void_since(
        &mut self,
        from: Duration,
        mut tell: impl FnMut(u8, Trials),
    ) -> Option<Place> {
        let from = to_millisecond(from);
        let mut first: Option<Place> = None;
        for slot in &mut self.slots {
            if slot.millisecond >= from && slot.ports.asked.max(slot.canaries.asked) > 0 {
                first = Some(first.map_or(slot.place, |first| first.min(slot.place)));
                if !slot.is_void {
                    let mut canaries = Trials::default();
                    slot.canaries.add_to(&mut canaries);
                    tell(slot.place.round, canaries);
                    slot.is_void = true;
                }
            }
        }
        first
    }

    fn slots_in(&self, from: Duration, until: Duration) -> impl Iterator<Item = &Slot> {
        let (from, until) = (to_millisecond(from), to_millisecond(until));
        let from = from.max(until.saturating_sub(SOURCE_PORTS.into()));
        (from..until).filter_map(|millisecond| {
            let slot = self.slots.get(index(millisecond))?;
            (slot.millisecond == millisecond).then_some(slot)
        })
    }

    fn slot(&mut self, millisecond: u64) -> Option<&mut Slot> {
        self.slots.get_mut(index(millisecond))
    }
}

impl Slot {
    fn counts(&mut self, asked: Asked) -> &mut Counts {
        match asked {
            Asked::Port => &mut self.ports,
            Asked::Canary => &mut self.canaries,
        }
    }
}

impl Counts {
    fn add_to(self, sum: &mut Trials) {
        sum.asked += u32::from(self.asked);
        sum.answered += u32::from(self.answered);
    }
}

/// Milliseconds are counted from one: zero marks a slot that was never used.
fn to_millisecond(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

fn index(millisecond: u64) -> usize {
    usize::try_from(millisecond % u64::from(SOURCE_PORTS)).unwrap_or(0)
}
