//! What a `MySQL` or `MariaDB` server says first: a greeting, or why it will not talk.

use super::text;
use crate::{DecodeError, Reader};

/// The longest first packet that is read: ours; greetings have about a hundred bytes, and the text
/// of an error at most 512 (`MYSQL_ERRMSG_SIZE`).
const MAX_PACKET: usize = 1_024;

/// The longest server version that is read: ours; the column that replicas keep it in has 60.
const MAX_VERSION: usize = 128;

/// The first packet of a server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FirstPacket {
    /// It is ready for a login.
    Greeting(Greeting),
    /// It gives an error and hangs up.
    Refusal(Refusal),
}

/// `Protocol::HandshakeV10` of the `MySQL` client/server protocol.
///
/// ```text
/// 3 length, 1 sequence (0) | 1 protocol (10) | n version, 0 | 4 connection | 8 challenge | 1 zero
/// 2 capabilities, low | 1 collation | 2 status | 2 capabilities, high | 1 length of challenge
/// 6 zero | 4 zero, or capabilities of MariaDB | n challenge | n plugin, 0
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Greeting {
    /// The version as sent; `MariaDB` puts `5.5.5-` before it.
    pub version: String,
    /// What the server can do.
    pub capabilities: Capabilities,
    /// The method of authentication that it proposes.
    pub plugin: Option<String>,
}

/// The capability flags of a server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Capabilities(pub u32);

impl Capabilities {
    /// It can go on inside TLS (`CLIENT_SSL`).
    pub const SSL: Self = Self(1 << 11);
    /// Its challenge has a second part (`CLIENT_SECURE_CONNECTION`).
    pub const SECURE_CONNECTION: Self = Self(1 << 15);
    /// It names its method of authentication (`CLIENT_PLUGIN_AUTH`).
    pub const PLUGIN_AUTH: Self = Self(1 << 19);

    /// Whether all of `flags` are set.
    pub fn contain(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

/// `ERR_Packet` in place of a greeting.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The number of the error.
    pub code: u16,
    /// Its text, decoded.
    pub text: String,
}

impl Refusal {
    /// Whether the server does not want this machine: `ER_HOST_NOT_PRIVILEGED` and
    /// `ER_HOST_IS_BLOCKED`.
    pub fn is_of_this_host(&self) -> bool {
        matches!(self.code, 1_129 | 1_130)
    }
}

impl FirstPacket {
    /// Reads the packet, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("MySQL packet", bytes);
        let [low, middle, high] = reader.array()?;
        let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
        if length > MAX_PACKET {
            return Err(DecodeError::too_long("MySQL packet", 0, MAX_PACKET));
        }
        let sequence = reader.u8()?;
        // Looked at before the rest has arrived, so that a foreign server is known at once.
        let kind = reader.clone().u8()?;
        let mut payload = match (kind, sequence) {
            (0x0a, 0) | (0xff, 0 | 1) => reader.field("MySQL packet", length)?,
            _ => return Err(reader.invalid("it is neither the greeting nor an error")),
        };
        payload.take(1)?;
        let packet = if kind == 0xff {
            Self::Refusal(Refusal::decode(&mut payload)?)
        } else {
            Self::Greeting(Greeting::decode(&mut payload)?)
        };
        Ok((packet, reader.offset()))
    }
}

impl Greeting {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = read_version(reader)?;
        // Connection and challenge, which differ every time.
        reader.take(4 + 8)?;
        if reader.u8()? != 0 {
            return Err(reader.invalid("the challenge does not end with zero"));
        }
        let low = reader.u16_le()?;
        // Collation and status.
        reader.take(1 + 2)?;
        let high = reader.u16_le()?;
        let capabilities = Capabilities(u32::from(high) << 16 | u32::from(low));
        let challenge = usize::from(reader.u8()?);
        if reader.array()? != [0; 6] {
            return Err(reader.invalid("reserved bytes are not zero"));
        }
        reader.take(4)?;
        if capabilities.contain(Capabilities::SECURE_CONNECTION) {
            reader.take(challenge.saturating_sub(8).max(13))?;
        }
        let plugin = capabilities.contain(Capabilities::PLUGIN_AUTH).then(|| {
            let name = reader.rest();
            text::decode(name.strip_suffix(b"\0").unwrap_or(name), MAX_VERSION)
        });
        Ok(Self { version, capabilities, plugin })
    }
}

