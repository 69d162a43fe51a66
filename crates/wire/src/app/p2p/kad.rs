//! Asking a node of Kad, the distributed table of eDonkey's programs, whether it is there.
//!
//! The messages have a byte for the protocol, one for what they are, and their content. The answer
//! to the question tells from which port it came.

use crate::{DecodeError, Reader};

/// Kad, not compressed.
const PROTOCOL: u8 = 0xe4;

/// `KADEMLIA2_PING`.
const PING: u8 = 0x60;

/// `KADEMLIA2_PONG`.
const PONG: u8 = 0x61;

/// A number that no message has.
const NO_MESSAGE: u8 = 0x7e;

/// The question.
pub fn ping() -> Vec<u8> {
    vec![PROTOCOL, PING]
}

/// A message that there is not, which nodes throw away.
pub fn spoilt_ping() -> Vec<u8> {
    vec![PROTOCOL, NO_MESSAGE]
}

/// Reads the answer to a question that was asked from `own_port`.
pub fn read_pong(own_port: u16, bytes: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new("Kad pong", bytes);
    if reader.array()? != [PROTOCOL, PONG] {
        return Err(reader.invalid("it is no KADEMLIA2_PONG"));
    }
    if u16::from_le_bytes(reader.array()?) != own_port {
        return Err(reader.invalid("it tells another port"));
    }
    reader.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_the_port_that_asked() {
        assert_eq!(read_pong(0x9c40, &[0xe4, 0x61, 0x40, 0x9c]), Ok(()));
        assert!(read_pong(0x9c41, &[0xe4, 0x61, 0x40, 0x9c]).is_err());
        for other in [&ping()[..], &[0xe4, 0x61, 0x40], &[0xe4, 0x61, 0x40, 0x9c, 0], &[]] {
            assert!(read_pong(0x9c40, other).is_err(), "{other:?}");
        }
    }
}
