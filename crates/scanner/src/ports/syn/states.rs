//! What is known of each port, in two bits.

/// What came of asking a port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PortState {
    /// Nothing so far.
    Unknown,
    /// It refused.
    Closed,
    /// It agreed to a connection.
    Open,
    /// A router or the host said by ICMP that it may not be reached.
    Rejected,
}

/// The states of all ports of a host: 16 KiB.
#[derive(Clone, Debug)]
pub(super) struct PortStates {
    words: Box<[u64]>,
}

const PORTS_PER_WORD: u16 = 32;

impl PortStates {
    pub(super) fn new() -> Self {
        Self { words: vec![0; 65_536 / usize::from(PORTS_PER_WORD)].into() }
    }

    pub(super) fn get(&self, port: u16) -> PortState {
        let (word, shift) = place(port);
        match self.words.get(word).map_or(0, |word| (word >> shift) & 3) {
            0 => PortState::Unknown,
            1 => PortState::Closed,
            2 => PortState::Open,
            _ => PortState::Rejected,
        }
    }

    /// Sets a port whose state is unknown.
    pub(super) fn settle(&mut self, port: u16, state: PortState) {
        let bits = match state {
            PortState::Unknown => 0,
            PortState::Closed => 1,
            PortState::Open => 2,
            PortState::Rejected => 3,
        };
        let (word, shift) = place(port);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bits << shift;
        }
    }
}

fn place(port: u16) -> (usize, u16) {
    (usize::from(port / PORTS_PER_WORD), port % PORTS_PER_WORD * 2)
}

/// A set of ports: 8 KiB.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PortSet {
    words: Box<[u64]>,
}

impl PortSet {
    pub(super) fn of(ports: impl Iterator<Item = u16>) -> Self {
        let mut words = vec![0; 65_536 / 64].into_boxed_slice();
        for port in ports {
            if let Some(word) = words.get_mut(usize::from(port / 64)) {
                *word |= 1 << (port % 64);
            }
        }
        Self { words }
    }

    pub(super) fn contains(&self, port: u16) -> bool {
        self.words.get(usize::from(port / 64)).is_some_and(|word| word >> (port % 64) & 1 == 1)
    }

    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_keeps_its_own_state() {
        let mut states = PortStates::new();
        let all = [PortState::Closed, PortState::Open, PortState::Rejected, PortState::Unknown];
        for port in 0..=u16::MAX {
            states.settle(port, all[usize::from(port % 4)]);
        }
        assert!((0..=u16::MAX).all(|port| states.get(port) == all[usize::from(port % 4)]));
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let set = PortSet::of([0, 63, 64, 65_535].into_iter());
        assert_eq!(set.count(), 4);
        assert!(set.contains(63) && set.contains(65_535) && !set.contains(1));
    }
}
