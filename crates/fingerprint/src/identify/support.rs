//! How well a statement is supported.

use std::collections::BTreeMap;

use hoshimori_inspection::evidence::ClueSource;
use hoshimori_inspection::inventory::{Confidence, Reason};

use super::clues::Heard;
use crate::reading::Reading;

/// A reading with the place of its clue.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) heard: &'a Heard,
    pub(super) reading: Reading<'a>,
}

impl Found<'_> {
    /// The reading as a reason.
    pub(super) fn reason(&self) -> Reason {
        Reason {
            pack: self.reading.pack.to_owned(),
            pattern: self.reading.pattern.to_owned(),
            clue: self.heard.clue.clone(),
            evidence: self.heard.evidence.clone(),
        }
    }

    /// How much it counts: two plain texts are as good as one that is built into a program.
    pub(super) fn weight(&self) -> u32 {
        match self.reading.confidence {
            Confidence::Weak => 1,
            Confidence::Fair => 2,
            Confidence::Strong => 4,
        }
    }

    /// What it comes from: clues of one program of the host are no independent witnesses.
    fn origin(&self) -> (&str, &str) {
        let clue = &self.heard.clue;
        let family = clue.from.word().split('.').next().unwrap_or_default();
        match (clue.from, family) {
            // Each protocol that a host speaks is a witness of its own.
            (ClueSource::ServiceProtocol, _) => (family, &clue.text),
            (_, "html" | "favicon") => ("http", ""),
            (_, "ssdp") => ("upnp", ""),
            (_, "ntlm") => ("smb", ""),
            (_, "wsd") => ("onvif", ""),
            _ => (family, ""),
        }
    }
}

/// How much `found` count together: of each origin only the best.
pub(super) fn support<'a>(found: impl IntoIterator<Item = &'a Found<'a>>) -> u32 {
    let mut best: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for found in found {
        let weight = best.entry(found.origin()).or_default();
        *weight = found.weight().max(*weight);
    }
    best.values().sum()
}

/// The word for an amount of support.
pub(super) fn confidence(support: u32) -> Confidence {
    match support {
        0 | 1 => Confidence::Weak,
        2 | 3 => Confidence::Fair,
        _ => Confidence::Strong,
    }
}

/// One step less.
pub(super) fn lowered(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::Strong => Confidence::Fair,
        Confidence::Fair | Confidence::Weak => Confidence::Weak,
    }
}

/// The reasons of a statement, the best first, each once.
pub(super) fn reasons<'a>(found: impl IntoIterator<Item = &'a Found<'a>>) -> Vec<Reason> {
    let mut found: Vec<&Found<'_>> = found.into_iter().collect();
    found.sort_by_key(|found| std::cmp::Reverse(found.weight()));
    let mut reasons: Vec<Reason> = Vec::new();
    for reason in found.into_iter().map(Found::reason) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Whether `whole` is the version `part` told more exactly: `2.4.57` after `2.4`.
pub(super) fn goes_on(part: &str, whole: &str) -> bool {
    match whole.strip_prefix(part) {
        Some("") => true,
        Some(rest) => rest.starts_with(['.', '-', '+', '~', ' ']),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_goes_on_only_where_a_number_ends() {
        assert!(goes_on("2.4", "2.4.57"));
        assert!(goes_on("2.4", "2.4"));
        assert!(!goes_on("2.4", "2.45"));
        assert!(!goes_on("2.4.57", "2.4"));
    }
}
