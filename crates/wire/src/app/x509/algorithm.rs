use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// `id-RSASSA-PSS` of RFC 4055, both a kind of key and a signature algorithm.
const PSS: &str = "1.2.840.113549.1.1.10";

/// Kind and size of a public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    /// `RSA`, `EC`, `DSA`, `Ed25519`, `Ed448`, or an object identifier.
    pub algorithm: String,
    /// Size in bits: of the modulus for RSA, of the field for elliptic curves.
    pub bits: Option<u32>,
}

impl PublicKey {
    pub(super) fn of(info: &SubjectPublicKeyInfo<'_>) -> Self {
        let oid = info.algorithm.algorithm.to_id_string();
        let (algorithm, bits) = match oid.as_str() {
            "1.2.840.113549.1.1.1" | PSS => ("RSA", modulus_bits(info)),
            "1.2.840.10045.2.1" => ("EC", curve_bits(info)),
            "1.2.840.10040.4.1" => ("DSA", prime_bits(info)),
            "1.3.101.112" => ("Ed25519", Some(256)),
            "1.3.101.113" => ("Ed448", Some(456)),
            other => (other, None),
        };
        Self { algorithm: algorithm.to_owned(), bits }
    }

    /// Whether signatures of the key fail in the verifier whatever they are: it takes RSA of
    /// 2048 to 8192 bits.
    pub(super) fn is_beyond_verifier(&self) -> bool {
        self.algorithm == "RSA" && !self.bits.is_some_and(|bits| (2_048..=8_192).contains(&bits))
    }
}

/// The name of a signature algorithm, or its object identifier.
///
/// RSASSA-PSS names the hash in its parameters, so it is part of the name here.
pub(super) fn signature_name(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let oid = algorithm.algorithm.to_id_string();
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        PSS => return pss_name(algorithm),
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.2.840.10040.4.3" => "dsa-with-SHA1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-SHA256",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    };
    name.to_owned()
}

/// Whether a signature is RSASSA-PSS, whose salt may have a length that the verifier refuses.
pub(super) fn is_pss(algorithm: &AlgorithmIdentifier<'_>) -> bool {
    algorithm.algorithm.to_id_string() == PSS
}

/// RFC 4055 section 3.1: without parameters the hash is SHA-1.
fn pss_name(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let parameters = algorithm.parameters().and_then(|any| RsaSsaPssParams::try_from(any).ok());
    let oid = parameters.map(|parameters| parameters.hash_algorithm_oid().to_id_string());
    let hash = match oid.as_deref() {
        None | Some("1.3.14.3.2.26") => "sha1",
        Some("2.16.840.1.101.3.4.2.4") => "sha224",
        Some("2.16.840.1.101.3.4.2.1") => "sha256",
        Some("2.16.840.1.101.3.4.2.2") => "sha384",
        Some("2.16.840.1.101.3.4.2.3") => "sha512",
        Some(other) => other,
    };
    format!("{hash}WithRSASSA-PSS")
}

fn modulus_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    match info.parsed() {
        Ok(x509_parser::public_key::PublicKey::RSA(key)) => Some(bits(key.modulus)),
        _ => None,
    }
}

/// The field size of a named curve (RFC 5480 section 2.1.1.1, RFC 5639).
fn curve_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    let curve = info.algorithm.parameters()?.as_oid().ok()?.to_id_string();
    match curve.as_str() {
        "1.2.840.10045.3.1.1" => Some(192),
        "1.3.132.0.33" => Some(224),
        "1.2.840.10045.3.1.7" | "1.3.132.0.10" | "1.3.36.3.3.2.8.1.1.7" => Some(256),
        "1.3.132.0.34" | "1.3.36.3.3.2.8.1.1.11" => Some(384),
        "1.3.36.3.3.2.8.1.1.13" => Some(512),
        "1.3.132.0.35" => Some(521),
        _ => None,
    }
}

/// The size of p, the first integer of the parameters (RFC 3279 section 2.3.2).
fn prime_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    let parameters = info.algorithm.parameters()?;
    let (_, prime) = x509_parser::der_parser::der::parse_der_integer(parameters.data).ok()?;
    Some(bits(prime.as_slice().ok()?))
}

/// The length of an unsigned number without leading zeros.
fn bits(number: &[u8]) -> u32 {
    let leading = number.iter().take_while(|byte| **byte == 0).count();
    let significant = number.get(leading..).unwrap_or_default();
    let zeros = significant.first().map_or(0, |byte| byte.leading_zeros());
    u32::try_from(significant.len() * 8).unwrap_or(u32::MAX).saturating_sub(zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_do_not_count() {
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[0x01, 0]), 9);
        assert_eq!(bits(&[]), 0);
    }
}
