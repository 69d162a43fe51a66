//! All readings of an inspection put together: what each host is and what runs on it.

mod clues;
mod devices;
mod management;
mod products;
mod support;
mod systems;

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::inventory::{Identity, Inventory, ServiceIdentity};

use crate::pack::Packs;
use clues::Host;
use support::Found;

/// What every host of `observations` is, as far as `packs` can read it.
///
/// `hardware_vendors` tells who made the network interface of a host; it counts only for hosts of
/// which there is an observation. The order of observations does not matter.
pub fn identify(
    observations: &[Observation],
    packs: &Packs,
    hardware_vendors: &BTreeMap<IpAddr, String>,
) -> Inventory {
    let hosts = clues::gather(observations, hardware_vendors);
    let identities =
        hosts.iter().map(|(address, host)| (*address, identity(*address, host, packs)));
    Inventory {
        hosts: identities.filter(|(_, identity)| *identity != Identity::default()).collect(),
    }
}

fn identity(address: IpAddr, host: &Host, packs: &Packs) -> Identity {
    let mut found: Vec<Found<'_>> = Vec::new();
    for heard in &host.heard {
        let readings = packs.read(&heard.clue);
        found.extend(readings.into_iter().map(|reading| Found { heard, reading }));
    }
    let services = host.services.keys().map(|target| {
        let there: Vec<&Found<'_>> =
            found.iter().filter(|found| found.heard.target == *target).collect();
        ServiceIdentity { target: *target, products: products::combine(&there) }
    });
    Identity {
        services: services.collect(),
        device: devices::combine(address, host, &found),
        systems: systems::combine(&found),
    }
}

#[cfg(test)]
mod tests;
