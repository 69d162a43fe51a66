//! The cover, and what every page repeats.

use serde::Serialize;

use super::Fact;
use crate::context::Context;
use crate::shown::Shown;

/// How many digits of the fingerprint name the version of a report.
const VERSION_DIGITS: usize = 12;
/// How many characters of a name fit into the head or foot of a page.
const RUNNING_CHARS: usize = 40;

/// The cover, and what the head and foot of every page repeat.
#[derive(Clone, Debug, Serialize)]
pub struct Cover {
    /// Name of the certification programme.
    pub programme: Shown,
    /// Number of the inspection, which is the number of its report.
    pub number: Shown,
    /// First digits of the fingerprint: other data, other version.
    pub version: Shown,
    /// Name of the facility.
    pub facility: Shown,
    /// Day on which the inspection ended.
    pub completed: Shown,
    /// Name of the inspection body.
    pub body: Shown,
    /// The number, short enough for the head of a page.
    pub running_number: Shown,
    /// The facility, short enough for the foot of a page.
    pub running_facility: Shown,
    /// The facts below the title.
    pub facts: Vec<Fact>,
}

impl Cover {
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let words = context.words;
        let file = &context.inspection.file;
        let (facility, body) = (&file.facility, &file.inspection_body);
        let version: String = context.fingerprint.chars().take(VERSION_DIGITS).collect();
        let assessment = context.assessment;
        let facts = vec![
            Fact::new(words.number, file.inspection.number.as_str()),
            Fact::new(words.version, version.as_str()),
            Fact::new(words.facility, facility.name.as_str()),
            Fact::new(words.operator, facility.operator.as_str()),
            Fact::new(words.address, facility.address.as_str()),
            Fact::new(words.body, body.name.as_str()),
            Fact::new(words.period, context.period(assessment.began_at, assessment.finished_at)),
            Fact::new(words.completed, context.day(assessment.finished_at)),
        ];
        Self {
            programme: context.text(&context.scheme.edition.title),
            number: Shown::new(&file.inspection.number),
            version: Shown::from(version),
            facility: Shown::new(&facility.name),
            running_number: running(&file.inspection.number),
            running_facility: running(&facility.name),
            completed: context.day(assessment.finished_at),
            body: Shown::new(&body.name),
            facts,
        }
    }
}

/// `text`, cut where it would not fit into one line.
fn running(text: &str) -> Shown {
    let shown = Shown::new(text);
    if shown.as_str().chars().count() <= RUNNING_CHARS {
        return shown;
    }
    let kept: String = shown.as_str().chars().take(RUNNING_CHARS).collect();
    Shown::from(format!("{kept}…"))
}
