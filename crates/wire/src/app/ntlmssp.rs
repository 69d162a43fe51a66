//! What a Windows host tells about itself before anybody logs in: the first two messages of NTLM
//! (MS-NLMP). The third, which would be the login, does not exist here.

use std::fmt;

use data_encoding::BASE64;
use encoding_rs::UTF_16LE;

use super::text;
use crate::{DecodeError, Reader};

/// The first bytes of every message (MS-NLMP 2.2.1).
pub(crate) const SIGNATURE: &[u8] = b"NTLMSSP\0";

/// The longest challenge that is decoded: ours; names of a few hundred bytes and a fixed part.
const MAX_MESSAGE: usize = 8_192;

/// The longest name: 255 characters of a DNS name (RFC 1035 section 2.3.4) in UTF-16, rounded up.
const MAX_NAME: usize = 1_024;

/// The most pairs of target information: MS-NLMP 2.2.2.1 defines eleven kinds.
const MAX_PAIRS: usize = 32;

/// Flags of MS-NLMP 2.2.2.5.
const UNICODE: u32 = 0x0000_0001;
const REQUEST_TARGET: u32 = 0x0000_0004;
const NTLM: u32 = 0x0000_0200;
const ALWAYS_SIGN: u32 = 0x0000_8000;
const EXTENDED_SESSION_SECURITY: u32 = 0x0008_0000;
const TARGET_INFO: u32 = 0x0080_0000;
const VERSION: u32 = 0x0200_0000;
const KEY_128: u32 = 0x2000_0000;
const KEY_56: u32 = 0x8000_0000;

/// `NEGOTIATE_MESSAGE` (MS-NLMP 2.2.1.1): asks for a challenge, and names nobody.
pub fn negotiate() -> Vec<u8> {
    let flags = UNICODE
        | REQUEST_TARGET
        | NTLM
        | ALWAYS_SIGN
        | EXTENDED_SESSION_SECURITY
        | VERSION
        | KEY_128
        | KEY_56;
    let fields = [1_u32.to_le_bytes(), flags.to_le_bytes()].concat();
    // No domain, no workstation, and a version that says only which NTLM it is (2.2.2.10).
    let version = [0, 0, 0, 0, 0, 0, 0, 0x0f];
    [SIGNATURE, &fields, &[0; 16], &version].concat()
}

/// [`negotiate`] as a web server takes it: the value of Authorization for `scheme`, which is
/// `NTLM` or `Negotiate` (MS-NTHT 2.2.1, RFC 4559 section 4.1).
pub fn authorization(scheme: &str) -> String {
    format!("{scheme} {}", BASE64.encode(&negotiate()))
}

/// `CHALLENGE_MESSAGE` (MS-NLMP 2.2.1.2).
///
/// | field            | bytes | kept                               |
/// |------------------|-------|------------------------------------|
/// | Signature        | 8     | `NTLMSSP`, must be                 |
/// | MessageType      | 4     | 2, must be                         |
/// | TargetNameFields | 8     | no: the pairs say more             |
/// | NegotiateFlags   | 4     | whether there is a version         |
/// | ServerChallenge  | 8     | no                                 |
/// | Reserved         | 8     | no                                 |
/// | TargetInfoFields | 8     | length, space, offset of the pairs |
/// | Version          | 8     | yes                                |
/// | Payload          |       | the pairs                          |
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Challenge {
    /// The version, where the server says that it sends one.
    pub version: Option<ProductVersion>,
    /// `MsvAvNbComputerName`.
    pub computer: Option<String>,
    /// `MsvAvNbDomainName`.
    pub domain: Option<String>,
    /// `MsvAvDnsComputerName`.
    pub dns_computer: Option<String>,
    /// `MsvAvDnsDomainName`.
    pub dns_domain: Option<String>,
}

