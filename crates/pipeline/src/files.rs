//! Reading what people wrote and writing what they will read, whole or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use hoshimori_inspection::assessment::FileRecord;
use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_scheme::{CriterionId, InputError, MAX_INPUT_BYTES, Text};

use crate::error::PipelineError;

/// Largest document of this program that is read back, in bytes: a whole inspection with evidence.
const MAX_DOCUMENT_BYTES: u64 = 1024 * 1024 * 1024;

/// Largest evidence file that is hashed, in bytes.
const MAX_EVIDENCE_BYTES: u64 = 512 * 1024 * 1024;

/// The text of a file that a person wrote: UTF-8, not beyond the limit, a byte order mark dropped.
pub fn read_text(path: &Path) -> Result<String, PipelineError> {
    let bytes = read_limited(path, MAX_INPUT_BYTES as u64)?;
    let name = path.display().to_string();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(_) => Err(InputError::whole_file(
            name,
            Text::new("文字コードがUTF-8ではありません", "the text is not UTF-8"),
        )
        .with_hint(Text::new("UTF-8で保存し直してください", "save the file as UTF-8"))
        .into()),
    }
}

/// The bytes of a document that this program wrote.
pub(crate) fn read_document(path: &Path) -> Result<Vec<u8>, PipelineError> {
    read_limited(path, MAX_DOCUMENT_BYTES)
}

/// Hashes the evidence file at `path`, named `name` under `criterion`.
pub(crate) fn record(
    criterion: CriterionId,
    name: &str,
    path: &Path,
) -> Result<FileRecord, PipelineError> {
    let bytes = read_limited(path, MAX_EVIDENCE_BYTES)?;
    Ok(FileRecord {
        criterion,
        path: name.to_owned(),
        size_bytes: bytes.len() as u64,
        sha256: sha256_hex(&[&bytes]),
    })
}

/// Writes `bytes` to `path` so that a reader sees the old file or the new one, never a half.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), PipelineError> {
    let failed = |source| PipelineError::file("write", path, source);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&part, path)).map_err(|error| {
        // The half-written copy is of no use to anybody; that it cannot be removed is no news.
        let _ = fs::remove_file(&part);
        failed(error)
    })
}

pub(crate) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, PipelineError> {
    let failed = |source| PipelineError::file("read", path, source);
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        let mebibytes = limit / (1024 * 1024);
        return Err(InputError::whole_file(
            path.display().to_string(),
            Text::new(
                format!("ファイルが大きすぎます（上限は{mebibytes} MiB）"),
                format!("the file is too large (at most {mebibytes} MiB)"),
            ),
        )
        .into());
    }
    Ok(bytes)
}
