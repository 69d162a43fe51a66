//! A `ClientHello` for TLS 1.0 to 1.2 that offers what modern libraries refuse.
//!
//! Up to TLS 1.2 a server shows its certificates in the clear, so this hello and a parser are
//! enough to read them from servers with TLS 1.0 only, RSA of 1024 bits or SHA-1. Nothing of the
//! handshake is ever completed with it.

use std::fmt;

/// A protocol version as it crosses the wire (RFC 5246 section 6.2.1).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct TlsVersion(pub u16);

impl TlsVersion {
    /// RFC 6101; recognised, never offered.
    pub const SSL_3_0: Self = Self(0x0300);
    /// RFC 2246.
    pub const TLS_1_0: Self = Self(0x0301);
    /// RFC 4346.
    pub const TLS_1_1: Self = Self(0x0302);
    /// RFC 5246.
    pub const TLS_1_2: Self = Self(0x0303);
    /// RFC 8446.
    pub const TLS_1_3: Self = Self(0x0304);
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SSL_3_0 => f.write_str("SSL 3.0"),
            Self::TLS_1_0 => f.write_str("TLS 1.0"),
            Self::TLS_1_1 => f.write_str("TLS 1.1"),
            Self::TLS_1_2 => f.write_str("TLS 1.2"),
            Self::TLS_1_3 => f.write_str("TLS 1.3"),
            Self(other) => write!(f, "{other:#06x}"),
        }
    }
}

/// What a client offers first (RFC 5246 section 7.4.1.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClientHello<'a> {
    /// The highest version offered, TLS 1.0 to 1.2.
    pub version: TlsVersion,
    /// Random bytes.
    pub random: [u8; 32],
    /// The name for the SNI extension, if one is to be sent.
    pub server_name: Option<&'a str>,
}

/// The longest server name: RFC 1035 section 2.3.4.
pub const MAX_SERVER_NAME: usize = 255;

/// A server name that cannot be sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a host name of 1 to {MAX_SERVER_NAME} ASCII characters")]
pub struct InvalidServerName(pub String);

impl ClientHello<'_> {
    /// The hello in one handshake record.
    ///
    /// ```text
    /// record:    type 22 | version | length | handshake
    /// handshake: type 1 | length | client_version | random | session_id
    ///            | cipher_suites | compression_methods | extensions
    /// ```
    pub fn to_record(&self) -> Result<Vec<u8>, InvalidServerName> {
        let mut extensions = Vec::new();
        if let Some(name) = self.server_name {
            let is_ascii = name.bytes().all(|byte| byte.is_ascii_graphic());
            if name.is_empty() || name.len() > MAX_SERVER_NAME || !is_ascii {
                return Err(InvalidServerName(name.to_owned()));
            }
            extensions.extend(extension(SERVER_NAME, &server_name_list(name)));
        }
        let groups = vector16(&bytes_of(GROUPS));
        extensions.extend(extension(SUPPORTED_GROUPS, &groups));
        extensions.extend(extension(EC_POINT_FORMATS, &[1, 0]));
        if self.version >= TlsVersion::TLS_1_2 {
            let algorithms = vector16(&bytes_of(SIGNATURE_ALGORITHMS));
            extensions.extend(extension(SIGNATURE_ALGORITHMS_EXTENSION, &algorithms));
        }
        let head = [
            &self.version.0.to_be_bytes()[..],
            &self.random,
            &[0],
            &vector16(&bytes_of(SUITES)),
            &[1, 0],
        ]
        .concat();
        extensions.extend(padding(HANDSHAKE_HEADER + head.len() + 2 + extensions.len()));
        let body = [head, vector16(&extensions)].concat();
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
        let handshake = [&[1], length.get(1..).unwrap_or_default(), &body].concat();
        let record_version = TlsVersion::TLS_1_0.0.to_be_bytes();
        Ok([&[22][..], &record_version, &vector16(&handshake)].concat())
    }
}

const HANDSHAKE_HEADER: usize = 4;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS_EXTENSION: u16 = 13;
const PADDING: u16 = 21;

/// x25519, secp256r1, secp384r1, secp521r1, x448, then curves of old embedded stacks
/// (secp256k1, secp224r1, secp192r1, sect233r1) and ffdhe2048 to 4096 (RFC 8422, RFC 7919).
const GROUPS: &[u16] = &[29, 23, 24, 25, 30, 22, 21, 19, 7, 256, 257, 258];

/// RFC 8446 section 4.2.3 and RFC 5246 section 7.4.1.4.1, down to SHA-1 and MD5 with RSA, DSA
/// and ECDSA: the certificate is wanted whatever it is signed with.
const SIGNATURE_ALGORITHMS: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
    0x0501, 0x0601, 0x0402, 0x0502, 0x0602, 0x0303, 0x0301, 0x0302, 0x0203, 0x0201, 0x0202, 0x0101,
];