impl Challenge {
    /// Reads one message, all of which is in `bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "NTLM challenge";
        if bytes.len() > MAX_MESSAGE {
            return Err(DecodeError::too_long(what, 0, MAX_MESSAGE));
        }
        let mut reader = Reader::whole(what, bytes);
        if reader.take(SIGNATURE.len())? != SIGNATURE || reader.u32_le()? != 2 {
            return Err(reader.invalid("it is no challenge of NTLM"));
        }
        let _target_name = Place::decode(&mut reader)?;
        let flags = reader.u32_le()?;
        // The challenge proper, and eight bytes for later.
        reader.take(16)?;
        let mut challenge = Self::default();
        if flags & (TARGET_INFO | VERSION) != 0 {
            let pairs = Place::decode(&mut reader)?;
            if flags & TARGET_INFO != 0 {
                challenge.take_pairs(pairs.of("NTLM target information", bytes)?)?;
            }
        }
        if flags & VERSION != 0 {
            challenge.version = Some(ProductVersion::decode(&mut reader)?);
        }
        Ok(challenge)
    }

    /// Reads the value of a WWW-Authenticate field: a scheme and a challenge in base64, which may
    /// be wrapped in SPNEGO.
    pub fn from_www_authenticate(value: &str) -> Result<Self, DecodeError> {
        let what = "NTLM challenge in HTTP";
        let (scheme, token) = value.trim().split_once(' ').unwrap_or((value, ""));
        if !["NTLM", "Negotiate"].iter().any(|name| scheme.eq_ignore_ascii_case(name)) {
            return Err(DecodeError::invalid(what, 0, "a scheme other than NTLM and Negotiate"));
        }
        if token.len() > 2 * MAX_MESSAGE {
            return Err(DecodeError::too_long(what, scheme.len(), 2 * MAX_MESSAGE));
        }
        let bytes = BASE64
            .decode(token.trim().as_bytes())
            .map_err(|_| DecodeError::invalid(what, scheme.len(), "it is not base64"))?;
        Self::decode(super::spnego::response_token(&bytes)?)
    }

    /// `AV_PAIRs` (MS-NLMP 2.2.2.1), up to `MsvAvEOL`.
    fn take_pairs(&mut self, mut pairs: Reader<'_>) -> Result<(), DecodeError> {
        for _ in 0..MAX_PAIRS {
            let (id, length) = (pairs.u16_le()?, pairs.u16_le()?);
            let mut value = pairs.field("NTLM target information", length.into())?;
            let kept = match id {
                0 => return Ok(()),
                1 => &mut self.computer,
                2 => &mut self.domain,
                3 => &mut self.dns_computer,
                4 => &mut self.dns_domain,
                _ => continue,
            };
            if value.remaining() > MAX_NAME {
                return Err(DecodeError::too_long("NTLM name", value.offset(), MAX_NAME));
            }
            *kept = Some(name(value.rest())).filter(|name| !name.is_empty());
        }
        Err(DecodeError::too_long("NTLM target information", pairs.offset(), MAX_PAIRS))
    }
}

/// VERSION (MS-NLMP 2.2.2.10): for Windows the version of the system, for others what they like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ProductVersion {
    /// `ProductMajorVersion`.
    pub major: u8,
    /// `ProductMinorVersion`.
    pub minor: u8,
    /// `ProductBuild`.
    pub build: u16,
    /// `NTLMRevisionCurrent`: 15.
    pub revision: u8,
}

impl ProductVersion {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let [major, minor] = reader.array()?;
        let build = reader.u16_le()?;
        let [_, _, _, revision] = reader.array()?;
        Ok(Self { major, minor, build, revision })
    }
}

impl fmt::Display for ProductVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.build)
    }
}

/// Where in the message a value lies.
struct Place {
    length: u16,
    offset: u32,
}

