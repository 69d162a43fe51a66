//! Asking a key distribution centre for a ticket that it cannot give (RFC 4120): its refusal tells
//! that it is one, its time, and sometimes its realm.

use super::{der, text};
use crate::{DecodeError, Reader};

/// The protocol version, and the types of both messages (RFC 4120 section 7.5.7).
const VERSION: u32 = 5;
const AS_REQ: u8 = 10;
const KRB_ERROR: u8 = 30;

/// Types of names (RFC 4120 section 6.2).
const NT_PRINCIPAL: u32 = 1;
const NT_SRV_INST: u32 = 2;

/// AES-256, AES-128 and RC4, numbers of encryption types (RFC 3962, RFC 4757).
const ENCRYPTION_TYPES: [u32; 3] = [18, 17, 23];

/// The longest message that is decoded: ours; refusals have some hundred bytes.
const MAX_MESSAGE: usize = 8_192;

/// The longest realm or text that is kept, in characters: ours; realms are domain names.
const MAX_TEXT: usize = 256;

/// Why strangers are refused (RFC 4120 section 7.5.9).
const REASONS: &[(i64, &str)] = &[
    (6, "client not found"),
    (7, "server not found"),
    (14, "encryption type not supported"),
    (25, "pre-authentication required"),
    (60, "generic error"),
    (68, "wrong realm"),
];

/// Whose ticket is asked for: random words, so that nobody's account is touched.
#[derive(Clone, Copy, Debug)]
pub struct Stranger<'a> {
    /// The name of a principal that does not exist.
    pub name: &'a str,
    /// The name of a realm that does not exist.
    pub realm: &'a str,
    /// A random number.
    pub nonce: u32,
}

/// AS-REQ (RFC 4120 section 5.4.1) without any proof of identity, behind its length as it goes
/// over TCP (section 7.2.2).
pub fn ticket_request(stranger: Stranger<'_>) -> Vec<u8> {
    let Stranger { name, realm, nonce } = stranger;
    let text = |text: &str| der::encode(der::GENERAL_STRING, &[text.as_bytes()]);
    let field = |number, contents: &[u8]| der::encode(der::context(number), &[contents]);
    let number = |value| der::encode_integer(der::INTEGER, value);
    let names = |kind, parts: &[u8]| {
        let parts = der::encode(der::SEQUENCE, &[parts]);
        der::encode(der::SEQUENCE, &[&field(0, &number(kind)), &field(1, &parts)])
    };
    let ticket_granter = [text("krbtgt"), text(realm)].concat();
    let encryption_types = ENCRYPTION_TYPES.map(number).concat();
    let body = [
        // No option.
        field(0, &der::encode(der::BIT_STRING, &[&[0; 5]])),
        field(1, &names(NT_PRINCIPAL, &text(name))),
        field(2, &text(realm)),
        field(3, &names(NT_SRV_INST, &ticket_granter)),
        // As long as it can be.
        field(5, &der::encode(der::GENERALIZED_TIME, &[b"19700101000000Z"])),
        field(7, &number(nonce & 0x7fff_ffff)),
        field(8, &der::encode(der::SEQUENCE, &[&encryption_types])),
    ];
    let request = [
        field(1, &number(VERSION)),
        field(2, &number(AS_REQ.into())),
        field(4, &der::encode(der::SEQUENCE, &[&body.concat()])),
    ];
    let request = der::encode(der::SEQUENCE, &[&request.concat()]);
    let request = der::encode(der::application(AS_REQ), &[&request]);
    let length = u32::try_from(request.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &request].concat()
}

/// KRB-ERROR (RFC 4120 section 5.9.1).
///
/// | field                    | kept        |
/// |--------------------------|-------------|
/// | `[0] pvno`               | 5, must be  |
/// | `[1] msg-type`           | 30, must be |
/// | `[2] ctime`, `[3] cusec` | no          |
/// | `[4] stime`              | yes         |
/// | `[5] susec`              | no          |
/// | `[6] error-code`         | yes         |
/// | `[7] crealm`             | yes         |
/// | `[8] cname`              | no          |
/// | `[9] realm`              | yes         |
/// | `[10] sname`             | no          |
/// | `[11] e-text`            | yes         |
/// | `[12] e-data`            | no          |
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// Why (RFC 4120 section 7.5.9).
    pub code: i64,
    /// The time of the server, as `20261123230000Z`.
    pub time: String,
    /// The realm of whoever asked, in the server's view.
    pub client_realm: Option<String>,
    /// The realm of the server that was asked for, in its view.
    pub realm: String,
    /// What the server says about it.
    pub text: Option<String>,
}

