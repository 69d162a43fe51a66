//! The inspection file: what is inspected, by whom, with whose consent.
//!
//! [`InspectionFile::parse`] reads the TOML text and refuses anything unclear with an
//! [`InputError`] that names file, line and key.

mod raw;
mod validate;

use std::net::IpAddr;
use std::num::NonZeroU32;

use hoshimori_scheme::{InputError, TargetLevel};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::host::KnownHost;
use crate::scope::Authorization;
use crate::vantage::Vantage;

/// Packets per second where the inspection file states no pace.
pub const DEFAULT_PACKETS_PER_SECOND: u32 = 20_000;
/// Packets per second to a fragile device where the inspection file states no pace.
pub const DEFAULT_FRAGILE_PACKETS_PER_SECOND: u32 = 500;
/// The fastest pace that a file may ask for: 1 Gbit/s of minimum-size frames.
pub const MAX_PACKETS_PER_SECOND: u32 = 1_488_000;
/// The longest text of one field, in characters.
pub const MAX_TEXT_CHARS: usize = 400;
/// The most entries of any list in the file.
pub const MAX_ENTRIES: usize = 1_000;

/// A read and validated inspection file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InspectionFile {
    /// Number, edition and level asked for.
    pub inspection: Header,
    /// The shared office.
    pub facility: Facility,
    /// Who inspects.
    pub inspection_body: InspectionBody,
    /// Who consented to what.
    pub authorization: Authorization,
    /// The networks of the facility; never empty.
    pub segments: Vec<Segment>,
    /// What the operator has said about hosts.
    pub hosts: Vec<KnownHost>,
    /// Zones of the facility's own name servers.
    pub dns_zones: Vec<String>,
    /// How fast packets may go.
    pub pace: Pace,
    /// Captures and site file of the Wi-Fi tests.
    pub wifi: WifiFiles,
    /// The audit answers' file, relative to the inspection file.
    pub audit_answers: Option<String>,
    /// The file of tests performed by other means, relative to the inspection file.
    pub recorded_tests: Option<String>,
    /// The file of review decisions, relative to the inspection file.
    pub review: Option<String>,
}

/// The `[inspection]` table.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Header {
    /// Number of the inspection, unique within its body.
    pub number: String,
    /// Key of the scheme edition.
    pub scheme: String,
    /// The level that the applicant asks for.
    pub target_level: TargetLevel,
}

/// The `[facility]` table.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Facility {
    /// Name of the shared office.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// Where it is.
    pub address: String,
    /// What kind of office it is.
    pub kind: FacilityKind,
}

/// Kinds of shared office that the programme covers.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FacilityKind {
    /// コワーキングスペース.
    Coworking,
    /// レンタルオフィス.
    Rental,
    /// シェアオフィス.
    Shared,
    /// サテライトオフィス.
    Satellite,
}

impl FacilityKind {
    /// The name that people read.
    pub fn name(self) -> hoshimori_scheme::Text {
        let (ja, en) = match self {
            Self::Coworking => ("コワーキングスペース", "coworking space"),
            Self::Rental => ("レンタルオフィス", "rental office"),
            Self::Shared => ("シェアオフィス", "shared office"),
            Self::Satellite => ("サテライトオフィス", "satellite office"),
        };
        hoshimori_scheme::Text::new(ja, en)
    }
}

/// The `[inspection_body]` table.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InspectionBody {
    /// Name of the designated inspection body.
    pub name: String,
    /// METI register number for 情報セキュリティ監査.
    pub audit_registration: String,
    /// METI register number for 脆弱性診断.
    pub assessment_registration: String,
    /// The inspectors; never empty.
    pub inspectors: Vec<String>,
}

/// One `[[segment]]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Segment {
    /// Name of the segment.
    pub name: String,
    /// Whose network it is; results seen from it carry this vantage.
    pub role: Vantage,
    /// Its networks, all inside the authorised ones.
    pub networks: Vec<IpNet>,
    /// Who looks at it.
    pub seen_from: SeenFrom,
}

/// From where a segment is looked at.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeenFrom {
    /// From the machine that runs the inspection.
    Local,
    /// From an agent with this name.
    Agent(String),
}

/// The `[pace]` table.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pace {
    /// Total of all packets sent, per second.
    pub max_packets_per_second: NonZeroU32,
    /// Packets per second to one fragile device.
    pub fragile_packets_per_second: NonZeroU32,
}

/// The `[wifi]` table.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct WifiFiles {
    /// Capture files, relative to the inspection file.
    pub captures: Vec<String>,
    /// Site file, relative to the inspection file.
    pub site: Option<String>,
}

impl InspectionFile {
    /// Reads `text`, which came from the file called `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, InputError> {
        validate::parse(file, text)
    }

    /// What is known about `address`.
    pub fn host(&self, address: IpAddr) -> Option<&KnownHost> {
        self.hosts.iter().find(|host| host.address == address)
    }
}
