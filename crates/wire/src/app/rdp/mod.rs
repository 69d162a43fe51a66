//! The first words of a remote desktop (MS-RDPBCGR 2.2.1.1 and 2.2.1.2): which security it wants,
//! and in [`credssp`] what stands before its login.

pub mod conference;
pub mod credssp;

use std::fmt;

use crate::{DecodeError, Reader};

/// Version of TPKT (RFC 1006 section 6), and length of its header.
const TPKT: [u8; 2] = [3, 0];
const TPKT_HEADER: u16 = 4;

/// Length of a Connection Confirm without a negotiation.
const BARE: u16 = TPKT_HEADER + 7;

/// Connection Request and Connection Confirm (ITU-T X.224 sections 13.3 and 13.4).
const CONNECTION_REQUEST: u8 = 0xe0;
const CONNECTION_CONFIRM: u8 = 0xd0;

/// `RDP_NEG_REQ`, `RDP_NEG_RSP` and `RDP_NEG_FAILURE` (MS-RDPBCGR 2.2.1.1.1, 2.2.1.2.1 and
/// 2.2.1.2.2), and the length of each.
const REQUEST: u8 = 1;
const RESPONSE: u8 = 2;
const FAILURE: u8 = 3;
const NEGOTIATION: u16 = 8;

/// Security protocols, as flags in a request, one of them in a response (MS-RDPBCGR 2.2.1.1.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Security(pub u32);

impl Security {
    /// RDP's own encryption.
    pub const STANDARD: Self = Self(0);
    /// TLS, and the login on the screen.
    pub const TLS: Self = Self(1);
    /// The login before anything else (`CredSSP`), inside TLS: network level authentication.
    pub const HYBRID: Self = Self(2);
    /// RDSTLS, for redirected sessions.
    pub const RDSTLS: Self = Self(4);
    /// As [`Security::HYBRID`], with the outcome told early.
    pub const HYBRID_EX: Self = Self(8);

    /// These and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the login comes before anything else.
    pub fn is_hybrid(self) -> bool {
        self == Self::HYBRID || self == Self::HYBRID_EX
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::STANDARD => f.write_str("standard"),
            Self::TLS => f.write_str("tls"),
            Self::HYBRID => f.write_str("hybrid"),
            Self::RDSTLS => f.write_str("rdstls"),
            Self::HYBRID_EX => f.write_str("hybrid-ex"),
            Self(other) => write!(f, "{other:#x}"),
        }
    }
}

/// Why a server takes none of the offered protocols (MS-RDPBCGR 2.2.1.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Failure(pub u32);

impl Failure {
    /// It wants TLS at least.
    pub const TLS_REQUIRED: Self = Self(1);
    /// It has only RDP's own encryption.
    pub const TLS_NOT_ALLOWED: Self = Self(2);
    /// It has no certificate, so that only RDP's own encryption is left.
    pub const NO_CERTIFICATE: Self = Self(3);
    /// It wants the login first.
    pub const HYBRID_REQUIRED: Self = Self(5);
    /// It wants TLS with a certificate of the client.
    pub const TLS_WITH_USER_REQUIRED: Self = Self(6);
}

/// Connection Request (MS-RDPBCGR 2.2.1.1) that offers `protocols` and names nobody.
pub fn connection_request(protocols: Security) -> Vec<u8> {
    let negotiation = [&[REQUEST, 0, 8, 0][..], &protocols.0.to_le_bytes()].concat();
    // No references, class 0.
    let body = [&[CONNECTION_REQUEST, 0, 0, 0, 0, 0][..], &negotiation].concat();
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    let total = TPKT_HEADER + 1 + u16::from(length);
    [&TPKT[..], &total.to_be_bytes(), &[length], &body].concat()
}

/// What a server says to [`connection_request`]: the negotiation in a Connection Confirm
/// (MS-RDPBCGR 2.2.1.2).
///
/// | field             | bytes | kept                |
/// |-------------------|-------|---------------------|
/// | TPKT header       | 4     | bounds the rest     |
/// | length, code      | 2     | 0xd0, must be       |
/// | references, class | 5     | no                  |
/// | type, flags       | 2     | which of both it is |
/// | length            | 2     | 8, must be          |
/// | protocol or code  | 4     | yes                 |
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Negotiation {
    /// `RDP_NEG_RSP`: the protocol that it chose.
    Selected(Security),
    /// `RDP_NEG_FAILURE`.
    Failed(Failure),
    /// None: the server is older than the negotiation, or speaks something else over X.224. Only
    /// what follows, in [`conference`], tells which.
    Absent,
}

impl Negotiation {
    /// Reads an answer; says how many bytes it has.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RDP connection confirm", bytes);
        for expected in TPKT {
            if reader.u8()? != expected {
                return Err(reader.invalid("it has no TPKT header"));
            }
        }
        let total = reader.u16()?;
        if ![BARE, BARE + NEGOTIATION].contains(&total) {
            return Err(reader.invalid("its length is not that of a confirm"));
        }
        let rest = total - TPKT_HEADER;
        let mut confirm = reader.field("RDP connection confirm", rest.into())?;
        if u16::from(confirm.u8()?) != rest - 1 || confirm.u8()? != CONNECTION_CONFIRM {
            return Err(confirm.invalid("it confirms no connection"));
        }
        // Two references and the class.
        confirm.take(5)?;
        if total == BARE {
            return Ok((Self::Absent, reader.offset()));
        }
        let [kind, _flags] = confirm.array()?;
        if confirm.u16_le()? != NEGOTIATION {
            return Err(confirm.invalid("its negotiation has another length"));
        }
        let value = confirm.u32_le()?;
        let negotiation = match kind {
            RESPONSE => Self::Selected(Security(value)),
            FAILURE => Self::Failed(Failure(value)),
            _ => return Err(confirm.invalid("it does not answer a negotiation")),
        };
        Ok((negotiation, reader.offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Server X.224 Connection Confirm of the example in MS-RDPBCGR 4.1.2.
    const EXAMPLE: &[u8] = b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\0\0\0\0";

    #[test]
    fn a_request_is_written_byte_for_byte() {
        let protocols = Security::TLS.with(Security::HYBRID).with(Security::HYBRID_EX);
        let expected = b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0";
        assert_eq!(connection_request(protocols), expected);
        assert!(Negotiation::decode(expected).is_err(), "it is no answer to itself");
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let selected = Negotiation::Selected(Security::STANDARD);
        assert_eq!(Negotiation::decode(EXAMPLE), Ok((selected, 19)));
        for length in 0..EXAMPLE.len() {
            assert!(Negotiation::decode(&EXAMPLE[..length]).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn a_confirm_without_a_negotiation_is_told() {
        let bytes = b"\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0";
        assert_eq!(Negotiation::decode(bytes), Ok((Negotiation::Absent, 11)));
    }

    #[test]
    fn a_failure_tells_what_the_server_wants() {
        let bytes = b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0";
        let failed = Negotiation::Failed(Failure::HYBRID_REQUIRED);
        assert_eq!(Negotiation::decode(bytes), Ok((failed, 19)));
    }

    #[test]
    fn what_is_no_confirm_is_told_as_early_as_possible() {
        for bytes in [&b"H"[..], b"\x03H", b"\x03\0\xff\xff", b"\x03\0\0\x0b\x06\xe0\0\0\0\0\0"] {
            assert!(!Negotiation::decode(bytes).unwrap_err().is_incomplete(), "{bytes:x?}");
        }
    }
}
