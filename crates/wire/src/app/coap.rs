//! Asking a small device for its resources (RFC 7252, RFC 6690).

use super::text;
use crate::{DecodeError, Reader};

/// Types of messages (RFC 7252 section 3).
const CONFIRMABLE: u8 = 0;
const ACKNOWLEDGEMENT: u8 = 2;
const RESET: u8 = 3;

/// The method GET (section 12.1.1).
const GET: u8 = 0x01;

/// The longest token (section 3).
const LONGEST_TOKEN: u8 = 8;

/// A confirmable GET of `/.well-known/core`. Number and token come back.
pub fn get_resources(number: u16, token: u32) -> Vec<u8> {
    let mut request = vec![1 << 6 | CONFIRMABLE << 4 | 4, GET];
    request.extend(number.to_be_bytes());
    request.extend(token.to_be_bytes());
    // Uri-Path (option 11) twice: its number and length, then no further number and a length.
    request.extend(b"\xbb.well-known\x04core");
    request
}

/// Whether `bytes` are an answer to `request`: an acknowledgement or a reset of its number, or a
/// response of its own with its token (RFC 7252 section 5.2).
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    match answer.kind {
        RESET => answer.number == asked.number && answer.code == 0,
        // Either empty, with the response to come, or with the response.
        ACKNOWLEDGEMENT if answer.code == 0 => answer.number == asked.number,
        ACKNOWLEDGEMENT => {
            answer.number == asked.number && answer.token == asked.token && answer.is_response()
        }
        _ => answer.token == asked.token && answer.is_response(),
    }
}

/// The most resources of one answer that are kept: ours; one datagram has room for some thirty.
pub const MAX_RESOURCES: usize = 32;

/// The longest description of a resource that is kept, in characters: ours.
const MAX_RESOURCE: usize = 255;

/// The code of a response with content (RFC 7252 section 5.9.1.5).
const CONTENT: u8 = 2 << 5 | 5;

/// The resources that an answer lists (RFC 6690 section 2), as they are written: `</path>;rt="…"`.
pub fn resources(bytes: &[u8]) -> Result<Vec<String>, DecodeError> {
    let message = Message::decode(bytes)?;
    let mut reader = Reader::new("CoAP options", message.rest);
    if message.code != CONTENT {
        return Err(reader.invalid("it has no content"));
    }
    // Options (RFC 7252 section 3.1) up to the marker in front of the content.
    loop {
        let head = reader.u8()?;
        if head == 0xff {
            break;
        }
        let _number = extended(&mut reader, head >> 4)?;
        let length = extended(&mut reader, head & 0x0f)?;
        reader.take(length)?;
    }
    Ok(links(reader.rest()))
}

/// Four bits of an option's first byte, with the bytes that they announce.
fn extended(reader: &mut Reader<'_>, bits: u8) -> Result<usize, DecodeError> {
    match bits {
        13 => Ok(usize::from(reader.u8()?) + 13),
        14 => Ok(usize::from(reader.u16()?) + 269),
        15 => Err(reader.invalid("an option of reserved length")),
        bits => Ok(bits.into()),
    }
}

/// The parts between commas that are not inside quotes or angle brackets.
fn links(content: &[u8]) -> Vec<String> {
    let (mut is_quoted, mut is_target) = (false, false);
    let parts = content.split(|byte| {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'<' if !is_quoted => is_target = true,
            b'>' if !is_quoted => is_target = false,
            _ => {}
        }
        *byte == b',' && !is_quoted && !is_target
    });
    let shown = parts.map(|part| text::decode(part.trim_ascii(), MAX_RESOURCE));
    shown.filter(|part| part.starts_with('<')).take(MAX_RESOURCES).collect()
}

struct Message<'a> {
    kind: u8,
    code: u8,
    number: u16,
    token: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("CoAP message", bytes);
        let [head, code] = reader.array()?;
        let number = reader.u16()?;
        let token_length = head & 0x0f;
        if head >> 6 != 1 || token_length > LONGEST_TOKEN {
            return Err(reader.invalid("it is of another version or has too long a token"));
        }
        let token = reader.take(token_length.into())?;
        if code == 0 && (token_length != 0 || reader.remaining() != 0) {
            return Err(reader.invalid("an empty message is not empty"));
        }
        Ok(Self { kind: head >> 4 & 3, code, number, token, rest: reader.rest() })
    }

    /// Whether the code is of a class that responses have: 2, 4 or 5 (section 12.1.2).
    fn is_response(&self) -> bool {
        matches!(self.code >> 5, 2 | 4 | 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let request = get_resources(0x1234, 0x0102_0304);
        assert_eq!(request, b"\x44\x01\x12\x34\x01\x02\x03\x04\xbb.well-known\x04core");
    }

    #[test]
    fn resources_are_read_behind_the_options() {
        let answer = b"\x64\x45\x12\x34\x01\x02\x03\x04\xc1\x28\xd1\x03\x02\xff\
            </a>;title=\"x, y\";ct=0,</b,c>, </d>;rt=\"temp\",junk";
        let listed = resources(answer).unwrap();
        assert_eq!(listed, ["</a>;title=\"x, y\";ct=0", "</b,c>", "</d>;rt=\"temp\""]);
    }

    #[test]
    fn an_answer_without_content_lists_nothing() {
        for bytes in [
            &b"\x64\x84\x12\x34\x01\x02\x03\x04\xff</a>"[..],
            b"\x64\x45\x12\x34\x01\x02\x03\x04",
            b"\x64\x45\x12\x34\x01\x02\x03\x04\xf1\x28\xff</a>",
            b"\x64\x45\x12\x34\x01\x02\x03\x04\xce\xff\xff\xff</a>",
        ] {
            assert!(resources(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn each_kind_of_answer_is_told_from_strangers() {
        let asked = get_resources(0x1234, 0x0102_0304);
        for (bytes, is_answer) in [
            (&b"\x64\x45\x12\x34\x01\x02\x03\x04\xc1\x28\xff</>"[..], true),
            (b"\x60\x00\x12\x34", true),
            (b"\x70\x00\x12\x34", true),
            (b"\x44\x45\x99\x99\x01\x02\x03\x04", true),
            (b"\x54\x84\x99\x99\x01\x02\x03\x04", true),
            (b"\x64\x45\x12\x35\x01\x02\x03\x04", false),
            (b"\x64\x45\x12\x34\x01\x02\x03\x05", false),
            (b"\x44\x45\x99\x99\x01\x02\x03\x05", false),
            (b"\x70\x00\x12\x35", false),
            (b"\x60\x00\x12\x34\x00", false),
            (b"\x24\x45\x12\x34\x01\x02\x03\x04", false),
        ] {
            assert_eq!(answers(&asked, bytes), is_answer, "{bytes:?}");
        }
        assert!(!answers(&asked, &asked));
    }
}
