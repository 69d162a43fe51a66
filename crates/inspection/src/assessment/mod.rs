//! The document that holds a whole inspection: what was seen, what it means, which grades follow.
//!
//! Format `assessment/1`. The report is rendered from this document and the scheme alone, so it
//! can be rendered again years later.

mod accuracy;
mod evidence;
mod grade;
mod host;

use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use accuracy::{Accuracy, UnscannedRecord};
pub use evidence::{EvidenceId, EvidenceRecord, EvidenceRegister};
pub use grade::GradeRecord;
pub use host::{HostName, HostRecord, PortRecord, PortState, UdpRecord, hosts};

use crate::answer::AuditAnswers;
use crate::file::InspectionFile;
use crate::finding::{FindingId, Judgement, TestStatus};
use crate::grading::FindingStatus;
use crate::moment;
use crate::recorded::RecordedTest;
use crate::review::Review;
use crate::target::Target;
use crate::vantage::Vantage;
use crate::verdict::Verdict;

/// Name of the format of this document.
pub const FORMAT: &str = "assessment/1";

/// Everything that one run of tests, or one inspection, has shown.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Assessment {
    /// Version of the program that wrote the document.
    pub hoshimori: String,
    /// [`FORMAT`].
    pub format: String,
    /// The inspection; absent when single tests were run by hand.
    pub inspection: Option<Inspection>,
    /// Who allowed a run by hand, outside loopback.
    pub authorized_by: Option<String>,
    /// When the first packet could be sent.
    #[serde(with = "moment")]
    pub began_at: Timestamp,
    /// When the last observation was made.
    #[serde(with = "moment")]
    pub finished_at: Timestamp,
    /// What the checks say, by test and target.
    pub results: Vec<ResultRecord>,
    /// The observations that results rest on and all others, numbered.
    pub evidence: Vec<EvidenceRecord>,
    /// The fingerprint packs that were brought along, in the order in which they are believed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<PackRecord>,
    /// Which tests were performed.
    pub tests: Vec<TestStatus>,
    /// The hosts seen.
    pub hosts: Vec<HostRecord>,
    /// The findings as they are graded; empty when single tests were run by hand.
    pub findings: Vec<FindingRecord>,
    /// Grades, candidate level and rule trace.
    pub grade: Option<GradeRecord>,
}

/// A fingerprint pack that was brought along.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PackRecord {
    /// Its name, which the reasons of identities repeat.
    pub name: String,
    /// How many of its patterns are in use.
    pub patterns: usize,
    /// How many could not be used.
    pub left_out: usize,
    /// Over the names and contents of its files.
    pub sha256: String,
}

/// What an inspection adds to the tests.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Inspection {
    /// The inspection file.
    pub file: InspectionFile,
    /// The scheme edition and rule set that graded it.
    pub scheme: SchemeStamp,
    /// The audit answers.
    pub audit: AuditAnswers,
    /// The tests performed by other means.
    pub recorded: Vec<RecordedTest>,
    /// Decisions and overrides.
    pub review: Review,
    /// What was handed to grading, in the format that `hoshimori grade` reads.
    pub request: serde_json::Value,
    /// The files that answers and recorded tests name, with their hashes.
    pub files: Vec<FileRecord>,
    /// What the inspection could not do, for the chapter on limits.
    pub limits: Vec<Text>,
}

/// Which edition and rule set graded an inspection.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SchemeStamp {
    /// Key of the edition.
    pub key: String,
    /// Version of its data.
    pub version: String,
    /// Name of the rule set.
    pub rule_set: String,
    /// SHA-256 over the whole edition as one file: two editions of one key are told apart by it.
    pub sha256: String,
}

/// A file that belongs to the evidence.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FileRecord {
    /// Where it is named, such as `A-14` or `N-03`.
    pub criterion: CriterionId,
    /// Path relative to the inspection file.
    pub path: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

/// One judgement of a check, with its evidence by number.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResultRecord {
    /// The id that review decisions name.
    pub id: FindingId,
    /// The test.
    pub test: CriterionId,
    /// What was judged.
    pub target: Target,
    /// From where it was seen.
    pub vantage: Vantage,
    /// The outcome.
    pub verdict: Verdict,
    /// Grade of this result alone.
    pub grade: Grade,
    /// Severity of this result alone.
    pub severity: FindingSeverity,
    /// A heading.
    pub title: Text,
    /// Why this outcome.
    pub because: Text,
    /// CVE, CWE and similar numbers.
    pub ids: Vec<String>,
    /// The evidence it rests on, the decisive one first.
    pub evidence: Vec<EvidenceId>,
    /// A command that repeats the decisive observation by hand.
    pub repeat: Option<String>,
}

impl ResultRecord {
    /// The record of `judgement`, its evidence numbered by `register`.
    pub fn new(judgement: &Judgement, register: &EvidenceRegister) -> Self {
        let evidence: Vec<EvidenceId> =
            judgement.evidence.iter().filter_map(|key| register.id(key)).collect();
        let repeat = judgement.evidence.first().and_then(|key| register.repeat(key));
        Self {
            id: judgement.id(),
            test: judgement.test,
            target: judgement.target,
            vantage: judgement.vantage,
            verdict: judgement.verdict,
            grade: judgement.grade(),
            severity: judgement.severity,
            title: judgement.title.clone(),
            because: judgement.because.clone(),
            ids: judgement.ids.clone(),
            evidence,
            repeat,
        }
    }
}

/// One finding as grading sees it: proved by a check, confirmed by a person, or recorded by hand.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FindingRecord {
    /// Its id.
    pub id: FindingId,
    /// The test.
    pub test: CriterionId,
    /// What it is about.
    pub target: String,
    /// A heading.
    pub title: Text,
    /// Why it is a finding.
    pub because: Text,
    /// How bad it is.
    pub severity: FindingSeverity,
    /// Open, closed by a retest, or no real finding.
    pub status: FindingStatus,
    /// Length in days of the accepted corrective plan.
    pub plan_days: Option<u32>,
    /// CVE, CWE and similar numbers.
    pub ids: Vec<String>,
    /// Evidence numbers.
    pub evidence: Vec<EvidenceId>,
    /// A command that repeats it by hand.
    pub repeat: Option<String>,
}
