//! The first words of Winny 2, from public descriptions of its protocol.
//!
//! Each side opens with eleven bytes and goes on in blocks under the same keystream:
//!
//! | bytes | content |
//! |---|---|
//! | 2 | meaningless |
//! | 4 | key of this side's RC4 keystream; it ends before its first zero byte, as a C string does |
//! | 5 | encrypted: `01 00 00 00 61`, a block of length 1 with command 97 |
//!
//! A block is a length of four bytes, least significant first, which counts what follows; a
//! command of one byte; and its data. The second block has command 0. Its data are hidden once
//! more, under a key that all copies share: the protocol's version, and what the program calls
//! itself. What comes after it is hidden under another key, on which the descriptions disagree.

use super::rc4::Rc4;
use crate::app::text;
use crate::{DecodeError, Reader};

/// Bytes of an opening: nothing but these is sent before the other side has opened too.
pub const OPENING: usize = 11;

/// The first block of either side.
const FIRST_BLOCK: [u8; 5] = [1, 0, 0, 0, 0x61];

/// The key under which the data of command 0 are hidden.
const HEADER_KEY: &[u8] = b"98789asj";

/// The longest block of command 0 that is read: ours; version and name have about 20 bytes.
const MAX_HEADER: usize = 256;

/// The longest name of a program that is kept, in characters: ours.
const MAX_NAME: usize = 64;

/// What this side opens with: `random` is the two meaningless bytes and the key, in which a zero
/// byte becomes another, since copies disagree on what it means.
pub fn opening(random: [u8; 6]) -> Vec<u8> {
    hidden_under(random, FIRST_BLOCK)
}

/// An opening that no copy of Winny understands: its first block has another command.
pub fn spoilt_opening(random: [u8; 6]) -> Vec<u8> {
    hidden_under(random, [1, 0, 0, 0, 0x9e])
}

fn hidden_under(random: [u8; 6], block: [u8; 5]) -> Vec<u8> {
    let random = random.map(|byte| byte.max(1));
    let [_, _, key @ ..] = random;
    let mut bytes = random.to_vec();
    bytes.extend(Rc4::new(&key).apply(&block));
    bytes
}

/// The other side's opening, and the keystream under which it goes on.
pub struct Opening {
    cipher: Rc4,
}

impl Opening {
    /// Reads the first [`OPENING`] bytes. A stranger's bytes pass once in 2⁴⁰ times; those with a
    /// zero byte in the place of the key, twice.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("Winny opening", bytes);
        reader.take(2)?;
        let key: [u8; 4] = reader.array()?;
        let block: [u8; 5] = reader.array()?;
        let ending = key.split(|byte| *byte == 0).next().unwrap_or_default();
        [&key, ending]
            .into_iter()
            .map(Rc4::new)
            .find_map(|mut cipher| {
                (cipher.apply_array(block) == FIRST_BLOCK).then_some(Self { cipher })
            })
            .map(|opening| (opening, OPENING))
            .ok_or(reader.invalid("the key in it does not make it 01 00 00 00 61"))
    }

    /// Reads the block of command 0 that follows the opening.
    pub fn header(&self, bytes: &[u8]) -> Result<(Header, usize), DecodeError> {
        let mut reader = Reader::new("Winny header", bytes);
        let mut cipher = self.cipher.clone();
        let stated = u32::from_le_bytes(cipher.apply_array(reader.array()?));
        let length = usize::try_from(stated).ok().filter(|length| *length <= MAX_HEADER);
        let too_long = DecodeError::too_long("Winny header", 0, MAX_HEADER);
        let block = cipher.apply(reader.take(length.ok_or(too_long)?)?);
        let Some((0, data)) = block.split_first() else {
            return Err(reader.invalid("its command is not 0"));
        };
        let data = Rc4::new(HEADER_KEY).apply(data);
        let (version, name) =
            data.split_first_chunk().ok_or(reader.invalid("it has no version"))?;
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii();
        let header =
            Header { version: u32::from_le_bytes(*version), name: text::decode(name, MAX_NAME) };
        Ok((header, reader.offset()))
    }
}

/// How a copy introduces itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// The protocol's version; 12710 in the last release.
    pub version: u32,
    /// What the program calls itself, as in `Winny Ver2.0b1`.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: [u8; 6] = [7, 0, 0x51, 0xa3, 0x0e, 0xc4];

    /// What a copy with this key sends, written from the description.
    fn greeting(key: [u8; 4], name: &[u8]) -> Vec<u8> {
        let mut cipher = Rc4::new(&key);
        let mut bytes = [&[9, 9], key.as_slice()].concat();
        bytes.extend(cipher.apply(&FIRST_BLOCK));
        let data = [&12_710_u32.to_le_bytes(), name].concat();
        let length = u32::try_from(data.len() + 1).unwrap().to_le_bytes();
        bytes.extend(cipher.apply(&[&length[..], &[0]].concat()));
        bytes.extend(cipher.apply(&Rc4::new(HEADER_KEY).apply(&data)));
        bytes
    }

    #[test]
    fn an_opening_is_eleven_bytes_that_another_copy_accepts() {
        let bytes = opening(RANDOM);
        assert_eq!(bytes[..6], [7, 1, 0x51, 0xa3, 0x0e, 0xc4]);
        assert_eq!(bytes.len(), OPENING);
        assert_eq!(Opening::decode(&bytes).unwrap().1, OPENING);
    }

    #[test]
    fn a_spoilt_opening_and_eleven_other_bytes_are_refused() {
        assert!(Opening::decode(&spoilt_opening(RANDOM)).is_err());
        for word in [b"SSH-2.0-Open".as_slice(), b"220 ready ok", &[0; 11], &[0xff; 11]] {
            let error = Opening::decode(word).err().unwrap();
            assert!(!error.is_incomplete(), "{word:?}");
        }
    }

    #[test]
    fn a_key_may_end_early() {
        let mut bytes = vec![9, 9, 0x51, 0, 0x0e, 0xc4];
        bytes.extend(Rc4::new(&[0x51]).apply(&FIRST_BLOCK));
        assert!(Opening::decode(&bytes).is_ok());
    }

    #[test]
    fn the_program_names_itself() {
        let bytes = greeting(*b"key1", b"Winny Ver2.0b1  ");
        let (opening, used) = Opening::decode(&bytes).unwrap();
        let (header, length) = opening.header(&bytes[used..]).unwrap();
        assert_eq!(header, Header { version: 12_710, name: "Winny Ver2.0b1".into() });
        assert_eq!(used + length, bytes.len());
        for end in 0..bytes.len() - used {
            assert!(opening.header(&bytes[used..used + end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn an_endless_header_is_refused() {
        let mut cipher = Rc4::new(b"key1");
        let mut bytes = [b"..key1".as_slice(), &cipher.apply(&FIRST_BLOCK)].concat();
        bytes.extend(cipher.apply(&[0, 0, 1, 0, 0]));
        let (opening, used) = Opening::decode(&bytes).unwrap();
        assert!(opening.header(&bytes[used..]).unwrap_err().is_too_long());
    }
}
