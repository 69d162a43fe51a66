//! Each way in which an edition can be wrong, and the file, line and key that the error names.

use std::fs;

use hoshimori_scheme::{InputError, Language, Scheme};

use crate::edition_files::{fault_of, scratch};

mod criteria;
mod files;
mod tables;

/// The fault of the embedded edition, as a single file, after replacing the first `old` by `new`.
///
/// Asserts that the fault names the file, and a line that holds `line`.
fn fault_after(name: &str, (old, new): (&str, &str), line: &str) -> InputError {
    let text = Scheme::embedded().to_single_file();
    assert!(text.contains(old), "{name}: nothing to replace");
    fault_in(name, &text.replacen(old, new, 1), line)
}

/// The fault of the embedded edition after `change` to the `[[audit]]` or `[[test]]` of `id`.
fn fault_in_criterion(name: &str, id: &str, (old, new): (&str, &str), line: &str) -> InputError {
    let text = Scheme::embedded().to_single_file();
    let start = text.find(&format!("id = \"{id}\"")).unwrap();
    let (before, criterion) = text.split_at(start);
    assert!(criterion.contains(old), "{name}: nothing to replace");
    fault_in(name, &format!("{before}{}", criterion.replacen(old, new, 1)), line)
}

fn fault_in(name: &str, text: &str, line: &str) -> InputError {
    let file = scratch(&format!("refused-{name}")).join("edition.toml");
    fs::write(&file, text).unwrap();
    let fault = fault_of(&file);
    assert_eq!(fault.file, file.display().to_string(), "{name}");
    let number = fault.line.unwrap_or_else(|| panic!("{name}: no line in {fault:?}"));
    let found = text.lines().nth(number - 1).unwrap();
    assert!(found.contains(line), "{name}: line {number} is {found:?}, {fault:?}");
    assert!(!fault.message(Language::Japanese).contains("TOMLとして"), "{name}: {fault:?}");
    fault
}
