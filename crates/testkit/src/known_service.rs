use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a service of the laboratory `services` truly is.
#[derive(Clone, Debug)]
pub struct KnownService {
    /// The name under which the laboratory tells its port.
    pub name: String,
    /// The words for its protocol, as records of hosts write them; each is right.
    pub words: Vec<String>,
    /// Words of which its product's name has one, in lower case.
    pub products: Vec<String>,
    /// Its version by the installed package; several where a program truly has several.
    pub versions: Vec<String>,
}

/// One table of `expected.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    protocol: String,
    #[serde(default)]
    others: Vec<String>,
    #[serde(default)]
    tls: bool,
    products: Vec<String>,
    /// For the comparison with other tools in `bench/services`.
    #[serde(default, rename = "names")]
    _names: Vec<String>,
}

/// Reads `expected.toml` in `folder`; only what `versions` knows is running.
pub(crate) fn read(folder: &Path, versions: &Path) -> Vec<KnownService> {
    let mut versions: BTreeMap<String, Vec<String>> = toml_file(versions);
    let entries: BTreeMap<String, Entry> = toml_file(&folder.join("expected.toml"));
    let known = entries.into_iter().filter_map(|(name, entry)| {
        let suffix = if entry.tls { "s" } else { "" };
        let words = [entry.protocol].into_iter().chain(entry.others);
        Some(KnownService {
            words: words.map(|word| word + suffix).collect(),
            products: entry.products,
            versions: versions.remove(&name)?,
            name,
        })
    });
    let known: Vec<KnownService> = known.collect();
    assert!(versions.is_empty(), "`expected.toml` does not have {:?}", versions.keys());
    known
}

fn toml_file<T: DeserializeOwned>(path: &Path) -> T {
    fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| toml::from_str(&text).map_err(|error| error.to_string()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
