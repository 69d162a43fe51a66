use hoshimori_scheme::{CriterionId, Scheme, Text};
use serde::Serialize;

use crate::args::Criteria;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::summary::criteria;

/// Format `criteria/1`.
#[derive(Serialize)]
struct Document<'a, T> {
    hoshimori: &'static str,
    format: &'static str,
    edition: &'a str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Whole<'a> {
    scheme: &'a Scheme,
}

#[derive(Serialize)]
struct One<T> {
    criterion: T,
}

pub(super) fn run(args: &Criteria, scheme: &Scheme, printer: Printer) -> Result<Exit, Failure> {
    if args.export {
        Printer::data(scheme.to_single_file().trim_end())?;
        return Ok(Exit::Done);
    }
    match args.id {
        None if printer.json => Printer::json(&document(scheme, Whole { scheme }))?,
        None => Printer::data(&criteria::list(scheme, printer.language))?,
        Some(id) => one(id, scheme, printer)?,
    }
    Ok(Exit::Done)
}

fn one(id: CriterionId, scheme: &Scheme, printer: Printer) -> Result<(), Failure> {
    if let Some(criterion) = scheme.audit_criterion(id) {
        if printer.json {
            return Printer::json(&document(scheme, One { criterion }));
        }
        return Printer::data(&criteria::audit(criterion, printer.language));
    }
    if let Some(criterion) = scheme.test(id) {
        if printer.json {
            return Printer::json(&document(scheme, One { criterion }));
        }
        return Printer::data(&criteria::test(criterion, printer.language));
    }
    Err(Failure::Usage(Text::new(
        format!("`{id}` という項目はありません。`hoshimori criteria` で一覧が見られます"),
        format!("there is no criterion `{id}`; `hoshimori criteria` lists them"),
    )))
}

fn document<T>(scheme: &Scheme, content: T) -> Document<'_, T> {
    let edition = scheme.edition.key.as_str();
    Document { hoshimori: env!("CARGO_PKG_VERSION"), format: "criteria/1", edition, content }
}
