//! Reading an edition from disk, as a directory and as a single file.

use std::fs;
use std::path::{Path, PathBuf};

use hoshimori_scheme::{CriterionId, InputError, Scheme, SchemeError};

/// The files of the embedded edition.
pub(crate) fn embedded_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("criteria")
}

/// An empty directory of this test run.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scheme-editions").join(name);
    if directory.exists() {
        fs::remove_dir_all(&directory).unwrap();
    }
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// A copy of the embedded edition's directory that a test may change.
pub(crate) fn copied_directory(name: &str) -> PathBuf {
    let copy = scratch(name);
    fs::copy(embedded_directory().join("grades.toml"), copy.join("grades.toml")).unwrap();
    for table in ["audit", "network", "wifi"] {
        fs::create_dir(copy.join(table)).unwrap();
        for file in fs::read_dir(embedded_directory().join(table)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), copy.join(table).join(file.file_name())).unwrap();
        }
    }
    copy
}

/// The fault for which the edition at `path` is refused.
pub(crate) fn fault_of(path: &Path) -> InputError {
    match Scheme::load(path) {
        Err(SchemeError::Input(fault)) => fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

#[test]
fn directory_on_disk_reads_as_the_embedded_edition() {
    assert_eq!(&Scheme::load(&embedded_directory()).unwrap(), Scheme::embedded());
}

#[test]
fn every_file_of_the_directory_is_compiled_in() {
    let files = ["audit", "network", "wifi"]
        .map(|table| fs::read_dir(embedded_directory().join(table)).unwrap().count());
    assert_eq!(files, [32, 27, 5]);
}

#[test]
fn single_file_reads_back_as_the_same_edition() {
    let file = scratch("round-trip").join("edition.toml");
    fs::write(&file, Scheme::embedded().to_single_file()).unwrap();
    let read = Scheme::load(&file).unwrap();
    assert_eq!(&read, Scheme::embedded());
    assert_eq!(read.to_single_file(), Scheme::embedded().to_single_file());
}

#[test]
fn criteria_of_a_single_file_may_stand_in_any_order() {
    let text = Scheme::embedded().to_single_file();
    let first = text.find("[[test]]").unwrap();
    let second = first + 1 + text[first + 1..].find("[[test]]").unwrap();
    let moved = format!("{}{}{}", &text[..first], &text[second..], &text[first..second]);
    let file = scratch("any-order").join("edition.toml");
    fs::write(&file, moved).unwrap();
    assert_eq!(&Scheme::load(&file).unwrap(), Scheme::embedded());
}

#[test]
fn another_edition_may_have_fewer_criteria() {
    let text = Scheme::embedded().to_single_file();
    let last = text.rfind("[[audit]]").unwrap();
    let tests = text.find("[[test]]").unwrap();
    let file = scratch("fewer").join("edition.toml");
    fs::write(&file, format!("{}{}", &text[..last], &text[tests..])).unwrap();
    let scheme = Scheme::load(&file).unwrap();
    assert_eq!(scheme.audit().len(), 31);
    assert!(scheme.audit_criterion(CriterionId::audit(32)).is_none());
}

#[test]
fn hidden_files_in_a_directory_are_passed_over() {
    let directory = copied_directory("hidden");
    fs::write(directory.join("wifi/.DS_Store"), b"\0").unwrap();
    assert!(Scheme::load(&directory).is_ok());
}

#[test]
fn missing_file_names_the_path_and_keeps_the_cause() {
    let path = scratch("missing").join("edition.toml");
    let error = Scheme::load(&path).unwrap_err();
    assert!(error.to_string().contains("edition.toml"));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn missing_directory_of_criteria_is_not_read_as_an_edition_without_them() {
    let directory = copied_directory("no-wifi");
    fs::remove_dir_all(directory.join("wifi")).unwrap();
    let error = Scheme::load(&directory).unwrap_err();
    assert!(matches!(error, SchemeError::Unreadable { ref file, .. } if file.ends_with("wifi")));
}

#[test]
fn stray_file_among_the_criteria_is_refused() {
    let directory = copied_directory("stray");
    fs::write(directory.join("audit/a32.toml.bak"), "").unwrap();
    let fault = fault_of(&directory);
    assert!(fault.file.ends_with("a32.toml.bak"));
    assert!(fault.problem.en.contains("`.toml` files only"));
}

#[test]
fn file_above_one_mebibyte_is_refused() {
    let file = scratch("large").join("edition.toml");
    fs::write(&file, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(fault_of(&file).problem.en.contains("larger than 1048576 bytes"));
}

#[test]
fn directory_with_more_than_500_files_is_refused() {
    let directory = copied_directory("many");
    for number in 0..500 {
        fs::write(directory.join(format!("network/x{number}.toml")), "").unwrap();
    }
    let fault = fault_of(&directory);
    assert!(fault.file.ends_with("network"));
    assert!(fault.problem.en.contains("more than 500 files"));
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let file = scratch("shift-jis").join("edition.toml");
    fs::write(&file, b"# \x83\x5c\n").unwrap();
    assert!(fault_of(&file).problem.en.contains("UTF-8"));
}

#[test]
fn device_or_pipe_in_place_of_a_file_is_refused_without_waiting() {
    assert!(fault_of(Path::new("/dev/null")).problem.en.contains("not a regular file"));
}
