use hoshimori_inspection::answer::template as audit_template;
use hoshimori_scheme::Scheme;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) fn template(scheme: &Scheme, printer: Printer) -> Result<Exit, Failure> {
    Printer::data(audit_template(scheme, printer.language).trim_end())?;
    Ok(Exit::Done)
}
