//! Tasks of the repository: checks the crate map and generates reference pages.
//!
//! `cargo xtask check` is what the gate runs; its two halves are tests of this crate as well, so
//! that `cargo test --workspace` covers them.

#![forbid(unsafe_code)]

mod arrows;
mod criteria;
mod generated;
mod reference;
mod vendors;

use std::path::Path;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask TASK
  check                        arrows, docs --check, and the order of the register of vendors
  arrows                       compares the crates' dependencies with ARCHITECTURE.md
  docs [--check]               writes docs/criteria from the embedded scheme
  reference [--check] BINARY   writes docs/cli.md from the help texts of BINARY, a built hoshimori
  vendors DAY FOLDER           writes crates/oui/registry from IEEE's listings in FOLDER, published
                               on DAY (2026-01-31)
With --check nothing is written; stale pages are an error.";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let root = root();
    match words.as_slice() {
        ["check"] => {
            arrows::check(root)?;
            criteria::pages(root)?.check(root)?;
            vendors::check(root)
        }
        ["arrows"] => arrows::check(root),
        ["docs"] => criteria::pages(root)?.write(root),
        ["docs", "--check"] => criteria::pages(root)?.check(root),
        ["reference", "--check", binary] => reference::pages(Path::new(binary))?.check(root),
        ["reference", binary] => reference::pages(Path::new(binary))?.write(root),
        ["vendors", day, folder] => vendors::pages(day, Path::new(folder))?.write(root),
        _ => bail!(USAGE),
    }
}

/// The folder of the repository.
fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}
