use serde::{Deserialize, Serialize};

use super::ProbeError;

/// Which protocol a port speaks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// RFC 4253.
    Ssh,
    /// RFC 9112.
    Http,
    /// RFC 959.
    Ftp,
    /// RFC 5321.
    Smtp,
    /// RFC 1035.
    Dns,
    /// TLS with a protocol inside that was not recognised.
    Tls,
    /// Something answered that no pattern knows.
    Unknown,
    /// Accepts connections and says nothing to any probe.
    Silent,
    /// A print port: connected to, never written to.
    Printer,
}

impl Protocol {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Http => "http",
            Self::Ftp => "ftp",
            Self::Smtp => "smtp",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Unknown => "unknown",
            Self::Silent => "silent",
            Self::Printer => "printer",
        }
    }
}

/// What answers on one open port.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ServiceFact {
    /// The protocol, inside TLS where `tls` is set.
    pub protocol: Protocol,
    /// Whether the protocol is spoken inside TLS from the first byte.
    pub tls: bool,
    /// What the server claims to be.
    pub product: Option<String>,
    /// Which version it claims, with the distribution's revision where it is told.
    pub version: Option<String>,
    /// The greeting or identifying line, decoded, at most 512 characters.
    pub banner: Option<String>,
    /// Why identification ended early, if it did.
    pub trouble: Option<ProbeError>,
}
