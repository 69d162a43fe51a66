//! The certification scheme as data.
//!
//! A [`Scheme`] holds one dated edition of the programme: 32 audit criteria, 32 technical tests,
//! the marks ● ▲ - that each certification level puts on them, the texts of the grade tables and
//! the numbers of the grading rule set. All of it is read from TOML files, one criterion a file;
//! an embedded edition is compiled in and another one can be loaded from disk in its place.
//!
//! Files are read into memory, then each into its types, then everything is checked across files:
//! ids, links, marks, levels, numbers. Only what passes becomes a [`Scheme`], so users of the crate
//! check nothing again.
//!
//! The crate does no I/O except in [`Scheme::load`]; it never panics on a malformed edition, it
//! says which file, line and key is wrong, and it refuses files above 1 MiB. [`TomlSource`] and
//! [`InputError`] give the other files that people write the same errors.
//!
//! ```
//! use hoshimori_scheme::{CriterionId, Scheme, TargetLevel};
//!
//! let scheme = Scheme::embedded();
//! let id: CriterionId = "N-13".parse().unwrap();
//! let test = scheme.test(id).unwrap();
//! assert_eq!(test.marks.at(TargetLevel::One).symbol(), "-");
//! ```

#![forbid(unsafe_code)]

mod criterion;
mod document;
mod draft;
mod edition;
mod embedded;
mod error;
mod files;
mod id;
mod input;
mod level;
mod load;
mod place;
mod severity;
mod text;
mod validate;

pub use criterion::{
    AuditCriterion, AuditMethod, EvidenceKind, EvidenceRequest, MeasureClass, Reference,
    TechnicalTest,
};
pub use edition::{
    CvssBands, Edition, Fraction, GradeRow, GradingNumbers, Refusal, Scheme, SeedNote,
};
pub use error::SchemeError;
pub use id::{CriterionId, Table, UnknownId};
pub use input::{InputError, MAX_INPUT_BYTES, TomlSource, shorten};
pub use level::{Level, LevelKey, Mark, Marks, TargetLevel, UnknownTarget};
pub use severity::{FindingSeverity, Grade, NonconformitySeverity, TestSeverity};
pub use text::{Language, Text};
