//! Pages that are made and never edited.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Generated pages by path, relative to the repository.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// The texts.
    pub(crate) texts: BTreeMap<PathBuf, String>,
    /// A folder that holds generated pages only, so that any other file in it is left over.
    pub(crate) folder: Option<PathBuf>,
    /// The command that makes them.
    pub(crate) command: &'static str,
}

impl Pages {
    /// Writes what differs from the files under `root`, and removes what is left over.
    pub(crate) fn write(&self, root: &Path) -> Result<()> {
        for path in self.stale(root)? {
            let file = root.join(&path);
            let done = match self.texts.get(&path) {
                Some(text) => file
                    .parent()
                    .map_or(Ok(()), fs::create_dir_all)
                    .and_then(|()| fs::write(&file, text)),
                None => fs::remove_file(&file),
            };
            done.with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        Ok(())
    }

    /// Fails where a file under `root` is not what would be written, naming each.
    pub(crate) fn check(&self, root: &Path) -> Result<()> {
        let stale = self.stale(root)?;
        if stale.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = stale.iter().map(|path| path.display().to_string()).collect();
        bail!("generated files are stale: {}\nhint: run `{}`", list.join(", "), self.command);
    }

    fn stale(&self, root: &Path) -> Result<Vec<PathBuf>> {
        let mut stale = self.left_over(root)?;
        for (path, text) in &self.texts {
            match fs::read_to_string(root.join(path)) {
                Ok(found) if found == *text => {}
                Ok(_) => stale.push(path.clone()),
                Err(error) if error.kind() == ErrorKind::NotFound => stale.push(path.clone()),
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
                }
            }
        }
        stale.sort();
        Ok(stale)
    }

    fn left_over(&self, root: &Path) -> Result<Vec<PathBuf>> {
        let Some(folder) = self.folder.as_ref().filter(|folder| root.join(folder).is_dir()) else {
            return Ok(Vec::new());
        };
        let mut left_over = Vec::new();
        for entry in fs::read_dir(root.join(folder))? {
            let path = folder.join(entry?.file_name());
            if !self.texts.contains_key(&path) {
                left_over.push(path);
            }
        }
        Ok(left_over)
    }
}
