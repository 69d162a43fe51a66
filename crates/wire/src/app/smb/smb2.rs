//! Versions 2 and 3 of SMB: NEGOTIATE and the first half of `SESSION_SETUP` (MS-SMB2).

use std::fmt;

use super::session::{from_tcp, to_tcp};
use super::{Signing, Status};
use crate::app::filetime::FileTime;
use crate::app::uuid::Uuid;
use crate::{DecodeError, Reader};

/// The first bytes of every message (MS-SMB2 2.2.1.2).
const SIGNATURE: [u8; 4] = *b"\xfeSMB";

/// Length of the header (2.2.1.2).
const HEADER: u16 = 64;

/// `SMB2_FLAGS_SERVER_TO_REDIR`: the message is an answer.
const FROM_SERVER: u32 = 0x0000_0001;

/// Commands (2.2.1.2).
const NEGOTIATE: u16 = 0x0000;
const SESSION_SETUP: u16 = 0x0001;

/// `SMB2_NEGOTIATE_SIGNING_ENABLED` and `SMB2_NEGOTIATE_SIGNING_REQUIRED` (2.2.4).
const SIGNING_ENABLED: u16 = 0x0001;
const SIGNING_REQUIRED: u16 = 0x0002;

/// Types of negotiate contexts (2.2.3.1).
const PREAUTH_INTEGRITY: u16 = 0x0001;
const ENCRYPTION: u16 = 0x0002;
const COMPRESSION: u16 = 0x0003;

/// The most negotiate contexts of an answer: 2.2.3.1 defines eight kinds.
const MAX_CONTEXTS: u16 = 32;

/// The most compression algorithms of an answer: 2.2.3.1.3 defines six.
const MAX_ALGORITHMS: u16 = 32;

/// A dialect of SMB 2 or 3 (2.2.3).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Dialect(pub u16);

impl Dialect {
    /// All that are offered.
    const ALL: [Self; 5] =
        [Self(0x0202), Self(0x0210), Self(0x0300), Self(0x0302), Self::WITH_CONTEXTS];

    /// The one that has negotiate contexts.
    const WITH_CONTEXTS: Self = Self(0x0311);
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        let (major, minor, patch) = (number >> 8, number >> 4 & 0x0f, number & 0x0f);
        if *number == 0x0300 || *number == 0x0210 {
            return write!(f, "{major}.{minor}");
        }
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// A compression algorithm (2.2.3.1.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Compression(pub u16);

impl Compression {
    /// None.
    const NONE: Self = Self(0);
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("lznt1"),
            2 => f.write_str("lz77"),
            3 => f.write_str("lz77-huffman"),
            4 => f.write_str("pattern-v1"),
            5 => f.write_str("lz4"),
            other => write!(f, "{other:#x}"),
        }
    }
}

/// What the client says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Random; servers tell connections of one client by it (2.2.3).
    pub guid: Uuid,
    /// Random; goes into the integrity of what follows, which never comes (2.2.3.1.1).
    pub salt: [u8; 32],
}

/// NEGOTIATE request (2.2.3), which offers every dialect, in its framing.
///
/// It also offers to compress: whether a server would is part of what it tells (CVE-2020-0796).
pub fn negotiate_request(client: &Client) -> Vec<u8> {
    let dialects = Dialect::ALL.map(|dialect| dialect.0.to_le_bytes()).concat();
    let contexts = [
        // SHA-512.
        context(PREAUTH_INTEGRITY, &[&b"\x01\0\x20\0\x01\0"[..], &client.salt].concat()),
        // AES-128-GCM and AES-128-CCM.
        context(ENCRYPTION, b"\x02\0\x02\0\x01\0"),
        // LZNT1, LZ77 and LZ77 with Huffman coding, without chaining.
        context(COMPRESSION, b"\x03\0\0\0\0\0\0\0\x01\0\x02\0\x03\0"),
    ];
    // Behind the header, 36 bytes and the dialects, at the next multiple of eight.
    let offset = padded(usize::from(HEADER) + 36 + dialects.len());
    let padding = offset - usize::from(HEADER) - 36 - dialects.len();
    let count = Dialect::ALL.len().to_le_bytes();
    let body = [
        &36_u16.to_le_bytes()[..],
        count.get(..2).unwrap_or_default(),
        &SIGNING_ENABLED.to_le_bytes(),
        &[0; 2],
        // No capability is promised.
        &[0; 4],
        &client.guid.0,
        offset.to_le_bytes().get(..4).unwrap_or_default(),
        contexts.len().to_le_bytes().get(..2).unwrap_or_default(),
        &[0; 2],
        &dialects,
        &vec![0; padding],
        &contexts.concat(),
    ]
    .concat();
    message(NEGOTIATE, 0, &body)
}

