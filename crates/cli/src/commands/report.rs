use hoshimori_pipeline::reporting::{ReportFormat, render_again};
use hoshimori_scheme::Scheme;

use crate::args::{Format, Report};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) fn run(args: &Report, scheme: &Scheme, printer: Printer) -> Result<Exit, Failure> {
    let formats: Vec<ReportFormat> = args
        .format
        .iter()
        .map(|format| match format {
            Format::Pdf => ReportFormat::Pdf,
            Format::Html => ReportFormat::Html,
        })
        .collect();
    let rendered = render_again(&args.dir, scheme, &formats, printer.language)?;
    for notice in &rendered.notices {
        printer.note(notice);
    }
    for path in &rendered.files {
        Printer::data(&path.display().to_string())?;
    }
    Ok(Exit::Done)
}
