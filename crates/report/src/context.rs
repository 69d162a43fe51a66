//! What every section reads: the document, the scheme and the words of one language.

use hoshimori_inspection::assessment::{Assessment, Inspection, ResultRecord, SchemeStamp};
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::finding::TestStatus;
use hoshimori_inspection::grading::ItemResult;
use hoshimori_inspection::scope::{InJapan, japan};
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_scheme::{CriterionId, Language, Mark, Scheme, TargetLevel, TechnicalTest, Text};
use jiff::Timestamp;

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::ranking::{RankedFinding, rank};
use crate::shown::Shown;
use crate::words::Words;

pub(crate) struct Context<'a> {
    pub(crate) assessment: &'a Assessment,
    pub(crate) inspection: &'a Inspection,
    pub(crate) scheme: &'a Scheme,
    pub(crate) language: Language,
    pub(crate) words: &'static Words,
    pub(crate) findings: Vec<RankedFinding<'a>>,
    /// SHA-256 of the document as the case directory keeps it: indented JSON and a line break.
    pub(crate) fingerprint: String,
}

impl<'a> Context<'a> {
    /// Checks that the document holds an inspection graded under the scheme at hand.
    pub(crate) fn new(input: &ReportInput<'a>) -> Result<Self, ReportError> {
        let ReportInput { assessment, scheme, language } = *input;
        let inspection = assessment.inspection.as_ref().ok_or(ReportError::NoInspection)?;
        refuse_other_edition(&inspection.scheme, scheme)?;
        let fingerprint = sha256_hex(&[&serde_json::to_vec_pretty(assessment)?, b"\n"]);
        let words = Words::of(language);
        let findings = rank(assessment, inspection, scheme);
        Ok(Self { assessment, inspection, scheme, language, words, findings, fingerprint })
    }

    /// `text` in the language of the report.
    pub(crate) fn text(&self, text: &Text) -> Shown {
        Shown::new(text.in_language(self.language))
    }

    /// The column of the criteria tables that the inspection applies.
    pub(crate) fn target(&self) -> TargetLevel {
        self.inspection.file.inspection.target_level
    }

    /// `2026年11月20日` or `20 November 2026`, in Japan.
    pub(crate) fn day(&self, time: Timestamp) -> Shown {
        let format = match self.language {
            Language::Japanese => "%Y年%-m月%-d日",
            Language::English => "%-d %B %Y",
        };
        Shown::from(time.to_zoned_datetime(japan()).strftime(format).to_string())
    }

    /// A span of time; a span within one day names the day once.
    pub(crate) fn period(&self, from: Timestamp, to: Timestamp) -> Shown {
        let (from, to) = (InJapan(from).to_string(), InJapan(to).to_string());
        let to = match (from.split_once(' '), to.split_once(' ')) {
            (Some((day, _)), Some((same, hour))) if day == same => hour,
            _ => to.as_str(),
        };
        let dash = if self.language == Language::Japanese { " ～ " } else { " – " };
        Shown::from(format!("{from}{dash}{to}"))
    }

    /// A list of values: `、` between them in Japanese, a comma in English.
    pub(crate) fn join<T: ToString>(&self, values: impl IntoIterator<Item = T>) -> Shown {
        let comma = if self.language == Language::Japanese { "、" } else { ", " };
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        Shown::from(values.join(comma))
    }

    /// The judgement on an audit row; a row without an answer is 未評価.
    pub(crate) fn item_result(&self, id: CriterionId) -> ItemResult {
        self.inspection.audit.get(id).map_or(ItemResult::NotJudged, |answer| answer.result)
    }

    /// Whether a test was performed; a test of which the document says nothing was not.
    pub(crate) fn test_status(&self, id: CriterionId) -> Option<&'a TestStatus> {
        self.assessment.tests.iter().find(|status| status.test == id)
    }

    /// [`test_status`](Self::test_status) without its reason.
    pub(crate) fn test_state(&self, id: CriterionId) -> TestState {
        self.test_status(id).map_or(TestState::NotRun, |status| status.status)
    }

    /// The results of one test.
    pub(crate) fn results(&self, id: CriterionId) -> impl Iterator<Item = &'a ResultRecord> {
        self.assessment.results.iter().filter(move |result| result.test == id)
    }

    /// The results of every test that could not be decided.
    pub(crate) fn undecided(&self) -> impl Iterator<Item = &'a ResultRecord> {
        self.assessment.results.iter().filter(|result| result.verdict == Verdict::Inconclusive)
    }

    /// Results that say something is wrong and that no finding takes up.
    ///
    /// Those are suspicions that nobody has confirmed or dismissed. A proved fault that grading
    /// never saw would be a defect of the document: it is shown with them, not lost.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &'a ResultRecord> {
        let speaks_up =
            |result: &&ResultRecord| matches!(result.verdict, Verdict::Fail | Verdict::Suspected);
        let is_taken_up = |result: &&ResultRecord| {
            self.assessment.findings.iter().any(|finding| finding.id == result.id)
        };
        self.assessment.results.iter().filter(speaks_up).filter(move |result| !is_taken_up(result))
    }

    /// The mark of `test` in the applied column.
    pub(crate) fn test_mark(&self, test: &TechnicalTest) -> Mark {
        test.marks.at(self.target())
    }

    /// Id and short name of a test.
    pub(crate) fn test_name(&self, id: CriterionId) -> Shown {
        match self.scheme.test(id) {
            Some(test) => Shown::from(format!("{id} {}", self.text(&test.short))),
            None => Shown::from(id.to_string()),
        }
    }

    /// A text that a person may have left out, or the sign for "not stated".
    pub(crate) fn stated(&self, text: Option<&str>) -> Shown {
        Shown::new(text.unwrap_or(self.words.not_stated))
    }
}

/// Marks, texts and numbers of another edition would say things that nobody judged.
fn refuse_other_edition(stamp: &SchemeStamp, scheme: &Scheme) -> Result<(), ReportError> {
    let describe = |stamp: &SchemeStamp| {
        let SchemeStamp { key, version, rule_set, sha256 } = stamp;
        format!("{key} {version} {rule_set} {sha256}")
    };
    let loaded = SchemeStamp {
        key: scheme.edition.key.clone(),
        version: scheme.edition.version.clone(),
        rule_set: scheme.grading.rule_set.clone(),
        sha256: sha256_hex(&[scheme.to_single_file().as_bytes()]),
    };
    if *stamp == loaded {
        return Ok(());
    }
    Err(ReportError::OtherEdition { graded: describe(stamp), loaded: describe(&loaded) })
}
