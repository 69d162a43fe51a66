//! Rendering reports into a case directory, the first time and again.

use std::path::{Path, PathBuf};

use hoshimori_inspection::assessment::{Assessment, FORMAT, GradeRecord};
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::grading::{GradingRequest, grade};
use hoshimori_report::{Rendered, ReportInput, html, pdf};
use hoshimori_scheme::{Language, Scheme, Text};

use crate::case::Case;
use crate::error::PipelineError;
use crate::files::read_document;

/// A form of the report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReportFormat {
    /// One self-contained page.
    Html,
    /// PDF/A.
    Pdf,
}

/// What was rendered.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What the person should know, such as characters that no font has.
    pub notices: Vec<Text>,
}

/// Renders the inspection in the directory `dir` again.
///
/// The grades are computed again from the stored request; a document whose grades do not follow
/// from it was changed by somebody and is refused.
pub fn render_again(
    dir: &Path,
    scheme: &Scheme,
    formats: &[ReportFormat],
    language: Language,
) -> Result<Written, PipelineError> {
    let case = Case::at(dir);
    let path = case.assessment();
    let refuse = |detail: String| PipelineError::NotAnAssessment { path: path.clone(), detail };
    let bytes = read_document(&path)?;
    let assessment: Assessment =
        serde_json::from_slice(&bytes).map_err(|error| refuse(error.to_string()))?;
    if assessment.format != FORMAT {
        return Err(refuse(format!("format `{}`", assessment.format)));
    }
    let Some(inspection) = &assessment.inspection else {
        return Err(refuse("no inspection in it".to_owned()));
    };
    if inspection.scheme.sha256 != sha256_hex(&[scheme.to_single_file().as_bytes()]) {
        let (key, version) = (&inspection.scheme.key, &inspection.scheme.version);
        return Err(refuse(format!("scheme edition `{key}`, version {version}, is not loaded")));
    }
    let request = inspection.request.to_string();
    let request = GradingRequest::parse(scheme, &path.display().to_string(), request.as_bytes())?;
    if assessment.grade != Some(GradeRecord::from(&grade(scheme, &request))) {
        return Err(refuse("its grades do not follow from its findings".to_owned()));
    }
    write(&case, scheme, &assessment, formats, language)
}

/// Renders `assessment` into `case`.
pub(crate) fn write(
    case: &Case,
    scheme: &Scheme,
    assessment: &Assessment,
    formats: &[ReportFormat],
    language: Language,
) -> Result<Written, PipelineError> {
    let input = ReportInput { assessment, scheme, language };
    let mut written = Written::default();
    for format in formats {
        let path = match format {
            ReportFormat::Html => {
                let path = case.report("html");
                case.write(&path, html(&input)?.as_bytes())?;
                path
            }
            ReportFormat::Pdf => {
                let path = case.report("pdf");
                let Rendered { bytes, missing_glyphs, .. } = pdf(&input)?;
                case.write(&path, &bytes)?;
                written.notices.extend(missing(&missing_glyphs));
                path
            }
        };
        written.files.push(path);
    }
    Ok(written)
}

fn missing(glyphs: &[char]) -> Option<Text> {
    let list: String = glyphs.iter().collect();
    (!glyphs.is_empty()).then(|| {
        Text::new(
            format!("報告書の書体にない文字があり、符号で表しました: {list}"),
            format!("the report's fonts lack these characters, shown by their code: {list}"),
        )
    })
}
