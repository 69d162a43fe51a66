//! In which order ports are asked.

use std::sync::Arc;

use crate::random::SplitMix;

/// Ports that are open more often than others in an office, the likeliest first. Asked first, so
/// that a port that answers is known when the speed has to be chosen. Our own list.
const COMMON: [u16; 64] = [
    80, 443, 22, 445, 139, 135, 53, 3389, 8080, 21, 25, 631, 23, 9100, 548, 5900, 111, 3306, 1433,
    5432, 2049, 8443, 515, 161, 143, 993, 110, 995, 587, 465, 389, 636, 88, 5060, 554, 1883, 8000,
    8008, 8009, 8888, 5000, 5001, 5353, 5985, 5986, 7000, 62078, 49152, 49153, 49154, 902, 8081,
    9090, 10000, 32400, 1723, 2000, 3000, 4433, 5357, 6379, 8883, 9200, 11211,
];

/// All ports, the common ones first and the rest shuffled: neighbours are far apart in time, so a
/// moment of loss hits no range, and a service that listens on neighbours is not asked all at once.
#[derive(Clone, Debug)]
pub(super) struct Order {
    seed: u64,
    ports: Arc<[u16]>,
    /// Where in `ports` each port is.
    positions: Arc<[u16]>,
}

impl Order {
    /// The order that follows from `seed`; a resumed scan takes the same.
    pub(super) fn from_seed(seed: u64) -> Self {
        let mut random = SplitMix(seed);
        let mut rest: Vec<u16> = (1..=u16::MAX).filter(|port| !COMMON.contains(port)).collect();
        for last in (1..rest.len()).rev() {
            rest.swap(last, random.below(last + 1));
        }
        let ports: Arc<[u16]> = COMMON.into_iter().chain(rest).collect();
        let mut positions = vec![0; usize::from(u16::MAX) + 1];
        for (position, port) in (0..u16::MAX).zip(ports.iter()) {
            if let Some(place) = positions.get_mut(usize::from(*port)) {
                *place = position;
            }
        }
        Self { seed, ports, positions: positions.into() }
    }

    /// What it was made of.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// The port at `position`; `None` behind the last.
    pub(super) fn port(&self, position: u32) -> Option<u16> {
        self.ports.get(usize::try_from(position).ok()?).copied()
    }

    /// The position of `port`; port 0 has none and is never asked for.
    pub(super) fn position(&self, port: u16) -> u16 {
        self.positions.get(usize::from(port)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_has_one_place_and_common_ones_the_first() {
        let order = Order::from_seed(7);
        let mut ports: Vec<u16> = (0..).map_while(|position| order.port(position)).collect();
        assert_eq!(ports[..64], COMMON);
        assert!((1..=u16::MAX).all(|port| order.port(order.position(port).into()) == Some(port)));
        ports.sort_unstable();
        assert!(ports.iter().copied().eq(1..=u16::MAX));
    }

    #[test]
    fn the_seed_decides() {
        let at = |seed| Order::from_seed(seed).port(30_000);
        assert_eq!(at(1), at(1));
        assert_ne!(at(1), at(2));
    }
}
