//! The negotiation of how to authenticate (RFC 4178, MS-SPNG): as much as offering NTLM takes.

use super::der;
use crate::{DecodeError, Reader};

/// 1.3.6.1.5.5.2, SPNEGO itself (RFC 4178 section 3).
const SPNEGO: &[u8] = b"\x2b\x06\x01\x05\x05\x02";

/// 1.3.6.1.4.1.311.2.2.10, NTLM (MS-SPNG 1.9).
const NTLM: &[u8] = b"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";

/// A first token that offers NTLM and nothing else, and brings NTLM's own first token.
///
/// It is a `NegTokenInit` (RFC 4178 section 4.2.1) in the wrapping of GSS-API (RFC 2743 section
/// 3.1).
pub fn initial_token(ntlm: &[u8]) -> Vec<u8> {
    let mechanism = der::encode(der::OBJECT_IDENTIFIER, &[NTLM]);
    let mechanisms = der::encode(der::SEQUENCE, &[&mechanism]);
    let token = der::encode(der::OCTETS, &[ntlm]);
    let offered = der::encode(der::context(0), &[&mechanisms]);
    let first = der::encode(der::context(2), &[&token]);
    let fields = der::encode(der::SEQUENCE, &[&offered, &first]);
    let negotiation = der::encode(der::context(0), &[&fields]);
    let this = der::encode(der::OBJECT_IDENTIFIER, &[SPNEGO]);
    der::encode(der::application(0), &[&this, &negotiation])
}

/// The mechanism's own token in a server's `token`: `NegTokenResp` (RFC 4178 section 4.2.2).
///
/// | field               | kept |
/// |---------------------|------|
/// | `[0] negState`      | no   |
/// | `[1] supportedMech` | no   |
/// | `[2] responseToken` | yes  |
/// | `[3] mechListMIC`   | no   |
///
/// Servers without SPNEGO send NTLM's token bare; it is given back as it is.
pub fn response_token(token: &[u8]) -> Result<&[u8], DecodeError> {
    if token.starts_with(super::ntlmssp::SIGNATURE) {
        return Ok(token);
    }
    let mut reader = Reader::whole("SPNEGO token", token);
    let mut response = der::element(&mut reader, der::context(1))?;
    let mut fields = der::element(&mut response, der::SEQUENCE)?;
    while fields.remaining() > 0 {
        let (tag, mut field) = der::any(&mut fields)?;
        if tag == der::context(2) {
            return Ok(der::element(&mut field, der::OCTETS)?.rest());
        }
    }
    Err(fields.invalid("it has no token of the mechanism"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_written_byte_for_byte() {
        let token = initial_token(b"token");
        let expected = b"\x60\x25\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x1b\x30\x19\
            \xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a\
            \xa2\x07\x04\x05token";
        assert_eq!(token, expected);
    }

    #[test]
    fn the_token_of_the_mechanism_is_found_behind_other_fields() {
        let answer = b"\xa1\x1b\x30\x19\xa0\x03\x0a\x01\x01\
            \xa1\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a\xa2\x04\x04\x02ok";
        assert_eq!(response_token(answer).unwrap(), b"ok");
        assert_eq!(response_token(b"NTLMSSP\0bare").unwrap(), b"NTLMSSP\0bare");
    }

    #[test]
    fn an_offer_and_a_response_without_a_token_are_refused() {
        assert!(response_token(&initial_token(b"token")).is_err());
        assert!(response_token(b"\xa1\x07\x30\x05\xa0\x03\x0a\x01\x02").is_err());
        assert!(response_token(b"").is_err());
    }
}
