//! X.509 certificates (RFC 5280), by way of `x509-parser`.

mod algorithm;
mod name;

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;

pub use algorithm::PublicKey;

use super::text;
use crate::DecodeError;

/// The longest certificate that is decoded: real ones have less than 8 KiB, and the certificate
/// list of a handshake ends at 100 KiB.
pub const MAX_CERTIFICATE: usize = 65_536;

/// The most alternative names that are kept: public authorities allow 100 to 250.
pub const MAX_NAMES: usize = 256;

/// The longest name or alternative name that is kept, in characters: ours.
const MAX_TEXT: usize = 1_024;

/// What a certificate says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// Subject name, as RFC 4514 writes it.
    pub subject: String,
    /// Issuer name.
    pub issuer: String,
    /// The subject as encoded; names are compared by this.
    pub subject_der: Vec<u8>,
    /// The issuer as encoded.
    pub issuer_der: Vec<u8>,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// First second of validity, in Unix time.
    pub not_before: i64,
    /// Last second of validity, in Unix time.
    pub not_after: i64,
    /// DNS names of the subject alternative name extension.
    pub dns_names: Vec<String>,
    /// IP addresses of the subject alternative name extension.
    pub ip_names: Vec<IpAddr>,
    /// The public key.
    pub key: PublicKey,
    /// The subject public key info as encoded.
    pub key_der: Vec<u8>,
    /// Signature algorithm, such as `sha256WithRSAEncryption`, or its object identifier.
    pub signature_algorithm: String,
    /// Whether basic constraints say CA.
    pub is_ca: bool,
    /// Whether subject and issuer are the same and the signature verifies with its own key.
    ///
    /// Signatures that the verifier does not know (RSA under 2048 bits with SHA-2, MD5, P-521,
    /// RSASSA-PSS with an unusual salt) count if the key identifiers of issuer and subject do not
    /// contradict.
    pub is_self_signed: bool,
    /// Whether it says where its issuer's certificate can be had (RFC 5280 section 4.2.2.1).
    pub tells_issuer_location: bool,
}

impl Certificate {
    /// Reads one certificate in DER, with nothing behind it.
    pub fn decode(der: &[u8]) -> Result<Self, DecodeError> {
        let what = "X.509 certificate";
        if der.len() > MAX_CERTIFICATE {
            return Err(DecodeError::too_long(what, 0, MAX_CERTIFICATE));
        }
        let wrong = |_| DecodeError::invalid(what, 0, "it cannot be parsed");
        let (rest, parsed) = X509Certificate::from_der(der).map_err(wrong)?;
        if !rest.is_empty() {
            let at = der.len() - rest.len();
            return Err(DecodeError::invalid(what, at, "bytes follow the certificate"));
        }
        let key = PublicKey::of(parsed.public_key());
        let mut certificate = Self {
            subject: name::to_rfc4514(parsed.subject()),
            issuer: name::to_rfc4514(parsed.issuer()),
            subject_der: parsed.subject().as_raw().to_vec(),
            issuer_der: parsed.issuer().as_raw().to_vec(),
            serial: serial_to_hex(parsed.raw_serial()),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
            dns_names: Vec::new(),
            ip_names: Vec::new(),
            key_der: parsed.public_key().raw.to_vec(),
            signature_algorithm: algorithm::signature_name(&parsed.signature_algorithm),
            is_ca: parsed.is_ca(),
            is_self_signed: is_self_signed(&parsed, &key),
            tells_issuer_location: false,
            key,
        };
        for extension in parsed.extensions() {
            certificate.read_extension(extension.parsed_extension());
        }
        Ok(certificate)
    }

    /// Whether subject and issuer are the same, whoever signed.
    pub fn is_self_issued(&self) -> bool {
        self.subject_der == self.issuer_der
    }

