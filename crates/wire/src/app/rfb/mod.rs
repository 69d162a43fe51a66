//! The remote framebuffer protocol (VNC) up to the name of the desktop (RFC 6143).

pub mod nested;

use super::text;
use crate::{DecodeError, Reader};

/// The longest reason or name that is read: ours; both are shown on one line.
pub const MAX_TEXT: usize = 4_096;

/// The version that a server speaks (RFC 6143 section 7.1.1): `RFB 003.008\n`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Version {
    /// 3 by the RFC; `RealVNC` says 4 and 5.
    pub major: u16,
    /// 3, 7 or 8 by the RFC; Apple says 889.
    pub minor: u16,
}

impl Version {
    /// Reads the greeting, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RFB version", bytes);
        expect(&mut reader, b"RFB ")?;
        let major = number(&mut reader)?;
        expect(&mut reader, b".")?;
        let minor = number(&mut reader)?;
        expect(&mut reader, b"\n")?;
        Ok((Self { major, minor }, reader.offset()))
    }

    /// In which dialect to answer. The RFC reads numbers that it does not know as 3.3; Apple's
    /// 3.889 and `RealVNC`'s 4 and 5 are supersets of 3.8.
    pub fn dialect(self) -> Dialect {
        match (self.major, self.minor) {
            (3, 7) => Dialect::V3_7,
            (3, 8 | 889) | (4.., _) => Dialect::V3_8,
            _ => Dialect::V3_3,
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The dialects of the RFC.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// The server chooses the security type.
    V3_3,
    /// The client chooses, and a type without authentication has no result.
    V3_7,
    /// The client chooses, and every type has a result.
    V3_8,
}

impl Dialect {
    /// The client's version message.
    pub fn to_bytes(self) -> &'static [u8] {
        match self {
            Self::V3_3 => b"RFB 003.003\n",
            Self::V3_7 => b"RFB 003.007\n",
            Self::V3_8 => b"RFB 003.008\n",
        }
    }
}

/// How a client proves who it is (RFC 6143 section 7.1.2 and IANA's register).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SecurityType(pub u8);

impl SecurityType {
    /// Nobody has to prove anything.
    pub const NONE: Self = Self(1);
    /// A password of eight characters.
    pub const VNC: Self = Self(2);
    /// `TightVNC`'s own negotiation follows.
    pub const TIGHT: Self = Self(16);
    /// TLS with a negotiation inside that cannot be seen from outside.
    pub const TLS: Self = Self(18);
    /// Another negotiation follows, of which part may be inside TLS.
    pub const VENCRYPT: Self = Self(19);

    /// Whether the type is one that always wants a credential: a password, an account or a key.
    pub fn asks_credential(self) -> bool {
        // 5, 6, 129, 130, 133: RSA-AES; 17: UltraVNC; 20: SASL; 21: MD5; 22: xvp; 30 to 36: Apple;
        // 113, 114: Microsoft logon of UltraVNC.
        matches!(self.0, 2 | 5 | 6 | 17 | 20..=22 | 30..=36 | 113 | 114 | 129 | 130 | 133)
    }
}

/// What a server offers after the versions were exchanged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Security {
    /// These types; one where the server chose it.
    Offered(Vec<SecurityType>),
    /// It ends the conversation and says why.
    Refused(String),
}

impl Security {
    /// Reads the offer (RFC 6143 section 7.1.2; appendix A.1 for 3.3), and says how many bytes it
    /// was.
    pub fn decode(dialect: Dialect, bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RFB security types", bytes);
        let offer = if dialect == Dialect::V3_3 {
            match reader.u32()? {
                0 => Self::Refused(string(&mut reader)?),
                chosen => {
                    let chosen = u8::try_from(chosen);
                    let chosen = chosen.map_err(|_| reader.invalid("no type is so large"))?;
                    Self::Offered(vec![SecurityType(chosen)])
                }
            }
        } else {
            match reader.u8()? {
                0 => Self::Refused(string(&mut reader)?),
                count => {
                    let types = reader.take(count.into())?;
                    Self::Offered(types.iter().copied().map(SecurityType).collect())
                }
            }
        };
        Ok((offer, reader.offset()))
    }
}

