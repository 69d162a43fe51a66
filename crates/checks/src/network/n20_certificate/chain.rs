use hoshimori_inspection::evidence::{
    CertificateFact, Observation, ProbeError, TlsFact, TlsOutcome, TrustFact,
};
use hoshimori_scheme::{Text, shorten};

use super::issue::{Certainty, Issue};
use crate::subject::Seen;
use crate::words::{self, listed, named};

/// One chain that a server showed.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// Where it was seen.
    pub(super) observation: &'a Observation,
    /// The name that was sent, if one was.
    pub(super) server_name: Option<&'a str>,
    /// The server's own certificate.
    pub(super) leaf: &'a CertificateFact,
    /// All certificates, the leaf first.
    pub(super) certificates: &'a [CertificateFact],
    /// What the trust stores say.
    pub(super) trust: &'a [TrustFact],
}

/// The chains of one port.
pub(super) struct Chains<'a> {
    /// Those that are judged: shown to a known name or, where there is none, to no name.
    pub(super) judged: Vec<Shown<'a>>,
    /// Shown without a name, where another one is judged.
    unnamed: Option<Shown<'a>>,
    failed: Vec<(&'a Observation, Option<&'a str>, Text)>,
}

impl<'a> Chains<'a> {
    /// Sorts what was seen of one port.
    pub(super) fn of(seen: &[Seen<'a, TlsFact>]) -> Self {
        let mut chains = Self { judged: Vec::new(), unnamed: None, failed: Vec::new() };
        for (observation, fact) in seen.iter().copied() {
            match Shown::of(observation, fact) {
                Err(reason) => {
                    chains.failed.push((observation, fact.server_name.as_deref(), reason));
                }
                Ok(shown) if shown.server_name.is_some() => chains.judged.push(shown),
                Ok(shown) => chains.unnamed = Some(shown),
            }
        }
        if chains.judged.is_empty() {
            chains.judged.extend(chains.unnamed.take());
        } else {
            // Browsers always send a name, so nobody misses what is not shown without one.
            chains.failed.retain(|(_, server_name, _)| server_name.is_some());
        }
        chains
    }

    /// Whether a handshake for `name` was made, with whatever result.
    pub(super) fn is_asked_for(&self, name: &str) -> bool {
        let shown = self.judged.iter().filter_map(|shown| shown.server_name);
        let failed = self.failed.iter().filter_map(|(_, server_name, _)| *server_name);
        shown.chain(failed).any(|asked| asked == name)
    }

    /// What could not be looked at, if anything.
    pub(super) fn undecided(&self) -> Option<Issue<'a>> {
        if self.failed.is_empty() {
            return None;
        }
        let reasons = listed(self.failed.iter().map(|(_, server_name, reason)| {
            let name = called(*server_name);
            Text::new(format!("{}：{}", name.ja, reason.ja), format!("{}: {}", name.en, reason.en))
        }));
        Some(Issue {
            aspect: "chain",
            certainty: Certainty::Undecided,
            title: Text::new("証明書を判断できない", "A certificate could not be decided"),
            because: Text::new(
                format!("証明書を得られなかった（{}）。", reasons.ja),
                format!("No certificate was shown ({}).", reasons.en),
            ),
            ids: &[],
            evidence: self.failed.iter().map(|(observation, ..)| *observation).collect(),
        })
    }

    /// What the server shows to clients that send no name, if that is another certificate.
    pub(super) fn difference(&self) -> Option<Text> {
        let unnamed = self.unnamed?;
        let is_other = self.judged.iter().all(|shown| shown.leaf.sha256 != unnamed.leaf.sha256);
        is_other.then(|| {
            let other = unnamed.leaf_described();
            Text::new(
                format!("名前を示さない接続には別の証明書を示す（{}）。", other.ja),
                format!("Clients that send no name are shown another one ({}).", other.en),
            )
        })
    }

    /// Observations that are cited beside the judged ones.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Observation> {
        self.unnamed.into_iter().map(|shown| shown.observation)
    }
}

impl<'a> Shown<'a> {
    fn of(observation: &'a Observation, fact: &'a TlsFact) -> Result<Self, Text> {
        match &fact.outcome {
            TlsOutcome::Chain { certificates, trust, .. } => match certificates.first() {
                Some(leaf) => Ok(Self {
                    observation,
                    server_name: fact.server_name.as_deref(),
                    leaf,
                    certificates,
                    trust,
                }),
                None => Err(Text::new("証明書が空", "the list of certificates is empty")),
            },
            TlsOutcome::Failed(error) => Err(ProbeError::to_text(error)),
        }
    }

    /// The certificate in words, with the name it was shown to.
    pub(super) fn described(&self) -> Text {
        let (name, leaf) = (called(self.server_name), self.leaf_described());
        Text::new(
            format!("{}に示した{}", name.ja, leaf.ja),
            format!("{}, shown {}", leaf.en, name.en),
        )
    }

    fn leaf_described(&self) -> Text {
        let leaf = self.leaf;
        let (subject, issuer) = (shorten(&leaf.subject), shorten(&leaf.issuer));
        let (from, until) = (words::day(leaf.not_before), words::day(leaf.not_after));
        Text::new(
            format!("証明書「{subject}」（発行者「{issuer}」、{from}から{until}まで）"),
            format!("the certificate `{subject}` (issuer `{issuer}`, {from} to {until})"),
        )
    }

    /// The alternative names of the leaf.
    pub(super) fn names(&self) -> Text {
        let addresses = self.leaf.ip_names.iter().map(ToString::to_string);
        let names = named(self.leaf.dns_names.iter().cloned().chain(addresses));
        if names.ja.is_empty() { Text::new("名前なし", "no name at all") } else { names }
    }
}

/// How a client called the server.
fn called(server_name: Option<&str>) -> Text {
    match server_name {
        Some(name) => {
            let name = shorten(name);
            Text::new(format!("「{name}」宛て"), format!("to `{name}`"))
        }
        None => Text::new("名前を示さない接続", "to clients that send no name"),
    }
}
