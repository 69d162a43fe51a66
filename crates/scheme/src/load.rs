use std::path::Path;
use std::sync::LazyLock;

use crate::draft::{Draft, EditionTables, SourceFiles};
use crate::edition::Scheme;
use crate::error::SchemeError;
use crate::input::InputError;
use crate::{embedded, files, validate};

impl Scheme {
    /// The edition that is compiled in, read once and kept.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Scheme> = LazyLock::new(|| {
            // The files are constants of this build, and a test reads and validates them: a build
            // that passed its tests cannot fail here.
            read(&embedded::source_files()).expect("the compiled-in edition is valid")
        });
        &EMBEDDED
    }

    /// Reads and validates another edition from `path`.
    ///
    /// A directory is laid out like this crate's `criteria/`; a single file holds the same tables,
    /// with the criteria as `[[audit]]` and `[[test]]`. Files above 1 MiB and directories with more
    /// than 500 entries are refused.
    pub fn load(path: &Path) -> Result<Self, SchemeError> {
        Ok(read(&files::read_edition(path)?)?)
    }

    /// The whole edition as one TOML file, which [`Scheme::load`] reads back to an equal scheme.
    #[expect(
        clippy::missing_panics_doc,
        reason = "TOML lacks keys that are no strings, numbers above `i64` and lone `None`s; an \
                  edition has none of them"
    )]
    pub fn to_single_file(&self) -> String {
        toml::to_string_pretty(&EditionTables::from(self.clone()))
            .expect("every field of an edition has a TOML form")
    }
}

fn read(files: &SourceFiles) -> Result<Scheme, InputError> {
    validate::into_scheme(Draft::read(files)?)
}
