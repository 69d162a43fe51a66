//! Version 1 of SMB: NEGOTIATE and the first half of a session setup with extended security
//! (MS-CIFS, MS-SMB).

use encoding_rs::UTF_16LE;

use super::session::{from_tcp, to_tcp};
use super::{Signing, Status};
use crate::app::text;
use crate::{DecodeError, Reader};

/// The first bytes of every message (MS-CIFS 2.2.3.1).
const SIGNATURE: [u8; 4] = *b"\xffSMB";

/// Length of the header, and of what lies before the bytes of a session setup response.
const HEADER: usize = 32;

/// `SMB_FLAGS_REPLY` (2.2.3.1).
const REPLY: u8 = 0x80;

/// Flags of MS-CIFS 2.2.3.1 and MS-SMB 2.2.3.1: long names, extended security, status codes of NT,
/// Unicode.
const LONG_NAMES: u16 = 0x0001;
const EXTENDED_SECURITY: u16 = 0x0800;
const NT_STATUS: u16 = 0x4000;
const UNICODE: u16 = 0x8000;

/// Commands (2.2.2.1).
const NEGOTIATE: u8 = 0x72;
const SESSION_SETUP: u8 = 0x73;

/// Capabilities (MS-CIFS 2.2.4.52.2, MS-SMB 2.2.4.5.2.1).
const CAP_UNICODE: u32 = 0x0000_0004;
const CAP_STATUS32: u32 = 0x0000_0040;
const CAP_EXTENDED_SECURITY: u32 = 0x8000_0000;

/// `NEGOTIATE_SECURITY_SIGNATURES_ENABLED` and _REQUIRED (MS-CIFS 2.2.4.52.2).
const SIGNING_ENABLED: u8 = 0x04;
const SIGNING_REQUIRED: u8 = 0x08;

/// The longest name of a system: ours; they have some 40 characters.
const MAX_NAME: usize = 256;

/// Numbers by which a server's answer is told from anybody else's: it repeats them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tag {
    /// PID: which program asks.
    pub process: u16,
    /// MID: which of its questions.
    pub number: u16,
}

/// `SMB_COM_NEGOTIATE` request (2.2.4.52.1) that offers `NT LM 0.12` and nothing else, in its
/// framing: a server that accepts has version 1 enabled.
pub fn negotiate_request(tag: Tag) -> Vec<u8> {
    message(NEGOTIATE, tag, &[], b"\x02NT LM 0.12\0")
}

/// `SMB_COM_SESSION_SETUP_ANDX` request with extended security (MS-SMB 2.2.4.6.1) that brings the
/// first `token` of an authentication, in its framing.
pub fn session_setup_request(tag: Tag, token: &[u8]) -> Vec<u8> {
    let length = u16::try_from(token.len()).unwrap_or(u16::MAX);
    let capabilities = CAP_UNICODE | CAP_STATUS32 | CAP_EXTENDED_SECURITY;
    let words = [
        // Nothing chained; answers of up to 16 KB, one question at a time. Circuit one: to zero
        // some servers hang up other connections of the same host.
        &[0xff, 0, 0, 0, 0, 0x40, 1, 0, 1, 0][..],
        // No session before this one.
        &[0; 4],
        &length.to_le_bytes(),
        &[0; 4],
        &capabilities.to_le_bytes(),
    ]
    .concat();
    // The names of our system are left empty, behind the padding that Unicode needs.
    let data_at = HEADER + 1 + words.len() + 2 + token.len();
    let padding = vec![0; data_at % 2];
    message(SESSION_SETUP, tag, &words, &[token, &padding, &[0; 4]].concat())
}

/// A message (2.2.3): header, words, bytes.
fn message(command: u8, tag: Tag, words: &[u8], bytes: &[u8]) -> Vec<u8> {
    let flags = LONG_NAMES | EXTENDED_SECURITY | NT_STATUS | UNICODE;
    let word_count = u8::try_from(words.len() / 2).unwrap_or(u8::MAX);
    let byte_count = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let message = [
        &SIGNATURE[..],
        // No status; names without regard to case.
        &[command, 0, 0, 0, 0, 0x18],
        &flags.to_le_bytes(),
        // The upper half of the process, no signature, no tree.
        &[0; 14],
        &tag.process.to_le_bytes(),
        // No user.
        &[0; 2],
        &tag.number.to_le_bytes(),
        &[word_count],
        words,
        &byte_count.to_le_bytes(),
        bytes,
    ];
    to_tcp(&message.concat())
}

