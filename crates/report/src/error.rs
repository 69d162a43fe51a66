/// Why no report can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The document holds tests that were run by hand, without an inspection around them.
    #[error("the document holds no inspection, only single tests: there is nothing to report")]
    NoInspection,
    /// The document was graded under another edition of the scheme.
    #[error("the document was graded under `{graded}`, the scheme at hand is `{loaded}`")]
    OtherEdition {
        /// Key, version, rule set and hash in the document.
        graded: String,
        /// Key, version, rule set and hash of the scheme.
        loaded: String,
    },
    /// The words and numbers of the report cannot be written as JSON.
    #[error("cannot write the data of the report as JSON")]
    Data(#[from] serde_json::Error),
    /// The HTML template cannot be filled in.
    #[error("cannot fill in the HTML report")]
    Html(#[from] askama::Error),
    /// An embedded font cannot be read: a fault of this program.
    #[error("cannot read the embedded fonts")]
    Fonts,
    /// The page template cannot be set: a fault of this program.
    #[error("cannot typeset the report: {}", messages.join("; "))]
    Typesetting {
        /// What the typesetter says.
        messages: Vec<String>,
    },
}
