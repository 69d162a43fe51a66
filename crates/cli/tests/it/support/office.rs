//! An inspection of the example office, moved to an address that a test has to itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{Run, finish, program};

/// The folder of one inspection: its papers in `office`, its case in `case`.
#[derive(Debug)]
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    /// The example office at `networks`, such as `127.0.7.1/32`; `host` is the one it tells about.
    pub(crate) fn at(networks: &str, host: &str) -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/office");
        copy(&source, &office.path("office"));
        office.edit(
            "inspection.toml",
            "networks = [\"127.0.0.1/32\"]",
            &format!("networks = [\"{networks}\"]"),
        );
        office.edit("inspection.toml", "address = \"127.0.0.1\"", &format!("address = \"{host}\""));
        office
    }

    /// The example office at the one address `host`.
    pub(crate) fn of_host(host: &str) -> Self {
        Self::at(&format!("{host}/32"), host)
    }

    /// Replaces `old`, wherever it stands in the paper called `file`, by `new`.
    #[track_caller]
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.paper(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{file} has no `{old}`");
        fs::write(&path, text.replace(old, new)).unwrap();
    }

    /// The line, from 1, on which `text` first stands in the paper called `file`.
    #[track_caller]
    pub(crate) fn line_of(&self, file: &str, text: &str) -> usize {
        let paper = fs::read_to_string(self.paper(file)).unwrap();
        let line = paper.lines().position(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("{file} has no `{text}`")) + 1
    }

    /// The paper called `file`.
    pub(crate) fn paper(&self, file: &str) -> PathBuf {
        self.path("office").join(file)
    }

    /// The case directory.
    pub(crate) fn case(&self) -> PathBuf {
        self.path("case")
    }

    /// The journal in it.
    pub(crate) fn journal(&self) -> PathBuf {
        self.case().join("journal.jsonl")
    }

    /// The assessment in it.
    pub(crate) fn assessment(&self) -> Value {
        serde_json::from_slice(&fs::read(self.case().join("assessment.json")).unwrap()).unwrap()
    }

    /// `inspect` of this office, quietly.
    pub(crate) fn command(&self) -> Command {
        self.command_into(&self.case())
    }

    /// The same with another case directory.
    pub(crate) fn command_into(&self, case: &Path) -> Command {
        let mut command = program();
        command.args(self.arguments(case)).current_dir(self.folder.path());
        command
    }

    /// The arguments of [`command_into`](Self::command_into).
    pub(crate) fn arguments(&self, case: &Path) -> [PathBuf; 5] {
        let file = self.paper("inspection.toml");
        ["inspect".into(), file, "--quiet".into(), "--out".into(), case.to_owned()]
    }

    /// Inspects.
    pub(crate) fn inspect(&self) -> Run {
        finish(&mut self.command())
    }

    /// Goes on with an interrupted inspection.
    pub(crate) fn resume(&self) -> Run {
        finish(self.command().arg("--resume"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
