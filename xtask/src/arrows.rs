//! Which crate may use which: the table of ARCHITECTURE.md against every manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

/// The page with the table, and the line that opens it.
const PAGE: &str = "ARCHITECTURE.md";
const OPENING: &str = "```arrows";
/// What every package name of ours begins with.
const PREFIX: &str = "hoshimori-";
/// The one crate that others may take for their tests.
const FOR_TESTS: &str = "testkit";

/// A crate with the crates of ours that it uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Fails, naming each edge, where the crates under `root` do not use each other as the table says.
pub(crate) fn check(root: &Path) -> Result<()> {
    let page =
        fs::read_to_string(root.join(PAGE)).with_context(|| format!("cannot read `{PAGE}`"))?;
    let allowed = table(&page)?;
    let mut crates = Vec::new();
    for path in manifests(root)? {
        let text = fs::read_to_string(&path)?;
        let read = text.parse().map_err(anyhow::Error::from).and_then(|table| Crate::read(&table));
        crates.push(read.with_context(|| format!("cannot read `{}`", path.display()))?);
    }
    let faults = faults(&allowed, &crates);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the crates and the table of {PAGE} disagree:\n  {}", faults.join("\n  "));
}

/// What one manifest says about crates of ours, by directory name.
#[derive(Debug, Default)]
struct Crate {
    name: String,
    uses: BTreeSet<String>,
    uses_in_tests: BTreeSet<String>,
}

impl Crate {
    fn read(manifest: &Table) -> Result<Self> {
        let package = manifest.get("package").and_then(|package| package.get("name"));
        let name = package.and_then(Value::as_str).and_then(|name| name.strip_prefix(PREFIX));
        let name =
            name.with_context(|| format!("the package name does not begin with `{PREFIX}`"))?;
        let mut read = Self { name: name.to_owned(), ..Self::default() };
        read.add(manifest);
        for platform in manifest.get("target").and_then(Value::as_table).into_iter().flatten() {
            platform.1.as_table().into_iter().for_each(|table| read.add(table));
        }
        Ok(read)
    }

    /// Adds the dependencies of `table`, the manifest itself or its part for one platform.
    fn add(&mut self, table: &Table) {
        self.uses.extend(ours(table, "dependencies"));
        self.uses.extend(ours(table, "build-dependencies"));
        self.uses_in_tests.extend(ours(table, "dev-dependencies"));
    }
}

/// The crates of ours that `section` of `table` names.
fn ours(table: &Table, section: &str) -> impl Iterator<Item = String> {
    let entries = table.get(section).and_then(Value::as_table).into_iter().flatten();
    entries.filter_map(|(key, value)| {
        let package = value.get("package").and_then(Value::as_str).unwrap_or(key);
        package.strip_prefix(PREFIX).map(str::to_owned)
    })
}

/// The manifest of every crate.
fn manifests(root: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = vec![root.join("xtask/Cargo.toml")];
    for entry in fs::read_dir(root.join("crates")).context("cannot list `crates`")? {
        paths.push(entry?.path().join("Cargo.toml"));
    }
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

/// The table in `page`: one line a crate, `name -> name, name` or `name -> (none)`.
fn table(page: &str) -> Result<Arrows> {
    let mut arrows = Arrows::new();
    let lines = page.lines().skip_while(|line| *line != OPENING).skip(1);
    for line in lines.take_while(|line| *line != "```") {
        let (name, uses) =
            line.split_once("->").with_context(|| format!("no arrow in `{line}` of {PAGE}"))?;
        let uses = uses.split(',').map(str::trim).filter(|name| *name != "(none)");
        arrows.insert(name.trim().to_owned(), uses.map(str::to_owned).collect());
    }
    if arrows.is_empty() {
        bail!("{PAGE} has no table that begins with `{OPENING}`");
    }
    Ok(arrows)
}

/// Every disagreement: an edge that the table lacks, and one that it has for nothing.
fn faults(allowed: &Arrows, crates: &[Crate]) -> Vec<String> {
    let mut faults = Vec::new();
    for Crate { name, uses, uses_in_tests } in crates {
        let Some(may_use) = allowed.get(name) else {
            faults.push(format!("`{name}` has no line in the table"));
            continue;
        };
        for other in uses.difference(may_use) {
            faults.push(format!("`{name} -> {other}` is not allowed by the table"));
        }
        for other in may_use.difference(uses) {
            faults
                .push(format!("`{name} -> {other}` is in the table, but `{name}` does not use it"));
        }
        for other in uses_in_tests.iter().filter(|other| *other != FOR_TESTS) {
            faults.push(format!(
                "`{name} -> {other}` is a dev-dependency; only `{FOR_TESTS}` may be"
            ));
        }
    }
    let names: BTreeSet<&String> = crates.iter().map(|one| &one.name).collect();
    for name in allowed.keys().filter(|name| !names.contains(name)) {
        faults.push(format!("`{name}` is in the table, but there is no such crate"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_TEXT: &str = "before\n```arrows\nplan -> (none)\nscan -> plan\n```\na -> b\n";

    fn read(manifest: &str) -> Crate {
        Crate::read(&manifest.parse().unwrap()).unwrap()
    }

    fn plan() -> Crate {
        read("[package]\nname = 'hoshimori-plan'")
    }

    #[test]
    fn crates_of_the_workspace_follow_the_table() {
        check(crate::root()).unwrap();
    }

    #[test]
    fn agreement_is_no_fault_and_testkit_is_free_in_tests() {
        let scan = read(
            "[package]\nname = 'hoshimori-scan'\n[dependencies]\nhoshimori-plan.workspace = true\n\
             serde = '1'\n[dev-dependencies]\nhoshimori-testkit.workspace = true",
        );
        assert_eq!(faults(&table(PAGE_TEXT).unwrap(), &[plan(), scan]), [""; 0]);
    }

    #[test]
    fn every_disagreement_names_its_edge() {
        let scan = read(
            "[package]\nname = 'hoshimori-scan'\n[build-dependencies]\nhoshimori-web = '1'\n\
             [target.'cfg(unix)'.dependencies]\nalias = { package = 'hoshimori-raw' }\n\
             [dev-dependencies]\nhoshimori-store = '1'",
        );
        let stray = read("[package]\nname = 'hoshimori-stray'");
        assert_eq!(
            faults(&table(PAGE_TEXT).unwrap(), &[scan, stray]),
            [
                "`scan -> raw` is not allowed by the table",
                "`scan -> web` is not allowed by the table",
                "`scan -> plan` is in the table, but `scan` does not use it",
                "`scan -> store` is a dev-dependency; only `testkit` may be",
                "`stray` has no line in the table",
                "`plan` is in the table, but there is no such crate",
            ]
        );
    }

    #[test]
    fn page_without_a_readable_table_is_an_error() {
        assert!(table("# Architecture\n").is_err());
        assert!(table("```arrows\nscan plan\n```\n").is_err());
    }
}