/// A negotiate context (2.2.3.1), filled up to where the next begins.
fn context(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut bytes = [&kind.to_le_bytes()[..], &length.to_le_bytes(), &[0; 4], data].concat();
    bytes.resize(padded(bytes.len()), 0);
    bytes
}

/// The next multiple of eight.
fn padded(length: usize) -> usize {
    length.next_multiple_of(8)
}

/// `SESSION_SETUP` request (2.2.5) that brings the first `token` of an authentication, in its
/// framing.
pub fn session_setup_request(token: &[u8]) -> Vec<u8> {
    let length = u16::try_from(token.len()).unwrap_or(u16::MAX);
    let body = [
        &25_u16.to_le_bytes()[..],
        // No flag, signing enabled, no capability, no channel.
        &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        &(HEADER + 24).to_le_bytes(),
        &length.to_le_bytes(),
        // No session before this one.
        &[0; 8],
        token,
    ]
    .concat();
    message(SESSION_SETUP, 1, &body)
}

/// `body` behind a header (2.2.1.2): the message with `number` of its connection.
fn message(command: u16, number: u64, body: &[u8]) -> Vec<u8> {
    let header = [
        &SIGNATURE[..],
        &HEADER.to_le_bytes(),
        // No credit is charged, and the status of a request is zero.
        &[0; 6],
        &command.to_le_bytes(),
        // One more request may follow; no flag, nothing compounded.
        &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &number.to_le_bytes(),
        // Process, tree, session, signature.
        &[0; 32],
    ];
    to_tcp(&[&header.concat(), body].concat())
}

/// NEGOTIATE response (2.2.4).
///
/// | field            | bytes | kept                          |
/// |------------------|-------|-------------------------------|
/// | StructureSize    | 2     | 65, must be                   |
/// | SecurityMode     | 2     | as [`Signing`]                |
/// | DialectRevision  | 2     | yes                           |
/// | contexts' count  | 2     | in dialect 3.1.1              |
/// | ServerGuid       | 16    | yes                           |
/// | Capabilities     | 4     | no                            |
/// | maxima           | 12    | no                            |
/// | SystemTime       | 8     | yes                           |
/// | ServerStartTime  | 8     | yes                           |
/// | security buffer  | 4     | no                            |
/// | contexts' offset | 4     | in dialect 3.1.1              |
/// | contexts         |       | the algorithms of compression |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Negotiated {
    /// The dialect that the server chose.
    pub dialect: Dialect,
    /// Whether it signs.
    pub signing: Signing,
    /// Which server it is: the same as long as it is not installed anew.
    pub server: Uuid,
    /// Its clock.
    pub system_time: FileTime,
    /// When it started; zero since Windows 10 and in Samba.
    pub start_time: FileTime,
    /// By which algorithms it would compress.
    pub compression: Vec<Compression>,
}

impl Negotiated {
    /// Reads an answer behind its framing; says how many bytes it has.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (mut reader, used) = from_tcp("SMB2 negotiate response", bytes)?;
        let message = reader.clone();
        if read_header(&mut reader, NEGOTIATE)? != Status::SUCCESS {
            return Err(reader.invalid("the server refuses to negotiate"));
        }
        if reader.u16_le()? != 65 {
            return Err(reader.invalid("it has not the size of a negotiate response"));
        }
        let security_mode = reader.u16_le()?;
        let dialect = Dialect(reader.u16_le()?);
        if !Dialect::ALL.contains(&dialect) {
            return Err(reader.invalid("a dialect that was not offered"));
        }
        let context_count = reader.u16_le()?;
        let server = Uuid(reader.array()?);
        // Capabilities and three maxima.
        reader.take(16)?;
        let system_time = FileTime(reader.u64_le()?);
        let start_time = FileTime(reader.u64_le()?);
        // Where the security buffer is, which tells how one could log in.
        reader.take(4)?;
        let context_offset = reader.u32_le()?;
        let compression = if dialect == Dialect::WITH_CONTEXTS {
            compression_algorithms(message, context_offset, context_count)?
        } else {
            Vec::new()
        };
        let signing = signing(security_mode);
        Ok((Self { dialect, signing, server, system_time, start_time, compression }, used))
    }
}

fn signing(security_mode: u16) -> Signing {
    if security_mode & SIGNING_REQUIRED != 0 {
        Signing::Required
    } else if security_mode & SIGNING_ENABLED != 0 {
        Signing::Enabled
    } else {
        Signing::Disabled
    }
}

