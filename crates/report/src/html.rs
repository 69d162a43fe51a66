//! The report as one self-contained HTML file: no script, no reference to anything outside.

use askama::Template;

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::model::ReportModel;
use crate::words::Words;

/// The page. Every value is escaped by the template engine.
#[derive(Template)]
#[template(path = "html/report.html")]
struct Page<'a> {
    r: &'a ReportModel,
    w: &'a Words,
}

/// Writes the report on `input` as HTML.
pub fn html(input: &ReportInput<'_>) -> Result<String, ReportError> {
    let model = ReportModel::new(input)?;
    Ok(Page { r: &model, w: &model.words }.render()?)
}
