use hoshimori_inspection::assessment::Assessment;
use hoshimori_pipeline::papers::Papers;
use hoshimori_pipeline::run::{Done, Request, inspect};
use hoshimori_scheme::Scheme;

use super::{Setting, with_surroundings};
use crate::args::Inspect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::summary;

pub(super) fn run(args: &Inspect, scheme: &Scheme, setting: Setting<'_>) -> Result<Exit, Failure> {
    let printer = setting.printer;
    let papers = Papers::read(&args.file, scheme)?;
    let request =
        Request { out: args.out.as_deref(), resume: args.resume, language: printer.language };
    let done =
        with_surroundings(setting, async |around| inspect(scheme, papers, request, around).await)?;
    let Done { case, assessment, notices } = &done;
    for notice in notices {
        printer.note(notice);
    }
    if printer.json {
        Printer::json(assessment)?;
    } else {
        Printer::data(&summary::inspection(assessment, case, scheme, printer.language))?;
    }
    Ok(exit_of(assessment, scheme))
}

/// Passed when the grades reach a level of the scheme.
fn exit_of(assessment: &Assessment, scheme: &Scheme) -> Exit {
    let reached = assessment
        .grade
        .as_ref()
        .is_some_and(|grade| scheme.levels.iter().any(|level| level.stars == grade.level));
    if reached { Exit::Done } else { Exit::Failed }
}
