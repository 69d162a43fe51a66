//! Documents of BSON, as far as questions to a database and its answers need them.

use super::text;
use crate::{DecodeError, Reader};

/// The longest document that is read: ours; the answers to our questions have a few kilobytes.
const MAX_DOCUMENT: usize = 128 * 1_024;

/// The most elements of one document that are read: ours; answers have some tens.
const MAX_ELEMENTS: usize = 256;

/// The longest text that is kept.
const MAX_TEXT: usize = 512;

/// A value, of the kinds that matter here.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A floating-point number.
    Double(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A document within; it is written, and not kept when read.
    Document(Document),
    /// Something else, which was passed over.
    Other,
}

/// A document (BSON specification 1.1): elements of 1 type, n name, 0, value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    elements: Vec<(String, Value)>,
}

impl Document {
    /// The document with one element more. Names and texts have no zero in them.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.elements.push((name.to_owned(), value));
        self
    }

    /// The value of that name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.elements.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The text of that name.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The number of that name, whole or not, if it is a whole one.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            Value::Bool(yes) => Some(i64::from(*yes)),
            Value::Double(number) if *number == 0.0 => Some(0),
            Value::Double(number) if (*number - 1.0).abs() < f64::EPSILON => Some(1),
            _ => None,
        }
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.elements {
            let (kind, bytes) = match value {
                Value::Double(number) => (0x01, number.to_le_bytes().to_vec()),
                Value::Text(text) => {
                    (0x02, [&length_of(text.len() + 1), text.as_bytes(), b"\0"].concat())
                }
                Value::Document(inner) => (0x03, inner.to_bytes()),
                Value::Bool(yes) => (0x08, vec![u8::from(*yes)]),
                Value::Number(number) => (0x12, number.to_le_bytes().to_vec()),
                Value::Other => (0x0a, Vec::new()),
            };
            body.push(kind);
            body.extend(name.as_bytes());
            body.push(0);
            body.extend(bytes);
        }
        [&length_of(body.len() + 5)[..], &body, b"\0"].concat()
    }

    /// Reads one document; what is within it is passed over and not looked at.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.offset();
        let length = read_length(reader)?;
        if length > MAX_DOCUMENT {
            return Err(DecodeError::too_long("BSON document", at, MAX_DOCUMENT));
        }
        let mut body = reader.field("BSON document", length.saturating_sub(4))?;
        let mut document = Self::default();
        loop {
            let kind = body.u8()?;
            if kind == 0 {
                break;
            }
            if document.elements.len() == MAX_ELEMENTS {
                return Err(DecodeError::too_long("BSON document", body.offset(), MAX_ELEMENTS));
            }
            let name = text::decode(read_name(&mut body)?, MAX_TEXT);
            let value = read_value(&mut body, kind)?;
            document.elements.push((name, value));
        }
        body.finish()?;
        Ok(document)
    }
}

fn length_of(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

fn read_length(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
    Ok(usize::try_from(reader.u32_le()?).unwrap_or(usize::MAX))
}

/// A name, which ends with zero.
fn read_name<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], DecodeError> {
    let mut ahead = reader.clone();
    let mut length = 0;
    while ahead.u8()? != 0 {
        length += 1;
    }
    let name = reader.take(length)?;
    reader.take(1)?;
    Ok(name)
}

fn read_value(reader: &mut Reader<'_>, kind: u8) -> Result<Value, DecodeError> {
    let skipped = match kind {
        0x01 => return Ok(Value::Double(f64::from_le_bytes(reader.array()?))),
        0x02 => {
            let length = read_length(reader)?;
            let text = reader.take(length)?;
            return Ok(Value::Text(text::decode(text, MAX_TEXT)));
        }
        0x08 => return Ok(Value::Bool(reader.u8()? != 0)),
        0x10 => return Ok(Value::Number(i32::from_le_bytes(reader.array()?).into())),
        0x12 => return Ok(Value::Number(i64::from_le_bytes(reader.array()?))),
        // Documents and arrays, whose length includes itself.
        0x03 | 0x04 => read_length(reader)?.saturating_sub(4),
        // Binary data, with a subtype.
        0x05 => read_length(reader)?.saturating_add(1),
        0x06 | 0x0a | 0x7f | 0xff => 0,
        0x07 => 12,
        0x09 | 0x11 => 8,
        0x0b => {
            read_name(reader)?;
            read_name(reader)?;
            0
        }
        0x0d | 0x0e => read_length(reader)?,
        0x13 => 16,
        _ => return Err(reader.invalid("there is no such type of element")),
    };
    reader.take(skipped)?;
    Ok(Value::Other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_is_written_byte_for_byte() {
        let document = Document::default().with("hello", Value::Text("world".into()));
        // The example of the specification.
        let bytes = b"\x16\x00\x00\x00\x02hello\x00\x06\x00\x00\x00world\x00\x00";
        assert_eq!(document.to_bytes(), bytes);
    }

    #[test]
    fn what_is_within_is_passed_over() {
        let inner = Document::default().with("secret", Value::Number(7));
        let bytes = Document::default()
            .with("inner", Value::Document(inner))
            .with("ok", Value::Double(1.0))
            .to_bytes();
        let document = Document::decode(&mut Reader::new("test", &bytes)).unwrap();
        assert_eq!(document.value("inner"), Some(&Value::Other));
        assert_eq!(document.number("ok"), Some(1));
    }

    #[test]
    fn too_many_elements_are_refused() {
        let bytes = (0..=MAX_ELEMENTS)
            .fold(Document::default(), |document, _| document.with("x", Value::Other))
            .to_bytes();
        assert!(Document::decode(&mut Reader::new("test", &bytes)).unwrap_err().is_too_long());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            name in "[a-z]{1,12}",
            text in "[ -~]{0,40}",
            number in any::<i64>(),
            yes in any::<bool>(),
        ) {
            let document = Document::default()
                .with(&name, Value::Text(text))
                .with("number", Value::Number(number))
                .with("yes", Value::Bool(yes));
            let bytes = document.to_bytes();
            let mut reader = Reader::new("test", &bytes);
            prop_assert_eq!(Document::decode(&mut reader), Ok(document));
            prop_assert!(reader.finish().is_ok());
        }
    }
}
