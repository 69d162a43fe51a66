//! The story of an inspection.

use std::path::Path;
use std::sync::{Arc, Mutex};

use hoshimori_inspection::assessment::{
    Assessment, EvidenceRegister, FORMAT, GradeRecord, Inspection, SchemeStamp,
};
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::grading::grade;
use hoshimori_inspection::token::Tokens;
use hoshimori_scanner::{Gate, Pacer, PacketsPerSecond, TrustStores};
use hoshimori_scheme::{Language, Scheme, Text};
use jiff::Timestamp;
use tokio::sync::watch;

use crate::assess::{assess, findings, join_recorded, results};
use crate::case::Case;
use crate::collect::Collector;
use crate::error::PipelineError;
use crate::events::{Event, Observer, Stage};
use crate::fingerprints::Fingerprints;
use crate::graded;
use crate::known::Known;
use crate::ledger::Ledger;
use crate::limits::limits;
use crate::opening::{Opened, open};
use crate::papers::Papers;
use crate::plan::Plan;
use crate::reporting::{ReportFormat, Written, write};

/// What a run is given besides its papers.
pub struct Surroundings<'a> {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who listens.
    pub observer: &'a dyn Observer,
    /// How clues are read.
    pub fingerprints: &'a Fingerprints,
    /// Turns true when the person wants to stop.
    pub stop: watch::Receiver<bool>,
}

/// What `inspect` is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The case directory, or `None` for one named after the inspection.
    pub out: Option<&'a Path>,
    /// Whether to go on with an interrupted inspection.
    pub resume: bool,
    /// Language of the report.
    pub language: Language,
}

/// A finished inspection.
#[derive(Debug)]
pub struct Done {
    /// Where everything lies.
    pub case: Case,
    /// The assessment.
    pub assessment: Assessment,
    /// What the person should know, such as characters that no font has.
    pub notices: Vec<Text>,
}

/// Runs the inspection that `papers` describe: collects, judges, grades, reports.
///
/// After an error everything that was finished is in the case directory, and a later call with
/// [`Request::resume`] goes on from there.
pub async fn inspect(
    scheme: &Scheme,
    papers: Papers,
    request: Request<'_>,
    around: &Surroundings<'_>,
) -> Result<Done, PipelineError> {
    let plan = Plan::of_inspection(&papers.name, &papers.file)?;
    let Opened { case, ledger, tokens, began_at } =
        open(&papers.file, request, around.clock.now())?;
    let observations = gather(&plan, ledger, &tokens, around).await?;
    around.observer.notice(Event::Begun { stage: Stage::Report, total: 3, done: 0 });
    let assessment = assemble(
        scheme,
        &plan,
        papers,
        &Evidence { observations: &observations, fingerprints: around.fingerprints, began_at },
    )?;
    case.write(&case.assessment(), &to_json(&assessment)?)?;
    around.observer.notice(Event::Advanced { steps: 1 });
    let both = [ReportFormat::Html, ReportFormat::Pdf];
    let Written { notices, .. } = write(&case, scheme, &assessment, &both, request.language)?;
    around.observer.notice(Event::Advanced { steps: 2 });
    Ok(Done { case, assessment, notices })
}

/// Gathers what `plan` asks for and `ledger` does not have; the observations sorted by key.
pub(crate) async fn gather(
    plan: &Plan,
    ledger: Ledger,
    tokens: &Tokens,
    around: &Surroundings<'_>,
) -> Result<Vec<Observation>, PipelineError> {
    let pace = plan.packets_per_second.map(PacketsPerSecond);
    let gate = Gate::new(around.clock.clone(), Pacer::new(pace, around.clock.clone()));
    let stores = TrustStores::load();
    let collector = Collector {
        plan,
        gate: &gate,
        clock: around.clock.clone(),
        tokens,
        stores: &stores,
        observer: around.observer,
        ledger: Mutex::new(ledger),
    };
    let mut stop = around.stop.clone();
    tokio::select! {
        biased;
        _ = stop.wait_for(|stopped| *stopped) => return Err(PipelineError::Interrupted),
        collected = collector.collect() => collected?,
    }
    let ledger = collector.ledger.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut observations = ledger.into_observations();
    observations.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(observations)
}

/// What was seen, and how it is read.
struct Evidence<'a> {
    observations: &'a [Observation],
    fingerprints: &'a Fingerprints,
    began_at: Timestamp,
}

fn assemble(
    scheme: &Scheme,
    plan: &Plan,
    papers: Papers,
    evidence: &Evidence<'_>,
) -> Result<Assessment, PipelineError> {
    let Evidence { observations, fingerprints, began_at } = *evidence;
    let known = Known::new(observations, &fingerprints.packs);
    let register = EvidenceRegister::new(observations);
    let assessed = assess(scheme, plan, observations, &known, began_at);
    let hosts = known.hosts;
    let mut tests = assessed.tests;
    join_recorded(&mut tests, &papers.recorded);
    let results = results(&assessed.judgements, &register);
    let (findings, stray) = findings(&results, &papers.recorded, &papers.review);
    let target = papers.file.inspection.target_level;
    let overrides = &papers.review.overrides;
    let request = graded::request(scheme, target, &papers.audit, &tests, &findings, overrides)?;
    let grade = GradeRecord::from(&grade(scheme, &request));
    let limits = limits(&papers, plan, &hosts, &results, &stray);
    Ok(Assessment {
        hoshimori: env!("CARGO_PKG_VERSION").to_owned(),
        format: FORMAT.to_owned(),
        authorized_by: None,
        began_at,
        finished_at: observations.iter().map(|seen| seen.seen_at).max().unwrap_or(began_at),
        results,
        evidence: register.into_records(),
        fingerprints: fingerprints.imported.clone(),
        tests,
        hosts,
        findings,
        grade: Some(grade),
        inspection: Some(Inspection {
            scheme: SchemeStamp {
                key: scheme.edition.key.clone(),
                version: scheme.edition.version.clone(),
                rule_set: scheme.grading.rule_set.clone(),
                sha256: sha256_hex(&[scheme.to_single_file().as_bytes()]),
            },
            file: papers.file,
            audit: papers.audit,
            recorded: papers.recorded,
            review: papers.review,
            request: serde_json::to_value(&request)
                .map_err(|error| PipelineError::Ungradable { detail: error.to_string() })?,
            files: papers.files,
            limits,
        }),
    })
}

fn to_json(assessment: &Assessment) -> Result<Vec<u8>, PipelineError> {
    let mut bytes = serde_json::to_vec_pretty(assessment)
        .map_err(|error| PipelineError::Ungradable { detail: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}
