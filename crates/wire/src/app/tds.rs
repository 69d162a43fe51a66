//! The pre-login of SQL Server: its version and whether it encrypts (MS-TDS).

use std::fmt;

use crate::{DecodeError, Reader};

/// The longest answer that is read: ours; it has some forty bytes, and the first packets of a
/// connection at most 4,096 (MS-TDS 2.2.3.1.3).
const MAX_PACKET: usize = 4_096;

/// The most options that are read: ours; MS-TDS 2.2.6.5 names eight.
const MAX_OPTIONS: usize = 32;

/// Asks for the pre-login options (MS-TDS 2.2.6.5), without encryption as far as it goes by us.
///
/// ```text
/// 1 type (0x12) | 1 status (end) | 2 length | 2 process | 1 number | 1 window
/// options: 1 token, 2 offset, 2 length; 0xff; then the data
/// ```
pub const PRELOGIN: [u8; 47] = [
    0x12, 0x01, 0, 47, 0, 0, 1, 0, // header
    0, 0, 26, 0, 6, // version
    1, 0, 32, 0, 1, // encryption
    2, 0, 33, 0, 1, // instance
    3, 0, 34, 0, 4, // thread
    4, 0, 38, 0, 1,    // several result sets
    0xff, // end
    0, 0, 0, 0, 0, 0, // version 0.0.0.0
    0, // encryption off
    0, // no instance named
    0, 0, 0, 0, // no thread
    0, // one result set
];

/// What a server says before a login.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Prelogin {
    /// Its version.
    pub version: Version,
    /// Whether it encrypts, if it told.
    pub encryption: Option<Encryption>,
}

/// The version of a server; its last part is mostly left at zero.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Version {
    /// Major version, as 15 of SQL Server 2019.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
    /// Build.
    pub build: u16,
    /// Part of the build.
    pub sub_build: u16,
}

impl fmt::Display for Version {
    /// Three parts where the fourth is zero: servers do not fill it in, and a zero would be wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, build, sub_build } = self;
        write!(f, "{major}.{minor}.{build}")?;
        if *sub_build == 0 { Ok(()) } else { write!(f, ".{sub_build}") }
    }
}

/// The option ENCRYPTION (MS-TDS 2.2.6.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Encryption(pub u8);

impl Encryption {
    /// Only the login is encrypted unless the client wants more.
    pub const OFF: Self = Self(0);
    /// It is on.
    pub const ON: Self = Self(1);
    /// There is none.
    pub const NOT_SUPPORTED: Self = Self(2);
    /// Nothing goes without.
    pub const REQUIRED: Self = Self(3);
}

impl Prelogin {
    /// Reads the answer, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("TDS packet", bytes);
        // A table response that is the end of its message.
        if reader.u8()? != 0x04 {
            return Err(reader.invalid("it is not a table response"));
        }
        if reader.u8()? != 0x01 {
            return Err(reader.invalid("it is not one whole message"));
        }
        let length = usize::from(reader.u16()?);
        if length > MAX_PACKET {
            return Err(DecodeError::too_long("TDS packet", 2, MAX_PACKET));
        }
        // Process, number, window.
        reader.take(4)?;
        let data = reader.field("TDS pre-login", length.saturating_sub(8))?;
        Ok((read_options(&data)?, reader.offset()))
    }
}

/// The options; the version comes first.
fn read_options(data: &Reader<'_>) -> Result<Prelogin, DecodeError> {
    let mut reader = data.clone();
    let (mut version, mut encryption) = (None, None);
    for number in 0.. {
        let token = reader.u8()?;
        match (number, token) {
            (1.., 0xff) => break,
            (MAX_OPTIONS.., _) => {
                return Err(DecodeError::too_long("TDS options", reader.offset(), MAX_OPTIONS));
            }
            (0, 1..) => return Err(reader.invalid("the version is not the first option")),
            _ => {}
        }
        let (offset, length) = (usize::from(reader.u16()?), usize::from(reader.u16()?));
        let mut place = data.clone();
        place.take(offset)?;
        let mut value = place.field("TDS option", length)?;
        match token {
            0 => version = Some(read_version(&mut value)?),
            1 => encryption = Some(Encryption(value.u8()?)),
            _ => {}
        }
    }
    let version = version.ok_or_else(|| reader.invalid("there is no version"))?;
    Ok(Prelogin { version, encryption })
}

fn read_version(reader: &mut Reader<'_>) -> Result<Version, DecodeError> {
    let version = Version {
        major: reader.u8()?,
        minor: reader.u8()?,
        build: reader.u16()?,
        sub_build: reader.u16()?,
    };
    if version.major == 0 { Err(reader.invalid("the version is zero")) } else { Ok(version) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with the options in the order of the example in MS-TDS 4.2.
    const ANSWER: &[u8] = &[
        4, 1, 0, 0x2b, 0, 0, 1, 0, 0, 0, 0x1a, 0, 6, 1, 0, 0x20, 0, 1, 2, 0, 0x21, 0, 1, 3, 0,
        0x22, 0, 0, 4, 0, 0x22, 0, 1, 0xff, 9, 0, 5, 0x77, 0, 0, 2, 0, 0,
    ];

    #[test]
    fn version_and_encryption_are_read() {
        let (prelogin, length) = Prelogin::decode(ANSWER).unwrap();
        assert_eq!(prelogin.version.to_string(), "9.0.1399");
        assert_eq!(prelogin.encryption, Some(Encryption::NOT_SUPPORTED));
        assert_eq!(length, ANSWER.len());
    }

    #[test]
    fn a_fourth_part_is_shown_where_there_is_one() {
        let version = Version { major: 15, minor: 0, build: 2_000, sub_build: 5 };
        assert_eq!(version.to_string(), "15.0.2000.5");
    }

    #[test]
    fn the_question_itself_is_no_answer() {
        assert!(!Prelogin::decode(&PRELOGIN).unwrap_err().is_incomplete());
    }

    #[test]
    fn an_option_outside_the_packet_is_refused() {
        let mut bytes = ANSWER.to_vec();
        bytes[10] = 0x30;
        assert!(!Prelogin::decode(&bytes).unwrap_err().is_incomplete());
    }
}
