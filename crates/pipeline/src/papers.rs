//! The files that people write for an inspection, read together and held against the scheme.

use std::path::{Path, PathBuf};

use hoshimori_inspection::answer::AuditAnswers;
use hoshimori_inspection::assessment::FileRecord;
use hoshimori_inspection::file::InspectionFile;
use hoshimori_inspection::recorded::{self, RecordedTest};
use hoshimori_inspection::review::Review;
use hoshimori_scheme::{InputError, Scheme, Text};

use crate::error::PipelineError;
use crate::files::{self, read_text};

/// Everything that people wrote.
#[derive(Clone, Debug)]
pub struct Papers {
    /// Name of the inspection file as it was given.
    pub name: String,
    /// The inspection file.
    pub file: InspectionFile,
    /// The audit answers.
    pub audit: AuditAnswers,
    /// The tests performed by other means.
    pub recorded: Vec<RecordedTest>,
    /// Decisions and overrides.
    pub review: Review,
    /// Hashes of the evidence files that they name.
    pub files: Vec<FileRecord>,
}

impl Papers {
    /// Reads the inspection file at `path` and all files that it names.
    pub fn read(path: &Path, scheme: &Scheme) -> Result<Self, PipelineError> {
        let name = path.display().to_string();
        let file = InspectionFile::parse(&name, &read_text(path)?)?;
        if file.inspection.scheme != scheme.edition.key {
            return Err(other_edition(&name, &file.inspection.scheme, &scheme.edition.key).into());
        }
        let folder = Folder { inspection: &name, base: path.parent().unwrap_or(Path::new("")) };
        let mut files = Vec::new();
        let audit = match &file.audit_answers {
            None => AuditAnswers::default(),
            Some(written) => {
                let path = folder.find("audit.answers", written)?;
                let answers =
                    AuditAnswers::parse(&path.display().to_string(), &read_text(&path)?, scheme)?;
                for (id, answer) in answers.iter() {
                    for evidence in &answer.evidence {
                        let place = format!("{id}.evidence");
                        let found = Folder::of(&path).find(&place, evidence)?;
                        files.push(files::record(id, evidence, &found)?);
                    }
                }
                answers
            }
        };
        let recorded = match &file.recorded_tests {
            None => Vec::new(),
            Some(written) => {
                let path = folder.find("tests.recorded", written)?;
                let tests =
                    recorded::parse(&path.display().to_string(), &read_text(&path)?, scheme)?;
                for test in &tests {
                    for evidence in &test.evidence {
                        let found = Folder::of(&path).find("test.evidence", evidence)?;
                        files.push(files::record(test.test, evidence, &found)?);
                    }
                }
                tests
            }
        };
        let review = match &file.review {
            None => Review::default(),
            Some(written) => {
                let path = folder.find("review.decisions", written)?;
                Review::parse(&path.display().to_string(), &read_text(&path)?, scheme)?
            }
        };
        for (key, written) in file.wifi.captures.iter().map(|path| ("wifi.captures", path)) {
            folder.find(key, written)?;
        }
        Ok(Self { name, file, audit, recorded, review, files })
    }
}

/// A folder in which a file names others.
struct Folder<'a> {
    inspection: &'a str,
    base: &'a Path,
}

impl<'a> Folder<'a> {
    fn of(path: &'a Path) -> Self {
        Self {
            inspection: path.to_str().unwrap_or(""),
            base: path.parent().unwrap_or(Path::new("")),
        }
    }

    /// The file called `written` at `key`; it must exist.
    fn find(&self, key: &str, written: &str) -> Result<PathBuf, InputError> {
        let path = self.base.join(written);
        if path.is_file() {
            return Ok(path);
        }
        Err(InputError {
            file: self.inspection.to_owned(),
            line: line_of(self.inspection, key, written),
            key: key.to_owned(),
            problem: Text::new(
                format!("ファイル `{}` がありません", path.display()),
                format!("there is no file `{}`", path.display()),
            ),
            hint: Some(Box::new(Text::new(
                "このファイルのあるフォルダーからの相対パスで書きます",
                "paths are relative to the folder of this file",
            ))),
        })
    }
}

fn other_edition(file: &str, wanted: &str, loaded: &str) -> InputError {
    let mut error = InputError::whole_file(
        file,
        Text::new(
            format!("認証基準 `{wanted}` は読み込まれていません"),
            format!("the scheme edition `{wanted}` is not loaded"),
        ),
    )
    .with_hint(Text::new(
        format!("今あるのは `{loaded}`。別の版は --scheme で読み込みます"),
        format!("loaded is `{loaded}`; load another edition with --scheme"),
    ));
    "inspection.scheme".clone_into(&mut error.key);
    error.line = line_of(file, &error.key, wanted);
    error
}

/// The line, from 1, on which the paper called `file` has `value` under `key`: for faults that show
/// only after it was read. A list may go on for lines, so the value alone has to do there.
pub(crate) fn line_of(file: &str, key: &str, value: &str) -> Option<usize> {
    let text = std::fs::read_to_string(file).ok()?;
    let name = key.rsplit('.').next().unwrap_or(key);
    let has_both = |line: &str| line.trim_start().starts_with(name) && line.contains(value);
    let line = text
        .lines()
        .position(has_both)
        .or_else(|| text.lines().position(|line| line.contains(value)))?;
    Some(line + 1)
}
