//! The greeting between two programs of the eDonkey network over TCP.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | `e3`, the protocol |
//! | 4 | length of what follows, least significant byte first |
//! | 1 | `01` greets, `4c` answers |
//! | 1 | 16, the length of the next; only in a greeting |
//! | 16 | identity of the user |
//! | 4, 2 | address and port |
//! | 4 | how many tags follow |
//! | … | tags: kind, name, value |
//! | 4, 2 | address and port of a server |
//!
//! From public descriptions of the protocol; the field widths agree with what aMule sends.

use crate::app::text;
use crate::{DecodeError, Reader};

/// eDonkey, not compressed.
const PROTOCOL: u8 = 0xe3;

/// A protocol that there is not.
const NO_PROTOCOL: u8 = 0xe2;

const HELLO: u8 = 0x01;
const HELLO_ANSWER: u8 = 0x4c;

/// The name of the tag with the user's name.
const NAME: u8 = 0x01;

/// The name of the tag with the version of the protocol, and the one that this side claims.
const VERSION: (u8, u8) = (0x11, 0x3c);

/// The name of the tag with the program and its version.
const PROGRAM: u8 = 0xfb;

/// The longest answer that is read: ours; programs send about 200 bytes.
const MAX_LENGTH: usize = 4_096;

/// The most tags that are read: ours; programs send about ten.
const MAX_TAGS: usize = 64;

/// The longest name that is kept, in characters: ours.
const MAX_NAME: usize = 64;

/// A greeting from the user `user`, who should be random.
pub fn hello(user: [u8; 16]) -> Vec<u8> {
    greeting(PROTOCOL, user)
}

/// The same in a protocol that there is not: programs close the connection.
pub fn spoilt_hello(user: [u8; 16]) -> Vec<u8> {
    greeting(NO_PROTOCOL, user)
}

fn greeting(protocol: u8, user: [u8; 16]) -> Vec<u8> {
    let own_name = b"hoshimori";
    // Tags of a kind (02 text, 03 number), a name of one byte, and a value.
    let name = [&[0x02, 1, 0, NAME, 9, 0], own_name.as_slice()].concat();
    let version = [0x03, 1, 0, VERSION.0, VERSION.1, 0, 0, 0];
    let content = [
        &[HELLO, 16],
        user.as_slice(),
        // No address and no port: this side cannot be called back.
        &[0; 6],
        &2_u32.to_le_bytes(),
        &name,
        &version,
        &[0; 6],
    ]
    .concat();
    let length = u32::try_from(content.len()).unwrap_or_default().to_le_bytes();
    [&[protocol], length.as_slice(), &content].concat()
}

/// What a program says of itself in answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HelloAnswer {
    /// What the user calls himself, or what the program calls its users.
    pub nickname: Option<String>,
    /// The program with its version, where it tells and is known.
    pub program: Option<String>,
}

impl HelloAnswer {
    /// Reads the answer.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("eDonkey answer", bytes);
        if reader.u8()? != PROTOCOL {
            return Err(reader.invalid("it is not eDonkey"));
        }
        let length = little_endian(&mut reader)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_LENGTH);
        let too_long = DecodeError::too_long("eDonkey answer", 1, MAX_LENGTH);
        let mut content = reader.field("eDonkey answer", length.ok_or(too_long)?)?;
        if content.u8()? != HELLO_ANSWER {
            return Err(content.invalid("it is not the answer to a greeting"));
        }
        // The user's identity, the address and the port.
        content.take(16 + 4 + 2)?;
        let count = usize::try_from(little_endian(&mut content)?).ok();
        let too_many = DecodeError::too_long("eDonkey tags", content.offset(), MAX_TAGS);
        let count = count.filter(|count| *count <= MAX_TAGS).ok_or(too_many)?;
        let mut answer = Self { nickname: None, program: None };
        for _ in 0..count {
            match tag(&mut content)? {
                (Some(NAME), Value::Text(bytes)) => {
                    answer.nickname = Some(text::decode(bytes, MAX_NAME));
                }
                (Some(PROGRAM), Value::Number(number)) => answer.program = program(number),
                _ => {}
            }
        }
        Ok((answer, reader.offset()))
    }
}

/// The value of a tag, as far as it is looked at.
enum Value<'a> {
    Text(&'a [u8]),
    Number(u32),
    Other,
}

