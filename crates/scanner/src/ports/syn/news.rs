//! What a scan tells while it runs.

use std::net::IpAddr;
use std::time::Duration;

use super::checkpoint::Checkpoint;
use super::forecast::Forecast;
use super::signs::Signs;
use super::states::PortStates;

/// Why a host is finished.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ending {
    /// Every port was asked often enough.
    Complete,
    /// It does not answer, or no longer.
    Silent,
    /// The consented time is over.
    OutsideConsent,
    /// This machine failed.
    LocalError,
}

/// News of a scan.
#[derive(Debug)]
pub(super) enum News {
    /// How many packets have gone over the link, and about how many it will still take.
    Forecast(Forecast),
    /// A port agreed to a connection; `round_trip` is what its host takes to answer.
    Agreed { address: IpAddr, port: u16, round_trip: Option<Duration> },
    /// What a resumed scan would need to know.
    Checkpoint(Checkpoint),
    /// A host is finished.
    Ended(Box<Finished>),
}

/// A finished host.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) address: IpAddr,
    pub(super) source: IpAddr,
    pub(super) states: PortStates,
    pub(super) ending: Ending,
    pub(super) chance_of_missing: Option<f64>,
    pub(super) loss: Option<f64>,
    pub(super) signs: Signs,
    pub(super) rate_limit: Option<u32>,
    pub(super) is_tested_by_open_ports: bool,
    pub(super) round_trip: Option<Duration>,
    pub(super) rounds: u8,
}
