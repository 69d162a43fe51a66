//! Who made the network interfaces of hosts.

use data_encoding::HEXLOWER_PERMISSIVE;

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
    use super::*;

    #[test]
    fn assigned_addresses_have_a_vendor() {
        assert_eq!(vendor("00:a0:de:00:53:01"), Some("YAMAHA CORPORATION"));
        assert_eq!(vendor("00:A0:DE:00:53:01"), Some("YAMAHA CORPORATION"));
    }

    #[test]
    fn made_up_and_unknown_addresses_have_none() {
        for mac in ["da:a1:19:00:53:01", "02:42:ac:11:00:02", "ff:ff:ff:ff:ff:ff"] {
            assert_eq!(vendor(mac), None, "{mac}");
        }
    }

    #[test]
    fn what_is_no_address_has_none() {
        for mac in ["", "00:a0:de", "00a0de005301", "0:0a:0d:e0:05:301", "+0:a0:de:00:53:01"] {
            assert_eq!(vendor(mac), None, "{mac}");
        }
    }
}
