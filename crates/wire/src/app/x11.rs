//! The setup of a connection to an X server (X Window System Protocol, version 11, section 8).

use super::text;
use crate::{DecodeError, Reader};

/// The longest vendor name or reason that is shown; both lengths have one or two bytes.
pub const MAX_TEXT: usize = 1_024;

/// The most bytes of the description of the display: ours; one screen has a few kilobytes.
pub const MAX_SETUP: usize = 64 * 1_024;

/// Asks to be let in, numbers in little endian, without any authorisation.
pub const SETUP: &[u8] = &[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// What a server says to [`SETUP`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// It lets everybody in.
    Success {
        /// Who made the server.
        vendor: String,
        /// The vendor's number of the release, as `12101007`.
        release: u32,
    },
    /// It does not, and says why.
    Failed(String),
    /// It wants more authentication than there is, and says why.
    Authenticate(String),
}

impl Answer {
    /// Reads the answer, and says how many bytes it was.
    ///
    /// ```text
    /// u8 0 failed, 1 success, 2 authenticate | u8 length of the reason or unused
    /// u16 major, 11 | u16 minor | u16 length of the rest in units of four bytes
    /// failed: the reason
    /// success: u32 release | 12 bytes | u16 length of the vendor | 14 bytes | vendor | ...
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("X11 setup", bytes);
        let status = reader.u8()?;
        if status > 2 {
            return Err(reader.invalid("a status is 0, 1 or 2"));
        }
        let reason_length = usize::from(reader.u8()?);
        let (major, minor) = (reader.u16_le()?, reader.u16_le()?);
        // The status of a demand for more authentication is followed by unused bytes.
        if status != 2 && (major, minor) != (11, 0) {
            return Err(reader.invalid("the version is not 11.0"));
        }
        let length = usize::from(reader.u16_le()?) * 4;
        if length > MAX_SETUP {
            return Err(DecodeError::too_long("X11 setup", reader.offset(), MAX_SETUP));
        }
        let mut rest = Reader::whole("X11 setup", reader.take(length)?);
        let answer = match status {
            0 => Self::Failed(text::decode(rest.take(reason_length)?, MAX_TEXT)),
            1 => {
                let release = rest.u32_le()?;
                rest.take(12)?;
                let vendor_length = usize::from(rest.u16_le()?);
                rest.take(14)?;
                let vendor = text::decode(rest.take(vendor_length)?, MAX_TEXT);
                Self::Success { vendor, release }
            }
            _ => Self::Authenticate(text::decode(rest.rest(), MAX_TEXT)),
        };
        Ok((answer, reader.offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_refusal_is_read() {
        let mut bytes = vec![0, 22, 11, 0, 0, 0, 6, 0];
        bytes.extend(b"No protocol specified\n\0\0");
        let failed = Answer::Failed("No protocol specified".into());
        assert_eq!(Answer::decode(&bytes), Ok((failed, bytes.len())));
    }

    #[test]
    fn other_protocols_are_refused_at_once() {
        for bytes in [SETUP, b"HTTP/1.1 400", &[1, 0, 0, 11, 0, 0], &[0, 0, 12, 0, 0, 0]] {
            assert!(!Answer::decode(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }

    #[test]
    fn a_vendor_beyond_the_stated_length_is_refused() {
        let mut bytes = vec![1, 0, 11, 0, 0, 0, 8, 0];
        bytes.extend([0; 16]);
        bytes.extend([200, 0]);
        bytes.extend([0; 14]);
        assert!(!Answer::decode(&bytes).unwrap_err().is_incomplete());
    }
}
