//! Asking a printer what it is (IPP/1.1, RFC 8010 for the bytes and RFC 8011 for their meaning).
//!
//! The only operation that can be written here is `Get-Printer-Attributes`; there is none for jobs.

use super::text;
use crate::{DecodeError, Reader};

/// The most attributes that are read: printers have some two hundred, and few are asked for.
pub const MAX_ATTRIBUTES: usize = 512;

/// The longest value that is kept, in characters (RFC 8011 section 5.1.2: text has 1,023 bytes).
pub const MAX_VALUE: usize = 1_023;

/// `Get-Printer-Attributes` (RFC 8011 section 4.2.5).
const GET_PRINTER_ATTRIBUTES: u16 = 0x000b;

/// Delimiters of groups (RFC 8010 section 3.5.1).
const OPERATION_ATTRIBUTES: u8 = 0x01;
const END_OF_ATTRIBUTES: u8 = 0x03;

/// The last delimiter; behind it come the tags of values.
const LAST_DELIMITER: u8 = 0x0f;

/// Kinds of values (RFC 8010 section 3.5.2).
const TEXT_WITH_LANGUAGE: u8 = 0x35;
const NAME_WITH_LANGUAGE: u8 = 0x36;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const NATURAL_LANGUAGE: u8 = 0x48;

/// The first kind that is text: `textWithoutLanguage`; all behind it are too.
const FIRST_TEXT: u8 = 0x41;

/// What a printer is asked for: its model and firmware, what it is called and where it stands
/// (RFC 8011 section 5.4, PWG 5100.13 for the identifier and the firmware).
pub const ASKED: [&str; 10] = [
    "printer-make-and-model",
    "printer-device-id",
    "printer-firmware-name",
    "printer-firmware-string-version",
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-more-info",
    "printer-dns-sd-name",
    "ipp-versions-supported",
];

/// The request for the attributes of the printer `uri`. The answer repeats `id`, which is not 0.
pub fn get_printer_attributes(id: u32, uri: &str) -> Vec<u8> {
    let mut request = vec![1, 1];
    request.extend(GET_PRINTER_ATTRIBUTES.to_be_bytes());
    request.extend(id.max(1).to_be_bytes());
    request.push(OPERATION_ATTRIBUTES);
    put(&mut request, CHARSET, "attributes-charset", "utf-8");
    put(&mut request, NATURAL_LANGUAGE, "attributes-natural-language", "en");
    put(&mut request, URI, "printer-uri", uri);
    for (at, wanted) in ASKED.iter().enumerate() {
        // Further values of an attribute have no name (RFC 8010 section 3.1.5).
        let name = if at == 0 { "requested-attributes" } else { "" };
        put(&mut request, KEYWORD, name, wanted);
    }
    request.push(END_OF_ATTRIBUTES);
    request
}

fn put(request: &mut Vec<u8>, tag: u8, name: &str, value: &str) {
    request.push(tag);
    for text in [name, value] {
        request.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
        request.extend(text.as_bytes());
    }
}

/// What the beginning of a response says of how it went (RFC 8011 appendix B).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Status(pub u16);

impl Status {
    /// `client-error-forbidden`.
    pub const FORBIDDEN: Self = Self(0x0401);
    /// `client-error-not-authenticated`.
    pub const NOT_AUTHENTICATED: Self = Self(0x0402);
    /// `client-error-not-authorized`.
    pub const NOT_AUTHORIZED: Self = Self(0x0403);
    /// `client-error-not-found`.
    pub const NOT_FOUND: Self = Self(0x0406);

    /// Whether the operation was done, perhaps leaving out what the printer does not know.
    pub fn is_success(self) -> bool {
        self.0 < 0x0100
    }
}

/// A response (RFC 8010 section 3.1.1).
///
/// | field             | bytes | kept                       |
/// |-------------------|-------|----------------------------|
/// | version           | 2     | yes                        |
/// | status            | 2     | yes                        |
/// | request id        | 4     | yes                        |
/// | attribute groups  |       | values that are text       |
/// | end of attributes | 1     | no, but it has to be there |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// Major and minor version.
    pub version: (u8, u8),
    /// How it went.
    pub status: Status,
    /// The number of the request.
    pub id: u32,
    /// The attributes whose values are text, in order; each value of a set is an entry.
    pub attributes: Vec<(String, String)>,
}

