//! What is usual: protocols at home on ports, protocols of kinds of devices.

use std::sync::LazyLock;

use hoshimori_inspection::evidence::Protocol;
use hoshimori_inspection::inventory::DeviceClass;
use serde::Deserialize;

/// The table of `data/baseline.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Baseline {
    home: Vec<Home>,
    class: Vec<Class>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Home {
    protocol: Protocol,
    #[serde(default)]
    ports: Vec<u16>,
    /// Inclusive.
    #[serde(default)]
    ranges: Vec<(u16, u16)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    class: DeviceClass,
    protocols: Vec<Protocol>,
}

/// The embedded table.
pub(super) static BASELINE: LazyLock<Baseline> = LazyLock::new(|| {
    let text = include_str!("../../../data/baseline.toml");
    toml::from_str(text).expect("a test reads the embedded table")
});

impl Baseline {
    /// Whether `protocol` is on a port that it is not known for. Protocols that live anywhere,
    /// such as HTTP, have no home in the table.
    pub(super) fn is_away_from_home(&self, protocol: Protocol, port: u16) -> bool {
        let mut homes = self.home.iter().filter(|home| home.protocol == protocol).peekable();
        homes.peek().is_some()
            && !homes.any(|home| {
                let is_in = |(first, last): &(u16, u16)| (*first..=*last).contains(&port);
                home.ports.contains(&port) || home.ranges.iter().any(is_in)
            })
    }

    /// Whether devices of `class` do not offer `protocol`; false where the table is silent.
    pub(super) fn is_unusual_for(&self, class: DeviceClass, protocol: Protocol) -> bool {
        let known = self.class.iter().find(|known| known.class == class);
        known.is_some_and(|known| !known.protocols.contains(&protocol))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_embedded_table_is_read_and_names_everything_once() {
        let homes: BTreeSet<Protocol> = BASELINE.home.iter().map(|home| home.protocol).collect();
        assert_eq!(homes.len(), BASELINE.home.len());
        let classes: BTreeSet<DeviceClass> = BASELINE.class.iter().map(|one| one.class).collect();
        assert_eq!(classes.len(), BASELINE.class.len());
        assert!(BASELINE.home.iter().all(|home| !home.ports.is_empty() || !home.ranges.is_empty()));
    }

    #[test]
    fn only_protocols_with_a_home_can_be_away_from_it() {
        assert!(BASELINE.is_away_from_home(Protocol::Ssh, 8_443));
        assert!(!BASELINE.is_away_from_home(Protocol::Ssh, 22));
        assert!(!BASELINE.is_away_from_home(Protocol::Http, 31_337));
        assert!(!BASELINE.is_away_from_home(Protocol::Msrpc, 49_664));
        assert!(BASELINE.is_away_from_home(Protocol::Msrpc, 4_444));
    }

    #[test]
    fn kinds_of_devices_that_the_table_does_not_know_have_nothing_unusual() {
        assert!(BASELINE.is_unusual_for(DeviceClass::Printer, Protocol::Ssh));
        assert!(!BASELINE.is_unusual_for(DeviceClass::Printer, Protocol::Ipp));
        assert!(!BASELINE.is_unusual_for(DeviceClass::Computer, Protocol::Ssh));
    }
}
