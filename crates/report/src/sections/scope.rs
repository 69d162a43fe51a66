//! Chapter 2: what was inspected and what was not.

use hoshimori_inspection::file::SeenFrom;
use serde::Serialize;

use super::Fact;
use super::hosts::{HostLine, UnscannedLine, silent_addresses, unscanned};
use crate::context::Context;
use crate::shown::Shown;
use crate::words::{counted, fill};

/// Chapter 2: what was inspected, and what was not.
#[derive(Clone, Debug, Serialize)]
pub struct ScopeChapter {
    /// The shared office.
    pub facility: Vec<Fact>,
    /// Who consented to what.
    pub consent: Vec<Fact>,
    /// The networks.
    pub segments: Vec<SegmentRow>,
    /// Hosts that answered.
    pub hosts: Vec<HostLine>,
    /// Networks that the consent excludes.
    pub excluded: Vec<Shown>,
    /// Addresses that did not answer, as ranges.
    pub silent: Vec<Shown>,
    /// Heading over [`silent`](Self::silent), with their number.
    pub silent_title: Shown,
    /// Ports that could not be scanned.
    pub unscanned: Vec<UnscannedLine>,
}

/// One network segment.
#[derive(Clone, Debug, Serialize)]
pub struct SegmentRow {
    /// Its name.
    pub name: Shown,
    /// Whose network it is.
    pub role: Shown,
    /// Its networks.
    pub networks: Shown,
    /// Who looked at it.
    pub seen_from: Shown,
}

impl ScopeChapter {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let consent = &context.inspection.file.authorization;
        let (silent, silent_count) = silent_addresses(context);
        Self {
            facility: facility(context),
            consent: self::consent(context),
            segments: segments(context),
            hosts: HostLine::alive(context),
            excluded: consent.exclude.iter().map(|net| Shown::from(net.to_string())).collect(),
            silent,
            silent_title: counted(context.words.silent_hosts, silent_count),
            unscanned: unscanned(context),
        }
    }
}

fn facility(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let facility = &context.inspection.file.facility;
    vec![
        Fact::new(words.facility, facility.name.as_str()),
        Fact::new(words.operator, facility.operator.as_str()),
        Fact::new(words.address, facility.address.as_str()),
        Fact::new(words.facility_kind, context.text(&facility.kind.name())),
    ]
}

fn consent(context: &Context<'_>) -> Vec<Fact> {
    let words = context.words;
    let file = &context.inspection.file;
    let consent = &file.authorization;
    let permission = |is_given: bool| if is_given { words.permitted } else { words.not_permitted };
    let listed = |list: Shown| if list.is_empty() { words.no.into() } else { list };
    let wifi = file.wifi.captures.iter().chain(&file.wifi.site);
    vec![
        Fact::new(words.granted_by, consent.granted_by.as_str()),
        Fact::new(words.valid_period, context.period(consent.valid_from, consent.valid_until)),
        Fact::new(words.allowed_networks, context.join(&consent.networks)),
        Fact::new(words.excluded_networks, listed(context.join(&consent.exclude))),
        Fact::new(words.state_changing_probes, permission(consent.state_changing_probes)),
        Fact::new(words.default_credentials, permission(consent.default_credentials)),
        Fact::new(words.dns_zones, listed(context.join(&file.dns_zones))),
        Fact::new(words.wifi_files, listed(context.join(wifi))),
    ]
}

fn segments(context: &Context<'_>) -> Vec<SegmentRow> {
    let words = context.words;
    let segments = context.inspection.file.segments.iter();
    segments
        .map(|segment| SegmentRow {
            name: Shown::new(&segment.name),
            role: context.text(&segment.role.name()),
            networks: context.join(&segment.networks),
            seen_from: match &segment.seen_from {
                SeenFrom::Local => words.seen_local.into(),
                SeenFrom::Agent(name) => fill(words.seen_agent, &[("name", name)]),
            },
        })
        .collect()
}
