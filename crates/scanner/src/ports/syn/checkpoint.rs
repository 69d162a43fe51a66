//! What a resumed scan needs to know of an interrupted one.

use std::net::IpAddr;

use super::states::PortState;

/// What was learnt of one host since the checkpoint before.
///
/// A scan that is given all checkpoints of a host goes on behind the last of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// The host.
    pub address: IpAddr,
    /// The round under way, from one.
    pub round: u8,
    /// How much of the order of ports this round has asked.
    pub position: u32,
    /// Ports that agreed to a connection.
    pub open: Vec<u16>,
    /// Ports that refused.
    pub closed: Vec<u16>,
    /// Ports that may not be reached.
    pub rejected: Vec<u16>,
}

impl Checkpoint {
    pub(super) fn at(address: IpAddr) -> Self {
        let (open, closed, rejected) = (Vec::new(), Vec::new(), Vec::new());
        Self { address, round: 1, position: 0, open, closed, rejected }
    }

    pub(super) fn settle(&mut self, port: u16, state: PortState) {
        match state {
            PortState::Open => self.open.push(port),
            PortState::Closed => self.closed.push(port),
            PortState::Rejected => self.rejected.push(port),
            PortState::Unknown => {}
        }
    }

    pub(super) fn settled(&self) -> impl Iterator<Item = (u16, PortState)> {
        let with = |state| move |port: &u16| (*port, state);
        let open = self.open.iter().map(with(PortState::Open));
        let closed = self.closed.iter().map(with(PortState::Closed));
        open.chain(closed).chain(self.rejected.iter().map(with(PortState::Rejected)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closed.is_empty() && self.rejected.is_empty()
    }
}