/// The result of the security handshake (RFC 6143 section 7.1.3): `None` for success, or the
/// reason of a refusal, and how many bytes it was.
pub fn decode_result(bytes: &[u8]) -> Result<(Option<String>, usize), DecodeError> {
    let mut reader = Reader::new("RFB security result", bytes);
    let refusal = match reader.u32()? {
        0 => None,
        1 | 2 => Some(string(&mut reader)?),
        _ => return Err(reader.invalid("a result is 0, 1 or 2")),
    };
    Ok((refusal, reader.offset()))
}

/// Asks for the desktop and leaves others connected (RFC 6143 section 7.3.1).
pub const SHARED_CLIENT_INIT: &[u8] = &[1];

/// What a server tells of the desktop to whoever was let in (RFC 6143 section 7.3.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Desktop {
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Its name, decoded.
    pub name: String,
}

impl Desktop {
    /// Reads `ServerInit`, and says how many bytes it was.
    ///
    /// ```text
    /// u16 width | u16 height | 16 bytes of pixel format | u32 length | name
    /// ```
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("RFB ServerInit", bytes);
        let (width, height) = (reader.u16()?, reader.u16()?);
        if !matches!(reader.u8()?, 8 | 16 | 24 | 32) {
            return Err(reader.invalid("a pixel has 8, 16 or 32 bits"));
        }
        reader.take(15)?;
        let name = string(&mut reader)?;
        Ok((Self { width, height, name }, reader.offset()))
    }
}

/// A text behind its length of four bytes.
fn string(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let length = reader.length32(MAX_TEXT)?;
    Ok(text::decode(reader.take(length)?, MAX_TEXT))
}

/// Three digits.
fn number(reader: &mut Reader<'_>) -> Result<u16, DecodeError> {
    let mut number = 0;
    for _ in 0..3 {
        let digit = reader.u8()?;
        if !digit.is_ascii_digit() {
            return Err(reader.invalid("a version has three digits on each side"));
        }
        number = number * 10 + u16::from(digit - b'0');
    }
    Ok(number)
}

/// The next bytes, which have to be `wanted`; wrong ones are refused before all have arrived.
fn expect(reader: &mut Reader<'_>, wanted: &[u8]) -> Result<(), DecodeError> {
    for byte in wanted {
        if reader.u8()? != *byte {
            return Err(reader.invalid("it is not `RFB xxx.yyy`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_outside_the_rfc_get_the_dialect_that_they_understand() {
        for (greeting, dialect) in [
            ("RFB 003.003\n", Dialect::V3_3),
            ("RFB 003.005\n", Dialect::V3_3),
            ("RFB 003.007\n", Dialect::V3_7),
            ("RFB 003.008\n", Dialect::V3_8),
            ("RFB 003.889\n", Dialect::V3_8),
            ("RFB 004.001\n", Dialect::V3_8),
            ("RFB 005.000\n", Dialect::V3_8),
        ] {
            let (version, length) = Version::decode(greeting.as_bytes()).unwrap();
            assert_eq!((version.dialect(), length), (dialect, 12), "{greeting}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused_at_its_first_wrong_byte() {
        for greeting in ["RFC", "RFB x", "RFB 003.0088", "RFB 003,008\n"] {
            assert!(!Version::decode(greeting.as_bytes()).unwrap_err().is_incomplete());
        }
    }

    #[test]
    fn a_server_chooses_in_3_3_and_offers_later() {
        let vnc = Security::Offered(vec![SecurityType::VNC]);
        assert_eq!(Security::decode(Dialect::V3_3, &[0, 0, 0, 2]), Ok((vnc, 4)));
        let both = Security::Offered(vec![SecurityType::NONE, SecurityType::VNC]);
        assert_eq!(Security::decode(Dialect::V3_8, &[2, 1, 2, 9]), Ok((both, 3)));
        let refusal = b"\x00\x00\x00\x00\x08too many";
        let refused = Security::Refused("too many".into());
        assert_eq!(Security::decode(Dialect::V3_8, refusal), Ok((refused, 13)));
    }

    #[test]
    fn an_endless_reason_is_refused() {
        let error = Security::decode(Dialect::V3_8, &[0, 0xff, 0, 0, 0]).unwrap_err();
        assert!(error.is_too_long());
    }
}
