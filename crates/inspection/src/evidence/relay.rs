use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::ProbeError;
use crate::bytes::Bytes;

/// Whether a proxy connects a stranger to somewhere else: asked for a port of the very host it
/// runs on, so that nothing leaves the scope.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RelayFact {
    /// In which words it was asked.
    pub protocol: RelayProtocol,
    /// Where it was asked to connect to: a port of its own host.
    pub asked_for: SocketAddr,
    /// Whether nothing listens there: the control, to which a working proxy cannot connect.
    pub is_control: bool,
    /// What came of it.
    pub outcome: RelayOutcome,
}

/// The words in which proxies are asked to connect.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelayProtocol {
    /// SOCKS 4.
    Socks4,
    /// SOCKS 5 without authentication (RFC 1928).
    Socks5,
    /// HTTP CONNECT (RFC 9110 section 9.3.6).
    HttpConnect,
}

/// How a proxy answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum RelayOutcome {
    /// It says that it is connected; these bytes came through from the other side.
    Connected {
        /// What came through, empty where the other side was silent.
        heard: Bytes,
    },
    /// It wants a credential first.
    CredentialAsked,
    /// It refuses, or could not connect.
    Refused {
        /// Its reply code.
        code: u16,
    },
    /// The dialogue did not get so far.
    Failed(ProbeError),
}
