//! The register of hardware addresses in `crates/oui`, from IEEE's public listings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::generated::Pages;

/// Where the register and its day are.
const REGISTER: &str = "crates/oui/registry/assignments.txt";
const AS_OF: &str = "crates/oui/registry/as_of.txt";

/// The listings of MA-L, MA-M, MA-S and IAB; that of company numbers (CID) is not among them,
/// because those are in no address of an interface.
const LISTINGS: [&str; 4] = ["oui.csv", "oui28.csv", "oui36.csv", "iab.csv"];

/// The holder of the blocks that are cut into smaller ones.
const REGISTRAR: &str = "IEEE Registration Authority";

/// The register from the listings in `folder`, which were published on `day`.
pub(crate) fn pages(day: &str, folder: &Path) -> Result<Pages> {
    let mut register = Register::default();
    for name in LISTINGS {
        let path = folder.join(name);
        let read = register.add_listing(&path);
        read.with_context(|| format!("cannot read `{}`", path.display()))?;
    }
    register.to_pages(day)
}

/// Fails where the register under `root` is not what this program writes: out of order, with a
/// prefix twice, with rows that belong left out. Whether IEEE says the same it cannot know.
pub(crate) fn check(root: &Path) -> Result<()> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).with_context(|| format!("cannot read `{path}`"))
    };
    let mut register = Register::default();
    for row in read(REGISTER)?.lines() {
        let (prefix, holder) =
            row.split_once(' ').with_context(|| format!("no holder in `{row}` of `{REGISTER}`"))?;
        register.add(prefix, holder)?;
    }
    register.to_pages(read(AS_OF)?.trim_end())?.check(root)
}

/// Holders by prefix. Two prefixes have more than one.
#[derive(Debug, Default)]
struct Register {
    holders: BTreeMap<String, BTreeSet<String>>,
}

impl Register {
    /// Adds a listing with the columns Registry, Assignment, Organization Name and address.
    fn add_listing(&mut self, path: &Path) -> Result<()> {
        for record in csv::Reader::from_path(path)?.records() {
            let record = record?;
            let (Some(prefix), Some(holder)) = (record.get(1), record.get(2)) else {
                bail!("a row without prefix or holder");
            };
            self.add(prefix, holder)?;
        }
        Ok(())
    }

    fn add(&mut self, prefix: &str, holder: &str) -> Result<()> {
        let is_prefix = matches!(prefix.len(), 6 | 7 | 9)
            && prefix.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'));
        ensure!(is_prefix, "`{prefix}` is not a prefix of 6, 7 or 9 capital digits");
        let holder = legible(holder);
        ensure!(!holder.is_empty(), "`{prefix}` has no holder");
        if is_for_interfaces(prefix) && holder != REGISTRAR {
            self.holders.entry(prefix.to_owned()).or_default().insert(holder);
        }
        Ok(())
    }

    fn to_pages(&self, day: &str) -> Result<Pages> {
        let mut register = String::new();
        for (prefix, holders) in &self.holders {
            let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
            writeln!(register, "{prefix} {}", holders.join(" / "))?;
        }
        let texts = [(REGISTER, register), (AS_OF, format!("{day}\n"))];
        Ok(Pages {
            texts: texts.map(|(path, text)| (PathBuf::from(path), text)).into(),
            folder: None,
            command: "cargo xtask vendors",
        })
    }
}

/// Whether the block is one of addresses that IEEE assigns: the second digit has the bits of
/// groups and of local administration (IEEE 802-2014 clause 8).
fn is_for_interfaces(prefix: &str) -> bool {
    prefix.as_bytes().get(1).is_some_and(|digit| b"048C".contains(digit))
}

/// `name` without what cannot be seen, with single blanks.
fn legible(name: &str) -> String {
    let seen: String = name.chars().filter(|character| !is_invisible(*character)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters but white space, and the format characters of Unicode that company names
/// can be found with.
fn is_invisible(character: char) -> bool {
    character.is_control() && !character.is_whitespace()
        || matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(rows: &[(&str, &str)]) -> String {
        let mut register = Register::default();
        for (prefix, holder) in rows {
            register.add(prefix, holder).unwrap();
        }
        register.to_pages("2026-01-31").unwrap().texts.remove(Path::new(REGISTER)).unwrap()
    }

    #[test]
    fn register_of_the_repository_is_what_would_be_written() {
        check(crate::root()).unwrap();
    }

    #[test]
    fn rows_are_put_in_order_and_joined() {
        let rows = [("0050C2001", "Two"), ("080030", "B"), ("0050C3", "One"), ("080030", "A")];
        assert_eq!(register(&rows), "0050C2001 Two\n0050C3 One\n080030 A / B\n");
    }

    #[test]
    fn blocks_that_name_no_maker_are_left_out() {
        let rows = [("8C1F64", REGISTRAR), ("AA0004", "Old"), ("1100AA", "Group"), ("0004C6", "Y")];
        assert_eq!(register(&rows), "0004C6 Y\n");
    }

    #[test]
    fn names_are_made_legible() {
        let rows = [("48BCA6", "\u{200b}Kaisha\u{200e}  Example \tCo.,Ltd. ")];
        assert_eq!(register(&rows), "48BCA6 Kaisha Example Co.,Ltd.\n");
    }

    #[test]
    fn rows_that_are_no_assignment_are_refused() {
        for (prefix, holder) in [("8c1f64", "A"), ("8C1F", "A"), ("8C1F6G", "A"), ("8C1F64", " ")] {
            assert!(Register::default().add(prefix, holder).is_err(), "{prefix} {holder}");
        }
    }
}
