//! The appendix: every piece of evidence with its hash.

use hoshimori_inspection::assessment::EvidenceRecord;
use hoshimori_inspection::scope::InJapan;
use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;

/// Appendix: every piece of evidence with its hash.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    /// Traffic.
    pub traffic: Vec<TrafficRow>,
    /// Files that people handed in.
    pub files: Vec<FileRow>,
    /// SHA-256 of the data behind the report.
    pub fingerprint: Shown,
}

/// One exchange on the network.
#[derive(Clone, Debug, Serialize)]
pub struct TrafficRow {
    /// Its number.
    pub id: Shown,
    /// When it was seen.
    pub time: Shown,
    /// What was looked at.
    pub target: Shown,
    /// From which side.
    pub vantage: Shown,
    /// Own address and port.
    pub source: Shown,
    /// How many stored bytes were sent.
    pub sent_bytes: usize,
    /// How many stored bytes were received.
    pub received_bytes: usize,
    /// Hash over both.
    pub sha256: Shown,
    /// What a reader should know.
    pub note: Shown,
}

/// One file.
#[derive(Clone, Debug, Serialize)]
pub struct FileRow {
    /// The row that names it.
    pub criterion: Shown,
    /// Its path.
    pub path: Shown,
    /// Its size.
    pub size_bytes: u64,
    /// Its hash.
    pub sha256: Shown,
}

impl Register {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let evidence = context.assessment.evidence.iter();
        let files = context.inspection.files.iter();
        Self {
            traffic: evidence.map(|record| traffic_row(context, record)).collect(),
            files: files
                .map(|file| FileRow {
                    criterion: Shown::from(file.criterion.to_string()),
                    path: Shown::new(&file.path),
                    size_bytes: file.size_bytes,
                    sha256: Shown::new(&file.sha256),
                })
                .collect(),
            fingerprint: Shown::new(&context.fingerprint),
        }
    }
}

fn traffic_row(context: &Context<'_>, record: &EvidenceRecord) -> TrafficRow {
    TrafficRow {
        id: Shown::new(record.id.as_str()),
        time: Shown::from(InJapan(record.at).to_string()),
        target: Shown::from(record.target.to_string()),
        vantage: context.text(&record.vantage.name()),
        source: record
            .source
            .map_or(context.words.not_stated.into(), |source| Shown::from(source.to_string())),
        sent_bytes: record.sent.0.len(),
        received_bytes: record.received.0.len(),
        sha256: Shown::new(&record.sha256),
        note: record.note.as_deref().map(Shown::new).unwrap_or_default(),
    }
}
