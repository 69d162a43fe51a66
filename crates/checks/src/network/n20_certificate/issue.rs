use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::finding::Judgement;
use hoshimori_scheme::{FindingSeverity, Text};

use crate::subject::{Statement, Subject};
use crate::words::joined;

/// How certain a fault is, the more certain the greater.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Certainty {
    /// It could not be decided whether there is one.
    Undecided,
    /// An indicator.
    Suspected(FindingSeverity),
    /// Proved.
    Proved(FindingSeverity),
}

/// One fault of one chain, or a question that stayed open.
#[derive(Clone, Debug)]
pub(super) struct Issue<'a> {
    /// Which.
    pub(super) aspect: &'static str,
    /// How certain and how bad.
    pub(super) certainty: Certainty,
    /// The heading.
    pub(super) title: Text,
    /// The reason.
    pub(super) because: Text,
    /// CWE numbers.
    pub(super) ids: &'static [&'static str],
    /// What it rests on, the decisive one first.
    pub(super) evidence: Vec<&'a Observation>,
}

impl Issue<'_> {
    /// The judgement that it makes, with what is to be added to every reason.
    pub(super) fn judgement(self, subject: Subject, note: Option<Text>) -> Judgement {
        let Self { aspect, certainty, title, because, ids, evidence } = self;
        let said = Statement { title, because: joined([because].into_iter().chain(note)) };
        let judgement = match certainty {
            Certainty::Proved(severity) => subject.fail(aspect, severity, said, evidence),
            Certainty::Suspected(severity) => subject.suspected(aspect, severity, said, evidence),
            Certainty::Undecided => subject.inconclusive(aspect, said, evidence),
        };
        Judgement { ids: ids.iter().map(ToString::to_string).collect(), ..judgement }
    }
}

/// One issue an aspect: chains shown to several names may have the same fault, and the judgement
/// of a port has one result for each. The most certain and worst one gives its title.
pub(super) fn merged(issues: Vec<Issue<'_>>) -> Vec<Issue<'_>> {
    let mut merged: Vec<Issue<'_>> = Vec::new();
    for issue in issues {
        match merged.iter_mut().find(|known| known.aspect == issue.aspect) {
            None => merged.push(issue),
            Some(known) => {
                let (mut worse, other) = if issue.certainty > known.certainty {
                    (issue, known.clone())
                } else {
                    (known.clone(), issue)
                };
                if worse.because != other.because {
                    worse.because = joined([worse.because, other.because]);
                }
                worse.evidence.extend(other.evidence);
                *known = worse;
            }
        }
    }
    merged
}