/// What a server says to [`negotiate_request`] (2.2.4.52.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Negotiated {
    /// It speaks version 1.
    Accepted {
        /// Whether it signs.
        signing: Signing,
        /// Whether it authenticates by tokens, so that it tells its names before a login.
        has_extended_security: bool,
    },
    /// It knows the protocol and none of the dialects: version 1 is off.
    Refused,
}

impl Negotiated {
    /// Reads the answer to the message with `tag`; says how many bytes it has.
    pub fn decode(bytes: &[u8], tag: Tag) -> Result<(Self, usize), DecodeError> {
        let (mut reader, used) = from_tcp("SMB1 negotiate response", bytes)?;
        let status = read_header(&mut reader, NEGOTIATE, tag)?;
        let word_count = reader.u8()?;
        let mut words = reader.field("SMB1 negotiate response", usize::from(word_count) * 2)?;
        // Some servers refuse by a status and no words at all.
        if word_count == 0 && status != Status::SUCCESS {
            return Ok((Self::Refused, used));
        }
        match words.u16_le()? {
            0xffff => return Ok((Self::Refused, used)),
            0 if word_count == 17 => {}
            _ => return Err(words.invalid("a dialect that was not offered")),
        }
        let security_mode = words.u8()?;
        // Four maxima and the key of the session.
        words.take(16)?;
        let has_extended_security = words.u32_le()? & CAP_EXTENDED_SECURITY != 0;
        let signing = signing(security_mode);
        Ok((Self::Accepted { signing, has_extended_security }, used))
    }
}

fn signing(security_mode: u8) -> Signing {
    if security_mode & SIGNING_REQUIRED != 0 {
        Signing::Required
    } else if security_mode & SIGNING_ENABLED != 0 {
        Signing::Enabled
    } else {
        Signing::Disabled
    }
}

/// The answer to the first half of a session setup with extended security (MS-SMB 2.2.4.6.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionSetup {
    /// How it went.
    pub status: Status,
    /// The server's token; empty where it refuses.
    pub token: Vec<u8>,
    /// `NativeOS`: the name and service pack of Windows, or what others like.
    pub native_os: String,
    /// `NativeLanMan`: the name of the server's software.
    pub native_lan_man: String,
}

impl SessionSetup {
    /// Reads the answer to the message with `tag`; says how many bytes it has.
    pub fn decode(bytes: &[u8], tag: Tag) -> Result<(Self, usize), DecodeError> {
        let (mut reader, used) = from_tcp("SMB1 session setup response", bytes)?;
        let status = read_header(&mut reader, SESSION_SETUP, tag)?;
        let mut setup = Self {
            status,
            token: Vec::new(),
            native_os: String::new(),
            native_lan_man: String::new(),
        };
        if reader.u8()? != 4 {
            if [Status::SUCCESS, Status::MORE_PROCESSING_REQUIRED].contains(&status) {
                return Err(reader.invalid("it is without extended security"));
            }
            return Ok((setup, used));
        }
        // What is chained, and whether it is a guest.
        reader.take(6)?;
        let token_length = reader.u16_le()?;
        let byte_count = reader.u16_le()?;
        let mut rest = reader.field("SMB1 session setup response", byte_count.into())?;
        setup.token = rest.take(token_length.into())?.to_vec();
        if rest.offset() % 2 == 1 {
            rest.take(1.min(rest.remaining()))?;
        }
        setup.native_os = name(&mut rest);
        setup.native_lan_man = name(&mut rest);
        Ok((setup, used))
    }
}