/// Suites with a certificate, strong first (IANA TLS parameters): AEAD, then CBC with SHA-2 and
/// SHA-1, Camellia, SEED, 3DES, RC4, single DES; last the signalling suite of RFC 5746. No
/// anonymous suite is offered, since it shows no certificate.
const SUITES: &[u16] = &[
    0xc02c, 0xc02b, 0xc030, 0xc02f, 0xcca9, 0xcca8, 0x009f, 0x009e, 0xccaa, 0x009d, 0x009c, 0xc0ad,
    0xc0ac, 0xc09f, 0xc09e, 0xc09d, 0xc09c, 0x00a3, 0x00a2, 0xc024, 0xc023, 0xc028, 0xc027, 0x006b,
    0x0067, 0x003d, 0x003c, 0x006a, 0x0040, 0xc00a, 0xc009, 0xc014, 0xc013, 0x0039, 0x0033, 0x0035,
    0x002f, 0x0038, 0x0032, 0x0088, 0x0045, 0x0084, 0x0041, 0x009a, 0x0096, 0xc008, 0xc012, 0x0016,
    0x000a, 0x0013, 0xc007, 0xc011, 0x0005, 0x0004, 0x0015, 0x0009, 0x0012, 0x00ff,
];

/// Padding (RFC 7685) for hellos of 256 to 511 bytes: some load balancers hang on those.
fn padding(hello: usize) -> Vec<u8> {
    const EXTENSION_HEADER: usize = 4;
    if (256..512).contains(&hello) {
        extension(PADDING, &vec![0; 512_usize.saturating_sub(hello + EXTENSION_HEADER)])
    } else {
        Vec::new()
    }
}

/// A list with one name of type `host_name` (RFC 6066 section 3).
fn server_name_list(name: &str) -> Vec<u8> {
    vector16(&[&[0], &*vector16(name.as_bytes())].concat())
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &vector16(content)].concat()
}

/// `content` behind its length in two bytes; all that is sent here is far shorter.
fn vector16(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], content].concat()
}

fn bytes_of(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use tls_parser::{TlsMessage, TlsMessageHandshake, parse_tls_client_hello_extensions};

    use super::*;

    /// Parses a hello with the library and gives its version, its suites and its extensions.
    fn parse(record: &[u8]) -> (u16, Vec<u16>, String) {
        let (rest, plaintext) = tls_parser::parse_tls_plaintext(record).unwrap();
        assert!(rest.is_empty());
        let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))] = &plaintext.msg[..]
        else {
            panic!("not a client hello");
        };
        let extensions = parse_tls_client_hello_extensions(hello.ext.unwrap()).unwrap().1;
        let suites = hello.ciphers.iter().map(|suite| suite.0).collect();
        (hello.version.0, suites, format!("{extensions:?}"))
    }

    #[test]
    fn a_library_reads_what_was_offered() {
        let name = Some("portal.office.example");
        let hello =
            ClientHello { version: TlsVersion::TLS_1_2, random: [7; 32], server_name: name };
        let (version, suites, extensions) = parse(&hello.to_record().unwrap());
        assert_eq!((version, suites.as_slice()), (0x0303, SUITES));
        assert!(extensions.contains("portal.office.example"), "{extensions}");
        assert!(extensions.contains("SignatureAlgorithms"), "{extensions}");
    }

    #[test]
    fn an_old_version_has_no_signature_algorithms() {
        let hello =
            ClientHello { version: TlsVersion::TLS_1_0, random: [7; 32], server_name: None };
        let (version, _, extensions) = parse(&hello.to_record().unwrap());
        assert_eq!(version, 0x0301);
        assert!(!extensions.contains("SignatureAlgorithms"), "{extensions}");
    }

    #[test]
    fn no_hello_has_a_length_that_hangs_load_balancers() {
        for length in 0..=MAX_SERVER_NAME {
            let name = "n".repeat(length);
            let server_name = Some(name.as_str()).filter(|name| !name.is_empty());
            let hello = ClientHello { version: TlsVersion::TLS_1_2, random: [7; 32], server_name };
            let handshake = hello.to_record().unwrap().len() - 5;
            assert!(!(256..512).contains(&handshake), "{length}: {handshake}");
        }
    }

    #[test]
    fn refuses_names_that_are_no_host_names() {
        for name in ["", "会議室.example", "a b", &"n".repeat(256)] {
            let server_name = Some(name);
            let hello = ClientHello { version: TlsVersion::TLS_1_2, random: [7; 32], server_name };
            assert!(hello.to_record().is_err(), "{name}");
        }
    }

    #[test]
    fn versions_have_names_and_unknown_ones_are_shown_in_hexadecimal() {
        assert_eq!(TlsVersion::TLS_1_0.to_string(), "TLS 1.0");
        assert_eq!(TlsVersion(0x7f12).to_string(), "0x7f12");
    }
}
