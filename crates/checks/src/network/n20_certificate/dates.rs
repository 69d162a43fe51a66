use hoshimori_inspection::evidence::{TrustStore, TrustVerdict};
use hoshimori_scheme::{FindingSeverity, Text};
use jiff::SignedDuration;

use super::Setting;
use super::chain::Shown;
use super::issue::{Certainty, Issue};
use crate::words::{day, joined};

/// Faults of the validity of the leaf.
pub(super) fn issues<'a>(shown: &Shown<'a>, setting: &Setting<'a>) -> Vec<Issue<'a>> {
    let against_clock = match &setting.clock {
        Some(doubt) => Some(doubt.issue(shown.observation)),
        None => outside_validity(shown, setting),
    };
    against_clock.into_iter().chain(too_long(shown)).collect()
}

fn outside_validity<'a>(shown: &Shown<'a>, setting: &Setting<'_>) -> Option<Issue<'a>> {
    let (leaf, now) = (shown.leaf, shown.observation.seen_at);
    let (from, until) = (day(leaf.not_before), day(leaf.not_after));
    let left = leaf.not_after.duration_since(now);
    let severity = setting.audience.severity();
    let (aspect, severity, title) = if left.is_negative() {
        let title = Text::new(
            format!("証明書の期限が切れている（{until}まで）"),
            format!("The certificate has expired (valid until {until})"),
        );
        ("expired", severity, title)
    } else if now < leaf.not_before {
        let title = Text::new(
            format!("証明書の期間がまだ始まっていない（{from}から）"),
            format!("The certificate is not valid yet (valid from {from})"),
        );
        ("not-yet-valid", severity, title)
    } else if left <= EXPIRES_SOON {
        let days = left.as_hours() / 24;
        let title = Text::new(
            format!("証明書の期限が近い（{until}まで、残り{days}日）"),
            format!("The certificate expires soon (valid until {until}, {days} days left)"),
        );
        ("expiring", FindingSeverity::Low, title)
    } else {
        return None;
    };
    let (described, today) = (shown.described(), day(now));
    let compared = Text::new(
        format!("検査日は{today}、{}。", described.ja),
        format!("Inspected on {today}: {}.", described.en),
    );
    let weighed = (aspect != "expiring").then(|| setting.audience.reason());
    Some(Issue {
        aspect,
        certainty: Certainty::Proved(severity),
        title,
        because: joined([compared].into_iter().chain(weighed)),
        ids: &["CWE-298"],
        evidence: vec![shown.observation],
    })
}

/// docs/severity.md.
const EXPIRES_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Browsers refuse a public certificate of more than 398 days; a private one may live longer.
fn too_long<'a>(shown: &Shown<'a>) -> Option<Issue<'a>> {
    let is_public = shown
        .trust
        .iter()
        .any(|trust| trust.store == TrustStore::Mozilla && trust.verdict == TrustVerdict::Trusted);
    let leaf = shown.leaf;
    let life = leaf.not_after.duration_since(leaf.not_before);
    if !is_public || life <= LONGEST_PUBLIC {
        return None;
    }
    let days = life.as_hours() / 24;
    let described = shown.described();
    Some(Issue {
        aspect: "too-long",
        certainty: Certainty::Proved(FindingSeverity::Low),
        title: Text::new(
            format!("公的な証明書の期間が長すぎる（{days}日）"),
            format!("A public certificate is valid too long ({days} days)"),
        ),
        because: Text::new(
            format!("公的な証明書の上限398日を超える：{}。", described.ja),
            format!("Public certificates may be valid for 398 days: {}.", described.en),
        ),
        ids: &["CWE-298"],
        evidence: vec![shown.observation],
    })
}

/// CA/Browser Forum Baseline Requirements 6.3.2, for certificates issued from September 2020.
const LONGEST_PUBLIC: SignedDuration = SignedDuration::from_hours(398 * 24);
