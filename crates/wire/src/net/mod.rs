//! The internet layer.

pub mod icmpv4;
pub mod icmpv6;
pub mod ipv4;
pub mod ipv6;

/// What a packet carries (IANA protocol numbers), known or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Protocol(pub u8);

impl Protocol {
    /// Messages about IPv4.
    pub const ICMPV4: Self = Self(1);
    /// Transmission control.
    pub const TCP: Self = Self(6);
    /// User datagrams.
    pub const UDP: Self = Self(17);
    /// Messages about IPv6.
    pub const ICMPV6: Self = Self(58);
}
