//! The evidence journal: what was finished, line by line, never rewritten.
//!
//! Each line is a JSON object with the record and a SHA-256 over the previous line's sum and this
//! record, so that a changed, missing or reordered line is noticed. A line is written whole or,
//! when the machine dies in the middle, torn: a torn last line is cut off when the journal is
//! opened again, and only the unfinished work behind it is done again.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use hoshimori_inspection::bytes::sha256_hex;
use hoshimori_inspection::evidence::Observation;
use hoshimori_inspection::moment;
use hoshimori_scanner::ports::syn::Checkpoint;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::JournalError;

/// Name of the format of the journal.
pub const FORMAT: &str = "journal/1";

/// Longest line that is read, in bytes: a task's observations with all their kept bytes.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Sum that the first line builds on.
const FIRST_SUM: &str = "";

/// One entry of the journal.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The first line: what this journal belongs to.
    Opened(Opening),
    /// Work went on after an interruption.
    Resumed {
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// A task was finished; it is never done again.
    Finished {
        /// The task's key.
        task: String,
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
        /// What it saw.
        observations: Vec<Observation>,
    },
    /// How far the half-open scan of a host has come since the last such record.
    Progress {
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
        /// What was learnt.
        checkpoint: Checkpoint,
    },
    /// Every task was finished.
    Completed {
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
}

/// What a journal belongs to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Opening {
    /// [`FORMAT`].
    pub format: String,
    /// Version of the program that began it.
    pub hoshimori: String,
    /// Number of the inspection.
    pub number: String,
    /// SHA-256 over the parts of the inspection file that decide what is sent to whom.
    pub plan_sha256: String,
    /// Seed of the random words in probes, in hexadecimal.
    pub seed: String,
    /// When the inspection began.
    #[serde(with = "moment")]
    pub began_at: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct Line {
    sum: String,
    #[serde(flatten)]
    record: Record,
}

/// An open journal, appended to by one process at a time.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    last_sum: String,
}

impl Journal {
    /// Begins a journal at `path`, which must not exist.
    pub fn create(path: &Path, opening: Opening) -> Result<Self, JournalError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(path)
            .map_err(|source| JournalError::open(path, source))?;
        let mut journal = Self::locked(file, path)?;
        journal.append(&Record::Opened(opening))?;
        journal.sync()?;
        Ok(journal)
    }

    /// Opens the journal at `path` and reads it; a torn last line is cut off.
    pub fn resume(path: &Path) -> Result<(Self, Vec<Record>), JournalError> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(path)
            .map_err(|source| JournalError::open(path, source))?;
        let mut journal = Self::locked(file, path)?;
        let (records, good_bytes) = journal.read_all()?;
        journal.file.set_len(good_bytes).map_err(|source| JournalError::write(path, source))?;
        Ok((journal, records))
    }

    /// Writes `record` at the end.
    ///
    /// The line reaches the system in one write: after kill -9 it is there or it is not. A power
    /// failure can take what [`sync`](Self::sync) has not yet put on the disk.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        let body = encode(&self.path, record)?;
        let sum = sha256_hex(&[self.last_sum.as_bytes(), body.as_bytes()]);
        let mut line = format!("{{\"sum\":\"{sum}\",");
        line.push_str(body.strip_prefix('{').unwrap_or(&body));
        line.push('\n');
        self.file
            .write_all(line.as_bytes())
            .map_err(|source| JournalError::write(&self.path, source))?;
        self.last_sum = sum;
        Ok(())
    }

    /// Puts everything written so far on the disk.
    pub fn sync(&self) -> Result<(), JournalError> {
        self.file.sync_data().map_err(|source| JournalError::write(&self.path, source))
    }

    fn locked(file: File, path: &Path) -> Result<Self, JournalError> {
        file.try_lock().map_err(|_| JournalError::InUse { path: path.to_owned() })?;
        Ok(Self { file, path: path.to_owned(), last_sum: FIRST_SUM.to_owned() })
    }

    /// All whole lines, and how many bytes they take.
    fn read_all(&mut self) -> Result<(Vec<Record>, u64), JournalError> {
        let failed = |source| JournalError::open(&self.path, source);
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut reader = BufReader::new(&self.file);
        let mut records = Vec::new();
        let mut sum = FIRST_SUM.to_owned();
        let mut good_bytes = 0;
        for number in 1.. {
            let mut text = Vec::new();
            let mut limited = std::io::Read::take(&mut reader, MAX_LINE_BYTES);
            let length = limited.read_until(b'\n', &mut text).map_err(failed)?;
            if length == 0 || text.last() != Some(&b'\n') {
                break;
            }
            let line = decode(&text, &sum)
                .ok_or_else(|| JournalError::Corrupt { path: self.path.clone(), line: number })?;
            sum = line.sum;
            records.push(line.record);
            good_bytes += length as u64;
        }
        self.last_sum = sum;
        Ok((records, good_bytes))
    }
}

