//! Collections of patterns.

mod example;
mod file;

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::evidence::{Clue, ClueSource};

use crate::embedded;
use crate::error::{Fault, PackError};
use crate::pattern::Pattern;
use crate::reading::Reading;
use example::Example;

/// The name of our own pack.
pub const OWN_PACK: &str = "hoshimori";

/// The longest file, in bytes: the largest of recog has 0.4 MB.
pub(crate) const MAX_FILE: usize = 4 * 1_024 * 1_024;

/// The most patterns of a pack: four times those of recog.
pub(crate) const MAX_PATTERNS: usize = 20_000;

/// A collection of patterns under one name, which evidence repeats.
#[derive(Debug)]
pub struct Pack {
    name: String,
    patterns: Vec<Pattern>,
    /// The places in `patterns` of those that read clues of each source, in order.
    by_source: BTreeMap<ClueSource, Vec<usize>>,
    left_out: Vec<LeftOut>,
}

/// A part of an imported pack that cannot be used.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct LeftOut {
    /// The file.
    pub file: String,
    /// The pattern, or nothing where it is the whole file.
    pub pattern: Option<String>,
    /// Why.
    pub because: String,
}

impl Pack {
    /// A pack called `name` from files of our own format, each with its name.
    ///
    /// The examples of every pattern are tried: a pattern that does not read its own examples
    /// refuses the pack.
    pub fn from_toml(name: &str, files: &[(&str, &[u8])]) -> Result<Self, PackError> {
        check_name(name)?;
        Self::read(name, files, |file, pattern, examples| {
            examples
                .iter()
                .try_for_each(|example| example.check(&pattern))
                .map_err(|fault| PackError::in_pattern(file, pattern.id.clone(), fault))?;
            Ok(pattern)
        })
    }

    /// The patterns of `files`, after `accept` has seen each with its examples.
    fn read(
        name: &str,
        files: &[(&str, &[u8])],
        accept: impl Fn(&str, Pattern, &[Example]) -> Result<Pattern, PackError>,
    ) -> Result<Self, PackError> {
        let mut patterns = Vec::new();
        let mut ids = BTreeSet::new();
        for (file, bytes) in files {
            for (pattern, examples) in file::read(file, text(file, bytes)?)? {
                if !ids.insert(pattern.id.clone()) {
                    return Err(PackError::in_pattern(file, pattern.id, Fault::DuplicateId));
                }
                patterns.push(accept(file, pattern, &examples)?);
            }
        }
        Self::assemble(name, patterns, Vec::new())
    }

    /// A pack of `patterns`.
    pub(crate) fn assemble(
        name: &str,
        patterns: Vec<Pattern>,
        left_out: Vec<LeftOut>,
    ) -> Result<Self, PackError> {
        if patterns.is_empty() {
            return Err(PackError::Empty { pack: name.to_owned() });
        }
        if patterns.len() > MAX_PATTERNS {
            return Err(PackError::TooManyPatterns { pack: name.to_owned(), limit: MAX_PATTERNS });
        }
        let mut by_source: BTreeMap<ClueSource, Vec<usize>> = BTreeMap::new();
        for (place, pattern) in patterns.iter().enumerate() {
            for source in &pattern.sources {
                by_source.entry(*source).or_default().push(place);
            }
        }
        Ok(Self { name: name.to_owned(), patterns, by_source, left_out })
    }

    /// The name, which evidence repeats.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|pattern| pattern.id.as_str())
    }

    /// What an import could not use; nothing in a pack of our own format.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// What its patterns make of `clue`, in their order.
    pub fn read_clue<'a>(&'a self, clue: &'a Clue) -> Vec<Reading<'a>> {
        let places = self.by_source.get(&clue.from).into_iter().flatten().copied();
        let mut asked = BTreeSet::new();
        let mut readings = Vec::new();
        for (rank, pattern) in places.filter_map(|place| Some((place, self.patterns.get(place)?))) {
            if pattern.database.is_some_and(|database| asked.contains(&database)) {
                continue;
            }
            if let Some(reading) = pattern.read(&self.name, rank, clue) {
                asked.extend(pattern.database);
                readings.push(reading);
            }
        }
        readings
    }
}

/// The packs of an inspection, our own first.
#[derive(Debug)]
pub struct Packs(Vec<Pack>);

impl Packs {
    /// Our own pack alone. Its examples are tried by tests, not here.
    pub fn embedded() -> Result<Self, PackError> {
        let own = Pack::read(OWN_PACK, embedded::FILES, |_, pattern, _| Ok(pattern))?;
        Ok(Self(vec![own]))
    }

    /// These packs and `pack`, which speaks only where they are silent.
    #[must_use]
    pub fn with(mut self, pack: Pack) -> Self {
        self.0.push(pack);
        self
    }

    /// The packs, in the order in which they are believed.
    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.0.iter()
    }

    /// What all packs make of `clue`: of products, systems and devices alike, a pack says
    /// something only where none before it does.
    pub fn read<'a>(&'a self, clue: &'a Clue) -> Vec<Reading<'a>> {
        let mut readings: Vec<Reading<'a>> = Vec::new();
        for pack in &self.0 {
            let has_product = readings.iter().any(|reading| reading.product.is_some());
            let has_system = readings.iter().any(|reading| !reading.systems.is_empty());
            let has_device = readings.iter().any(|reading| reading.device.is_some());
            for mut reading in pack.read_clue(clue) {
                reading.product = reading.product.filter(|_| !has_product);
                reading.device = reading.device.filter(|_| !has_device);
                if has_system {
                    reading.systems.clear();
                }
                readings.push(reading);
            }
        }
        readings.retain(|reading| {
            reading.product.is_some() || !reading.systems.is_empty() || reading.device.is_some()
        });
        readings
    }
}

impl From<Vec<Pack>> for Packs {
    fn from(packs: Vec<Pack>) -> Self {
        Self(packs)
    }
}

/// Refuses names that evidence could confuse with our own.
pub(crate) fn check_name(name: &str) -> Result<(), PackError> {
    let is_plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
    if name == OWN_PACK || name.is_empty() || name.len() > 40 || !name.chars().all(is_plain) {
        return Err(PackError::Name { name: name.to_owned() });
    }
    Ok(())
}

/// The text of a file that is not over the limit.
pub(crate) fn text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, PackError> {
    if bytes.len() > MAX_FILE {
        let size_bytes = bytes.len();
        return Err(PackError::FileTooLong { file: file.to_owned(), size_bytes, limit: MAX_FILE });
    }
    std::str::from_utf8(bytes).map_err(|_| PackError::NotText { file: file.to_owned() })
}

#[cfg(test)]
mod tests;
