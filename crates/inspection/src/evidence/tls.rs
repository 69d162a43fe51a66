use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ProbeError;
use crate::moment;

/// The certificates that a TLS server shows to one server name, or to none.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TlsFact {
    /// The name sent in the SNI extension (RFC 6066 section 3), if one was.
    pub server_name: Option<String>,
    /// What the handshake showed.
    pub outcome: TlsOutcome,
}

/// How far the handshake came.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum TlsOutcome {
    /// The server showed its certificates.
    Chain {
        /// The protocol version, such as `TLS 1.2`.
        version: String,
        /// The certificates in the order sent, leaf first; at most 16.
        certificates: Vec<CertificateFact>,
        /// What each trust store says of the chain, whatever the dates of the leaf are.
        trust: Vec<TrustFact>,
    },
    /// It did not.
    Failed(ProbeError),
}

/// One X.509 certificate (RFC 5280).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CertificateFact {
    /// Subject name, as RFC 4514 writes it.
    pub subject: String,
    /// Issuer name.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// SHA-256 of the DER encoding.
    pub sha256: String,
    /// SHA-256 of the subject public key info: the same key on two devices has the same.
    pub key_sha256: String,
    /// First moment of validity.
    #[serde(with = "moment")]
    pub not_before: Timestamp,
    /// Last moment of validity.
    #[serde(with = "moment")]
    pub not_after: Timestamp,
    /// DNS names of the subject alternative name extension.
    pub dns_names: Vec<String>,
    /// IP addresses of the subject alternative name extension.
    pub ip_names: Vec<IpAddr>,
    /// The public key.
    pub key: KeyFact,
    /// Signature algorithm, such as `sha256WithRSAEncryption`, or its object identifier.
    pub signature_algorithm: String,
    /// Whether basic constraints say CA.
    pub is_ca: bool,
    /// Whether subject and issuer are the same and the signature verifies with its own key.
    pub is_self_signed: bool,
}

/// Kind and size of a public key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KeyFact {
    /// `RSA`, `EC`, `Ed25519`, … or an object identifier.
    pub algorithm: String,
    /// Size in bits; of the modulus for RSA, of the field for elliptic curves.
    pub bits: Option<u32>,
}

/// What one trust store says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrustFact {
    /// Which store.
    pub store: TrustStore,
    /// What it says.
    pub verdict: TrustVerdict,
}

/// A collection of trusted root certificates.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrustStore {
    /// Mozilla's roots, compiled in.
    Mozilla,
    /// The roots of this machine's operating system.
    System,
}

/// Whether a chain leads to a trusted root.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum TrustVerdict {
    /// It does.
    Trusted,
    /// The leaf is signed by itself and no store knows it.
    SelfSigned,
    /// The chain ends in a root that the store does not know.
    UnknownRoot,
    /// The chain stops before any root: the server does not send the issuer of its last one.
    Incomplete {
        /// The issuer that is missing.
        missing: String,
    },
    /// The chain is wrong in another way.
    Invalid {
        /// What the verifier said.
        detail: String,
    },
    /// The store could not be read.
    Unavailable {
        /// What the system said.
        detail: String,
    },
}
