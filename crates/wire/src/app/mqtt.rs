//! MQTT 3.1.1 and 5: asking a broker to let us in, and for its version.

use super::text;
use crate::{DecodeError, Reader};

/// The longest packet that is read: ours; those that answer ours have some tens of bytes.
const MAX_PACKET: usize = 4_096;

/// The longest text that is kept.
const MAX_TEXT: usize = 512;

/// The topic under which mosquitto and its relatives keep their version.
pub const VERSION_TOPIC: &str = "$SYS/broker/version";

/// Ends the session (DISCONNECT).
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

/// Asks whether the broker is still there (PINGREQ).
pub const PING: [u8; 2] = [0xc0, 0];

/// The level of the protocol that a client speaks (3.1.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    /// MQTT 3.1.1.
    V3,
    /// MQTT 5.
    V5,
}

/// CONNECT (section 3.1): nothing is kept after the session, no user, no will.
///
/// `client` should be random, letters and digits: a broker ends the session of another client of
/// the same name.
pub fn connect(level: Level, client: &str) -> Vec<u8> {
    let (number, properties) = match level {
        Level::V3 => (4, &[][..]),
        Level::V5 => (5, &[0][..]),
    };
    // Clean session; the broker may end it after ten seconds of silence.
    let head = [b"\0\x04MQTT", &[number, 0x02, 0, 10][..], properties].concat();
    packet(0x10, &[&head[..], &counted(client)].concat())
}

/// SUBSCRIBE (section 3.8) to one topic in 3.1.1, to be told at most once.
pub fn subscribe(id: u16, topic: &str) -> Vec<u8> {
    packet(0x82, &[&id.to_be_bytes()[..], &counted(topic), &[0]].concat())
}

/// A packet of fewer than 128 bytes.
fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX) & 0x7f;
    [&[kind, length][..], body].concat()
}

fn counted(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&length[..], text.as_bytes()].concat()
}

/// A packet of a broker.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packet {
    /// Whether it lets us in (CONNACK).
    Connected(Verdict),
    /// Whether it will tell about a topic (SUBACK).
    Subscribed {
        /// The number of the question.
        id: u16,
    },
    /// What it has under a topic (PUBLISH).
    Published {
        /// The topic.
        topic: String,
        /// What is there, as text.
        message: String,
    },
    /// It is still there (PINGRESP).
    Ping,
}

/// How a broker answers CONNECT: a return code of 3.1.1 or a reason code of 5.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Verdict(pub u8);

impl Verdict {
    /// It lets us in.
    pub const ACCEPTED: Self = Self(0);

    /// Whether it wants to know who asks: bad user or password, not authorised, bad method.
    pub fn asks_for_credential(self) -> bool {
        matches!(self.0, 4 | 5 | 0x86 | 0x87 | 0x8c)
    }

    /// Whether it refuses whoever asks from here (banned).
    pub fn is_ban(self) -> bool {
        self.0 == 0x8a
    }

    /// Whether it does not speak the version of the question.
    pub fn is_about_version(self) -> bool {
        matches!(self.0, 1 | 0x84)
    }

    /// The words of the specifications for it.
    pub fn name(self) -> &'static str {
        match self.0 {
            0 => "accepted",
            1 | 0x84 => "unsupported protocol version",
            2 | 0x85 => "client identifier not valid",
            3 | 0x88 => "server unavailable",
            4 | 0x86 => "bad user name or password",
            5 | 0x87 => "not authorized",
            0x89 => "server busy",
            0x8a => "banned",
            0x8c => "bad authentication method",
            _ => "refused",
        }
    }
}