impl Place {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (length, _space) = (reader.u16_le()?, reader.u16_le()?);
        Ok(Self { length, offset: reader.u32_le()? })
    }

    fn of<'a>(&self, what: &'static str, message: &'a [u8]) -> Result<Reader<'a>, DecodeError> {
        let mut reader = Reader::whole(what, message);
        if self.length > 0 {
            reader.take(usize::try_from(self.offset).unwrap_or(usize::MAX))?;
        }
        reader.field(what, self.length.into())
    }
}

/// A name as text that is safe to show: in the pairs always Unicode (MS-NLMP 2.2.2.1).
fn name(bytes: &[u8]) -> String {
    text::decode(UTF_16LE.decode_without_bom_handling(bytes).0.as_bytes(), MAX_NAME / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The challenge of the example in MS-NLMP 4.2.4.3.
    const EXAMPLE: &[u8] = b"NTLMSSP\0\x02\0\0\0\x0c\0\x0c\0\x38\0\0\0\x33\x82\x8a\xe2\
        \x01\x23\x45\x67\x89\xab\xcd\xef\0\0\0\0\0\0\0\0\x24\0\x24\0\x44\0\0\0\
        \x06\0\x70\x17\0\0\0\x0fS\0e\0r\0v\0e\0r\0\
        \x02\0\x0c\0D\0o\0m\0a\0i\0n\0\x01\0\x0c\0S\0e\0r\0v\0e\0r\0\0\0\0\0";

    #[test]
    fn the_first_message_is_written_byte_for_byte() {
        let expected = b"NTLMSSP\0\x01\0\0\0\x05\x82\x08\xa2\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0f";
        assert_eq!(negotiate(), expected);
        assert!(authorization("NTLM").starts_with("NTLM TlRMTVNTUAABAAAA"));
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let challenge = Challenge::decode(EXAMPLE).unwrap();
        assert_eq!(challenge.version.unwrap().to_string(), "6.0.6000");
        assert_eq!(challenge.computer.as_deref(), Some("Server"));
        assert_eq!(challenge.domain.as_deref(), Some("Domain"));
        assert_eq!(challenge.dns_computer, None);
    }

    #[test]
    fn a_challenge_in_http_is_read_with_and_without_spnego() {
        let bare = format!("NTLM {}", BASE64.encode(EXAMPLE));
        assert!(Challenge::from_www_authenticate(&bare).is_ok());
        let length = u8::try_from(EXAMPLE.len()).unwrap();
        let lengths = [length + 9, length + 6, length + 3, length].map(|it| [0x81, it]);
        let [a, b, c, d] = lengths;
        let wrapped = [&[0xa1][..], &a, &[0x30], &b, &[0xa2], &c, &[0x04], &d, EXAMPLE].concat();
        let wrapped = format!("Negotiate {}", BASE64.encode(&wrapped));
        assert_eq!(
            Challenge::from_www_authenticate(&wrapped),
            Challenge::from_www_authenticate(&bare)
        );
        for value in ["NTLM", "Negotiate", "Basic realm=\"x\"", "NTLM ???", ""] {
            assert!(Challenge::from_www_authenticate(value).is_err(), "{value}");
        }
    }

    #[test]
    fn every_cut_and_the_first_message_are_refused() {
        for length in 0..EXAMPLE.len() {
            assert!(Challenge::decode(&EXAMPLE[..length]).is_err(), "{length}");
        }
        assert!(Challenge::decode(&negotiate()).is_err());
    }

    #[test]
    fn a_challenge_without_a_version_has_none() {
        let mut bytes = EXAMPLE.to_vec();
        bytes[23] &= !0x02;
        assert_eq!(Challenge::decode(&bytes).unwrap().version, None);
    }

    #[test]
    fn pairs_without_an_end_are_refused() {
        let mut bytes = EXAMPLE.to_vec();
        let pairs = [9_u8, 0, 0, 0].repeat(200);
        bytes[40..44].copy_from_slice(&[0x20, 3, 0x20, 3]);
        bytes.truncate(0x44);
        bytes.extend(pairs);
        assert!(Challenge::decode(&bytes).unwrap_err().is_too_long());
    }
}
