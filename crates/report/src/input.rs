use hoshimori_inspection::assessment::Assessment;
use hoshimori_scheme::{Language, Scheme};

/// What a report is made of. Nothing else flows into it: no clock, no file, no network.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// The whole inspection.
    pub assessment: &'a Assessment,
    /// The edition that graded it.
    pub scheme: &'a Scheme,
    /// The language of everything the program says; names and notes stay as people wrote them.
    pub language: Language,
}
