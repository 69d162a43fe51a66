//! What a result is about.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Transport protocol of a target.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// RFC 9293.
    Tcp,
    /// RFC 768.
    Udp,
}

impl Transport {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// What a result is about: a host, or one port of it.
///
/// Written `192.168.10.5` or `192.168.10.5:53/udp`; IPv6 addresses with a port are in brackets.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Target {
    /// The host.
    pub address: IpAddr,
    /// The port with its transport, or the host as a whole.
    pub port: Option<(u16, Transport)>,
}

impl Target {
    /// A host as a whole.
    pub fn host(address: IpAddr) -> Self {
        Self { address, port: None }
    }

    /// One TCP port.
    pub fn tcp(address: IpAddr, port: u16) -> Self {
        Self { address, port: Some((port, Transport::Tcp)) }
    }

    /// One UDP port.
    pub fn udp(address: IpAddr, port: u16) -> Self {
        Self { address, port: Some((port, Transport::Udp)) }
    }

    /// The port number, if one is meant.
    pub fn port_number(&self) -> Option<u16> {
        self.port.map(|(port, _)| port)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            None => write!(f, "{}", self.address),
            Some((port, transport)) => {
                write!(f, "{}/{}", SocketAddr::new(self.address, port), transport.word())
            }
        }
    }
}

/// A text that is not a target.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a target; targets look like `192.168.10.5` or `192.168.10.5:53/udp`")]
pub struct NotATarget(pub String);

impl FromStr for Target {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, NotATarget> {
        if let Ok(address) = text.parse() {
            return Ok(Self::host(address));
        }
        let wrong = || NotATarget(hoshimori_scheme::shorten(text));
        let (socket, transport) = text.rsplit_once('/').unwrap_or((text, "tcp"));
        let transport = match transport {
            "tcp" => Transport::Tcp,
            "udp" => Transport::Udp,
            _ => return Err(wrong()),
        };
        let socket: SocketAddr = socket.parse().map_err(|_| wrong())?;
        Ok(Self { address: socket.ip(), port: Some((socket.port(), transport)) })
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for text in ["192.168.10.5", "192.168.10.5:53/udp", "::1", "[::1]:22/tcp"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_names_and_unknown_transports() {
        for text in ["office.lan", "192.168.10.5:53/sctp", "192.168.10.5:99999", ""] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
