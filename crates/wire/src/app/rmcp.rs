//! Asking a management controller whether it is there (ASF 2.0 section 3.2.4, IPMI 2.0).

use crate::{DecodeError, Reader};

/// Version, reserved, and the sequence number that asks for no acknowledgement (IPMI 13.1.3).
const VERSION: [u8; 3] = [6, 0, 0xff];

/// Classes of messages.
const ASF: u8 = 6;
const IPMI: u8 = 7;

/// The enterprise number of the Alerting Standards Forum.
const ASF_NUMBER: [u8; 4] = [0, 0, 0x11, 0xbe];

const PRESENCE_PING: u8 = 0x80;
const PRESENCE_PONG: u8 = 0x40;

/// Get Channel Authentication Capabilities (IPMI 22.13), which needs no session.
const CAPABILITIES: u8 = 0x38;

/// Addresses of the controller and of remote software, and network functions with LUN 0.
const CONTROLLER: u8 = 0x20;
const SOFTWARE: u8 = 0x81;
const APPLICATION_REQUEST: u8 = 0x06 << 2;
const APPLICATION_RESPONSE: u8 = 0x07 << 2;

/// Asks whether somebody is there. `tag` comes back; 255 would ask for no answer, so it is 0 then.
pub fn presence_ping(tag: u8) -> Vec<u8> {
    let tag = if tag == 0xff { 0 } else { tag };
    [&VERSION[..], &[ASF], &ASF_NUMBER, &[PRESENCE_PING, tag, 0, 0]].concat()
}

/// Asks how one could log in, which everybody may. The lower six bits of `tag` come back.
pub fn capabilities_request(tag: u8) -> Vec<u8> {
    // This channel, with what version 2.0 added; for the level of an administrator.
    let body = [SOFTWARE, tag << 2, CAPABILITIES, 0x8e, 0x04];
    let head = [CONTROLLER, APPLICATION_REQUEST];
    let message = [&head[..], &[checksum(&head)], &body, &[checksum(&body)]].concat();
    let length = u8::try_from(message.len()).unwrap_or(0);
    // No authentication, no session.
    [&VERSION[..], &[IPMI], &[0; 9], &[length], &message].concat()
}

/// Whether `bytes` are a controller's answer to `request`, which is one of the two above.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    match (Message::decode(request), Message::decode(bytes)) {
        (Ok(Message::Ping { kind: _, tag }), Ok(answer)) => {
            answer == Message::Ping { kind: PRESENCE_PONG, tag }
        }
        (Ok(Message::Command { tag, .. }), Ok(answer)) => {
            answer == Message::Command { function: APPLICATION_RESPONSE, tag }
        }
        _ => false,
    }
}

/// The maker's number in the register of private enterprises, as far as an answer tells it: the
/// presence pong has it unless the controller only follows the standard, the capabilities have it
/// where they are extended by the maker.
pub fn manufacturer(bytes: &[u8]) -> Result<Option<u32>, DecodeError> {
    let mut reader = Reader::new("RMCP message", bytes);
    reader.take(VERSION.len())?;
    let number = match reader.u8()? {
        ASF => {
            // The Forum's own number, type, tag, reserved, length.
            reader.take(8)?;
            reader.array()?
        }
        IPMI => {
            // No session, length, head and its checksum; then sender, tag, command, code of
            // completion, channel, three sets of flags (IPMI 22.13).
            reader.take(10 + 3 + 8)?;
            let [low, middle, high] = reader.array()?;
            [0, high, middle, low]
        }
        _ => return Err(reader.invalid("it is of another class")),
    };
    let is_own = number != [0; 4] && number != ASF_NUMBER;
    Ok(is_own.then(|| u32::from_be_bytes(number)))
}

#[derive(Eq, PartialEq)]
enum Message {
    Ping { kind: u8, tag: u8 },
    Command { function: u8, tag: u8 },
}

