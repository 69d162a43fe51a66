//! The fingerprint packs of a run: our own, and those that a person brings along.

use std::fs;
use std::path::{Path, PathBuf};

use hoshimori_fingerprint::{Pack, PackError, Packs, recog};
use hoshimori_inspection::assessment::PackRecord;
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_scheme::Text;

use crate::error::PipelineError;
use crate::events::{Event, Observer};
use crate::files::read_limited;

/// Largest file of a pack, in bytes: the largest of recog has half a megabyte.
const MAX_PACK_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Most files of a pack: recog has fifty.
const MAX_PACK_FILES: usize = 512;

/// The packs by which clues are read, and what the assessment tells of the imported ones.
#[derive(Debug)]
pub struct Fingerprints {
    pub(crate) packs: Packs,
    pub(crate) imported: Vec<PackRecord>,
}

impl Fingerprints {
    /// Our own pack and those at `paths`: a folder with the XML files of a recog checkout (or with
    /// its `xml` folder), a folder of TOML files of our format, or one TOML file.
    pub fn load(paths: &[PathBuf], observer: &dyn Observer) -> Result<Self, PipelineError> {
        let mut packs = Packs::embedded().map_err(|error| refused(Path::new(""), &error))?;
        let mut imported = Vec::new();
        for path in paths {
            let files = PackFiles::read(path)?;
            let pack = files.to_pack().map_err(|error| refused(path, &error))?;
            let (used, left_out) = (pack.patterns().count(), pack.left_out().len());
            let name = pack.name().to_owned();
            if left_out > 0 {
                observer.notice(Event::Notice(Text::new(
                    format!("指紋パック `{name}`: {used}件を使い、{left_out}件は使えませんでした"),
                    format!("fingerprint pack `{name}`: {used} in use, {left_out} cannot be used"),
                )));
            }
            imported.push(PackRecord { name, patterns: used, left_out, sha256: files.sha256() });
            packs = packs.with(pack);
        }
        Ok(Self { packs, imported })
    }
}

/// The files of one pack, in the order of their names.
struct PackFiles {
    name: String,
    files: Vec<(String, Vec<u8>)>,
}

impl PackFiles {
    fn read(path: &Path) -> Result<Self, PipelineError> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut paths = if path.is_dir() { files_in(path)? } else { vec![path.to_owned()] };
        if paths.is_empty() {
            let (path, detail) = (
                path.to_owned(),
                Text::new(
                    "XMLファイルもTOMLファイルもありません",
                    "there is neither an XML nor a TOML file in it",
                ),
            );
            return Err(PipelineError::Fingerprints { path, detail });
        }
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((file, read_limited(&path, MAX_PACK_FILE_BYTES)?));
        }
        Ok(Self { name, files })
    }

    fn to_pack(&self) -> Result<Pack, PackError> {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let is_recog = self.files.iter().any(|(name, _)| is_named(Path::new(name), "xml"));
        if is_recog {
            recog::import(&self.name, &files)
        } else {
            Pack::from_toml(&self.name, &files)
        }
    }

    /// Over names and contents: a pack with another file is another pack.
    fn sha256(&self) -> String {
        let parts: Vec<&[u8]> =
            self.files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]).collect();
        sha256_hex(&parts)
    }
}

/// The XML files of a folder or of its `xml` folder, else its TOML files.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    for (folder, extension) in
        [(folder.to_owned(), "xml"), (folder.join("xml"), "xml"), (folder.to_owned(), "toml")]
    {
        if !folder.is_dir() {
            continue;
        }
        let failed = |source| PipelineError::file("read", &folder, source);
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if is_named(&path, extension) {
                found.push(path);
            }
        }
        if found.len() > MAX_PACK_FILES {
            let detail = Text::new(
                format!("ファイルが多すぎます（上限は{MAX_PACK_FILES}個）"),
                format!("there are too many files (at most {MAX_PACK_FILES})"),
            );
            return Err(PipelineError::Fingerprints { path: folder, detail });
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn is_named(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case(extension))
}

fn refused(path: &Path, error: &PackError) -> PipelineError {
    PipelineError::Fingerprints { path: path.to_owned(), detail: Text::same(error.to_string()) }
}
