//! What a remote desktop asks before a login, inside TLS (MS-CSSP): the first two messages.

use crate::app::der;
use crate::{DecodeError, Reader};

/// The version that is offered; servers that know less answer with theirs (MS-CSSP 2.2.1).
const VERSION: u32 = 6;

/// The longest message that is decoded: ours; a challenge and its wrapping have below a kilobyte.
const MAX_MESSAGE: usize = 16_384;

/// The first `TSRequest`: NTLM's first `token`, bare.
///
/// Clients of Microsoft wrap it in SPNEGO. Clients made of `FreeRDP` 2 never did, so that Windows
/// takes it bare as well; servers made of `FreeRDP` 2 take it in no other way (measured with 2.11).
pub fn first_request(token: &[u8]) -> Vec<u8> {
    let token = der::encode(der::OCTETS, &[token]);
    let one = der::encode(der::SEQUENCE, &[&der::encode(der::context(0), &[&token])]);
    let tokens = der::encode(der::context(1), &[&der::encode(der::SEQUENCE, &[&one])]);
    let version = der::encode_integer(der::INTEGER, VERSION);
    der::encode(der::SEQUENCE, &[&der::encode(der::context(0), &[&version]), &tokens])
}

/// `TSRequest` from a server (MS-CSSP 2.2.1).
///
/// | field            | kept      |
/// |------------------|-----------|
/// | `[0] version`    | yes       |
/// | `[1] negoTokens` | the first |
/// | `[4] errorCode`  | yes       |
/// | all others       | no        |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TsRequest {
    /// The version that the server has.
    pub version: i64,
    /// The token of the authentication, as it was sent.
    pub token: Option<Vec<u8>>,
    /// Why the server does not go on.
    pub error: Option<i64>,
}

impl TsRequest {
    /// Reads a message; says how many bytes it has.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("CredSSP message", bytes);
        let mut message = der::element(&mut reader, der::SEQUENCE)?;
        if message.remaining() > MAX_MESSAGE {
            return Err(DecodeError::too_long("CredSSP message", 0, MAX_MESSAGE));
        }
        let mut version = der::element(&mut message, der::context(0))?;
        let version = der::integer(&mut version, der::INTEGER)?;
        let (mut token, mut error) = (None, None);
        while message.remaining() > 0 {
            let (tag, mut field) = der::any(&mut message)?;
            if tag == der::context(1) {
                token = Some(first_token(&mut field)?);
            } else if tag == der::context(4) {
                error = Some(der::integer(&mut field, der::INTEGER)?);
            }
        }
        Ok((Self { version, token, error }, reader.offset()))
    }
}

/// The first of the tokens of `NegoData` (MS-CSSP 2.2.1.1).
fn first_token(field: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut tokens = der::element(field, der::SEQUENCE)?;
    let mut first = der::element(&mut tokens, der::SEQUENCE)?;
    let mut token = der::element(&mut first, der::context(0))?;
    Ok(der::element(&mut token, der::OCTETS)?.rest().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_being_written_and_read() {
        let bytes = first_request(b"token");
        let message = TsRequest { version: 6, token: Some(b"token".to_vec()), error: None };
        assert_eq!(TsRequest::decode(&bytes), Ok((message, bytes.len())));
        for length in 0..bytes.len() {
            assert!(TsRequest::decode(&bytes[..length]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn an_error_is_read() {
        let bytes = b"\x30\x0d\xa0\x03\x02\x01\x06\xa4\x06\x02\x04\xc0\x00\x00\x6d";
        let (message, _) = TsRequest::decode(bytes).unwrap();
        assert_eq!((message.error, message.token), (Some(0xc000_006d - (1 << 32)), None));
    }

    #[test]
    fn a_foreign_answer_is_told_by_its_first_byte() {
        assert!(!TsRequest::decode(b"H").unwrap_err().is_incomplete());
    }
}
