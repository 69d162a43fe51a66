//! Identifiers of interfaces and servers.

use std::fmt;

/// GUID in the packet representation of MS-DTYP 2.3.4.2: its first three fields have the low byte
/// first. It is shown as everybody writes it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Uuid(pub [u8; 16]);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The last two fields have the bytes in the order in which they are shown.
        let all = u128::from_be_bytes(self.0);
        let time_low = u32::try_from(all >> 96).unwrap_or_default().swap_bytes();
        let field = |shift: u32| u16::try_from(all >> shift & 0xffff).unwrap_or_default();
        let (time_mid, time_high) = (field(80).swap_bytes(), field(64).swap_bytes());
        let (clock, node) = (field(48), all & 0xffff_ffff_ffff);
        write!(f, "{time_low:08x}-{time_mid:04x}-{time_high:04x}-{clock:04x}-{node:012x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_shown_as_everybody_writes_it() {
        let endpoint_mapper =
            Uuid(*b"\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\0\x2b\x14\xa0\xfa");
        assert_eq!(endpoint_mapper.to_string(), "e1af8308-5d1f-11c9-91a4-08002b14a0fa");
    }
}