/// The algorithms in the compression context, if the list at `offset` has one.
fn compression_algorithms(
    mut message: Reader<'_>,
    offset: u32,
    count: u16,
) -> Result<Vec<Compression>, DecodeError> {
    if count > MAX_CONTEXTS {
        let at = message.offset();
        return Err(DecodeError::too_long("SMB2 negotiate contexts", at, MAX_CONTEXTS.into()));
    }
    if count > 0 {
        message.take(usize::try_from(offset).unwrap_or(usize::MAX))?;
    }
    for number in 0..count {
        let (kind, length) = (message.u16_le()?, usize::from(message.u16_le()?));
        message.take(4)?;
        let mut data = message.field("SMB2 negotiate context", length)?;
        if kind == COMPRESSION {
            let count = data.u16_le()?;
            if count > MAX_ALGORITHMS {
                let at = data.offset();
                return Err(DecodeError::too_long("SMB2 compression", at, MAX_ALGORITHMS.into()));
            }
            // Padding and flags.
            data.take(6)?;
            let algorithms = (0..count).map(|_| data.u16_le().map(Compression));
            let is_one = |one: &Result<Compression, _>| *one != Ok(Compression::NONE);
            return algorithms.filter(is_one).collect();
        }
        if number + 1 < count {
            message.take(padded(length) - length)?;
        }
    }
    Ok(Vec::new())
}

/// `SESSION_SETUP` response (2.2.6): the server's part of the authentication.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionSetup {
    /// How it went.
    pub status: Status,
    /// The token; empty where the server refuses.
    pub token: Vec<u8>,
}

impl SessionSetup {
    /// Reads an answer behind its framing; says how many bytes it has.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let (mut reader, used) = from_tcp("SMB2 session setup response", bytes)?;
        let mut message = reader.clone();
        let status = read_header(&mut reader, SESSION_SETUP)?;
        let mut token = Vec::new();
        if [Status::SUCCESS, Status::MORE_PROCESSING_REQUIRED].contains(&status) {
            if reader.u16_le()? != 9 {
                return Err(reader.invalid("it has not the size of a session setup response"));
            }
            let _flags = reader.u16_le()?;
            let (offset, length) = (reader.u16_le()?, reader.u16_le()?);
            message.take(offset.into())?;
            token = message.take(length.into())?.to_vec();
        }
        Ok((Self { status, token }, used))
    }
}

/// Reads the header of the answer to the first message with `command`, which is the number of that
/// message too; gives the status.
fn read_header(reader: &mut Reader<'_>, command: u16) -> Result<Status, DecodeError> {
    if reader.array()? != SIGNATURE || reader.u16_le()? != HEADER {
        return Err(reader.invalid("it is no message of SMB 2"));
    }
    let _credit_charge = reader.u16_le()?;
    let status = Status(reader.u32_le()?);
    if reader.u16_le()? != command {
        return Err(reader.invalid("it is about another command"));
    }
    let _credits = reader.u16_le()?;
    if reader.u32_le()? & FROM_SERVER == 0 {
        return Err(reader.invalid("it is no answer"));
    }
    let _next = reader.u32_le()?;
    if reader.u64_le()? != command.into() {
        return Err(reader.invalid("it answers another message"));
    }
    // Process, tree, session, signature.
    reader.take(32)?;
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client { guid: Uuid([7; 16]), salt: [9; 32] }
    }

    #[test]
    fn a_negotiation_is_written_as_its_offsets_say() {
        let request = negotiate_request(&client());
        let message = &request[4..];
        assert_eq!(usize::from(u16::from_be_bytes([request[2], request[3]])), message.len());
        assert_eq!(message[64..68], [36, 0, 5, 0]);
        assert_eq!(message[92..100], [112, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(message[100..110], *b"\x02\x02\x10\x02\0\x03\x02\x03\x11\x03");
        // The contexts begin where they are said to, each at a multiple of eight.
        assert_eq!(message[112..120], [1, 0, 38, 0, 0, 0, 0, 0]);
        assert_eq!(message[160..168], [2, 0, 6, 0, 0, 0, 0, 0]);
        assert_eq!(message[176..184], [3, 0, 14, 0, 0, 0, 0, 0]);
        assert_eq!(message.len(), 200);
    }

    #[test]
    fn a_session_setup_is_written_as_its_offsets_say() {
        let message = &session_setup_request(b"token")[4..];
        assert_eq!(message[24..32], [1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(message[76..80], [88, 0, 5, 0]);
        assert_eq!(message[88..], *b"token");
    }

    #[test]
    fn a_request_does_not_answer_itself() {
        assert!(Negotiated::decode(&negotiate_request(&client())).is_err());
        assert!(SessionSetup::decode(&session_setup_request(b"token")).is_err());
    }

    #[test]
    fn dialects_are_named_as_people_do() {
        let names = Dialect::ALL.map(|dialect| dialect.to_string());
        assert_eq!(names, ["2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"]);
    }
}