/// One tag: its name, where that is one byte, and its value.
fn tag<'a>(reader: &mut Reader<'a>) -> Result<(Option<u8>, Value<'a>), DecodeError> {
    let kind = reader.u8()?;
    // The highest bit says that the name is one byte; otherwise its length stands before it.
    let length = if kind & 0x80 == 0 { u16::from_le_bytes(reader.array()?) } else { 1 };
    let name = match reader.take(usize::from(length))? {
        [name] => Some(*name),
        _ => None,
    };
    let value = match kind & 0x7f {
        0x01 => skip(reader, 16)?,
        0x02 => {
            let length = u16::from_le_bytes(reader.array()?);
            Value::Text(reader.take(usize::from(length))?)
        }
        0x03 => Value::Number(little_endian(reader)?),
        0x04 => skip(reader, 4)?,
        0x05 | 0x09 => skip(reader, 1)?,
        0x08 => skip(reader, 2)?,
        0x0b => skip(reader, 8)?,
        // Short texts have their length in their kind.
        kind @ 0x11..=0x26 => Value::Text(reader.take(usize::from(kind - 0x10))?),
        _ => return Err(reader.invalid("a tag of unknown kind")),
    };
    Ok((name, value))
}

fn skip<'a>(reader: &mut Reader<'a>, count: usize) -> Result<Value<'a>, DecodeError> {
    reader.take(count).map(|_| Value::Other)
}

fn little_endian(reader: &mut Reader<'_>) -> Result<u32, DecodeError> {
    reader.array().map(u32::from_le_bytes)
}

/// `aMule 2.3.3`: the program in the highest byte, then three parts of 7, 7 and 3 bits.
fn program(number: u32) -> Option<String> {
    let name = match number >> 24 {
        0 => "eMule",
        2 => "xMule",
        3 => "aMule",
        4 | 0x28 => "Shareaza",
        5 => "eMule Plus",
        0x0a | 0x34 => "MLDonkey",
        0x14 => "lphant",
        _ => return None,
    };
    let [major, minor, update] = [number >> 17 & 0x7f, number >> 10 & 0x7f, number >> 7 & 7];
    Some(format!("{name} {major}.{minor}.{update}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written from the description above.
    fn answer(tags: &[&[u8]]) -> Vec<u8> {
        let count = u32::try_from(tags.len()).unwrap().to_le_bytes();
        let content =
            [&[HELLO_ANSWER], [7; 22].as_slice(), &count, &tags.concat(), &[0; 6]].concat();
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [&[PROTOCOL], length.as_slice(), &content].concat()
    }

    #[test]
    fn a_greeting_states_its_own_length() {
        let bytes = hello([0xab; 16]);
        let length = u32::from_le_bytes(bytes[1..5].try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap(), bytes.len() - 5);
        assert_eq!(bytes[5..8], [0x01, 0x10, 0xab]);
        assert_eq!(spoilt_hello([0xab; 16])[0], 0xe2);
    }

    #[test]
    fn an_answer_tells_who_speaks() {
        let program = (3_u32 << 24 | 2 << 17 | 3 << 10 | 3 << 7).to_le_bytes();
        let bytes = answer(&[
            b"\x02\x01\x00\x01\x03\x00abc",
            &[&[0x83, 0xfb], program.as_slice()].concat(),
            &[0x89, 0x55, 1],
            b"\x93\x0fxyz",
        ]);
        let (said, used) = HelloAnswer::decode(&bytes).unwrap();
        assert_eq!(said.nickname.as_deref(), Some("abc"));
        assert_eq!(said.program.as_deref(), Some("aMule 2.3.3"));
        assert_eq!(used, bytes.len());
        for end in 0..bytes.len() {
            assert!(HelloAnswer::decode(&bytes[..end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn a_greeting_in_return_and_foreign_words_are_no_answer() {
        for bytes in [&hello([1; 16])[..], &spoilt_hello([1; 16]), b"SSH-2.0-x\r\n"] {
            assert!(!HelloAnswer::decode(bytes).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn lengths_that_the_peer_chooses_are_bounded() {
        let endless = [PROTOCOL, 0, 0, 1, 0, HELLO_ANSWER];
        assert!(HelloAnswer::decode(&endless).unwrap_err().is_too_long());
        let mut many = answer(&[]);
        many[28..32].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(HelloAnswer::decode(&many).unwrap_err().is_too_long());
        assert!(HelloAnswer::decode(&answer(&[&[0x82, 1, 0xff, 0xff]])).is_err());
    }
}