fn encode(path: &Path, record: &Record) -> Result<String, JournalError> {
    serde_json::to_string(record)
        .map_err(|source| JournalError::write(path, std::io::Error::other(source)))
}

/// The line in `text`, if its sum is right after `previous`.
fn decode(text: &[u8], previous: &str) -> Option<Line> {
    let line: Line = serde_json::from_slice(text).ok()?;
    let text = std::str::from_utf8(text).ok()?.trim_end_matches('\n');
    let rest = text.strip_prefix("{\"sum\":\"")?.strip_prefix(line.sum.as_str())?;
    let body = format!("{{{}", rest.strip_prefix("\",")?);
    (sha256_hex(&[previous.as_bytes(), body.as_bytes()]) == line.sum).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening() -> Opening {
        Opening {
            format: FORMAT.to_owned(),
            hoshimori: "0".to_owned(),
            number: "1".to_owned(),
            plan_sha256: "p".to_owned(),
            seed: "00".to_owned(),
            began_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn finished(task: &str) -> Record {
        let task = task.to_owned();
        Record::Finished { task, at: Timestamp::UNIX_EPOCH, observations: Vec::new() }
    }

    fn written() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::create(&path, opening()).unwrap();
        journal.append(&finished("a")).unwrap();
        journal.append(&finished("b")).unwrap();
        (folder, path)
    }

    #[test]
    fn reads_back_what_was_written() {
        let (_folder, path) = written();
        let (_, records) = Journal::resume(&path).unwrap();
        assert_eq!(records, [Record::Opened(opening()), finished("a"), finished("b")]);
    }

    #[test]
    fn torn_last_line_is_cut_off_at_any_byte_and_work_goes_on() {
        let (_folder, path) = written();
        let whole = std::fs::read(&path).unwrap();
        let second = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(1).unwrap().0 + 1;
        for length in second..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let (mut journal, records) = Journal::resume(&path).unwrap();
            assert_eq!(records.len(), 2, "cut at byte {length}");
            journal.append(&finished("c")).unwrap();
            drop(journal);
            let (_, records) = Journal::resume(&path).unwrap();
            assert_eq!(records.last(), Some(&finished("c")));
        }
    }

    #[test]
    fn changed_line_is_refused_with_its_number() {
        let (_folder, path) = written();
        let text =
            std::fs::read_to_string(&path).unwrap().replace("\"task\":\"a\"", "\"task\":\"x\"");
        std::fs::write(&path, text).unwrap();
        let error = Journal::resume(&path).unwrap_err();
        assert!(matches!(error, JournalError::Corrupt { line: 2, .. }), "{error}");
    }

    #[test]
    fn missing_line_is_refused() {
        let (_folder, path) = written();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        std::fs::write(&path, format!("{}\n{}\n", lines[0], lines[2])).unwrap();
        assert!(Journal::resume(&path).is_err());
    }

    #[test]
    fn second_process_cannot_open_it() {
        let (_folder, path) = written();
        let _first = Journal::resume(&path).unwrap();
        assert!(matches!(Journal::resume(&path).unwrap_err(), JournalError::InUse { .. }));
    }
}