/// The next text in UTF-16, up to a zero or the end, safe to show.
fn name(reader: &mut Reader<'_>) -> String {
    let mut bytes = Vec::new();
    while let Ok(unit @ [_, _]) = reader.array() {
        if unit == [0, 0] {
            break;
        }
        bytes.extend(unit);
    }
    text::decode(UTF_16LE.decode_without_bom_handling(&bytes).0.as_bytes(), MAX_NAME)
}

/// Reads the header of the answer to the message with `command` and `tag`; gives the status.
fn read_header(reader: &mut Reader<'_>, command: u8, tag: Tag) -> Result<Status, DecodeError> {
    if reader.array()? != SIGNATURE {
        return Err(reader.invalid("it is no message of SMB 1"));
    }
    if reader.u8()? != command {
        return Err(reader.invalid("it is about another command"));
    }
    let status = Status(reader.u32_le()?);
    if reader.u8()? & REPLY == 0 {
        return Err(reader.invalid("it is no answer"));
    }
    // Flags, the upper half of the process, the signature, the tree.
    reader.take(16)?;
    let process = reader.u16_le()?;
    let _user = reader.u16_le()?;
    if (Tag { process, number: reader.u16_le()? }) != tag {
        return Err(reader.invalid("it answers another message"));
    }
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: Tag = Tag { process: 0x1234, number: 0x5678 };

    /// An answer of a server: the header of `request` with the flag of a reply, and `rest`.
    fn answer(request: &[u8], status: u32, rest: &[u8]) -> Vec<u8> {
        let mut header = request[4..36].to_vec();
        header[5..9].copy_from_slice(&status.to_le_bytes());
        header[9] |= REPLY;
        to_tcp(&[&header, rest].concat())
    }

    #[test]
    fn a_negotiation_is_written_byte_for_byte() {
        let request = negotiate_request(TAG);
        assert_eq!(request[..14], *b"\0\0\0\x2f\xffSMB\x72\0\0\0\0\x18");
        assert_eq!(request[14..36], *b"\x01\xc8\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x34\x12\0\0\x78\x56");
        assert_eq!(request[36..], *b"\0\x0c\0\x02NT LM 0.12\0");
    }

    #[test]
    fn a_refusal_of_every_dialect_is_told_from_acceptance() {
        let request = negotiate_request(TAG);
        let refusal = answer(&request, 0, b"\x01\xff\xff\0\0");
        assert_eq!(Negotiated::decode(&refusal, TAG), Ok((Negotiated::Refused, refusal.len())));
        let mut words = [0; 34];
        words[2] = 0x0f;
        words[22] = 0x80;
        let acceptance = answer(&request, 0, &[&[17], &words[..], &[0, 0]].concat());
        let signing = Signing::Required;
        let accepted = Negotiated::Accepted { signing, has_extended_security: true };
        assert_eq!(Negotiated::decode(&acceptance, TAG), Ok((accepted, acceptance.len())));
        let other = Tag { number: 1, ..TAG };
        assert!(Negotiated::decode(&acceptance, other).is_err());
    }

    #[test]
    fn names_are_read_behind_a_token_of_any_length() {
        for token in [&b"odd"[..], b"even"] {
            let request = session_setup_request(TAG, b"");
            let length = u8::try_from(token.len()).unwrap();
            // The token begins at byte 43.
            let padding = vec![0; (43 + token.len()) % 2];
            let text = b"W\0 \x007\0\0\0L\0M\0\0\0";
            let bytes = [token, &padding, text].concat();
            let count = u8::try_from(bytes.len()).unwrap();
            let head = [4, 0xff, 0, 0, 0, 0, 0, length, 0, count, 0];
            let rest = [&head[..], &bytes].concat();
            let answer = answer(&request, Status::MORE_PROCESSING_REQUIRED.0, &rest);
            let (setup, _) = SessionSetup::decode(&answer, TAG).unwrap();
            assert_eq!((setup.native_os.as_str(), setup.native_lan_man.as_str()), ("W 7", "LM"));
            assert_eq!(setup.token, token);
        }
    }

    #[test]
    fn a_request_does_not_answer_itself() {
        assert!(Negotiated::decode(&negotiate_request(TAG), TAG).is_err());
        assert!(SessionSetup::decode(&session_setup_request(TAG, b"t"), TAG).is_err());
    }
}
