//! What a resumed scan needs to know of an interrupted one.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::order::Order;
use super::positions::Positions;
use super::states::PortState;

/// What was learnt of one host since the checkpoint before.
///
/// A scan that is given all checkpoints of a host goes on behind the last of them. Ports are told
/// by their positions in the order in which they are asked: those of one checkpoint are neighbours
/// there, so that its JSON takes some hundred bytes, whatever came of them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Checkpoint {
    /// The host.
    pub address: IpAddr,
    /// The seed of the order; under another one the positions would mean other ports.
    pub seed: u64,
    /// The round under way, from one.
    pub round: u8,
    /// How much of the order this round has asked.
    pub position: u32,
    /// Ports that agreed to a connection.
    #[serde(default, skip_serializing_if = "Positions::is_empty")]
    pub open: Positions,
    /// Ports that refused.
    #[serde(default, skip_serializing_if = "Positions::is_empty")]
    pub closed: Positions,
    /// Ports that may not be reached.
    #[serde(default, skip_serializing_if = "Positions::is_empty")]
    pub rejected: Positions,
}

impl Checkpoint {
    pub(super) fn at(address: IpAddr, seed: u64) -> Self {
        let none = Positions::default;
        Self {
            address,
            seed,
            round: 1,
            position: 0,
            open: none(),
            closed: none(),
            rejected: none(),
        }
    }

    pub(super) fn settle(&mut self, position: u16, state: PortState) {
        match state {
            PortState::Open => self.open.insert(position),
            PortState::Closed => self.closed.insert(position),
            PortState::Rejected => self.rejected.insert(position),
            PortState::Unknown => {}
        }
    }

    /// The ports and what came of them, under the order of [`seed`](Self::seed).
    pub(super) fn settled<'a>(
        &'a self,
        order: &'a Order,
    ) -> impl Iterator<Item = (u16, PortState)> + 'a {
        let of = move |positions: &'a Positions, state| {
            let ports = positions.iter().filter_map(|position| order.port(position.into()));
            ports.map(move |port| (port, state))
        };
        let open = of(&self.open, PortState::Open);
        let closed = of(&self.closed, PortState::Closed);
        open.chain(closed).chain(of(&self.rejected, PortState::Rejected))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closed.is_empty() && self.rejected.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_journal_gives_back_what_it_was_given(
            (seed, round, position) in (any::<u64>(), 1_u8..20, 0_u32..65_536),
            states in vec((0_u16..u16::MAX, 0..3_u8), 0..400),
        ) {
            let mut checkpoint = Checkpoint::at("fd00::7".parse().unwrap(), seed);
            (checkpoint.round, checkpoint.position) = (round, position);
            for (position, state) in states {
                let all = [PortState::Open, PortState::Closed, PortState::Rejected];
                checkpoint.settle(position, all[usize::from(state)]);
            }
            let json = serde_json::to_string(&checkpoint).unwrap();
            prop_assert_eq!(serde_json::from_str::<Checkpoint>(&json).unwrap(), checkpoint);
        }
    }

    #[test]
    fn neighbours_in_the_order_take_little_room() {
        let mut checkpoint = Checkpoint::at("192.0.2.7".parse().unwrap(), 7);
        (0..328).for_each(|position| checkpoint.settle(position, PortState::Closed));
        checkpoint.settle(328, PortState::Open);
        checkpoint.position = 330;
        assert_eq!(
            serde_json::to_string(&checkpoint).unwrap(),
            r#"{"address":"192.0.2.7","seed":7,"round":1,"position":330,"open":"328","closed":"0-327"}"#
        );
    }
}
