//! Who made the network interfaces of hosts.

use data_encoding::HEXLOWER_PERMISSIVE;
use hoshimori_inspection::assessment::{HostRecord, hosts};
use hoshimori_inspection::evidence::Observation;

/// The hosts of `observations`, each with the maker of its interface where the hardware address is
/// known and assigned. Telephones and virtual machines that made up their address have none.
pub(crate) fn named(observations: &[Observation]) -> Vec<HostRecord> {
    let mut hosts = hosts(observations);
    for host in &mut hosts {
        host.vendor = host.mac.as_deref().and_then(vendor).map(str::to_owned);
    }
    hosts
}

/// The maker of the interface with the hardware address `mac`.
pub(crate) fn vendor(mac: &str) -> Option<&'static str> {
    octets(mac).and_then(hoshimori_oui::vendor)
}

/// The bytes of an address that is written `00:00:5e:00:53:01`.
fn octets(mac: &str) -> Option<[u8; 6]> {
    let digits: Vec<&str> = mac.split(':').collect();
    let is_pairs = digits.iter().all(|pair| pair.len() == 2);
    let octets = HEXLOWER_PERMISSIVE.decode(digits.concat().as_bytes()).ok()?;
    octets.try_into().ok().filter(|_| is_pairs)
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;
    use hoshimori_inspection::evidence::{DiscoveryFact, Fact, ObservationKey};
    use hoshimori_inspection::target::Target;
    use hoshimori_inspection::vantage::Vantage;

    use super::*;

    /// The maker of a host that was heard on the link with the hardware address `mac`.
    fn vendor_of(mac: Option<&str>) -> Option<String> {
        let target = Target::host("192.168.10.5".parse().unwrap());
        let mac = mac.map(str::to_owned);
        let seen = Observation {
            key: ObservationKey::new("discovery", target, Vantage::Guest, "arp"),
            seen_at: jiff::Timestamp::UNIX_EPOCH,
            vantage: Vantage::Guest,
            source: None,
            target,
            sent: Bytes::default(),
            received: Bytes::default(),
            repeat: None,
            note: None,
            fact: Fact::Discovery(DiscoveryFact { alive: true, mac, ..DiscoveryFact::default() }),
        };
        named(&[seen]).remove(0).vendor
    }

    #[test]
    fn assigned_addresses_have_a_vendor() {
        assert_eq!(vendor_of(Some("00:a0:de:00:53:01")).as_deref(), Some("YAMAHA CORPORATION"));
        assert_eq!(vendor_of(Some("00:A0:DE:00:53:01")).as_deref(), Some("YAMAHA CORPORATION"));
    }

    #[test]
    fn made_up_and_unknown_addresses_have_none() {
        for mac in ["da:a1:19:00:53:01", "02:42:ac:11:00:02", "ff:ff:ff:ff:ff:ff"] {
            assert_eq!(vendor_of(Some(mac)), None, "{mac}");
        }
        assert_eq!(vendor_of(None), None);
    }

    #[test]
    fn what_is_no_address_has_none() {
        for mac in ["", "00:a0:de", "00a0de005301", "0:0a:0d:e0:05:301", "+0:a0:de:00:53:01"] {
            assert_eq!(vendor_of(Some(mac)), None, "{mac}");
        }
    }
}
