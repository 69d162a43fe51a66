//! The evidence journal as a test reads it.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A task that the journal says is finished.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Its key, such as `guest/127.0.7.1:80/tcp/service`.
    pub(crate) key: String,
    /// What it saw.
    pub(crate) observations: Vec<Value>,
}

/// How many whole lines it has; none where it does not exist yet.
pub(crate) fn lines(path: &Path) -> usize {
    text(path).matches('\n').count()
}

/// How many tasks whose keys end with `kind` are finished.
pub(crate) fn count(path: &Path, kind: &str) -> usize {
    text(path).matches(&format!("{kind}\",\"at\":")).count()
}

/// How many records of `kind` there are.
pub(crate) fn of_kind(path: &Path, kind: &str) -> usize {
    text(path).matches(&format!("\"record\":\"{kind}\"")).count()
}

/// Its first line, which holds the seed of the inspection and nothing that was done.
pub(crate) fn opening(path: &Path) -> String {
    text(path).lines().next().map(|line| format!("{line}\n")).unwrap()
}

/// The finished tasks; a torn last line is none.
pub(crate) fn finished(path: &Path) -> Vec<Task> {
    let text = text(path);
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let records = whole.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records
        .filter(|record| record["record"] == "finished")
        .map(|record| Task {
            key: record["task"].as_str().unwrap().to_owned(),
            observations: record["observations"].as_array().unwrap().clone(),
        })
        .collect()
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}
