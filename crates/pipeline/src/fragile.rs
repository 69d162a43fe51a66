//! Which devices are asked slowly, because their network code is known to bear little.

/// The beginnings of the names of makers, in lower case: printers and copiers, cameras, controllers
/// of buildings and machines, small modules inside appliances.
///
/// A camera or copier that is rebooted by a scan costs an office more than a scan that takes a
/// minute longer, so the list is generous.
const MAKERS: [&str; 36] = [
    "axis communications",
    "beckhoff",
    "brother industries",
    "canon inc",
    "espressif",
    "fujifilm business",
    "hangzhou hikvision",
    "hanwha",
    "honeywell",
    "i-pro",
    "keyence",
    "konica minolta",
    "kyocera",
    "lexmark",
    "mitsubishi electric",
    "mobotix",
    "murata machinery",
    "oki electric",
    "omron",
    "phoenix contact",
    "ricoh",
    "riso kagaku",
    "rockwell automation",
    "sato corporation",
    "schneider",
    "seiko epson",
    "sharp corporation",
    "siemens",
    "star micronics",
    "tohoku ricoh",
    "toshiba tec",
    "tuya",
    "vivotek",
    "wago",
    "xerox",
    "zhejiang dahua",
];

/// Whether the maker of a network interface makes such devices above all.
pub(crate) fn is_fragile(vendor: &str) -> bool {
    let vendor = vendor.to_lowercase();
    MAKERS.iter().any(|maker| vendor.starts_with(maker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copiers_and_cameras_are_spared_and_computers_are_not() {
        for mac in [[0x00, 0x26, 0x73, 1, 2, 3], [0x44, 0x19, 0xb6, 1, 2, 3]] {
            let vendor = hoshimori_oui::vendor(mac).unwrap();
            assert!(is_fragile(vendor), "{vendor}");
        }
        for vendor in ["Dell Inc.", "YAMAHA CORPORATION", "Nokia", ""] {
            assert!(!is_fragile(vendor), "{vendor}");
        }
    }
}