impl Packet {
    /// Reads one packet, and says how many bytes it was; the bodies are those of 3.1.1, but for
    /// CONNACK, which is read in both versions.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("MQTT packet", bytes);
        let kind = reader.u8()?;
        if !matches!(kind, 0x20 | 0x90 | 0x30 | 0x31 | 0xd0) {
            return Err(reader.invalid("no broker sends such a packet here"));
        }
        let length = read_length(&mut reader)?;
        // Looked at before the rest has arrived, so that a foreign server is known at once.
        if kind == 0x20 && reader.clone().u8()? != 0 {
            return Err(reader.invalid("a session is said to be there"));
        }
        let mut body = reader.field("MQTT packet", length)?;
        let packet = match kind {
            0x20 => Self::Connected(read_verdict(&mut body)?),
            0x90 => {
                let id = body.u16()?;
                match body.rest() {
                    [0..=2 | 0x80] => Self::Subscribed { id },
                    _ => return Err(body.invalid("it does not answer one topic")),
                }
            }
            0x30 | 0x31 => {
                let topic = usize::from(body.u16()?);
                let topic = text::decode(body.take(topic)?, MAX_TEXT);
                Self::Published { topic, message: text::decode(body.rest(), MAX_TEXT) }
            }
            _ => {
                body.finish()?;
                Self::Ping
            }
        };
        Ok((packet, reader.offset()))
    }
}

/// The length of the rest: at most four bytes, seven bits each, the lowest first (2.2.3).
fn read_length(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let byte = reader.u8()?;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let over = DecodeError::too_long("MQTT packet", 1, MAX_PACKET);
            return if length > MAX_PACKET { Err(over) } else { Ok(length) };
        }
    }
    Err(reader.invalid("the length has more than four bytes"))
}

/// That no session is there, and a code; version 5 has properties behind it.
fn read_verdict(body: &mut Reader<'_>) -> Result<Verdict, DecodeError> {
    body.take(1)?;
    let code = body.u8()?;
    let is_v3 = body.remaining() == 0;
    if !is_v3 {
        let properties = read_length(body)?;
        body.take(properties)?;
        body.clone().finish()?;
    }
    match (is_v3, code) {
        (true, 0..=5) | (_, 0x80..=0x9f) | (false, 0) => Ok(Verdict(code)),
        _ => Err(body.invalid("there is no such answer to CONNECT")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_written_byte_for_byte() {
        assert_eq!(connect(Level::V3, "hosi"), b"\x10\x10\0\x04MQTT\x04\x02\0\x0a\0\x04hosi");
        assert_eq!(connect(Level::V5, "hosi"), b"\x10\x11\0\x04MQTT\x05\x02\0\x0a\0\0\x04hosi");
        assert_eq!(subscribe(7, "a/b"), b"\x82\x08\0\x07\0\x03a/b\0");
    }

    #[test]
    fn verdicts_of_both_versions_are_read() {
        for (bytes, verdict, asks) in [
            (&b"\x20\x02\0\0"[..], Verdict::ACCEPTED, false),
            (b"\x20\x02\0\x05", Verdict(5), true),
            (b"\x20\x03\0\x87\0", Verdict(0x87), true),
            (b"\x20\x06\0\0\x03\x21\0\x14", Verdict::ACCEPTED, false),
            (b"\x20\x03\0\x84\0", Verdict(0x84), false),
        ] {
            assert_eq!(Packet::decode(bytes), Ok((Packet::Connected(verdict), bytes.len())));
            assert_eq!(verdict.asks_for_credential(), asks);
        }
    }

    #[test]
    fn the_version_is_read() {
        let message = b"\x31\x2d\0\x13$SYS/broker/versionmosquitto version 2.0.11";
        let published = Packet::Published {
            topic: VERSION_TOPIC.into(),
            message: "mosquitto version 2.0.11".into(),
        };
        assert_eq!(Packet::decode(message), Ok((published, message.len())));
        assert_eq!(Packet::decode(b"\x90\x03\0\x07\0"), Ok((Packet::Subscribed { id: 7 }, 5)));
    }

    #[test]
    fn the_questions_themselves_and_foreign_bytes_are_no_answer() {
        for bytes in [
            connect(Level::V3, "hosi"),
            connect(Level::V5, "hosi"),
            subscribe(7, "a/b"),
            PING.to_vec(),
            DISCONNECT.to_vec(),
            b"\x20\x02\x01\0".to_vec(),
            b"\x20\x02\0\x07".to_vec(),
            b"\x20\xff\xff\xff\xff\x01".to_vec(),
            b" OK".to_vec(),
            b"220 ready\r\n".to_vec(),
        ] {
            let error = Packet::decode(&bytes).unwrap_err();
            assert!(!error.is_incomplete(), "{bytes:?}: {error}");
        }
    }
}
