//! The Android Debug Bridge, as far as asking to be connected (AOSP, `adb/docs/dev/protocol.md`).

use super::text;
use crate::{DecodeError, Reader};

const CNXN: u32 = u32::from_le_bytes(*b"CNXN");
const AUTH: u32 = u32::from_le_bytes(*b"AUTH");
const STLS: u32 = u32::from_le_bytes(*b"STLS");

/// The version from which on no checksum of the data is made.
const VERSION: u32 = 0x0100_0001;

/// The most data of one message that we say we take: the least that a device has to support.
const MAX_DATA: u32 = 4_096;

/// The most data of the first answer that is read: ours; banners have some hundred bytes.
pub const MAX_ANSWER: usize = 16 * 1_024;

/// Asks to be connected as a host without any key: `CNXN(version, maxdata, "host::")`.
pub fn connect() -> Vec<u8> {
    let data = b"host::\0";
    let sum: u32 = data.iter().copied().map(u32::from).sum();
    let length = u32::try_from(data.len()).unwrap_or(0);
    let words = [CNXN, VERSION, MAX_DATA, length, sum, !CNXN];
    let mut message: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    message.extend(data);
    message
}

/// What a device says to [`connect`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// It lets everybody in, and describes itself: `device::ro.product.model=...;`.
    Connected(String),
    /// It wants a token signed with a key that its owner has confirmed.
    SignatureAsked,
    /// It wants TLS with such a key.
    TlsAsked,
}

impl Answer {
    /// Reads the first message of a device, and says how many bytes it was.
    ///
    /// ```text
    /// u32 command | u32 arg0 | u32 arg1 | u32 length | u32 check | u32 command ^ 0xffffffff | data
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("ADB message", bytes);
        let command = reader.u32_le()?;
        if ![CNXN, AUTH, STLS].contains(&command) {
            return Err(reader.invalid("the command is not CNXN, AUTH or STLS"));
        }
        // Version or kind of authentication, and the most data of a message.
        reader.take(8)?;
        let length = reader.u32_le()?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MAX_ANSWER {
            return Err(DecodeError::too_long("ADB message", reader.offset(), MAX_ANSWER));
        }
        // The check is zero from the version on that we speak.
        reader.take(4)?;
        if reader.u32_le()? != !command {
            return Err(reader.invalid("its magic is not the inverted command"));
        }
        let data = reader.take(length)?;
        let answer = match command {
            CNXN => Self::Connected(text::decode(data, MAX_ANSWER)),
            AUTH => Self::SignatureAsked,
            _ => Self::TlsAsked,
        };
        Ok((answer, reader.offset()))
    }

    /// Whether a banner is that of a device: an echo of our own question says `host`.
    pub fn is_of_device(&self) -> bool {
        match self {
            Self::Connected(banner) => !banner.starts_with("host"),
            Self::SignatureAsked | Self::TlsAsked => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_written_byte_for_byte() {
        let message = connect();
        assert_eq!(&message[..8], b"CNXN\x01\x00\x00\x01");
        assert_eq!(message[20..24], [0xbc, 0xb1, 0xa7, 0xb1]);
        assert_eq!(&message[24..], b"host::\0");
    }

    #[test]
    fn an_echo_is_no_device() {
        let (echo, _) = Answer::decode(&connect()).unwrap();
        assert!(!echo.is_of_device());
    }

    #[test]
    fn a_message_without_its_magic_is_refused() {
        let mut message = connect();
        message[20] ^= 1;
        assert!(!Answer::decode(&message).unwrap_err().is_incomplete());
    }
}
