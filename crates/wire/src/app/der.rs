//! Tag, length, value (ITU-T X.690), as far as the directory protocols of this folder need it.
//!
//! Every element is a field of the one around it, so no read leaves what a length states, and
//! nothing here calls itself: how deep a message is read is in the code of its decoder.

use crate::{DecodeError, Reader};

/// The longest contents of an element: ours; what directory servers say to what we ask has some
/// kilobytes.
pub(crate) const MAX_CONTENTS: usize = 65_536;

/// The universal tags that messages are made of (X.690 section 8).
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const GENERAL_STRING: u8 = 0x1b;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The tag of a constructed element that only its context explains.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// The tag of a constructed element that its application defines.
pub(crate) const fn application(number: u8) -> u8 {
    0x60 | number
}

/// The tag and the contents of the next element.
pub(crate) fn any<'a>(reader: &mut Reader<'a>) -> Result<(u8, Reader<'a>), DecodeError> {
    let tag = reader.u8()?;
    if tag & 0x1f == 0x1f {
        return Err(reader.invalid("a tag of more than one byte"));
    }
    let at = reader.offset();
    let length = match reader.u8()? {
        short @ ..=0x7f => usize::from(short),
        // Some servers fill every length up to four bytes, which BER allows.
        long @ 0x81..=0x84 => {
            let bytes = reader.take(usize::from(long & 0x7f))?;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
        _ => return Err(reader.invalid("a length of no stated size or of over four bytes")),
    };
    if length > MAX_CONTENTS {
        return Err(DecodeError::too_long("ASN.1 element", at, MAX_CONTENTS));
    }
    Ok((tag, reader.field("ASN.1 element", length)?))
}

/// The contents of the next element, which must have `tag`.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<Reader<'a>, DecodeError> {
    // Told by the first byte: a foreign answer is not waited for to its end.
    if reader.clone().u8()? != tag {
        return Err(reader.invalid("an element of another kind"));
    }
    any(reader).map(|(_, contents)| contents)
}

/// The contents of the next element if it has `tag`; otherwise it stays unread.
pub(crate) fn optional<'a>(
    reader: &mut Reader<'a>,
    tag: u8,
) -> Result<Option<Reader<'a>>, DecodeError> {
    match reader.clone().u8() {
        Ok(next) if next == tag => element(reader, tag).map(Some),
        _ => Ok(None),
    }
}

/// A number of at most eight bytes in the next element, which must have `tag`.
pub(crate) fn integer(reader: &mut Reader<'_>, tag: u8) -> Result<i64, DecodeError> {
    let mut contents = element(reader, tag)?;
    if contents.remaining() > size_of::<i64>() {
        return Err(contents.invalid("a number of more than eight bytes"));
    }
    let first = contents.array::<1>()?;
    let sign = i64::from(i8::from_be_bytes(first));
    Ok(contents.rest().iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
}

/// An element with `tag` around `parts`.
pub(crate) fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    // Nothing that we write is longer than two bytes can state.
    let [high, low] = u16::try_from(contents.len()).unwrap_or(u16::MAX).to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, ..=0x7f) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    [&[tag], length, &contents].concat()
}

/// A number in an element with `tag`, in the fewest bytes, as DER wants it.
pub(crate) fn encode_integer(tag: u8, value: u32) -> Vec<u8> {
    let bytes = i64::from(value).to_be_bytes();
    let needless = |pair: &&[u8]| matches!(pair, [0, ..=0x7f]);
    let skipped = bytes.windows(2).take_while(needless).count();
    encode(tag, &[bytes.get(skipped..).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_being_written_and_read() {
        for value in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, u32::MAX] {
            let bytes = encode_integer(INTEGER, value);
            let read = integer(&mut Reader::new("test", &bytes), INTEGER);
            assert_eq!(read, Ok(value.into()), "{bytes:x?}");
        }
        assert_eq!(encode_integer(INTEGER, 0x80), [2, 2, 0, 0x80]);
        assert_eq!(integer(&mut Reader::new("test", &[2, 1, 0xff]), INTEGER), Ok(-1));
    }

    #[test]
    fn lengths_of_every_form_are_read_as_written() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 4_000] {
            let bytes = encode(OCTETS, &[&vec![7; length]]);
            let contents = element(&mut Reader::new("test", &bytes), OCTETS).unwrap();
            assert_eq!(contents.remaining(), length);
        }
    }

    #[test]
    fn lengths_over_the_limit_or_without_end_are_refused() {
        let read = |bytes: &[u8]| any(&mut Reader::new("test", bytes)).unwrap_err();
        assert!(read(b"\x30\x84\xff\xff\xff\xff").is_too_long());
        for bytes in [&b"\x30\x80\0\0"[..], b"\x30\x85\0\0\0\0\0", b"\x1f\x81\x01\0"] {
            assert!(!read(bytes).is_incomplete(), "{bytes:x?}");
        }
        assert!(read(b"\x30\x82\x01").is_incomplete());
    }

    #[test]
    fn a_foreign_tag_is_told_by_its_first_byte() {
        let error = element(&mut Reader::new("test", b"H"), SEQUENCE).unwrap_err();
        assert!(!error.is_incomplete());
    }

    #[test]
    fn an_absent_element_takes_nothing() {
        let mut reader = Reader::new("test", b"\x02\x01\x05");
        assert!(optional(&mut reader, OCTETS).unwrap().is_none());
        assert_eq!(integer(&mut reader, INTEGER), Ok(5));
        assert!(optional(&mut reader, OCTETS).unwrap().is_none());
    }
}
