use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::evidence::{Fact, Observation, ObservationKey};
use crate::moment;
use crate::target::Target;
use crate::vantage::Vantage;

/// Number of a piece of evidence within one document, such as `ev-0001`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct EvidenceId(String);

impl EvidenceId {
    fn numbered(number: usize) -> Self {
        Self(format!("ev-{number:04}"))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One observation with its number.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EvidenceRecord {
    /// Its number.
    pub id: EvidenceId,
    /// Its lasting name.
    pub key: ObservationKey,
    /// When it was seen.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// From which side of the network.
    pub vantage: Vantage,
    /// Own address and port.
    pub source: Option<SocketAddr>,
    /// What was looked at.
    pub target: Target,
    /// Bytes sent, as far as they are kept.
    pub sent: Bytes,
    /// Bytes received, as far as they are kept.
    pub received: Bytes,
    /// SHA-256 over the kept bytes: sent, then received.
    pub sha256: String,
    /// What a reader should know, Japanese and English.
    pub note: Option<String>,
    /// A command that repeats it by hand.
    pub repeat: Option<String>,
    /// What was seen.
    pub fact: Fact,
}

/// Numbers observations in the order of their keys, so that numbers do not depend on timing.
#[derive(Clone, Debug, Default)]
pub struct EvidenceRegister {
    records: Vec<EvidenceRecord>,
    by_key: BTreeMap<ObservationKey, usize>,
}

impl EvidenceRegister {
    /// Numbers `observations`; of two with one key the later one in the slice stays.
    pub fn new(observations: &[Observation]) -> Self {
        let unique: BTreeMap<&ObservationKey, &Observation> =
            observations.iter().map(|seen| (&seen.key, seen)).collect();
        let mut register = Self::default();
        for (index, (key, seen)) in unique.into_iter().enumerate() {
            register.by_key.insert(key.clone(), index);
            register.records.push(record(index + 1, seen));
        }
        register
    }

    /// The number of the observation called `key`.
    pub fn id(&self, key: &ObservationKey) -> Option<EvidenceId> {
        self.record(key).map(|record| record.id.clone())
    }

    /// The command that repeats the observation called `key`.
    pub fn repeat(&self, key: &ObservationKey) -> Option<String> {
        self.record(key).and_then(|record| record.repeat.clone())
    }

    /// All records in order.
    pub fn into_records(self) -> Vec<EvidenceRecord> {
        self.records
    }

    fn record(&self, key: &ObservationKey) -> Option<&EvidenceRecord> {
        self.by_key.get(key).and_then(|index| self.records.get(*index))
    }
}

fn record(number: usize, seen: &Observation) -> EvidenceRecord {
    EvidenceRecord {
        id: EvidenceId::numbered(number),
        key: seen.key.clone(),
        at: seen.seen_at,
        vantage: seen.vantage,
        source: seen.source,
        target: seen.target,
        sent: seen.sent.clone(),
        received: seen.received.clone(),
        sha256: seen.sha256(),
        note: seen.note.as_ref().map(|note| format!("{} / {}", note.ja, note.en)),
        repeat: seen.repeat.clone(),
        fact: seen.fact.clone(),
    }
}
