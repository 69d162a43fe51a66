use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use super::MAX_TEXT;
use crate::app::text;

/// ASN.1 tags of the string types that are not ASCII or UTF-8 (X.680 table 1).
const TELETEX: u32 = 20;
const UNIVERSAL: u32 = 28;
const BMP: u32 = 30;

/// A distinguished name as RFC 4514 writes it: last part first, separated by commas.
pub(super) fn to_rfc4514(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name
        .iter_rdn()
        .map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+"))
        .collect();
    let joined = parts.into_iter().rev().collect::<Vec<_>>().join(",");
    text::decode(joined.as_bytes(), MAX_TEXT)
}

fn attribute(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let kind = match oid.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        other => other,
    };
    let value = attribute.attr_value();
    format!("{kind}={}", escape(&string(value.tag().0, value.data)))
}

/// The value of a directory string; its type decides how its bytes are read.
fn string(tag: u32, bytes: &[u8]) -> String {
    match tag {
        BMP => {
            let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
            let units = units.map(u16::from_be_bytes);
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
        }
        UNIVERSAL => {
            let points = bytes.chunks_exact(4).filter_map(|four| four.try_into().ok());
            points
                .map(|point| char::from_u32(u32::from_be_bytes(point)).unwrap_or('\u{fffd}'))
                .collect()
        }
        TELETEX => bytes.iter().copied().map(char::from).collect(),
        _ => text::decode(bytes, MAX_TEXT),
    }
}

/// Characters with a meaning in RFC 4514 section 2.4 behind a backslash.
fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut escaped = String::new();
    for (at, character) in value.chars().enumerate() {
        let is_special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        let is_at_edge =
            (at == 0 && matches!(character, ' ' | '#')) || (at == last && character == ' ');
        if is_special || is_at_edge {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(escape("Office, Ltd. + Co"), "Office\\, Ltd. \\+ Co");
        assert_eq!(escape(" #1 "), "\\ #1\\ ");
        assert_eq!(escape("#1"), "\\#1");
        assert_eq!(escape(""), "");
    }

    #[test]
    fn old_string_types_are_read() {
        assert_eq!(string(BMP, &[0x53, 0xd7, 0x4e, 0xd8]), "受付");
        assert_eq!(string(UNIVERSAL, &[0, 2, 0x0b, 0xb7]), "𠮷");
        assert_eq!(string(TELETEX, b"Ger\xe4t"), "Gerät");
    }
}
