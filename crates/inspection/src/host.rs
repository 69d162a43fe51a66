//! What is known about the hosts of a network: address, kind, names, who uses them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Who uses the web pages of a host.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Facing {
    /// Members and visitors: a portal, a booking page, a captive portal.
    Members,
    /// Staff only: a printer's or router's own pages.
    Internal,
}

/// What the operator has said about one host.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KnownHost {
    /// Its address.
    pub address: IpAddr,
    /// Names under which people reach it; the first one is also sent as SNI and Host.
    pub names: Vec<String>,
    /// Who uses it, if the operator has said so.
    pub facing: Option<Facing>,
    /// TCP ports that the operator can explain; `None` where he has not been asked.
    pub expected_tcp: Option<Vec<u16>>,
}
