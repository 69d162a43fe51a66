//! Faults of the writing: syntax, keys, types, texts and names of files.

use std::fs;

use hoshimori_scheme::Scheme;

use super::{fault_after, fault_in_criterion};
use crate::edition_files::{copied_directory, fault_of, scratch};

#[test]
fn unknown_key_is_refused_with_the_keys_that_exist() {
    let fault = fault_after("key", ("validity_days = 365", "validity_years = 1"), "validity_years");
    assert_eq!(fault.key, "edition.validity_years");
    assert!(fault.hint.unwrap().en.contains("`validity_days`"));
}

#[test]
fn unknown_key_in_a_criterion_is_refused() {
    let change = ("domain = 2", "domain = 2\nweight = 3");
    let fault = fault_in_criterion("criterion-key", "A-06", change, "weight = 3");
    assert_eq!(fault.key, "audit.weight");
}

#[test]
fn unknown_table_is_refused() {
    let fault = fault_after("table", ("[[common_risk]]", "[[risks]]"), "[[risks]]");
    assert_eq!(fault.key, "risks");
}

#[test]
fn wrong_type_is_refused() {
    let change = ("validity_days = 365", "validity_days = \"a year\"");
    let fault = fault_after("type", change, "a year");
    assert_eq!(fault.key, "edition.validity_days");
}

#[test]
fn empty_text_in_either_language_is_refused() {
    let change = ("en = \"Prevent shoulder surfing.\"", "en = \" \"");
    let fault = fault_after("blank", change, "en = \" \"");
    assert_eq!(fault.key, "audit.purpose.en");
    assert_eq!(fault.problem.en, "the text is empty");

    let change = ("ja = \"画面ののぞき見を防ぐ。\"", "ja = \"\"");
    assert_eq!(fault_after("blank-ja", change, "ja = \"\"").key, "audit.purpose.ja");
}

#[test]
fn missing_language_is_refused() {
    let change = ("en = \"Prevent shoulder surfing.\"", "");
    let fault = fault_after("language", change, "[audit.purpose]");
    assert_eq!(fault.key, "audit.purpose");
    assert!(fault.problem.ja.contains("必要なキー `en`"));
}

#[test]
fn control_characters_in_a_text_are_refused() {
    let change = ("en = \"Prevent shoulder surfing.\"", r#"en = "\u001b[2J""#);
    let fault = fault_after("escape", change, "u001b");
    assert_eq!(fault.key, "audit.purpose.en");

    let change = ("en = \"Prevent shoulder surfing.\"", "en = \"\"\"Prevent\nsurfing.\"\"\"");
    assert!(
        fault_after("line-break", change, "Prevent").hint.unwrap().en.contains("end each line")
    );
}

#[test]
fn broken_toml_names_its_line() {
    let text = Scheme::embedded().to_single_file().replacen("rank = 2", "rank = ", 1);
    let file = scratch("refused-syntax").join("edition.toml");
    fs::write(&file, &text).unwrap();
    let fault = fault_of(&file);
    assert_eq!(text.lines().nth(fault.line.unwrap() - 1), Some("rank = "));
    assert_eq!(fault.key, "level.rank");
}

#[test]
fn key_written_twice_is_refused() {
    let fault = fault_after("key-twice", ("rank = 2", "rank = 2\nrank = 2"), "rank = 2");
    assert_eq!(fault.key, "level.rank");
    assert_eq!(fault.problem.ja, "同じキーが二度書かれています");
}

#[test]
fn file_named_for_another_id_is_refused() {
    let directory = copied_directory("file-name");
    fs::rename(directory.join("wifi/w05.toml"), directory.join("wifi/w06.toml")).unwrap();
    let fault = fault_of(&directory);
    assert!(fault.file.ends_with("w06.toml"));
    assert_eq!((fault.line, fault.key.as_str()), (Some(1), "id"));
    assert!(fault.problem.en.contains("`w05.toml`"));
}

#[test]
fn file_in_the_wrong_directory_is_refused() {
    let directory = copied_directory("wrong-directory");
    fs::rename(directory.join("wifi/w05.toml"), directory.join("network/w05.toml")).unwrap();
    assert!(fault_of(&directory).problem.en.contains("begin with `N-`"));
}

#[test]
fn file_of_a_directory_edition_is_named_with_line_and_key() {
    let directory = copied_directory("one-file");
    let file = directory.join("audit/a01.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("class = \"basic\"", "class = \"extra\"", 1)).unwrap();
    let fault = fault_of(&directory);
    assert_eq!((fault.line, fault.key.as_str()), (Some(4), "class"));
    assert!(fault.file.ends_with("a01.toml"));
    assert!(fault.hint.unwrap().en.contains("`basic`"));
}

#[test]
fn criteria_in_the_table_of_grades_of_a_directory_are_refused() {
    let directory = copied_directory("criteria-in-grades");
    let single = Scheme::embedded().to_single_file();
    fs::write(directory.join("grades.toml"), single).unwrap();
    let fault = fault_of(&directory);
    assert_eq!(fault.key, "audit");
    assert!(fault.problem.en.contains("a file of its own"));
}
