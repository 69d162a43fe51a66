//! Segments of TCP, as far as a handshake needs them.

use std::net::IpAddr;

use crate::checksum::Checksum;
use crate::join::join;
use crate::net::Protocol;
use crate::{DecodeError, Reader};

/// The control bits of a segment (RFC 9293 section 3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Flags(pub u8);

impl Flags {
    /// Synchronise sequence numbers.
    pub const SYN: Self = Self(0x02);
    /// Reset the connection.
    pub const RST: Self = Self(0x04);
    /// The acknowledgement number counts.
    pub const ACK: Self = Self(0x10);
    /// The answer of an open port.
    pub const SYN_ACK: Self = Self(0x12);
    /// The answer of a closed port.
    pub const RST_ACK: Self = Self(0x14);

    /// Whether all bits of `others` are set.
    pub fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

/// The fixed header of a segment (RFC 9293 section 3.1).
///
/// | field                  | bytes | kept                                |
/// |------------------------|-------|-------------------------------------|
/// | source, destination    | 2 + 2 | yes                                 |
/// | sequence number        | 4     | yes                                 |
/// | acknowledgement number | 4     | yes                                 |
/// | data offset, reserved  | 1     | 5 to 15 words, as `has_options`     |
/// | control bits           | 1     | yes                                 |
/// | window                 | 2     | yes                                 |
/// | checksum               | 2     | written; see below                  |
/// | urgent pointer         | 2     |                                     |
///
/// The checksum of a received segment is not looked at: the system and the network card have done
/// so, and between two virtual machines it is never computed at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Port of the sender.
    pub source: u16,
    /// Port of the receiver.
    pub destination: u16,
    /// Where in the sender's stream it begins.
    pub sequence: u32,
    /// What the sender expects next.
    pub acknowledgement: u32,
    /// Control bits.
    pub flags: Flags,
    /// How many bytes the sender takes.
    pub window: u16,
    /// Whether options follow.
    pub has_options: bool,
}

/// Length of a header without options, in words of four bytes.
const BARE: u8 = 5;

impl Header {
    /// Reads a header and skips its options.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (source, destination, sequence) = Self::decode_ports(reader)?;
        let acknowledgement = reader.u32()?;
        let [offset, flags] = reader.array()?;
        let Some(options) = (offset >> 4).checked_sub(BARE) else {
            return Err(reader.invalid("the data offset does not hold the header"));
        };
        let window = reader.u16()?;
        reader.u32()?;
        reader.take(usize::from(options) * 4)?;
        Ok(Self {
            source,
            destination,
            sequence,
            acknowledgement,
            flags: Flags(flags),
            window,
            has_options: options > 0,
        })
    }

    /// Reads the ports and the sequence number: all that an ICMP error has to quote (RFC 792).
    pub fn decode_ports(reader: &mut Reader<'_>) -> Result<(u16, u16, u32), DecodeError> {
        Ok((reader.u16()?, reader.u16()?, reader.u32()?))
    }

    /// The bytes on the wire of a segment without options and data.
    pub fn to_bytes(&self, source: IpAddr, destination: IpAddr) -> [u8; 20] {
        let start = self.start(BARE);
        let sum = Checksum::of_pseudo_header(source, destination, Protocol::TCP, 20);
        let checksum = sum.with(&start).finish();
        join(&[&start, &checksum.to_be_bytes(), &[0, 0]])
    }

    /// As [`to_bytes`](Self::to_bytes) with the one option that every SYN of a real system
    /// carries, the largest segment (RFC 9293 section 3.7.1): borders drop SYNs without it.
    pub fn to_bytes_with_mss(&self, source: IpAddr, destination: IpAddr, mss: u16) -> [u8; 24] {
        let start = self.start(BARE + 1);
        let [high, low] = mss.to_be_bytes();
        let option = [2, 4, high, low];
        let sum = Checksum::of_pseudo_header(source, destination, Protocol::TCP, 24);
        let checksum = sum.with(&start).with(&option).finish();
        join(&[&start, &checksum.to_be_bytes(), &[0, 0], &option])
    }

    /// Everything before the checksum.
    fn start(&self, words: u8) -> [u8; 16] {
        join(&[
            &self.source.to_be_bytes(),
            &self.destination.to_be_bytes(),
            &self.sequence.to_be_bytes(),
            &self.acknowledgement.to_be_bytes(),
            &[words << 4, self.flags.0],
            &self.window.to_be_bytes(),
        ])
    }
}
