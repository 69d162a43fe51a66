//! What hosts and services are: products, devices and operating systems, each with its reasons.
//!
//! Everything here is read out of the clues in the evidence and may be wrong where a host lies.
//! Where sources disagree or leave a choice, all candidates stay; nothing is guessed.

mod device;

use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

pub use device::{Device, DeviceClass};

use crate::evidence::{Clue, ObservationKey};
use crate::target::Target;

/// The identities of all hosts, by address.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Inventory {
    /// One entry for each host of which anything is known.
    pub hosts: BTreeMap<IpAddr, Identity>,
}

/// What one host is, and what runs on it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Identity {
    /// Its services, by target.
    pub services: Vec<ServiceIdentity>,
    /// What kind of device it is, if that is known.
    pub device: Option<Device>,
    /// Its operating system: more than one where the clues leave a choice or disagree, the best
    /// supported first.
    pub systems: Vec<System>,
}

/// What runs on one port.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ServiceIdentity {
    /// The port.
    pub target: Target,
    /// The product, if any clue tells it: the best supported one first where they disagree.
    pub products: Vec<Product>,
}

/// A piece of software.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Product {
    /// Who makes it.
    pub vendor: Option<String>,
    /// Its name.
    pub name: String,
    /// The version it claims, without the distribution's revision.
    pub version: Option<String>,
    /// The revision of the distribution that packaged it, as `Debian-2+deb12u10`.
    pub revision: Option<String>,
    /// Common Platform Enumeration 2.3 name, formatted string.
    pub cpe: Option<String>,
    /// How well name and version are supported.
    pub confidence: Confidence,
    /// Who says so.
    pub reasons: Vec<Reason>,
}

/// An operating system that a host may run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct System {
    /// Who makes it.
    pub vendor: Option<String>,
    /// Its name, as `Debian GNU/Linux`.
    pub name: String,
    /// Its version or build, as far as the clues tell.
    pub version: Option<String>,
    /// Common Platform Enumeration 2.3 name, formatted string.
    pub cpe: Option<String>,
    /// How well it is supported.
    pub confidence: Confidence,
    /// Who says so.
    pub reasons: Vec<Reason>,
}

/// How well something is supported.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A single text that is often fixed or copied.
    Weak,
    /// One clue that tells it plainly.
    Fair,
    /// Several independent clues agree, or one that was built into the program and that nobody
    /// writes by hand, such as the distribution's revision in an SSH identification.
    Strong,
}

impl Confidence {
    /// The degree in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::Weak => Text::new("低", "weakly supported"),
            Self::Fair => Text::new("中", "fairly supported"),
            Self::Strong => Text::new("高", "well supported"),
        }
    }
}

/// One clue and the pattern that read it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Reason {
    /// The fingerprint pack, as `hoshimori` or the name of an imported one.
    pub pack: String,
    /// The pattern within the pack.
    pub pattern: String,
    /// The clue.
    pub clue: Clue,
    /// The observation in which the clue is.
    pub evidence: ObservationKey,
}

impl Inventory {
    /// What is known of the host at `address`.
    pub fn host(&self, address: IpAddr) -> Option<&Identity> {
        self.hosts.get(&address)
    }

    /// The best supported product on `target`.
    pub fn product(&self, target: Target) -> Option<&Product> {
        let services = &self.host(target.address)?.services;
        services.iter().find(|service| service.target == target)?.products.first()
    }
}
