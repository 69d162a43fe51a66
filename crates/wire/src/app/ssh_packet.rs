//! SSH binary packets before encryption begins.

use crate::{DecodeError, Reader};

/// The largest `packet_length` that is read: RFC 4253 section 6.1 asks every implementation to
/// take packets of 35,000 bytes, and no clear packet needs more.
pub const MAX_PACKET: usize = 35_000;

/// Message number after which a direction is encrypted (RFC 4253 section 7.3).
const NEWKEYS: u8 = 21;

/// The payload of one packet without a message authentication code (RFC 4253 section 6).
///
/// | field          | bytes                               |
/// |----------------|-------------------------------------|
/// | packet_length  | 4, of what follows                  |
/// | padding_length | 1                                   |
/// | payload        | packet_length - padding_length - 1  |
/// | padding        | padding_length                      |
pub fn decode<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, DecodeError> {
    let length = reader.length32(MAX_PACKET)?;
    let mut packet = reader.field("SSH packet", length)?;
    let padding = usize::from(packet.u8()?);
    let payload = packet
        .remaining()
        .checked_sub(padding)
        .ok_or_else(|| packet.invalid("the padding is longer than the packet"))?;
    packet.field("SSH payload", payload)
}

/// How many of `bytes`, which follow the identification line, are clear: all packets up to and
/// with NEWKEYS, or up to the first that is not a whole packet.
pub fn clear_length(bytes: &[u8]) -> usize {
    let mut reader = Reader::new("SSH packets", bytes);
    loop {
        let at = reader.offset();
        let message = decode(&mut reader).and_then(|mut payload| payload.u8());
        match message {
            Ok(NEWKEYS) => return reader.offset(),
            Ok(_) => {}
            Err(_) => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet with four bytes of padding.
    fn packet(payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len() + 5).unwrap();
        [&length.to_be_bytes()[..], &[4], payload, &[0; 4]].concat()
    }

    #[test]
    fn clear_bytes_end_with_newkeys() {
        let bytes = [packet(&[20, 1, 2]), packet(&[NEWKEYS]), vec![0xaa; 60]].concat();
        assert_eq!(clear_length(&bytes), bytes.len() - 60);
        assert_eq!(clear_length(&bytes[..5]), 0);
    }

    #[test]
    fn refuses_padding_longer_than_the_packet() {
        let error = decode(&mut Reader::new("test", &[0, 0, 0, 2, 9, 0])).unwrap_err();
        assert!(!error.is_incomplete());
    }

    #[test]
    fn refuses_a_length_over_the_limit_before_the_bytes_arrive() {
        let error = decode(&mut Reader::new("test", &[0xff; 4])).unwrap_err();
        assert!(error.is_too_long());
    }
}
