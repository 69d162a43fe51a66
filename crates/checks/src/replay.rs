//! Every fixture judged again and compared with its snapshot.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hoshimori_inspection::evidence::{Observation, ObservationKey};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::inventory::Inventory;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_inspection::verdict::Verdict;
use hoshimori_scheme::{CriterionId, FindingSeverity, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CHECKS, Check, Evidence};

/// Named evidence: what was seen, and what the operator said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    began_at: Timestamp,
    hosts: Vec<KnownHost>,
    observations: Vec<Observation>,
    #[serde(default)]
    inventory: Inventory,
}

/// A judgement as snapshots show it.
#[derive(Serialize)]
struct Shown {
    test: CriterionId,
    target: Target,
    vantage: Vantage,
    aspect: &'static str,
    verdict: Verdict,
    severity: FindingSeverity,
    title: Text,
    because: Text,
    ids: Vec<String>,
    evidence: Vec<ObservationKey>,
}

impl From<Judgement> for Shown {
    fn from(judgement: Judgement) -> Self {
        let Judgement {
            test,
            target,
            vantage,
            aspect,
            verdict,
            severity,
            title,
            because,
            ids,
            evidence,
        } = judgement;
        Self { test, target, vantage, aspect, verdict, severity, title, because, ids, evidence }
    }
}

/// The fixtures of `check`: the verdict each is named after, and its file.
pub(crate) fn fixtures(check: &dyn Check) -> Vec<(String, PathBuf)> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(check.id().file_stem());
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut fixtures: Vec<(String, PathBuf)> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    fixtures.sort();
    fixtures
}

/// What `check` says of the evidence in `path`, which is checked on the way.
fn replayed(check: &dyn Check, path: &Path) -> Vec<Judgement> {
    let text = fs::read_to_string(path).unwrap();
    let mut fixture: Fixture =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    fixture.observations.sort_by(|left, right| left.key.cmp(&right.key));
    check.evaluate(&Evidence {
        observations: &fixture.observations,
        hosts: &fixture.hosts,
        inventory: &fixture.inventory,
        began_at: fixture.began_at,
    })
}

#[test]
fn fixtures_give_the_verdict_they_are_named_after() {
    for check in CHECKS {
        for (name, path) in fixtures(*check) {
            let judgements = replayed(*check, &path);
            let verdicts: Vec<&str> = judgements.iter().map(|j| j.verdict.word()).collect();
            assert!(verdicts.contains(&name.as_str()), "{}: {verdicts:?}", path.display());
        }
    }
}

#[test]
fn every_outcome_that_occurs_has_a_fixture_of_its_own() {
    for check in CHECKS {
        let fixtures = fixtures(*check);
        let names: BTreeSet<&str> = fixtures.iter().map(|(name, _)| name.as_str()).collect();
        for (_, path) in &fixtures {
            for judgement in replayed(*check, path) {
                assert!(names.contains(judgement.verdict.word()), "{} {judgement:?}", check.id());
            }
        }
        for always in ["pass", "fail", "inconclusive"] {
            assert!(names.contains(always), "{} has no fixture `{always}`", check.id());
        }
    }
}

#[test]
fn every_judgement_of_a_fixture_cites_evidence_and_only_findings_are_severe() {
    for check in CHECKS {
        for (name, path) in fixtures(*check) {
            for judgement in replayed(*check, &path) {
                let is_finding = matches!(judgement.verdict, Verdict::Fail | Verdict::Suspected);
                let is_severe = judgement.severity > FindingSeverity::Info;
                assert_eq!(is_finding, is_severe, "{} {name}: {judgement:?}", check.id());
                assert!(!judgement.evidence.is_empty(), "{} {name}: {judgement:?}", check.id());
            }
        }
    }
}

#[test]
fn judgements_of_fixtures_are_those_of_their_snapshots() {
    for check in CHECKS {
        for (name, path) in fixtures(*check) {
            let shown: Vec<Shown> = replayed(*check, &path).into_iter().map(Shown::from).collect();
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(path.parent().unwrap());
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_json_snapshot!(name, shown));
        }
    }
}
