//! The tables of the file as TOML has them, with positions kept for error messages.

use serde::Deserialize;
use toml::Spanned;

use super::FacilityKind;
use crate::host::Facing;
use crate::vantage::Vantage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) inspection: Header,
    pub(super) facility: Facility,
    pub(super) inspection_body: InspectionBody,
    pub(super) authorization: Authorization,
    #[serde(default)]
    pub(super) segment: Vec<Segment>,
    #[serde(default)]
    pub(super) host: Vec<Host>,
    #[serde(default)]
    pub(super) dns: Dns,
    #[serde(default)]
    pub(super) pace: Pace,
    #[serde(default)]
    pub(super) wifi: Wifi,
    #[serde(default)]
    pub(super) audit: Audit,
    #[serde(default)]
    pub(super) tests: Tests,
    #[serde(default)]
    pub(super) review: Review,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) number: Spanned<String>,
    pub(super) scheme: Spanned<String>,
    pub(super) target_level: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facility {
    pub(super) name: Spanned<String>,
    pub(super) operator: Spanned<String>,
    pub(super) address: Spanned<String>,
    pub(super) kind: FacilityKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InspectionBody {
    pub(super) name: Spanned<String>,
    pub(super) audit_registration: Spanned<String>,
    pub(super) assessment_registration: Spanned<String>,
    pub(super) inspectors: Spanned<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authorization {
    pub(super) granted_by: Spanned<String>,
    pub(super) valid_from: Spanned<toml::Value>,
    pub(super) valid_until: Spanned<toml::Value>,
    pub(super) networks: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) exclude: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) state_changing_probes: bool,
    #[serde(default)]
    pub(super) default_credentials: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Segment {
    pub(super) name: Spanned<String>,
    pub(super) role: Vantage,
    pub(super) networks: Spanned<Vec<Spanned<String>>>,
    pub(super) vantage: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Host {
    pub(super) address: Spanned<String>,
    #[serde(default)]
    pub(super) names: Vec<Spanned<String>>,
    pub(super) facing: Option<Facing>,
    pub(super) expected_tcp: Option<Vec<Spanned<u16>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dns {
    #[serde(default)]
    pub(super) zones: Vec<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pace {
    pub(super) max_packets_per_second: Option<Spanned<u32>>,
    pub(super) fragile_packets_per_second: Option<Spanned<u32>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wifi {
    #[serde(default)]
    pub(super) captures: Vec<Spanned<String>>,
    pub(super) site: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audit {
    pub(super) answers: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tests {
    pub(super) recorded: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Review {
    pub(super) decisions: Option<Spanned<String>>,
}
