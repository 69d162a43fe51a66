//! Tests that the inspectors performed by other means and recorded by hand, read from TOML.
//!
//! A test that this program does not perform itself, or that was done with another tool, is
//! entered here with who did it, with what, and what was found. A test that is neither performed
//! nor recorded stays 未実施 and blocks the report.

use std::collections::BTreeSet;

use hoshimori_scheme::{
    CriterionId, FindingSeverity, InputError, Scheme, Text, TomlSource, shorten,
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::FindingId;
use crate::grading::CvssScore;
use crate::input::Source;
use crate::verdict::TestState;

/// One test performed by other means.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecordedTest {
    /// The test.
    pub test: CriterionId,
    /// Whether it was performed.
    pub status: TestState,
    /// What was done, or why it was not.
    pub because: String,
    /// Who did it.
    pub performed_by: String,
    /// With which tool and version, or by what procedure.
    pub tool: String,
    /// Evidence files, relative to the file of recorded tests.
    pub evidence: Vec<String>,
    /// What was found.
    pub findings: Vec<RecordedFinding>,
}

/// One finding of a recorded test.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecordedFinding {
    /// Its id, made of the test's id and the name the inspector gave.
    pub id: FindingId,
    /// What it is about, as the inspector wrote it.
    pub target: String,
    /// A heading.
    pub title: String,
    /// What was seen.
    pub because: String,
    /// How bad it is.
    pub severity: FindingSeverity,
    /// CVE, CWE and JVN numbers.
    pub ids: Vec<String>,
}

/// Reads `text`, which came from the file called `file`, and checks it against `scheme`.
pub fn parse(file: &str, text: &str, scheme: &Scheme) -> Result<Vec<RecordedTest>, InputError> {
    let source = Source { toml: TomlSource { file, text } };
    source.toml.check_size()?;
    let raw: RawFile = source.toml.read()?;
    let mut seen = BTreeSet::new();
    let mut tests = Vec::new();
    for test in &raw.test {
        let recorded = read_test(&source, test, scheme)?;
        if !seen.insert(recorded.test) {
            return Err(source.fault(
                test.id.span(),
                "test.id",
                format!("{} が二度記録されています", recorded.test),
                format!("{} is recorded twice", recorded.test),
            ));
        }
        tests.push(recorded);
    }
    tests.sort_by_key(|test| test.test);
    Ok(tests)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    test: Vec<RawTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTest {
    id: Spanned<String>,
    status: TestState,
    because: Spanned<String>,
    performed_by: Spanned<String>,
    tool: Spanned<String>,
    #[serde(default)]
    evidence: Vec<Spanned<String>>,
    #[serde(default)]
    finding: Vec<RawFinding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFinding {
    name: Spanned<String>,
    target: Spanned<String>,
    title: Spanned<String>,
    because: Spanned<String>,
    severity: Option<FindingSeverity>,
    cvss: Option<Spanned<toml::Value>>,
    #[serde(default)]
    ids: Vec<Spanned<String>>,
}

fn read_test(
    source: &Source<'_>,
    raw: &RawTest,
    scheme: &Scheme,
) -> Result<RecordedTest, InputError> {
    let written = raw.id.get_ref();
    let known = written.parse().ok().and_then(|id| scheme.test(id));
    let Some(test) = known else {
        return Err(source
            .fault(
                raw.id.span(),
                "test.id",
                format!("`{}` という検査はありません", shorten(written)),
                format!("there is no test `{}`", shorten(written)),
            )
            .with_hint(Text::new(
                "書けるのは N-01 … N-27 と W-01 … W-05",
                "allowed: the ids of the technical tests",
            )));
    };
    if raw.status != TestState::Done
        && let Some(finding) = raw.finding.first()
    {
        return Err(source.fault(
            finding.name.span(),
            "test.finding",
            "実施していない検査に指摘は書けません",
            "a test that was not done has no findings",
        ));
    }
    let mut findings: Vec<RecordedFinding> = Vec::new();
    for finding in &raw.finding {
        let read = read_finding(source, test.id, test.default_severity.fixed(), finding, scheme)?;
        if findings.iter().any(|other| other.id == read.id) {
            return Err(source.fault(
                finding.name.span(),
                "test.finding.name",
                "同じ名前の指摘が二つあります",
                "there are two findings of this name",
            ));
        }
        findings.push(read);
    }
    Ok(RecordedTest {
        test: test.id,
        status: raw.status,
        because: source.text("test.because", &raw.because)?,
        performed_by: source.text("test.performed_by", &raw.performed_by)?,
        tool: source.text("test.tool", &raw.tool)?,
        evidence: source.paths("test.evidence", &raw.evidence)?,
        findings,
    })
}

fn read_finding(
    source: &Source<'_>,
    test: CriterionId,
    default: Option<FindingSeverity>,
    raw: &RawFinding,
    scheme: &Scheme,
) -> Result<RecordedFinding, InputError> {
    let from_score = match &raw.cvss {
        Some(score) => Some(severity_of(source, score, scheme)?),
        None => None,
    };
    let Some(severity) = raw.severity.or(from_score).or(default) else {
        return Err(source.fault(
            raw.name.span(),
            "test.finding.severity",
            "この検査の指摘には severity か cvss が必要です",
            "a finding of this test needs a `severity` or a `cvss`",
        ));
    };
    let name = source.text("test.finding.name", &raw.name)?;
    if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Err(source.fault(
            raw.name.span(),
            "test.finding.name",
            "名前は英小文字・数字・ハイフンで書きます",
            "a name consists of lower-case letters, digits and hyphens",
        ));
    }
    let mut ids = Vec::new();
    for id in &raw.ids {
        ids.push(source.text("test.finding.ids", id)?);
    }
    Ok(RecordedFinding {
        id: FindingId::given(format!("{test}:{name}")),
        target: source.text("test.finding.target", &raw.target)?,
        title: source.text("test.finding.title", &raw.title)?,
        because: source.text("test.finding.because", &raw.because)?,
        severity,
        ids,
    })
}

/// The severity of a CVSS base score, compared as the decimal that the person wrote.
fn severity_of(
    source: &Source<'_>,
    score: &Spanned<toml::Value>,
    scheme: &Scheme,
) -> Result<FindingSeverity, InputError> {
    let written = source.toml.text.get(score.span()).unwrap_or_default();
    match CvssScore::parse(written) {
        Ok(score) => Ok(score.severity(scheme.grading.cvss)),
        Err(error) => {
            let problem = error.problem();
            let fault = source.fault(score.span(), "test.finding.cvss", problem.ja, problem.en);
            Err(fault.with_hint(Text::new("書けるのは 0.0～10.0", "allowed: 0.0 to 10.0")))
        }
    }
}
