//! What is known of the hosts once everything was seen: names, makers, products, devices, systems.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_fingerprint::{Packs, identify};
use hoshimori_inspection::assessment::{HostRecord, hosts};
use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::inventory::Inventory;

use crate::vendors::vendor;

/// The hosts and what they are.
pub(crate) struct Known {
    /// One record a host, by address.
    pub(crate) hosts: Vec<HostRecord>,
    /// The identities, which the records repeat.
    pub(crate) inventory: Inventory,
}

impl Known {
    /// What `observations` tell, their clues read by `packs`.
    ///
    /// Telephones and virtual machines that made up their hardware address have no maker.
    pub(crate) fn new(observations: &[Observation], packs: &Packs) -> Self {
        let mut hosts = hosts(observations);
        for host in &mut hosts {
            host.vendor = host.mac.as_deref().and_then(vendor).map(str::to_owned);
        }
        let vendors: BTreeMap<IpAddr, String> =
            hosts.iter().filter_map(|host| Some((host.address, host.vendor.clone()?))).collect();
        let inventory = identify(observations, packs, &vendors);
        for host in &mut hosts {
            host.identify(&inventory);
        }
        Self { hosts, inventory }
    }
}
