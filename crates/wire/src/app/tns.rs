//! Asking an Oracle listener for its version (Oracle Net, TNS).
//!
//! Oracle does not publish the packets; the layout is that of the public paper "Oracle Protocol"
//! (I. Redfern, 2003, placed in the public domain) and of Oracle's own open-source drivers.

use super::text;
use crate::{DecodeError, Reader};

/// The longest packet that is read: the session data unit that [`version_request`] offers.
const MAX_PACKET: usize = 2_048;

/// The longest text that is kept: that of a whole packet.
const MAX_TEXT: usize = MAX_PACKET;

/// The newest version of the protocol whose packets have lengths of two bytes.
const VERSION: u16 = 314;

/// The oldest version that is offered, and accepted back.
const OLDEST_VERSION: u16 = 300;

/// The command whose answer names the product; it needs no database and no login.
const COMMAND: &[u8] = b"(CONNECT_DATA=(COMMAND=version))";

/// Where the command begins in the packet, behind all fields that newer listeners expect.
const COMMAND_OFFSET: u8 = 58;

/// Asks for the version.
///
/// ```text
/// 2 length | 2 checksum | 1 type (connect) | 1 flags | 2 checksum
/// 2 version | 2 compatible | 2 options | 2 session unit | 2 transport unit | 2 characteristics
/// 2 turnaround | 2 byte order | 2 length of command | 2 its offset | 4 most to receive | 2 flags
/// 24 for tracing | n command
/// ```
pub fn version_request() -> Vec<u8> {
    let length = u16::from(COMMAND_OFFSET) + u16::try_from(COMMAND.len()).unwrap_or(u16::MAX);
    let command = u16::try_from(COMMAND.len()).unwrap_or(u16::MAX);
    let mut packet = length.to_be_bytes().to_vec();
    packet.extend([0, 0, 1, 0, 0, 0]);
    packet.extend([VERSION.to_be_bytes(), OLDEST_VERSION.to_be_bytes()].concat());
    // No option, units of 2,048 and 32,767 bytes, characteristics of TCP, big end first.
    packet.extend([0, 0, 0x08, 0, 0x7f, 0xff, 0x7f, 0x08, 0, 0, 0, 1]);
    packet.extend(command.to_be_bytes());
    packet.extend([0, COMMAND_OFFSET]);
    packet.resize(usize::from(COMMAND_OFFSET), 0);
    packet.extend(COMMAND);
    packet
}

/// What a listener says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packet {
    /// It goes on, with a description of itself or none.
    Accept(String),
    /// It refuses, with a description that names itself and an error.
    Refuse(String),
    /// It names another address.
    Redirect(String),
    /// It tells what it was asked for.
    Data(String),
    /// It wants the request again.
    Resend,
    /// It wants something that does not matter here.
    Marker,
}

impl Packet {
    /// Reads one packet, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("TNS packet", bytes);
        let length = usize::from(reader.u16()?);
        if length > MAX_PACKET {
            return Err(DecodeError::too_long("TNS packet", 0, MAX_PACKET));
        }
        let unused_checksum = reader.u16()?;
        let kind = reader.u8()?;
        if unused_checksum != 0 || !matches!(kind, 2 | 4 | 5 | 6 | 11 | 12) {
            return Err(reader.invalid("no listener sends such a packet"));
        }
        // Flags and the checksum of the header.
        reader.take(3)?;
        let mut body = reader.field("TNS packet", length.saturating_sub(8))?;
        let packet = match kind {
            2 => Self::Accept(read_accept(&mut body)?),
            4 => {
                // The reasons of user and system.
                body.take(2)?;
                Self::Refuse(read_description(&mut body)?)
            }
            5 => Self::Redirect(read_description(&mut body)?),
            6 => {
                // Flags, such as that of the end.
                body.take(2)?;
                Self::Data(shown(body.rest()))
            }
            11 => {
                body.finish()?;
                Self::Resend
            }
            _ => Self::Marker,
        };
        Ok((packet, reader.offset()))
    }
}

/// Version, options, units and byte order; then where the description is, counted from the header.
fn read_accept(body: &mut Reader<'_>) -> Result<String, DecodeError> {
    let start = body.clone();
    if !(OLDEST_VERSION..=VERSION).contains(&body.u16()?) {
        return Err(body.invalid("it accepts a version that was not offered"));
    }
    body.take(8)?;
    let (length, offset) = (usize::from(body.u16()?), usize::from(body.u16()?));
    let mut place = start;
    if length > 0 {
        place.take(offset.saturating_sub(8))?;
    }
    Ok(shown(place.take(length)?))
}

/// A description in brackets with its length before it.
fn read_description(body: &mut Reader<'_>) -> Result<String, DecodeError> {
    let length = usize::from(body.u16()?);
    let description = body.take(length)?;
    if !description.trim_ascii_start().starts_with(b"(") {
        return Err(body.invalid("the description is not in brackets"));
    }
    Ok(shown(description))
}

fn shown(bytes: &[u8]) -> String {
    text::decode(bytes, MAX_TEXT)
}

/// The value of the first `(name=value)` without brackets of its own in `description`.
pub fn value<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    description.split('(').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| value.split(')').next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u8::try_from(body.len() + 8).unwrap();
        [&[0, length, 0, 0, kind, 0, 0, 0][..], body].concat()
    }

    #[test]
    fn the_request_says_where_its_command_is() {
        let request = version_request();
        assert_eq!(usize::from(request[1]), request.len());
        assert_eq!(usize::from(request[25]), COMMAND.len());
        assert_eq!(&request[usize::from(request[27])..], COMMAND);
    }

    #[test]
    fn a_refusal_names_number_and_error() {
        let text =
            "(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=1189)(ERROR_STACK=(ERROR=(CODE=1189))))";
        let length = u8::try_from(text.len()).unwrap();
        let bytes = packet(4, &[&[0x22, 0, 0, length][..], text.as_bytes()].concat());
        assert_eq!(Packet::decode(&bytes), Ok((Packet::Refuse(text.into()), bytes.len())));
        assert_eq!(value(text, "VSNNUM"), Some("318767104"));
        assert_eq!(value(text, "ERR"), Some("1189"));
        assert_eq!(value(text, "TMP"), Some(""));
        assert_eq!(value(text, "ALIAS"), None);
    }

    #[test]
    fn an_acceptance_and_the_data_after_it_are_read() {
        let text = b"(DESCRIPTION=(TMP=)(VSNNUM=153092352)(ERR=0))";
        let length = u8::try_from(text.len()).unwrap();
        let mut body = vec![1, 0x36, 0, 0, 8, 0, 0x7f, 0xff, 1, 0, 0, length, 0, 32];
        body.resize(24, 0);
        body.extend(text);
        let (accepted, _) = Packet::decode(&packet(2, &body)).unwrap();
        assert_eq!(accepted, Packet::Accept(String::from_utf8_lossy(text).into()));
        let (data, _) = Packet::decode(&packet(6, b"\0\0TNSLSNR for Linux: Version 9")).unwrap();
        assert_eq!(data, Packet::Data("TNSLSNR for Linux: Version 9".into()));
    }

    #[test]
    fn the_question_itself_and_other_packets_are_no_answer() {
        for bytes in [
            version_request(),
            packet(4, b"\0\0\0\x04what"),
            packet(4, b"\0\0\0\xf0(x"),
            packet(2, &[1, 0x40, 0, 0, 8, 0, 0x7f, 0xff, 1, 0, 0, 0, 0, 32]),
            packet(11, b"x"),
            b"SSH-2.0-x\r\n".to_vec(),
        ] {
            assert!(!Packet::decode(&bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }
}
