//! The report as PDF/A-3a, set by typst.

mod fonts;
mod typeset;
mod world;

use std::collections::BTreeSet;

use jiff::Timestamp;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::error::ReportError;
use crate::input::ReportInput;
use crate::model::ReportModel;
use crate::pdf::fonts::Fonts;
use crate::pdf::world::ReportWorld;
use crate::words::{Words, fill};

/// A typeset report.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The PDF file.
    pub bytes: Vec<u8>,
    /// Characters of the text that the embedded fonts lack; the report shows their code points
    /// and says so.
    pub missing_glyphs: Vec<char>,
    /// What the typesetter remarked; empty unless this program has a fault.
    pub warnings: Vec<String>,
}

/// Sets the report on `input` as PDF/A-3a. The same input gives the same bytes.
pub fn pdf(input: &ReportInput<'_>) -> Result<Rendered, ReportError> {
    let model = ReportModel::new(input)?;
    let fonts = Fonts::embedded()?;
    let mut data = serde_json::to_value(&model)?;
    let mut missing = BTreeSet::new();
    typeset::prepare(&mut data, fonts, &mut missing);
    if let Some(fields) = data.as_object_mut() {
        let note = missing_note(Words::of(input.language), &missing);
        fields.insert("missing".to_owned(), note.into());
    }
    let world = ReportWorld::new(fonts, serde_json::to_vec(&data)?);
    let compiled = typst::compile::<PagedDocument>(&world);
    let exported = compiled.output.and_then(|document| {
        let ident = format!("hoshimori-report {} {}", model.cover.number, model.cover.version);
        typst_pdf::pdf(&document, &options(ident, input.assessment.finished_at))
    });
    // Cached results would otherwise pile up in a process that renders many reports. A failed
    // rendering has left results behind, too.
    comemo::evict(0);
    let bytes = exported
        .map_err(|errors| ReportError::Typesetting { messages: messages(&world, &errors) })?;
    let warnings = messages(&world, &compiled.warnings);
    Ok(Rendered { bytes, missing_glyphs: missing.into_iter().collect(), warnings })
}

/// PDF/A-3a is tagged, keeps the text and may carry attachments.
///
/// Identifier and date come from the document: nothing depends on when or where it is rendered.
fn options(ident: String, finished_at: Timestamp) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Hoshimori".to_owned())),
        timestamp: date(finished_at).map(typst_pdf::Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_3a]).unwrap_or_default(),
        ..PdfOptions::default()
    }
}

fn date(time: Timestamp) -> Option<Datetime> {
    let utc = time.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        i32::from(utc.year()),
        small(utc.month())?,
        small(utc.day())?,
        small(utc.hour())?,
        small(utc.minute())?,
        small(utc.second())?,
    )
}

/// The sentence about characters without a glyph; empty if there are none.
fn missing_note(words: &Words, missing: &BTreeSet<char>) -> String {
    if missing.is_empty() {
        return String::new();
    }
    let list: Vec<String> =
        missing.iter().map(|character| format!("U+{:04X}", u32::from(*character))).collect();
    fill(words.missing_glyphs, &[("list", &list.join(", "))]).to_string()
}

/// What typst says, each message with the place in the templates that it is about.
fn messages(world: &ReportWorld, diagnostics: &[SourceDiagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|diagnostic| format!("{}{}", world.place(diagnostic.span), diagnostic.message))
        .collect()
}
