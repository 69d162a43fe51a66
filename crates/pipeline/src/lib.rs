//! The story of an inspection: read the papers, plan, collect, judge, grade, report.
//!
//! [`run::inspect`] is the main road; [`adhoc`] serves single scans and checks. Collected evidence
//! goes through a [`journal`] that survives kill -9: an interrupted inspection goes on where it
//! stopped and never repeats a finished task.

#![forbid(unsafe_code)]

pub mod adhoc;
mod assess;
pub mod case;
mod collect;
mod error;
pub mod events;
mod files;
pub mod fingerprints;
mod fragile;
mod graded;
pub mod journal;
mod known;
mod ledger;
mod limits;
mod opening;
pub mod papers;
pub mod plan;
pub mod reporting;
pub mod run;
mod vendors;

pub use error::{JournalError, PipelineError};
pub use files::read_text;
pub use hoshimori_scanner::TrustStores;
pub use hoshimori_scanner::ports::syn::SynScanner;
