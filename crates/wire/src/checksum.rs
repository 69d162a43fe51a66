//! The checksum of the internet protocols (RFC 1071).

use std::net::IpAddr;

use crate::net::Protocol;

/// The sum so far; parts are added in order, and only the last may have an odd length.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Checksum {
    sum: u64,
}

impl Checksum {
    /// The sum over the pseudo header of a segment of `length` bytes (RFC 9293 section 3.1 for
    /// IPv4, RFC 8200 section 8.1 for IPv6).
    ///
    /// Addresses of two families have no pseudo header in common: the sum is then of no packet.
    pub fn of_pseudo_header(
        source: IpAddr,
        destination: IpAddr,
        protocol: Protocol,
        length: u16,
    ) -> Self {
        let mut sum = Self::default();
        for address in [source, destination] {
            sum = match address {
                IpAddr::V4(address) => sum.with(&address.octets()),
                IpAddr::V6(address) => sum.with(&address.octets()),
            };
        }
        sum.with(&[0, protocol.0]).with(&length.to_be_bytes())
    }

    /// The sum with `bytes` behind what is in it.
    pub fn with(mut self, bytes: &[u8]) -> Self {
        let (pairs, last) = bytes.as_chunks::<2>();
        for pair in pairs {
            self.sum += u64::from(u16::from_be_bytes(*pair));
        }
        if let [last] = last {
            self.sum += u64::from(u16::from_be_bytes([*last, 0]));
        }
        self
    }

    /// The checksum, as it stands in a header; zero over bytes that carry a right one.
    pub fn finish(self) -> u16 {
        let mut sum = self.sum;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        !u16::try_from(sum).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_example_of_rfc_1071() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(Checksum::default().with(&bytes).finish(), !0xddf2);
    }

    #[test]
    fn an_odd_byte_counts_as_the_high_half() {
        assert_eq!(Checksum::default().with(&[1, 2, 3]).finish(), !0x0402);
    }
}
