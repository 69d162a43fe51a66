//! The case directory: everything that one inspection leaves behind.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::PipelineError;
use crate::files::write_whole;

/// Where cases go that were given no directory of their own.
const DEFAULT_PARENT: &str = "inspections";
/// How many cases with one number may lie side by side.
const MAX_SIBLINGS: u32 = 999;

/// One case directory.
#[derive(Clone, Debug)]
pub struct Case {
    path: PathBuf,
}

impl Case {
    /// The directory of a new inspection: `wanted`, or a free one named after `number`.
    pub fn begin(wanted: Option<&Path>, number: &str) -> Result<Self, PipelineError> {
        let case = match wanted {
            Some(path) => Self { path: path.to_owned() },
            None => (1..=MAX_SIBLINGS)
                .map(|sibling| Self { path: default_path(number, sibling) })
                .find(|case| !case.has_journal())
                .unwrap_or_else(|| Self { path: default_path(number, 1) }),
        };
        if case.has_journal() {
            return Err(PipelineError::Occupied { path: case.path });
        }
        fs::create_dir_all(&case.path)
            .map_err(|source| PipelineError::file("create", &case.path, source))?;
        Ok(case)
    }

    /// The directory of an inspection that goes on: `wanted`, or the latest one named after
    /// `number`.
    pub fn resume(wanted: Option<&Path>, number: &str) -> Result<Self, PipelineError> {
        let case = match wanted {
            Some(path) => Self { path: path.to_owned() },
            None => (1..=MAX_SIBLINGS)
                .map(|sibling| Self { path: default_path(number, sibling) })
                .take_while(Self::has_journal)
                .last()
                .unwrap_or_else(|| Self { path: default_path(number, 1) }),
        };
        if case.has_journal() {
            Ok(case)
        } else {
            Err(PipelineError::NothingToResume { path: case.path })
        }
    }

    /// The directory of a finished inspection.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The evidence journal.
    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.jsonl")
    }

    /// The assessment document.
    pub fn assessment(&self) -> PathBuf {
        self.path.join("assessment.json")
    }

    /// The report of the given kind, such as `pdf`.
    pub fn report(&self, extension: &str) -> PathBuf {
        self.path.join(format!("report.{extension}"))
    }

    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), PipelineError> {
        debug_assert!(path.starts_with(&self.path));
        write_whole(path, bytes)
    }

    fn has_journal(&self) -> bool {
        self.journal().exists()
    }
}

/// The number as a folder name: letters, digits, hyphens; everything else becomes a hyphen.
fn default_path(number: &str, sibling: u32) -> PathBuf {
    let name: String =
        number.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let parent = Path::new(DEFAULT_PARENT);
    if sibling > 1 { parent.join(format!("{name}-{sibling}")) } else { parent.join(name) }
}
