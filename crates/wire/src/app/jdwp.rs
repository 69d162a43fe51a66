//! The Java Debug Wire Protocol, as far as asking a virtual machine for its version.

use super::text;
use crate::{DecodeError, Reader};

/// What both sides say first.
pub const HANDSHAKE: &[u8] = b"JDWP-Handshake";

/// The longest answer that is read: ours; versions have some hundred bytes.
pub const MAX_ANSWER: usize = 16 * 1_024;

/// Marks a packet as a reply.
const REPLY: u8 = 0x80;

/// Asks for the version: command 1 of command set 1, in a packet with the number `id`.
///
/// ```text
/// u32 length, 11 | u32 id | u8 flags, 0 | u8 command set | u8 command
/// ```
pub fn version_query(id: u32) -> Vec<u8> {
    [&11_u32.to_be_bytes()[..], &id.to_be_bytes(), &[0, 1, 1]].concat()
}

/// Reads the other side's handshake, and says how many bytes it was.
pub fn decode_handshake(bytes: &[u8]) -> Result<((), usize), DecodeError> {
    let mut reader = Reader::new("JDWP handshake", bytes);
    for wanted in HANDSHAKE {
        if reader.u8()? != *wanted {
            return Err(reader.invalid("it is not `JDWP-Handshake`"));
        }
    }
    Ok(((), reader.offset()))
}

/// What a virtual machine tells of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version {
    /// The number of the question.
    pub id: u32,
    /// A description for people.
    pub description: String,
    /// The version of the virtual machine, as `17.0.15`.
    pub version: String,
    /// The name of the virtual machine, as `OpenJDK 64-Bit Server VM`.
    pub name: String,
}

impl Version {
    /// Reads the reply to [`version_query`], and says how many bytes it was.
    ///
    /// ```text
    /// u32 length | u32 id | u8 flags, 0x80 | u16 error
    /// string description | u32 major | u32 minor | string version | string name
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut outer = Reader::new("JDWP reply", bytes);
        let length = outer.length32(MAX_ANSWER)?;
        let id = outer.u32()?;
        if outer.u8()? != REPLY {
            return Err(outer.invalid("it is not a reply"));
        }
        if outer.u16()? != 0 {
            return Err(outer.invalid("the version is refused"));
        }
        let rest = length.checked_sub(11).ok_or(outer.invalid("it is shorter than its head"))?;
        let mut reader = outer.field("JDWP version", rest)?;
        let description = string(&mut reader)?;
        reader.take(8)?;
        let (version, name) = (string(&mut reader)?, string(&mut reader)?);
        reader.finish()?;
        Ok((Self { id, description, version, name }, outer.offset()))
    }
}

fn string(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let length = reader.length32(MAX_ANSWER)?;
    Ok(text::decode(reader.take(length)?, MAX_ANSWER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_no_reply() {
        assert_eq!(version_query(7), [0, 0, 0, 11, 0, 0, 0, 7, 0, 1, 1]);
        assert!(!Version::decode(&version_query(7)).unwrap_err().is_incomplete());
    }

    #[test]
    fn a_string_longer_than_the_packet_is_refused() {
        let bytes = [0, 0, 0, 16, 0, 0, 0, 7, REPLY, 0, 0, 0, 0, 0, 9, b'x'];
        assert!(!Version::decode(&bytes).unwrap_err().is_incomplete());
    }
}