    fn read_extension(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::SubjectAlternativeName(names) => {
                for name in names.general_names.iter().take(MAX_NAMES) {
                    match name {
                        GeneralName::DNSName(name) => {
                            self.dns_names.push(text::decode(name.as_bytes(), MAX_TEXT));
                        }
                        GeneralName::IPAddress(octets) => self.ip_names.extend(address(octets)),
                        _ => {}
                    }
                }
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";
                self.tells_issuer_location |=
                    access.iter().any(|it| it.access_method.to_id_string() == CA_ISSUERS);
            }
            _ => {}
        }
    }
}

/// An address of 4 or 16 octets (RFC 5280 section 4.2.1.6).
fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(octets).map(IpAddr::from).ok();
    let v6 = || <[u8; 16]>::try_from(octets).map(IpAddr::from).ok();
    v4().or_else(v6)
}

/// The serial number without the zero byte that only keeps it positive.
fn serial_to_hex(serial: &[u8]) -> String {
    match serial {
        [0, rest @ ..] if !rest.is_empty() => HEXLOWER.encode(rest),
        all => HEXLOWER.encode(all),
    }
}

fn is_self_signed(certificate: &X509Certificate<'_>, key: &PublicKey) -> bool {
    if certificate.subject().as_raw() != certificate.issuer().as_raw() {
        return false;
    }
    match certificate.verify_signature(None) {
        Ok(()) => true,
        Err(X509Error::SignatureUnsupportedAlgorithm) => !contradicts_itself(certificate),
        Err(_) => {
            let is_beyond_verifier =
                key.is_beyond_verifier() || algorithm::is_pss(&certificate.signature_algorithm);
            is_beyond_verifier && !contradicts_itself(certificate)
        }
    }
}

/// Whether the identifier of the signing key is not that of the certificate's own key.
fn contradicts_itself(certificate: &X509Certificate<'_>) -> bool {
    let mut own = None;
    let mut signer = None;
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(identifier) => own = Some(identifier.0),
            ParsedExtension::AuthorityKeyIdentifier(authority) => {
                signer = authority.key_identifier.as_ref().map(|identifier| identifier.0);
            }
            _ => {}
        }
    }
    signer.is_some_and(|signer| own.is_some_and(|own| own != signer))
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

    use super::*;

    #[test]
    fn what_was_put_in_is_read_back() {
        let names = ["portal.office.example".to_owned(), "192.0.2.7".into(), "::1".into()];
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "受付, 1階");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let certificate = Certificate::decode(der.der()).unwrap();
        assert_eq!(certificate.dns_names, ["portal.office.example"]);
        assert_eq!(
            certificate.ip_names,
            ["192.0.2.7".parse::<IpAddr>().unwrap(), "::1".parse().unwrap()]
        );
        assert!(certificate.subject.contains("受付\\, 1階"), "{}", certificate.subject);
        assert_eq!(certificate.key, PublicKey { algorithm: "EC".into(), bits: Some(256) });
        assert_eq!(certificate.signature_algorithm, "ecdsa-with-SHA256");
        assert!(certificate.is_ca && certificate.is_self_signed && certificate.is_self_issued());
    }

    #[test]
    fn a_signature_by_another_key_of_the_same_name_is_not_self_signed() {
        let params = CertificateParams::new([]).unwrap();
        let issuer =
            CertifiedIssuer::self_signed(params.clone(), KeyPair::generate().unwrap()).unwrap();
        let der = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        let certificate = Certificate::decode(der.der()).unwrap();
        assert!(certificate.is_self_issued() && !certificate.is_self_signed);
    }

    #[test]
    fn serial_numbers_are_shown_without_the_sign_byte() {
        assert_eq!(serial_to_hex(&[0, 0x9a, 1]), "9a01");
        assert_eq!(serial_to_hex(&[0]), "00");
    }

    #[test]
    fn refuses_bytes_behind_and_over_the_limit() {
        let params = CertificateParams::new([]).unwrap();
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
        assert!(Certificate::decode(&[&der[..], &[0]].concat()).is_err());
        assert!(Certificate::decode(&vec![0x30; MAX_CERTIFICATE + 1]).unwrap_err().is_too_long());
    }
}
