use std::io::Read;
use std::path::Path;

use hoshimori_inspection::grading::{GradingRequest, GradingResult, LevelOutcome, grade};
use hoshimori_scheme::{MAX_INPUT_BYTES, Scheme, Text};
use serde::Serialize;

use crate::args::Grade;
use crate::exit::Exit;
use crate::failure::{Failure, unreadable};
use crate::printer::Printer;

/// Format `grade/1`.
#[derive(Serialize)]
struct Document<'a> {
    hoshimori: &'static str,
    format: &'static str,
    #[serde(flatten)]
    result: &'a GradingResult,
}

/// Prints the result as JSON with or without `--json`: that is the format people asked for. The
/// explanation goes to standard error.
pub(super) fn run(args: &Grade, scheme: &Scheme, printer: Printer) -> Result<Exit, Failure> {
    let name = args.file.display().to_string();
    let request = GradingRequest::parse(scheme, &name, &read(&args.file)?)?;
    let result = grade(scheme, &request);
    let format = "grade/1";
    Printer::json(&Document { hoshimori: env!("CARGO_PKG_VERSION"), format, result: &result })?;
    if !printer.json {
        for rule in &result.rules {
            let why = rule.explain();
            printer.note(&Text::new(format!("{rule}  {}", why.ja), format!("{rule}  {}", why.en)));
        }
    }
    Ok(match result.level {
        LevelOutcome::Reached { .. } => Exit::Done,
        LevelOutcome::NoLevel | LevelOutcome::Undetermined => Exit::Failed,
    })
}

/// The bytes of `path`, or of standard input for `-`; one more than the limit, so that grading
/// sees that it was exceeded.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| unreadable(path.to_owned(), source);
    let limit = MAX_INPUT_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes)
}
