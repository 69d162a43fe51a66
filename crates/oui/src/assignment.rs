use crate::register;

/// The least significant bits of the first byte (IEEE 802-2014 clause 8).
const GROUP: u8 = 0b01;
const LOCALLY_ADMINISTERED: u8 = 0b10;

/// How holders who do not want to be known stand in the register.
const UNDISCLOSED: &str = "Private";

/// To whom a hardware address is assigned, or why that cannot be told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Assignment {
    /// To this vendor, as it calls itself in the register.
    Vendor(&'static str),
    /// To somebody who keeps the name from the register.
    Undisclosed,
    /// Nobody: the interface's owner or system chose the address, as telephones and virtual
    /// machines do.
    LocallyAdministered,
    /// Nobody: the address names a group of interfaces.
    Group,
    /// Nobody on the day of the register.
    Unassigned,
}

impl Assignment {
    /// The assignment of `mac`.
    pub fn of(mac: [u8; 6]) -> Self {
        let [first, ..] = mac;
        if first & GROUP != 0 {
            return Self::Group;
        }
        if first & LOCALLY_ADMINISTERED != 0 {
            return Self::LocallyAdministered;
        }
        match register::holder(mac) {
            Some(UNDISCLOSED) => Self::Undisclosed,
            Some(name) => Self::Vendor(name),
            None => Self::Unassigned,
        }
    }
}

/// Who made the interface with the address `mac`, where the register tells.
pub fn vendor(mac: [u8; 6]) -> Option<&'static str> {
    match Assignment::of(mac) {
        Assignment::Vendor(name) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_every_size_are_found_at_both_ends() {
        for (first, last, name) in [
            ("00005e000000", "00005effffff", "ICANN, IANA Department"),
            ("00a0de000000", "00a0deffffff", "YAMAHA CORPORATION"),
            ("000740000000", "000740ffffff", "BUFFALO.INC"),
            ("8cdf9d000000", "8cdf9dffffff", "NEC Corporation"),
            ("000074000000", "000074ffffff", "RICOH COMPANY LTD."),
            ("b84c87400000", "b84c874fffff", "Blum Novotest GmbH"),
            ("8c1f64afa000", "8c1f64afafff", "DATA ELECTRONIC DEVICES, INC"),
            ("40d8550d7000", "40d8550d7fff", "Avant Technologies"),
        ] {
            assert_eq!(vendor(mac(first)), Some(name), "{first}");
            assert_eq!(vendor(mac(last)), Some(name), "{last}");
            assert_ne!(vendor(beside(first, -1)), Some(name), "before {first}");
            assert_ne!(vendor(beside(last, 1)), Some(name), "after {last}");
        }
    }

    #[test]
    fn an_address_of_two_holders_names_both() {
        let name = vendor(mac("0001c8000000")).unwrap();
        assert_eq!(name, "CONRAD CORP. / THOMAS CONRAD CORP.");
    }

    #[test]
    fn chosen_and_group_addresses_have_no_vendor() {
        for (address, reason) in [
            ("024200000001", Assignment::LocallyAdministered),
            ("aa0004000104", Assignment::LocallyAdministered),
            ("01005e0000fb", Assignment::Group),
            ("3333000000fb", Assignment::Group),
            ("ffffffffffff", Assignment::Group),
            ("005079000001", Assignment::Undisclosed),
            // A block that IEEE cuts into smaller ones, the last of which nobody has.
            ("8c1f64fff000", Assignment::Unassigned),
            ("fcffff000000", Assignment::Unassigned),
        ] {
            assert_eq!(Assignment::of(mac(address)), reason, "{address}");
            assert_eq!(vendor(mac(address)), None, "{address}");
        }
    }

    fn mac(digits: &str) -> [u8; 6] {
        beside(digits, 0)
    }

    /// The address that lies `distance` further than the one of `digits`.
    fn beside(digits: &str, distance: i64) -> [u8; 6] {
        let number = u64::from_str_radix(digits, 16).unwrap().wrapping_add_signed(distance);
        *number.to_be_bytes().last_chunk().unwrap()
    }
}
