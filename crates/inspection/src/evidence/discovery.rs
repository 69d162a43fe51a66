use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

/// Whether a host answered before its ports were scanned.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct DiscoveryFact {
    /// Whether anything came back.
    pub alive: bool,
    /// The TCP ports that answered, open or closed.
    pub answered_on: Vec<u16>,
    /// The other ways in which it answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heard_by: Vec<DiscoveryMethod>,
    /// Its hardware address as `00:00:5e:00:53:01`, where it is on the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
}

/// A way to find out whether somebody is at an address.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiscoveryMethod {
    /// Address resolution on the link (RFC 826).
    Arp,
    /// Neighbour discovery on the link (RFC 4861).
    NeighbourDiscovery,
    /// Echo request to the address (RFC 792, RFC 4443).
    Echo,
    /// Echo request to all nodes of the link (RFC 4443).
    MulticastEcho,
    /// A question to all mDNS responders of the link (RFC 6762).
    MulticastDns,
}

/// The names that one source gives a host.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct NameFact {
    /// Who says so.
    pub source: NameSource,
    /// The names, without a dot at the end; none where the source knows none.
    pub names: Vec<String>,
}

/// Who names a host.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameSource {
    /// The name server of the network, by the PTR record of the address (RFC 1035).
    ReverseDns,
    /// The host itself, by multicast DNS (RFC 6762).
    Mdns,
    /// The host itself, by its `NetBIOS` name table (RFC 1002).
    NetBios,
}

impl NameSource {
    /// The source in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::ReverseDns => Text::new("DNSの逆引き", "reverse DNS"),
            Self::Mdns => Text::same("mDNS"),
            Self::NetBios => Text::same("NetBIOS"),
        }
    }
}
