//! The findings in the order in which a reader should meet them, and how each one counts.

use std::cmp::Reverse;

use hoshimori_inspection::assessment::{Assessment, FindingRecord, Inspection};
use hoshimori_inspection::grading::FindingStatus;
use hoshimori_scheme::{Grade, Mark, Scheme};

/// Rule of GR-1 that lets a planned medium finding of a ▲ test count as low.
const TOLERANCE: &str = "VA-T1";

/// One finding with its place in the report.
pub(crate) struct RankedFinding<'a> {
    /// Its number in the report, from 1.
    pub(crate) number: usize,
    pub(crate) record: &'a FindingRecord,
    /// The mark of its test in the applied column.
    pub(crate) mark: Mark,
    pub(crate) standing: Standing,
}

/// Whether a finding takes part in the grade (GR-1 section 3.3).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Standing {
    /// It counts with its own grade.
    Counted,
    /// It counts as low: ▲, medium, with a plan.
    Tolerated,
    /// Its test is not evaluated in the applied column.
    Reference,
    /// A retest found it mended.
    Closed,
    /// A second person confirmed that there is nothing.
    Dismissed,
}

impl RankedFinding<'_> {
    /// The grade with which it counts, if it does.
    pub(crate) fn counted_grade(&self) -> Option<Grade> {
        match self.standing {
            Standing::Counted => Some(self.record.severity.grade()),
            Standing::Tolerated => Some(Grade::B),
            Standing::Reference | Standing::Closed | Standing::Dismissed => None,
        }
    }
}

/// Those that count first, the worst first; then reference, closed and dismissed ones.
pub(crate) fn rank<'a>(
    assessment: &'a Assessment,
    inspection: &Inspection,
    scheme: &Scheme,
) -> Vec<RankedFinding<'a>> {
    let target = inspection.file.inspection.target_level;
    let rules = assessment.grade.as_ref().map_or(&[] as &[String], |grade| &grade.rules);
    let mut ranked: Vec<RankedFinding<'a>> = assessment
        .findings
        .iter()
        .map(|record| {
            // A finding on a test that the edition does not know is never played down.
            let mark = scheme.test(record.test).map_or(Mark::Must, |test| test.marks.at(target));
            let standing = standing(record, mark, rules);
            RankedFinding { number: 0, record, mark, standing }
        })
        .collect();
    ranked.sort_by_key(|finding| {
        (finding.standing.group(), Reverse(finding.record.severity), finding.record.test)
    });
    for (finding, number) in ranked.iter_mut().zip(1..) {
        finding.number = number;
    }
    ranked
}

impl Standing {
    /// Tolerated findings stand among the counted ones.
    fn group(self) -> Self {
        if self == Self::Tolerated { Self::Counted } else { self }
    }
}

/// The steps of GR-1 section 3.3; the tolerance is taken from the trace, which applied it.
fn standing(record: &FindingRecord, mark: Mark, rules: &[String]) -> Standing {
    if mark == Mark::NotEvaluated {
        return Standing::Reference;
    }
    let tolerated = format!("{}:{TOLERANCE}", record.id);
    match record.status {
        FindingStatus::ClosedRetest => Standing::Closed,
        FindingStatus::FalsePositive => Standing::Dismissed,
        FindingStatus::Open if rules.iter().any(|rule| rule_id(rule) == tolerated) => {
            Standing::Tolerated
        }
        FindingStatus::Open => Standing::Counted,
    }
}

/// A rule of the trace without the comment for people.
pub(crate) fn rule_id(rule: &str) -> &str {
    rule.split(' ').next().unwrap_or(rule)
}
