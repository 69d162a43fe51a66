use std::path::PathBuf;

use hoshimori_inspection::assessment::Assessment;

use crate::sample;

const FIXTURE: &str = include_str!("../../fixtures/sample.json");

/// Snapshot filters: hashes change with every text of the scheme, and say nothing to a reader.
pub(crate) const HASHES: [(&str, &str); 2] =
    [(r"\b[0-9a-f]{64}\b", "[SHA-256]"), (r"\b[0-9a-f]{12}\b", "[VERSION]")];

/// The document as the benches and the crate's example read it.
fn sample() -> Assessment {
    serde_json::from_str(FIXTURE).unwrap()
}

#[test]
fn fixture_is_what_the_builder_makes() {
    let built = sample::full();
    let mut written = serde_json::to_string_pretty(&built).unwrap();
    written.push('\n');
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/sample.json");
        std::fs::write(path, written).unwrap();
        return;
    }
    assert!(written == FIXTURE, "run with UPDATE_FIXTURES=1 to write fixtures/sample.json again");
    assert_eq!(sample(), built);
}

#[test]
fn sample_is_of_the_size_that_the_speed_goal_speaks_of() {
    let sample = sample();
    assert!((25..=40).contains(&sample.findings.len()), "{} findings", sample.findings.len());
    assert!((180..=260).contains(&sample.evidence.len()), "{} records", sample.evidence.len());
}
