use serde::{Deserialize, Serialize};

use super::{Access, Clue, ProbeError};

/// What a device says of itself when it is asked for its description.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ProfileFact {
    /// In which words it was asked.
    pub source: ProfileSource,
    /// Where the description lies, if it is a document.
    pub url: Option<String>,
    /// What it tells.
    pub clues: Vec<Clue>,
    /// Whether it told without a credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Why the description is missing or not whole, if it is.
    pub trouble: Option<ProbeError>,
}

/// The ways in which devices describe themselves.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileSource {
    /// The description document of a `UPnP` device.
    Upnp,
    /// `GetDeviceInformation` of ONVIF.
    Onvif,
    /// `Get-Printer-Attributes` of IPP (RFC 8011).
    Ipp,
    /// The services that mDNS announces (RFC 6763).
    DnsServiceDiscovery,
    /// An icon, an API or another page of a web server.
    Web,
}

/// The port mappings that a gateway keeps for hosts behind it (`UPnP` `WANIPConnection`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MappingsFact {
    /// Where the gateway was asked.
    pub control_url: String,
    /// The entries, in the gateway's order, at most 512.
    pub entries: Vec<PortMapping>,
    /// Whether the list was read to its end.
    pub is_complete: bool,
    /// Why it was not, if it was not.
    pub trouble: Option<ProbeError>,
}

/// One port mapping.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortMapping {
    /// `TCP` or `UDP`, as the gateway writes it.
    pub protocol: String,
    /// The port on the outside.
    pub external_port: u16,
    /// The host inside.
    pub internal_client: String,
    /// Its port.
    pub internal_port: u16,
    /// What the program that asked for the mapping calls itself.
    pub description: String,
    /// Whether the mapping is in force.
    pub is_enabled: bool,
}
