//! The JSON Schemas under `docs/schema/`.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

/// Asserts that `document` is what the schema called `name` says.
#[track_caller]
pub(crate) fn assert_valid(name: &str, document: &Value) {
    let faults: Vec<String> = validator(name)
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:#?}");
}

/// Whether `document` is what the schema called `name` says.
pub(crate) fn is_valid(name: &str, document: &Value) -> bool {
    validator(name).is_valid(document)
}

/// The schema called `name`.
pub(crate) fn read(name: &str) -> Value {
    let path = folder().join(format!("{name}.schema.json"));
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of all schemas, in order.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        files.filter_map(|file| file.strip_suffix(".schema.json").map(str::to_owned)).collect();
    names.sort();
    names
}

fn validator(name: &str) -> Validator {
    jsonschema::validator_for(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema")
}
