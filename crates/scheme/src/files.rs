use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::draft::{SourceFile, SourceFiles};
use crate::error::SchemeError;
use crate::id::Table;
use crate::input::InputError;
use crate::text::Text;

/// Largest file of an edition. The embedded edition's largest is under 10 KB, and all of it in a
/// single file under 300 KB.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Most entries that a directory of an edition may hold; ids end at 99.
const MAX_DIRECTORY_ENTRIES: usize = 500;

/// Reads the edition at `path`, a directory or a single file, into memory.
pub(crate) fn read_edition(path: &Path) -> Result<SourceFiles, SchemeError> {
    if !path.is_dir() {
        return read_text(path).map(SourceFiles::SingleFile);
    }
    let grades = read_text(&path.join("grades.toml"))?;
    let mut criteria = Vec::new();
    let tables = [(Table::Audit, "audit"), (Table::Network, "network"), (Table::Wifi, "wifi")];
    for (table, directory) in tables {
        for file in criterion_files(&path.join(directory))? {
            criteria.push((table, read_text(&file)?));
        }
    }
    Ok(SourceFiles::Directory { grades, criteria })
}

/// The files of one directory in the order of their names; hidden files are passed over.
fn criterion_files(directory: &Path) -> Result<Vec<PathBuf>, SchemeError> {
    let unreadable = |source| unreadable(directory, source);
    let mut files = Vec::new();
    for (count, entry) in fs::read_dir(directory).map_err(unreadable)?.enumerate() {
        let file = entry.map_err(unreadable)?.path();
        if count == MAX_DIRECTORY_ENTRIES {
            return Err(whole_file(
                directory,
                format!("ファイルが{MAX_DIRECTORY_ENTRIES}個を超えています"),
                format!("more than {MAX_DIRECTORY_ENTRIES} files"),
            ));
        }
        if file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            continue;
        }
        if file.extension().is_none_or(|extension| extension != "toml") {
            return Err(whole_file(
                &file,
                "項目のディレクトリーに置けるのは `.toml` のファイルだけです",
                "a directory of criteria holds `.toml` files only",
            ));
        }
        files.push(file);
    }
    files.sort();
    Ok(files)
}

fn read_text(path: &Path) -> Result<SourceFile, SchemeError> {
    let unreadable = |source| unreadable(path, source);
    // Opening a named pipe would wait for a writer, so only regular files are opened.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(whole_file(path, "通常のファイルではありません", "not a regular file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let problem = format!("larger than {MAX_FILE_BYTES} bytes");
        return Err(whole_file(path, "ファイルが1 MiBを超えています", problem));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| whole_file(path, "UTF-8の文書ではありません", "not a text in UTF-8"))?;
    Ok(SourceFile { name: Cow::Owned(path.display().to_string()), text: Cow::Owned(text) })
}

fn unreadable(path: &Path, source: io::Error) -> SchemeError {
    SchemeError::Unreadable { file: path.display().to_string(), source }
}

fn whole_file(path: &Path, ja: impl Into<String>, en: impl Into<String>) -> SchemeError {
    InputError::whole_file(path.display().to_string(), Text::new(ja, en)).into()
}
