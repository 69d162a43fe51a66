//! The operating systems that a host may run.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hoshimori_inspection::inventory::{Reason, System};

use super::support::{Found, confidence, goes_on, lowered, reasons, support};
use crate::reading::SystemWords;

/// Beginnings of the names of systems with a kernel other than Linux.
const NOT_LINUX: &[&str] = &[
    "windows",
    "freebsd",
    "openbsd",
    "netbsd",
    "macos",
    "mac os",
    "ios",
    "ipados",
    "solaris",
    "illumos",
    "vxworks",
    "cisco",
    "aix",
    "hp-ux",
    "junos",
    "esxi",
    "vmware esxi",
];

/// A system by name and version.
type Kind<'a> = (String, Option<&'a str>);

/// The systems that `found`, all of one host, tell of, the best supported first.
pub(super) fn combine(found: &[Found<'_>]) -> Vec<System> {
    let mut by_kind: BTreeMap<Kind<'_>, Vec<(&SystemWords, &Found<'_>)>> = BTreeMap::new();
    for found in found {
        for words in &found.reading.systems {
            by_kind.entry(kind(words)).or_default().push((words, found));
        }
    }
    let exact = by_kind.keys().filter(|one| {
        !by_kind.keys().any(|other| other != *one && agrees(one, other) && !agrees(other, one))
    });
    let mut systems: Vec<(u32, System)> = exact
        .filter_map(|kind| {
            let own = by_kind.get(kind)?;
            let (words, _) = own.iter().max_by_key(|(words, found)| {
                (found.weight(), words.cpe.is_some(), Reverse(found.reading.rank))
            })?;
            let supporting = by_kind.iter().filter(|(part, _)| agrees(part, kind));
            let supporting: Vec<&Found<'_>> =
                supporting.flat_map(|(_, found)| found.iter().map(|(_, found)| *found)).collect();
            let amount = amount(kind, &by_kind);
            let system = System {
                vendor: words.vendor.clone(),
                name: words.name.clone().unwrap_or_default(),
                version: words.version.clone(),
                cpe: words.cpe.clone(),
                confidence: confidence(amount),
                reasons: reasons(supporting),
            };
            Some((amount, system))
        })
        .collect();
    systems.sort_by(|(a_amount, a), (b_amount, b)| {
        let by_name = (&a.name, &a.version).cmp(&(&b.name, &b.version));
        b_amount.cmp(a_amount).then(by_name)
    });
    let systems: Vec<System> = systems.into_iter().map(|(_, system)| system).collect();
    let is_disputed = |system: &System| {
        systems.iter().any(|other| !shares_a_clue(&system.reasons, &other.reasons))
    };
    let weighed = systems.iter().map(|system| {
        let confidence =
            if is_disputed(system) { lowered(system.confidence) } else { system.confidence };
        System { confidence, ..system.clone() }
    });
    weighed.collect()
}

/// How much a system is supported: those who tell only its family count little, since they support
/// every system of it.
fn amount(kind: &Kind<'_>, by_kind: &BTreeMap<Kind<'_>, Vec<(&SystemWords, &Found<'_>)>>) -> u32 {
    let agreeing = by_kind.iter().filter(|(part, _)| agrees(part, kind));
    let (exact, family): (Vec<_>, Vec<_>) = agreeing.partition(|(part, _)| part.0 == kind.0);
    let exact = exact.iter().flat_map(|(_, found)| found.iter().map(|(_, found)| *found));
    support(exact) + u32::from(!family.is_empty())
}

fn kind(words: &SystemWords) -> Kind<'_> {
    (words.name.as_deref().unwrap_or_default().to_lowercase(), words.version.as_deref())
}

/// Whether `whole` says all that `part` says of the system, and perhaps more.
fn agrees(part: &Kind<'_>, whole: &Kind<'_>) -> bool {
    if part.0 == whole.0 {
        return match (part.1, whole.1) {
            (None, _) => true,
            (Some(part), Some(whole)) => goes_on(part, whole),
            (Some(_), None) => false,
        };
    }
    // The version of a mere kernel is not that of the system around it.
    is_family(&part.0, &whole.0)
}

/// Whether `family` is what several systems, `name` among them, have in common.
fn is_family(family: &str, name: &str) -> bool {
    if family == "linux" {
        return !NOT_LINUX.iter().any(|other| name.starts_with(other));
    }
    name.strip_prefix(family).is_some_and(|rest| rest.starts_with(' '))
}

/// Whether two statements rest on one clue, which then leaves a choice between them.
fn shares_a_clue(one: &[Reason], other: &[Reason]) -> bool {
    one.iter().any(|reason| other.iter().any(|another| another.clue == reason.clue))
}
