//! N-20 TLS certificate (SSL証明書の正当性を確認する).
//!
//! ## What it inspects
//! The certificates that each TLS port shows, with and without a server name: dates, names, trust,
//! keys and signatures.
//!
//! ## How it decides
//! The chains shown to the host's known names are judged; where there is none, the one shown
//! without a name. Each fault is a `fail` of its own: expired, not yet valid, about to expire, no
//! known name (or, where no name is known, the address) among the alternative names, trusted
//! neither by Mozilla's roots nor by this machine's, a weak key, a weak signature, a leaf that is
//! a CA, a public certificate that is valid too long. A certificate that has some of the known
//! names and lacks others is `suspected`. Dates are not judged where HTTP Date headers of several
//! servers contradict this machine's clock; that, an unreadable trust store, an unknown kind of
//! key and a handshake that failed are `inconclusive`. What members see weighs more than a
//! device of the operator.
//!
//! ## What it cannot see
//! Revocation. Keys that many devices share, and Debian's weak keys. Names that nobody told, and
//! names that are not written in A-labels. What a client trusts that has other roots.
//!
//! ## References
//! RFC 5280 sections 4.1.2.5 and 4.2.1.9, RFC 9525 section 6.3, CA/Browser Forum
//! Baseline Requirements 6.3.2, NIST SP 800-131A (key sizes); CWE-295, CWE-297, CWE-298, CWE-326,
//! CWE-328.

mod chain;
mod clock;
mod dates;
mod facing;
mod issue;
mod name;
mod strength;
#[cfg(test)]
mod tests;
mod trust;

use hoshimori_inspection::evidence::{Fact, TlsFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{CriterionId, Text};

use self::chain::{Chains, Shown};
use self::clock::ClockDoubt;
use self::facing::Audience;
use self::issue::Issue;
use super::offer::Offer;
use crate::subject::{Seen, Statement, Subject};
use crate::words::{self, joined, listed, named};
use crate::{Check, Evidence, Need};

/// The check of N-20.
pub(crate) struct Certificate;

impl Check for Certificate {
    fn id(&self) -> CriterionId {
        TLS.test
    }

    fn needs(&self) -> &'static [Need] {
        &[Need::Ports, Need::Services, Need::Certificates]
    }

    fn evaluate(&self, evidence: &Evidence<'_>) -> Vec<Judgement> {
        TLS.evaluate(evidence, as_tls, |subject, seen| judge(subject, seen, evidence))
    }
}

const TLS: Offer =
    Offer { test: CriterionId::network(20), name: "TLS", is_spoken_by: |service| service.tls };

/// What the operator and the rest of the evidence say about one port.
struct Setting<'a> {
    subject: Subject,
    /// The names under which people reach the host.
    names: &'a [String],
    audience: Audience,
    clock: Option<ClockDoubt<'a>>,
}

fn judge(subject: Subject, seen: &[Seen<'_, TlsFact>], evidence: &Evidence<'_>) -> Vec<Judgement> {
    let known = evidence.hosts.iter().find(|host| host.address == subject.target.address);
    let setting = Setting {
        subject,
        names: known.map(|host| host.names.as_slice()).unwrap_or_default(),
        audience: Audience::of(subject, known, evidence),
        clock: ClockDoubt::of(subject.vantage, evidence),
    };
    let chains = Chains::of(seen);
    let mut issues: Vec<Issue<'_>> = chains.undecided().into_iter().collect();
    for shown in &chains.judged {
        issues.extend(dates::issues(shown, &setting));
        issues.extend(trust::issue(shown, &setting));
        issues.extend(strength::issues(shown));
    }
    issues.extend(name::issues(&chains, &setting));
    if issues.is_empty() {
        return vec![sound(&chains, &setting)];
    }
    issue::merged(issues)
        .into_iter()
        .map(|issue| issue.judgement(subject, chains.difference()))
        .collect()
}

fn sound(chains: &Chains<'_>, setting: &Setting<'_>) -> Judgement {
    let ends = chains.judged.iter().map(|shown| shown.leaf.not_after).min();
    let end = ends.map(words::day).unwrap_or_default();
    let names = named(chains.judged.iter().flat_map(|shown| &shown.leaf.dns_names));
    let title = Text::new(
        format!("証明書に問題は見つからない（{}、{end}まで）", names.ja),
        format!("Nothing is wrong with the certificate ({}, until {end})", names.en),
    );
    let described = listed(chains.judged.iter().map(Shown::described));
    let because = joined(
        [Text::new(
            format!("期限、名前、信頼、鍵と署名の強さを確かめた：{}。", described.ja),
            format!("Dates, names, trust, keys and signatures are sound: {}.", described.en),
        )]
        .into_iter()
        .chain(chains.judged.iter().filter_map(trust::who_trusts))
        .chain(chains.difference()),
    );
    let evidence = chains.judged.iter().map(|shown| shown.observation);
    setting.subject.pass("overall", Statement { title, because }, evidence.chain(chains.others()))
}

fn as_tls(fact: &Fact) -> Option<&TlsFact> {
    match fact {
        Fact::Tls(tls) => Some(tls),
        _ => None,
    }
}
