//! The verbs, one file each. Each returns the exit status of the process.

mod audit;
mod check;
mod criteria;
mod doctor;
mod grade;
mod inspect;
mod report;
mod scan;

use std::borrow::Cow;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use hoshimori_inspection::clock::SystemClock;
use hoshimori_pipeline::PipelineError;
use hoshimori_pipeline::fingerprints::Fingerprints;
use hoshimori_pipeline::run::Surroundings;
use hoshimori_scheme::{Scheme, Text};

use crate::args::{Audit, Cli, Command, General};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::stop_flag;
use crate::printer::Printer;
use crate::progress::ProgressLine;

pub(crate) fn run(cli: &Cli, printer: Printer) -> Result<Exit, Failure> {
    let scheme = || scheme(&cli.general);
    let setting = Setting { printer, packs: &cli.general.fingerprints };
    match &cli.command {
        Command::Inspect(args) => inspect::run(args, scheme()?.as_ref(), setting),
        Command::Scan(args) => scan::run(args, setting),
        Command::Check(args) => check::run(args, scheme()?.as_ref(), setting),
        Command::Grade(args) => grade::run(args, scheme()?.as_ref(), printer),
        Command::Report(args) => report::run(args, scheme()?.as_ref(), printer),
        Command::Criteria(args) => criteria::run(args, scheme()?.as_ref(), printer),
        Command::Audit(Audit::Template) => audit::template(scheme()?.as_ref(), printer),
        Command::Doctor => doctor::run(scheme()?.as_ref(), printer),
    }
}

/// The edition that was asked for, or the embedded one.
fn scheme(general: &General) -> Result<Cow<'static, Scheme>, Failure> {
    match &general.scheme {
        Some(path) => Ok(Cow::Owned(Scheme::load(path)?)),
        None => Ok(Cow::Borrowed(Scheme::embedded())),
    }
}

/// What the verbs that look at a network have in common.
#[derive(Clone, Copy)]
struct Setting<'a> {
    printer: Printer,
    /// Fingerprint packs beside our own.
    packs: &'a [PathBuf],
}

/// Runs `work` with a clock, a progress line and a way to stop it.
fn with_surroundings<T>(
    setting: Setting<'_>,
    work: impl AsyncFnOnce(&Surroundings<'_>) -> Result<T, PipelineError>,
) -> Result<T, Failure> {
    let progress = ProgressLine::new(setting.printer);
    let fingerprints = Fingerprints::load(setting.packs, &progress)?;
    let done = block_on(async {
        let stop = stop_flag().map_err(cannot_start)?;
        let clock = Arc::new(SystemClock::start());
        let fingerprints = &fingerprints;
        let around = Surroundings { clock, observer: &progress, fingerprints, stop };
        Ok(work(&around).await)
    })?;
    progress.finish();
    Ok(done?)
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(cannot_start)?
        .block_on(work)
}

fn cannot_start(source: std::io::Error) -> Failure {
    Failure::Io { doing: Text::new("処理を始められません", "cannot start"), source }
}
