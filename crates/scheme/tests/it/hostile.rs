//! Editions damaged at random: refused or read, never a panic.

use std::fs;

use hoshimori_scheme::{Scheme, SchemeError};
use proptest::prelude::*;

use crate::edition_files::scratch;

/// A valid edition of one audit criterion and one test, small enough to be read many times.
fn small_edition() -> String {
    let text = Scheme::embedded().to_single_file();
    let second = |header: &str| {
        let first = text.find(header).unwrap() + 1;
        first + text[first..].find(header).unwrap()
    };
    let general = &text[..text.find("[[audit]]").unwrap()];
    let foundation = general.replace("    \"A-02\",\n    \"A-03\",\n", "");
    let audit = &text[text.find("[[audit]]").unwrap()..second("[[audit]]")];
    let row = &text[text.find("[[test]]").unwrap()..second("[[test]]")];
    let (before, links) = row.split_once("supports_audit = [").unwrap();
    let (_, after) = links.split_once(']').unwrap();
    format!("{foundation}{audit}{before}supports_audit = []{after}")
}

#[test]
fn smallest_edition_has_one_criterion_of_each_kind() {
    let file = scratch("small").join("edition.toml");
    fs::write(&file, small_edition()).unwrap();
    let scheme = Scheme::load(&file).unwrap();
    assert_eq!((scheme.audit().len(), scheme.tests().len()), (1, 1));
}

proptest! {
    #[test]
    fn damaged_edition_is_read_or_refused_with_a_line_of_the_file(
        position in 0..1_000_usize,
        removed in 0..40_usize,
        inserted in "[\\[\\]{}=\"'\\n\\\\#.,a-e0-9★● -]{0,6}",
    ) {
        let text = small_edition();
        let at = |wanted: usize| {
            let mut boundaries = text.char_indices().map(|(offset, _)| offset);
            boundaries.find(|offset| *offset >= wanted).unwrap_or(text.len())
        };
        let start = at(position * text.len() / 1_000);
        let end = at(start + removed);
        let damaged = format!("{}{inserted}{}", &text[..start], &text[end..]);
        let file = scratch("damaged").join("edition.toml");
        fs::write(&file, &damaged).unwrap();
        match Scheme::load(&file) {
            Ok(_) => {}
            Err(SchemeError::Input(fault)) => {
                let lines = damaged.lines().count() + 1;
                prop_assert!(fault.line.is_some_and(|line| (1..=lines).contains(&line)), "{fault}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