impl Refusal {
    /// Reads a message behind its length; says how many bytes both have.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("Kerberos error", bytes);
        let length = reader.length32(MAX_MESSAGE)?;
        let at = reader.offset();
        let mut outer = der::element(&mut reader, der::application(KRB_ERROR))?;
        if reader.offset() - at != length {
            return Err(reader.invalid("its length is another"));
        }
        let mut message = der::element(&mut outer, der::SEQUENCE)?;
        for (number, expected) in [(0, VERSION), (1, KRB_ERROR.into())] {
            let mut field = der::element(&mut message, der::context(number))?;
            if der::integer(&mut field, der::INTEGER)? != i64::from(expected) {
                return Err(field.invalid("it is no error of Kerberos 5"));
            }
        }
        // When the client asked, which it did not say.
        der::optional(&mut message, der::context(2))?;
        der::optional(&mut message, der::context(3))?;
        let time = required(&mut message, 4, der::GENERALIZED_TIME)?;
        if !is_time(time) {
            return Err(message.invalid("its time is no GeneralizedTime"));
        }
        let _microseconds = required(&mut message, 5, der::INTEGER)?;
        let mut code = der::element(&mut message, der::context(6))?;
        let code = der::integer(&mut code, der::INTEGER)?;
        let client_realm = optional_text(&mut message, 7)?;
        der::optional(&mut message, der::context(8))?;
        let realm = required(&mut message, 9, der::GENERAL_STRING)?;
        let _server = der::element(&mut message, der::context(10))?;
        let said = optional_text(&mut message, 11)?;
        let refusal = Self {
            code,
            time: text::decode(time, MAX_TEXT),
            client_realm,
            realm: text::decode(realm, MAX_TEXT),
            text: said,
        };
        Ok((refusal, reader.offset()))
    }

    /// The reason in words, where a stranger meets it often.
    pub fn reason(&self) -> Option<&'static str> {
        REASONS.iter().find(|(code, _)| *code == self.code).map(|(_, reason)| *reason)
    }
}

/// The contents of field `number`, which must have `tag` inside.
fn required<'a>(message: &mut Reader<'a>, number: u8, tag: u8) -> Result<&'a [u8], DecodeError> {
    let mut field = der::element(message, der::context(number))?;
    Ok(der::element(&mut field, tag)?.rest())
}

fn optional_text(message: &mut Reader<'_>, number: u8) -> Result<Option<String>, DecodeError> {
    let Some(mut field) = der::optional(message, der::context(number))? else { return Ok(None) };
    let bytes = der::element(&mut field, der::GENERAL_STRING)?.rest();
    Ok(Some(text::decode(bytes, MAX_TEXT)))
}

/// Whether `bytes` are a time as RFC 4120 section 5.2.3 writes it.
fn is_time(bytes: &[u8]) -> bool {
    let Some((b'Z', digits)) = bytes.split_last() else { return false };
    digits.len() == 14 && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: Stranger<'_> = Stranger { name: "h0123", realm: "H4567.INVALID", nonce: 7 };

    /// A refusal with `fields` from error-code on.
    fn refusal(fields: &[u8]) -> Vec<u8> {
        let head = b"\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\
            \xa4\x11\x18\x0f20261123230000Z\xa5\x03\x02\x01\x00";
        let message = der::encode(der::SEQUENCE, &[head, fields]);
        let message = der::encode(der::application(KRB_ERROR), &[&message]);
        let length = u32::try_from(message.len()).unwrap();
        [&length.to_be_bytes()[..], &message].concat()
    }

    fn example() -> Vec<u8> {
        refusal(
            b"\xa6\x03\x02\x01\x06\xa9\x06\x1b\x04REAL\xaa\x05\x30\x03\xa0\x01\x00\
            \xab\x06\x1b\x04text",
        )
    }

    #[test]
    fn a_request_is_told_by_its_lengths_and_does_not_answer_itself() {
        let bytes = ticket_request(STRANGER);
        assert_eq!(bytes[..4], u32::try_from(bytes.len() - 4).unwrap().to_be_bytes());
        assert_eq!(bytes[4], 0x6a);
        assert!(!Refusal::decode(&bytes).unwrap_err().is_incomplete());
    }

    #[test]
    fn a_refusal_is_read_and_every_cut_is_incomplete() {
        let bytes = example();
        let (read, used) = Refusal::decode(&bytes).unwrap();
        assert_eq!((read.code, used, read.realm.as_str()), (6, bytes.len(), "REAL"));
        assert_eq!((read.time.as_str(), read.text.as_deref()), ("20261123230000Z", Some("text")));
        assert_eq!((read.reason(), read.client_realm), (Some("client not found"), None));
        for length in 0..bytes.len() {
            assert!(Refusal::decode(&bytes[..length]).unwrap_err().is_incomplete(), "{length}");
        }
    }

    #[test]
    fn lengths_and_times_that_do_not_fit_are_refused() {
        let mut bytes = example();
        bytes[3] += 1;
        assert!(!Refusal::decode(&bytes).unwrap_err().is_incomplete());
        assert!(Refusal::decode(b"HTTP").unwrap_err().is_too_long());
        let mut bytes = example();
        let year = bytes.windows(4).position(|window| window == b"2026").unwrap();
        bytes[year] = b'x';
        assert!(!Refusal::decode(&bytes).unwrap_err().is_incomplete());
    }
}
