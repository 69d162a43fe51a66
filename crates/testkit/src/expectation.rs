use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What one test must say of one port of a laboratory: one `[[check]]` of `expected.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Id of the test, such as `N-13`.
    pub test: String,
    /// The name under which the laboratory tells the port.
    pub port: String,
    /// The name by which the host is called; its address where absent.
    pub host: Option<String>,
    /// The vantage; `guest` where absent.
    pub vantage: Option<String>,
    /// Whether probes that change state are consented to.
    #[serde(default)]
    pub state_changing_probes: bool,
    /// All results on the port, by aspect, no more and no less.
    pub results: Vec<ExpectedResult>,
}

/// One expected result.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(deny_unknown_fields)]
pub struct ExpectedResult {
    /// Last part of the result's id.
    pub aspect: String,
    /// The verdict's word.
    pub verdict: String,
    /// The grade's letter.
    pub grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    check: Vec<Expectation>,
}

/// Reads `expected.toml` of the scenario in `folder`.
pub(crate) fn read(folder: &Path) -> Vec<Expectation> {
    let path = folder.join("expected.toml");
    let file: File = fs::read_to_string(&path)
        .map_err(|error| error.to_string())
        .and_then(|text| toml::from_str(&text).map_err(|error| error.to_string()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    file.check
}
