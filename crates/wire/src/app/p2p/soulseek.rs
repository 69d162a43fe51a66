//! Asking a Soulseek program for a file that it does not have.
//!
//! A connection between two programs begins with a message of one side about itself (code 1); then
//! either may ask. Messages have a length of four bytes, least significant first, which counts
//! what follows, and a code: of one byte in the first message, of four in all others. To a request
//! for a transfer (code 40) the other side answers with the number of the request and, where it
//! refuses, why (code 41). From public descriptions of the protocol.

use crate::app::text;
use crate::{DecodeError, Reader};

const PEER_INIT: u8 = 1;
const TRANSFER_REQUEST: u32 = 40;
const TRANSFER_RESPONSE: u32 = 41;

/// A code that no message has.
const NO_REQUEST: u32 = 0x4040;

/// The longest message that is read: ours; reasons have a few words.
const MAX_LENGTH: usize = 4_096;

/// The most messages that are read before the answer: ours.
const MAX_MESSAGES: usize = 8;

/// The longest reason that is kept, in characters: ours.
const MAX_REASON: usize = 64;

/// A request for a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransferRequest<'a> {
    /// The number that the answer repeats; random.
    pub token: u32,
    /// A random word: nobody has a file of that name.
    pub file: &'a str,
}

impl TransferRequest<'_> {
    /// The messages to open with.
    pub fn to_bytes(self) -> Vec<u8> {
        self.messages(TRANSFER_REQUEST)
    }

    /// The same with a request that there is not.
    pub fn to_spoilt_bytes(self) -> Vec<u8> {
        self.messages(NO_REQUEST)
    }

    /// Reads the answer, past what the other side says besides.
    pub fn answer(self, bytes: &[u8]) -> Result<(TransferResponse, usize), DecodeError> {
        let mut reader = Reader::new("Soulseek message", bytes);
        for _ in 0..MAX_MESSAGES {
            let stated = usize::try_from(u32::from_le_bytes(reader.array()?)).ok();
            let too_long = DecodeError::too_long("Soulseek message", reader.offset(), MAX_LENGTH);
            let length = stated.filter(|length| *length <= MAX_LENGTH).ok_or(too_long)?;
            let mut message = reader.field("Soulseek message", length)?;
            if u32::from_le_bytes(message.array()?) == TRANSFER_RESPONSE
                && u32::from_le_bytes(message.array()?) == self.token
            {
                let is_allowed = message.u8()? != 0;
                let reason = if is_allowed { None } else { Some(string(&mut message)?) };
                return Ok((TransferResponse { reason }, reader.offset()));
            }
        }
        Err(DecodeError::too_long("Soulseek messages", reader.offset(), MAX_MESSAGES))
    }

    fn messages(self, code: u32) -> Vec<u8> {
        let mut about = vec![PEER_INIT];
        about.extend(to_string("hoshimori"));
        // A connection for requests, which no server has arranged.
        about.extend(to_string("P"));
        about.extend([0; 4]);
        let mut request = code.to_le_bytes().to_vec();
        // This side wants to have the file.
        request.extend([0; 4]);
        request.extend(self.token.to_le_bytes());
        request.extend(to_string(self.file));
        [framed(&about), framed(&request)].concat()
    }
}

/// The answer to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TransferResponse {
    /// Why not, as in `File not shared.`; nothing where the file could be had.
    pub reason: Option<String>,
}

fn framed(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or_default();
    [&length.to_le_bytes(), content].concat()
}

fn to_string(text: &str) -> Vec<u8> {
    framed(text.as_bytes())
}

fn string(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let stated = usize::try_from(u32::from_le_bytes(reader.array()?)).ok();
    let too_long = DecodeError::too_long("Soulseek text", reader.offset(), MAX_LENGTH);
    let bytes = reader.take(stated.filter(|length| *length <= MAX_LENGTH).ok_or(too_long)?)?;
    Ok(text::decode(bytes, MAX_REASON))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: TransferRequest<'static> = TransferRequest { token: 0x0102_0304, file: "h7" };

    fn answer(token: u32) -> Vec<u8> {
        let mut content = TRANSFER_RESPONSE.to_le_bytes().to_vec();
        content.extend(token.to_le_bytes());
        content.push(0);
        content.extend(to_string("File not shared."));
        framed(&content)
    }

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let bytes = REQUEST.to_bytes();
        assert_eq!(bytes[..9], [23, 0, 0, 0, 1, 9, 0, 0, 0]);
        assert_eq!(bytes[27..], *b"\x12\0\0\0\x28\0\0\0\0\0\0\0\x04\x03\x02\x01\x02\0\0\0h7");
        assert_ne!(REQUEST.to_spoilt_bytes(), bytes);
    }

    #[test]
    fn the_answer_is_found_behind_other_messages() {
        let bytes = [framed(&5_u32.to_le_bytes()), answer(7), answer(REQUEST.token)].concat();
        let (said, used) = REQUEST.answer(&bytes).unwrap();
        assert_eq!(said.reason.as_deref(), Some("File not shared."));
        assert_eq!(used, bytes.len());
        for end in 0..bytes.len() {
            assert!(REQUEST.answer(&bytes[..end]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn an_echo_and_foreign_words_are_no_answer() {
        assert!(REQUEST.answer(&REQUEST.to_bytes()).is_err());
        assert!(REQUEST.answer(b"SSH-2.0-OpenSSH").unwrap_err().is_too_long());
        assert!(REQUEST.answer(&framed(&[0; 4]).repeat(9)).unwrap_err().is_too_long());
    }
}
