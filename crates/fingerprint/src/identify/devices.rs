//! What kind of device a host is.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;

use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_inspection::inventory::{Confidence, Device, DeviceClass, Reason};

use super::clues::Host;
use super::management;
use super::support::{Found, confidence, goes_on, lowered, reasons, support};
use crate::pack::OWN_PACK;
use crate::pattern::device_class;
use crate::reading::DeviceWords;

/// What a reading by IEEE's register alone is called among the patterns.
const HARDWARE_ALONE: &str = "hardware-vendor";

/// The device that `found`, all of one host, tell of.
///
/// Class and maker are those with the most support from independent sources, and unknown where two
/// have as much; model and firmware are taken from those who name that maker or none.
pub(super) fn combine(address: IpAddr, host: &Host, found: &[Found<'_>]) -> Option<Device> {
    let told: Vec<Told<'_>> = found
        .iter()
        .filter_map(|found| Some(Told { found, words: found.reading.device.as_ref()? }))
        .collect();
    if told.is_empty() {
        return by_hardware(host);
    }
    let makers = tally(&told, |words| words.vendor.as_deref().map(maker_key));
    let maker = leader(&makers);
    let told: Vec<Told<'_>> = told
        .into_iter()
        .filter(|told| match (maker, told.words.vendor.as_deref()) {
            (Some(maker), Some(vendor)) => *maker == maker_key(vendor),
            _ => true,
        })
        .collect();
    let classes = tally(&told, |words| words.class.as_deref().and_then(device_class));
    let class = leader(&classes).copied();
    let supporting = told.iter().filter(|told| {
        let says = told.words.class.as_deref().and_then(device_class);
        says.is_none() || says == class
    });
    let certain = confidence(support(supporting.map(|told| told.found)));
    let is_disputed =
        (class.is_none() && !classes.is_empty()) || (maker.is_none() && !makers.is_empty());
    // A model means nothing where makers disagree.
    let named: &[Told<'_>] = if maker.is_none() && !makers.is_empty() { &[] } else { &told };
    let device = Device {
        class: class.unwrap_or(DeviceClass::Unknown),
        vendor: best(named, |words| words.vendor.as_deref()).map(|best| best.first.to_owned()),
        model: best(named, |words| words.model.as_deref()).map(|best| best.first.to_owned()),
        firmware: best(named, |words| words.firmware.as_deref()).and_then(Choice::undisputed),
        management_url: management::url(address, host, &told),
        confidence: if is_disputed { lowered(certain) } else { certain },
        reasons: reasons(told.iter().map(|told| told.found)),
    };
    let is_told = device.class != DeviceClass::Unknown
        || [&device.vendor, &device.model, &device.firmware].into_iter().any(Option::is_some);
    is_told.then_some(device)
}

/// What one reading tells of the device.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) found: &'a Found<'a>,
    pub(super) words: &'a DeviceWords,
}

/// The values of one key with their support, the best supported first.
fn tally<K: Ord>(told: &[Told<'_>], value: impl Fn(&DeviceWords) -> Option<K>) -> Vec<(K, u32)> {
    let mut by_value: BTreeMap<K, Vec<&Found<'_>>> = BTreeMap::new();
    for told in told {
        if let Some(value) = value(told.words) {
            by_value.entry(value).or_default().push(told.found);
        }
    }
    let counted = by_value.into_iter().map(|(value, found)| (value, support(found)));
    let mut counted: Vec<(K, u32)> = counted.collect();
    counted.sort_by_key(|(_, support)| Reverse(*support));
    counted
}

/// The best supported value, unless another one is supported as well.
fn leader<K>(tally: &[(K, u32)]) -> Option<&K> {
    match tally {
        [(_, first), (_, second), ..] if first == second => None,
        [(value, _), ..] => Some(value),
        [] => None,
    }
}

/// The best supported text.
struct Choice<'a> {
    first: &'a str,
    /// Whether another text that does not agree is supported as well.
    is_disputed: bool,
}

impl Choice<'_> {
    /// The text, unless another one has the same right.
    fn undisputed(self) -> Option<String> {
        (!self.is_disputed).then(|| self.first.to_owned())
    }
}

/// The text of one key that is supported best: by weight, then by those who describe themselves.
fn best<'a>(
    told: &[Told<'a>],
    value: impl Fn(&'a DeviceWords) -> Option<&'a str>,
) -> Option<Choice<'a>> {
    let mut by_text: BTreeMap<&str, (Vec<&Found<'_>>, u8)> = BTreeMap::new();
    for told in told {
        if let Some(text) = value(told.words) {
            let (found, authority) = by_text.entry(text).or_default();
            found.push(told.found);
            *authority = authority_of(told.found.heard.clue.from).max(*authority);
        }
    }
    let ranked =
        by_text.into_iter().map(|(text, (found, authority))| (support(found), authority, text));
    let mut ranked: Vec<(u32, u8, &str)> = ranked.collect();
    ranked
        .sort_by_key(|(support, authority, text)| (Reverse(*support), Reverse(*authority), *text));
    let (support, authority, first) = *ranked.first()?;
    // The more exact of two texts that agree is the better one.
    let agreeing = ranked.iter().map(|(_, _, text)| *text).filter(|text| goes_on(first, text));
    let exact = agreeing.max_by_key(|text| text.len()).unwrap_or(first);
    let is_disputed = ranked.iter().any(|(others, rank, text)| {
        *others == support && *rank == authority && !goes_on(text, exact) && !goes_on(exact, text)
    });
    Some(Choice { first: exact, is_disputed })
}

/// How much a source knows of the device around it: its own description most.
fn authority_of(source: ClueSource) -> u8 {
    match source.word().split('.').next().unwrap_or_default() {
        "ipp" | "onvif" | "upnp" => 3,
        "snmp" | "mdns" | "bacnet" | "wsd" | "api" => 2,
        "hardware" | "host" | "service" => 0,
        _ => 1,
    }
}

/// What makes two spellings of a maker one: `YAMAHA CORPORATION` and `Yamaha`.
fn maker_key(vendor: &str) -> String {
    let plain: String = vendor.chars().filter(|sign| !matches!(sign, '-' | '.' | '\'')).collect();
    let mut words =
        plain.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().unwrap_or_default().to_lowercase()
}

/// The device of which nothing is known but who made its network interface.
fn by_hardware(host: &Host) -> Option<Device> {
    let heard = host.heard.iter().find(|heard| heard.clue.from == ClueSource::HardwareVendor)?;
    let clue: Clue = heard.clue.clone();
    Some(Device {
        class: DeviceClass::Unknown,
        vendor: Some(clue.text.clone()),
        model: None,
        firmware: None,
        management_url: None,
        confidence: Confidence::Weak,
        reasons: vec![Reason {
            pack: OWN_PACK.to_owned(),
            pattern: HARDWARE_ALONE.to_owned(),
            clue,
            evidence: heard.evidence.clone(),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_maker_are_one() {
        assert_eq!(maker_key("YAMAHA CORPORATION"), maker_key("Yamaha"));
        assert_eq!(maker_key("TP-LINK TECHNOLOGIES CO.,LTD."), maker_key("TP-Link"));
        assert_eq!(maker_key("I-O DATA DEVICE, INC."), maker_key("I-O DATA"));
        assert_ne!(maker_key("Canon"), maker_key("Brother"));
    }
}