impl Message {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("RMCP message", bytes);
        if reader.array()? != VERSION {
            return Err(reader.invalid("it is of another version"));
        }
        match reader.u8()? {
            ASF => Self::decode_asf(reader),
            IPMI => Self::decode_ipmi(reader),
            _ => Err(reader.invalid("it is of another class")),
        }
    }

    fn decode_asf(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != ASF_NUMBER {
            return Err(reader.invalid("it is of another enterprise"));
        }
        let [kind, tag, _reserved, length] = reader.array()?;
        reader.take(length.into())?;
        Ok(Self::Ping { kind, tag })
    }

    fn decode_ipmi(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != [0; 9] {
            return Err(reader.invalid("it belongs to a session"));
        }
        let length = reader.u8()?;
        let mut message = reader.field("IPMI message", length.into())?;
        let head: [u8; 2] = message.array()?;
        let sum = message.u8()?;
        let body = message.rest();
        let [_to, function] = head;
        // A sum over bytes that includes their checksum is zero.
        if sum != checksum(&head) || checksum(body) != 0 {
            return Err(reader.invalid("a checksum is wrong"));
        }
        let mut body = Reader::new("IPMI message", body);
        let [_from, tag, command, _data_or_code] = body.array()?;
        if command != CAPABILITIES {
            return Err(body.invalid("it is about another command"));
        }
        Ok(Self::Command { function, tag })
    }
}

/// What makes the sum of `bytes` zero (IPMI section 13.8).
fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_byte_for_byte() {
        assert_eq!(presence_ping(7), [6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 7, 0, 0]);
        assert_eq!(presence_ping(0xff), presence_ping(0));
        let request = capabilities_request(0);
        let command = b"\x09\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5";
        assert_eq!(request, [&b"\x06\0\xff\x07\0\0\0\0\0\0\0\0\0"[..], command].concat());
    }

    #[test]
    fn a_request_does_not_answer_itself() {
        for request in [presence_ping(7), capabilities_request(7)] {
            assert!(!answers(&request, &request));
        }
    }

    #[test]
    fn the_maker_is_read_from_both_answers() {
        let pong = |number: [u8; 4]| {
            let head = [&VERSION[..], &[ASF], &ASF_NUMBER, &[PRESENCE_PONG, 7, 0, 16]].concat();
            [&head[..], &number, &[0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0]].concat()
        };
        assert_eq!(manufacturer(&pong([0, 0, 0x02, 0xa2])), Ok(Some(674)));
        assert_eq!(manufacturer(&pong(ASF_NUMBER)), Ok(None));
        let capabilities = |number: [u8; 3]| {
            let body = [SOFTWARE, 0, CAPABILITIES, 0, 1, 0x97, 0x14, 2];
            let head = [&VERSION[..], &[IPMI], &[0; 9], &[16], &[0x81, 0x1c, 0x63]].concat();
            [&head[..], &body, &number, &[0, 0]].concat()
        };
        assert_eq!(manufacturer(&capabilities([0xa2, 0x02, 0])), Ok(Some(674)));
        assert_eq!(manufacturer(&capabilities([0; 3])), Ok(None));
        assert!(manufacturer(&presence_ping(7)).is_err());
    }

    #[test]
    fn a_wrong_checksum_or_tag_is_no_answer() {
        let head = [SOFTWARE, APPLICATION_RESPONSE];
        let body = [CONTROLLER, 7 << 2, CAPABILITIES, 0];
        let mut bytes = [&VERSION[..], &[IPMI], &[0; 9], &[8], &head, &[checksum(&head)]].concat();
        bytes.extend(body);
        bytes.push(checksum(&body));
        assert!(answers(&capabilities_request(7), &bytes));
        assert!(!answers(&capabilities_request(8), &bytes));
        assert!(!answers(&presence_ping(7), &bytes));
        *bytes.last_mut().unwrap() ^= 1;
        assert!(!answers(&capabilities_request(7), &bytes));
    }
}
