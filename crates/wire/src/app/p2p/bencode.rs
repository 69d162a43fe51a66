//! The encoding of `BitTorrent`'s messages (BEP 3, *bencoding*).

use crate::{DecodeError, Reader};

/// How deep lists and dictionaries may lie in one another: ours; answers of the DHT have two.
const MAX_DEPTH: usize = 8;

/// The most digits of a number or length: those of a 64-bit number with its sign.
const MAX_DIGITS: usize = 20;

/// One value; text is bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value<'a> {
    Integer(i64),
    String(&'a [u8]),
    List(Vec<Self>),
    /// In the order in which the entries were sent.
    Dictionary(Vec<(&'a [u8], Self)>),
}

impl<'a> Value<'a> {
    /// Reads the one value that `bytes` are.
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("bencoded value", bytes);
        let value = read(&mut reader, MAX_DEPTH)?;
        reader.finish()?;
        Ok(value)
    }

    /// The entry `key` of a dictionary.
    pub(super) fn entry(&self, key: &[u8]) -> Option<&Self> {
        match self {
            Self::Dictionary(entries) => {
                entries.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The bytes of the entry `key`, where it is a string.
    pub(super) fn string(&self, key: &[u8]) -> Option<&'a [u8]> {
        match self.entry(key)? {
            Self::String(bytes) => Some(bytes),
            _ => None,
        }
    }
}

fn read<'a>(reader: &mut Reader<'a>, depth: usize) -> Result<Value<'a>, DecodeError> {
    let inner = depth.checked_sub(1).ok_or(reader.invalid("too deep"))?;
    let mut ahead = reader.clone();
    match ahead.u8()? {
        b'i' => {
            *reader = ahead;
            Ok(Value::Integer(number(reader, b'e')?))
        }
        b'l' => {
            *reader = ahead;
            let mut values = Vec::new();
            while !at_end(reader)? {
                values.push(read(reader, inner)?);
            }
            Ok(Value::List(values))
        }
        b'd' => {
            *reader = ahead;
            let mut entries = Vec::new();
            while !at_end(reader)? {
                entries.push((string(reader)?, read(reader, inner)?));
            }
            Ok(Value::Dictionary(entries))
        }
        _ => Ok(Value::String(string(reader)?)),
    }
}

/// Takes the end of a list or dictionary, if it is here.
fn at_end(reader: &mut Reader<'_>) -> Result<bool, DecodeError> {
    let mut ahead = reader.clone();
    let is_end = ahead.u8()? == b'e';
    if is_end {
        *reader = ahead;
    }
    Ok(is_end)
}

fn string<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    let length = usize::try_from(number(reader, b':')?);
    reader.take(length.map_err(|_| reader.invalid("the length of a string is negative"))?)
}

/// A decimal number and the byte that ends it.
fn number(reader: &mut Reader<'_>, end: u8) -> Result<i64, DecodeError> {
    let mut digits = String::new();
    for _ in 0..=MAX_DIGITS {
        match reader.u8()? {
            byte if byte == end => {
                return digits.parse().map_err(|_| reader.invalid("no number"));
            }
            byte @ (b'0'..=b'9' | b'-') => digits.push(char::from(byte)),
            _ => return Err(reader.invalid("no number")),
        }
    }
    Err(DecodeError::too_long("bencoded value", reader.offset(), MAX_DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let value = Value::decode(b"d1:ai-7e1:bl2:xyee").unwrap();
        assert_eq!(value.entry(b"a"), Some(&Value::Integer(-7)));
        assert_eq!(value.entry(b"b"), Some(&Value::List(vec![Value::String(b"xy")])));
        assert_eq!(value.string(b"a"), None);
        assert_eq!(Value::Integer(1).entry(b"a"), None);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for bytes in
            [&b"i1x"[..], b"-1:a", b"d1:a", b"1:ab", b"di1ei2ee", b"99999999999999999999999999:"]
        {
            assert!(Value::decode(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
        assert!(Value::decode(&b"l".repeat(10_000)).is_err());
    }
}
