//! Opening a connection over `µTP` (BEP 29), which `BitTorrent` clients answer to anybody.
//!
//! ```text
//! 0       4       8               16              24              32
//! | type  | ver   | extension     | connection_id                 |
//! | timestamp_microseconds                                        |
//! | timestamp_difference_microseconds                             |
//! | wnd_size                                                      |
//! | seq_nr                        | ack_nr                        |
//! ```

use crate::{DecodeError, Reader};

/// The version that there is.
const VERSION: u8 = 1;

/// One that there is not, which no client answers.
const NO_VERSION: u8 = 0xf;

/// Acknowledges without data.
const ST_STATE: u8 = 2;

/// Ends a connection at once.
const ST_RESET: u8 = 3;

/// Opens a connection.
const ST_SYN: u8 = 4;

/// How much this side would receive: never used, some clients close a window of nothing.
const WINDOW: u32 = 0x0010_0000;

/// A connection that is to be opened: both numbers should be random, the answer repeats them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Syn {
    /// The number of the connection.
    pub connection_id: u16,
    /// The number of the first packet.
    pub seq_nr: u16,
}

impl Syn {
    /// The packet.
    pub fn to_bytes(self) -> Vec<u8> {
        self.packet(ST_SYN, VERSION, self.connection_id)
    }

    /// The same in a version that no client speaks.
    pub fn to_spoilt_bytes(self) -> Vec<u8> {
        self.packet(ST_SYN, NO_VERSION, self.connection_id)
    }

    /// The packet that takes the opening back, so that the client need not wait for more. What
    /// follows the opening has the next number (BEP 29, *connection setup*).
    pub fn to_reset(self) -> Vec<u8> {
        self.packet(ST_RESET, VERSION, self.connection_id.wrapping_add(1))
    }

    /// Reads the acknowledgement of this opening.
    pub fn read_acknowledgement(self, bytes: &[u8]) -> Result<(), DecodeError> {
        let mut reader = Reader::new("uTP acknowledgement", bytes);
        let kind_and_version = reader.u8()?;
        // Extensions follow the header and are not needed.
        reader.u8()?;
        let connection_id = reader.u16()?;
        // Both timestamps, the window, and the number of this packet.
        reader.take(14)?;
        let ack_nr = reader.u16()?;
        let is_state = kind_and_version == ST_STATE << 4 | VERSION;
        if is_state && (connection_id, ack_nr) == (self.connection_id, self.seq_nr) {
            Ok(())
        } else {
            Err(reader.invalid("it does not acknowledge this opening"))
        }
    }

    fn packet(self, kind: u8, version: u8, connection_id: u16) -> Vec<u8> {
        let mut bytes = vec![kind << 4 | version, 0];
        bytes.extend(connection_id.to_be_bytes());
        // The time of this machine is nobody's business.
        bytes.extend([0; 8]);
        bytes.extend(WINDOW.to_be_bytes());
        bytes.extend(self.seq_nr.to_be_bytes());
        bytes.extend([0; 2]);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYN: Syn = Syn { connection_id: 0x1234, seq_nr: 0x5678 };

    #[test]
    fn an_opening_is_written_byte_for_byte() {
        let bytes = SYN.to_bytes();
        assert_eq!(bytes[..4], [0x41, 0, 0x12, 0x34]);
        assert_eq!(bytes[16..], [0x56, 0x78, 0, 0]);
        assert_eq!(bytes.len(), 20);
        assert_eq!(SYN.to_spoilt_bytes()[0], 0x4f);
        assert_eq!(SYN.to_reset()[..4], [0x31, 0, 0x12, 0x35]);
    }

    #[test]
    fn only_the_acknowledgement_of_this_opening_answers() {
        let mut answer = [0x21, 0, 0x12, 0x34].to_vec();
        answer.extend([0; 14]);
        answer.extend([0x56, 0x78]);
        assert_eq!(SYN.read_acknowledgement(&answer), Ok(()));
        for other in [Syn { connection_id: 1, ..SYN }, Syn { seq_nr: 1, ..SYN }] {
            assert!(other.read_acknowledgement(&answer).is_err());
        }
        for end in 0..answer.len() {
            assert!(SYN.read_acknowledgement(&answer[..end]).unwrap_err().is_incomplete());
        }
        assert!(SYN.read_acknowledgement(&SYN.to_bytes()).is_err());
    }
}