impl Response {
    /// Reads a response; what follows it is not looked at.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("IPP response", bytes);
        let [major, minor] = reader.array()?;
        if !(1..=2).contains(&major) {
            return Err(DecodeError::invalid("IPP response", 0, "its version is not 1 or 2"));
        }
        let (status, id) = (Status(reader.u16()?), reader.u32()?);
        let mut response = Self { version: (major, minor), status, id, attributes: Vec::new() };
        let mut name = String::new();
        for _ in 0..MAX_ATTRIBUTES {
            match reader.u8()? {
                END_OF_ATTRIBUTES => return Ok(response),
                ..=LAST_DELIMITER => {}
                tag => {
                    let length = reader.u16()?;
                    let given = reader.take(length.into())?;
                    if !given.is_empty() {
                        name = text::decode(given, MAX_VALUE);
                    }
                    let length = reader.u16()?;
                    let value = reader.field("IPP value", length.into())?;
                    if let Some(value) = text_of(tag, value)? {
                        response.attributes.push((name.clone(), value));
                    }
                }
            }
        }
        Err(DecodeError::too_long("IPP response", reader.offset(), MAX_ATTRIBUTES))
    }

    /// The values of the attribute `name`, empty ones left out.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |(given, _)| given == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// A value as text, if its kind is one.
fn text_of(tag: u8, mut value: Reader<'_>) -> Result<Option<String>, DecodeError> {
    let bytes = match tag {
        // The language, then the text, each behind its length.
        TEXT_WITH_LANGUAGE | NAME_WITH_LANGUAGE => {
            let length = value.u16()?;
            value.take(length.into())?;
            let length = value.u16()?;
            value.take(length.into())?
        }
        FIRST_TEXT.. => value.rest(),
        _ => return Ok(None),
    };
    Ok(Some(text::decode(bytes, MAX_VALUE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A response with `groups` behind its head.
    fn response(groups: &[u8]) -> Vec<u8> {
        [&b"\x02\x00\x00\x00\x00\x00\x00\x07"[..], groups].concat()
    }

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = get_printer_attributes(0x0102_0304, "ipp://192.0.2.1/ipp/print");
        let head =
            b"\x01\x01\x00\x0b\x01\x02\x03\x04\x01\x47\x00\x12attributes-charset\x00\x05utf-8\
            \x48\x00\x1battributes-natural-language\x00\x02en\
            \x45\x00\x0bprinter-uri\x00\x19ipp://192.0.2.1/ipp/print\
            \x44\x00\x14requested-attributes\x00\x16printer-make-and-model\
            \x44\x00\x00\x00\x11printer-device-id";
        assert!(request.starts_with(head));
        assert!(request.ends_with(b"\x44\x00\x00\x00\x16ipp-versions-supported\x03"));
        assert_eq!(get_printer_attributes(0, "x")[4..8], [0, 0, 0, 1]);
    }

    #[test]
    fn texts_of_every_kind_are_read_and_sets_have_several() {
        let bytes = response(
            b"\x01\x47\0\x12attributes-charset\0\x05utf-8\x04\x41\0\x01a\0\x03one\x35\0\x01b\0\x09\
              \0\x02en\0\x03two\x44\0\x01c\0\x011\x44\0\0\0\x012\x21\0\x01d\0\x04\0\0\0\x01\
              \x03data",
        );
        let read = Response::decode(&bytes).unwrap();
        assert_eq!((read.version, read.status, read.id), ((2, 0), Status(0), 7));
        assert_eq!(read.values("a").collect::<Vec<_>>(), ["one"]);
        assert_eq!(read.values("b").collect::<Vec<_>>(), ["two"]);
        assert_eq!(read.values("c").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(read.values("d").count(), 0);
    }

    #[test]
    fn a_text_longer_than_its_value_is_refused() {
        let bytes = response(b"\x04\x35\0\x01b\0\x05\0\x02en\0\x03\x03");
        assert!(!Response::decode(&bytes).unwrap_err().is_incomplete());
    }

    #[test]
    fn endless_attributes_and_other_protocols_are_refused() {
        let endless = response(&b"\x44\0\0\0\0".repeat(MAX_ATTRIBUTES));
        assert!(Response::decode(&endless).unwrap_err().is_too_long());
        assert!(!Response::decode(b"<html></html>").unwrap_err().is_incomplete());
    }

    #[test]
    fn every_status_below_the_errors_is_a_success() {
        assert!(Status(0x0001).is_success());
        assert!(
            ![Status::FORBIDDEN, Status::NOT_FOUND, Status(0x0500)]
                .iter()
                .any(|it| it.is_success())
        );
    }
}
