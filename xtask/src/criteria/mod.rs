//! `docs/criteria`: one page for each criterion of the embedded scheme, and an index.

mod audit;
mod index;
mod page;
mod technical;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use hoshimori_scheme::{CriterionId, Scheme, Table};

use crate::generated::Pages;

const FOLDER: &str = "docs/criteria";

/// All pages; `root` is looked at for the modules that decide technical tests.
pub(crate) fn pages(root: &Path) -> Result<Pages> {
    let scheme = Scheme::embedded();
    let modules = Modules::find(root)?;
    let audit = scheme.audit().iter().map(|criterion| (criterion.id, audit::page(criterion)));
    let technical = scheme.tests().iter().map(|test| (test.id, technical::page(test, &modules)));
    let mut texts: BTreeMap<PathBuf, String> = audit
        .chain(technical)
        .map(|(id, text)| (Path::new(FOLDER).join(page::file_of(id)), text))
        .collect();
    texts.insert(Path::new(FOLDER).join("README.md"), index::page(scheme, &modules));
    Ok(Pages { texts, folder: Some(FOLDER.into()), command: "cargo xtask docs" })
}

/// The Rust modules that decide technical tests.
#[derive(Debug)]
struct Modules(BTreeMap<CriterionId, String>);

impl Modules {
    fn find(root: &Path) -> Result<Self> {
        let mut modules = BTreeMap::new();
        for table in [Table::Network, Table::Wifi] {
            let folder = format!("crates/checks/src/{}", folder_of(table));
            if !root.join(&folder).is_dir() {
                continue;
            }
            let entries = fs::read_dir(root.join(&folder));
            for entry in entries.with_context(|| format!("cannot list `{folder}`"))? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if let Some(id) = decided_by(table, &name) {
                    modules.insert(id, format!("{folder}/{name}"));
                }
            }
        }
        Ok(Self(modules))
    }

    /// The module that decides `id`, by its path in the repository.
    fn of(&self, id: CriterionId) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }
}

/// The test that a module called `n13_….rs` decides.
fn decided_by(table: Table, file: &str) -> Option<CriterionId> {
    let (start, _) = file.strip_suffix(".rs")?.split_once('_')?;
    let id = CriterionId::new(table, start.get(1..)?.parse().ok()?);
    (id.file_stem() == start).then_some(id)
}

/// The folder of a table's files, in the scheme and in the checks.
fn folder_of(table: Table) -> &'static str {
    match table {
        Table::Audit => "audit",
        Table::Network => "network",
        Table::Wifi => "wifi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_in_the_repository_are_up_to_date() {
        pages(crate::root()).unwrap().check(crate::root()).unwrap();
    }

    #[test]
    fn every_criterion_has_a_page_and_there_is_one_index() {
        assert_eq!(pages(crate::root()).unwrap().texts.len(), 32 + 32 + 1);
    }

    #[test]
    fn module_names_tell_the_test() {
        let id = decided_by(Table::Network, "n13_ssh_password.rs");
        assert_eq!(id, Some(CriterionId::network(13)));
        for other in ["offer.rs", "port_table.rs", "n1_x.rs", "w03_x.rs", "n13_x", "é1_x.rs"] {
            assert_eq!(decided_by(Table::Network, other), None, "{other}");
        }
    }
}