/// The version: visible characters that end with zero.
fn read_version(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let mut version = String::new();
    loop {
        match reader.u8()? {
            0 if !version.is_empty() => return Ok(version),
            visible @ b' '..=b'~' if version.len() < MAX_VERSION => version.push(visible.into()),
            _ => return Err(reader.invalid("the version is not a line of visible characters")),
        }
    }
}

impl Refusal {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = reader.u16_le()?;
        // Numbers of the server begin at 1000; those from 2000 on are the client's own.
        if !(1_000..2_000).contains(&code) && code < 3_000 {
            return Err(reader.invalid("no server has an error of that number"));
        }
        let rest = reader.rest();
        let message = match rest.split_at_checked(6) {
            Some((state, message)) if state.starts_with(b"#") => message,
            _ => rest,
        };
        if message.is_empty() {
            return Err(reader.invalid("the error has no text"));
        }
        Ok(Self { code, text: text::decode(message, MAX_PACKET) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[length, 0, 0, sequence][..], payload].concat()
    }

    fn greeting(version: &str) -> Vec<u8> {
        let head = [b"\x0a", version.as_bytes(), b"\0\x07\0\0\0abcdefgh\0"].concat();
        let flags = b"\x00\x88\x2d\x02\x00\x08\x00\x15";
        let rest = b"\0\0\0\0\0\0\x1d\0\0\0ijklmnopqrst\0mysql_native_password\0";
        packet(0, &[&head[..], flags, rest].concat())
    }

    #[test]
    fn a_greeting_tells_version_encryption_and_method() {
        let bytes = greeting("5.5.5-10.11.6-MariaDB-0+deb12u1");
        let (packet, length) = FirstPacket::decode(&bytes).unwrap();
        let FirstPacket::Greeting(greeting) = packet else { panic!("{packet:?}") };
        assert_eq!(greeting.version, "5.5.5-10.11.6-MariaDB-0+deb12u1");
        assert!(greeting.capabilities.contain(Capabilities::SSL));
        assert_eq!(greeting.plugin.as_deref(), Some("mysql_native_password"));
        assert_eq!(length, bytes.len());
    }

    #[test]
    fn an_error_has_a_number_and_perhaps_a_state() {
        for (payload, code, text, is_of_this_host) in [
            (&b"\xff\x6a\x04Host '192.0.2.1' is not allowed"[..], 1_130, "Host '1", true),
            (b"\xff\x10\x04#08004Too many connections", 1_040, "Too man", false),
        ] {
            let (packet, _) = FirstPacket::decode(&packet(0, payload)).unwrap();
            let FirstPacket::Refusal(refusal) = packet else { panic!("{packet:?}") };
            assert_eq!((refusal.code, refusal.is_of_this_host()), (code, is_of_this_host));
            assert!(refusal.text.starts_with(text), "{refusal:?}");
        }
    }

    #[test]
    fn what_only_looks_similar_is_refused() {
        for bytes in [
            b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec(),
            b"220 ready\r\n".to_vec(),
            // The greeting of the X protocol, on the neighbouring port.
            b"\x05\0\0\0\x0b\x08\x05\x1a\0".to_vec(),
            packet(1, &greeting("8.0.36")[4..]),
            packet(0, b"\x0a8.0\x1b[2J\0\x07\0\0\0abcdefgh\0"),
            packet(0, b"\xff\x6a\x04"),
            packet(0, b"\xff\x01\x00what"),
        ] {
            let error = FirstPacket::decode(&bytes).unwrap_err();
            assert!(!error.is_incomplete(), "{bytes:?}");
        }
    }
}
