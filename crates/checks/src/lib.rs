//! The technical tests of the scheme as pure functions over evidence.
//!
//! The scanner has seen something ([`Observation`]s); a [`Check`] says what it means: one
//! [`Judgement`] for each aspect of each target. [`CHECKS`] lists them in the order of the scheme.
//! No check sends, waits, prints or grades, so a stored inspection can be judged again at any
//! time, under a newer edition too, with the same result for the same evidence.
//!
//! Promises:
//! - Silence, a failed probe or a port that was not scanned is `inconclusive`, never `pass`.
//! - `fail` means proved by behaviour against a control probe; an indicator alone is `suspected`.
//! - Every judgement cites its observations, the decisive one first; text that a peer sent is
//!   shortened and freed of control characters before it is repeated.
//! - No judgement depends on the order of the observations of other targets; nothing panics on
//!   any evidence.
//!
//! ```
//! use hoshimori_checks::{CHECKS, Evidence, check};
//! use hoshimori_inspection::inventory::Inventory;
//!
//! let evidence = Evidence {
//!     observations: &[],
//!     hosts: &[],
//!     inventory: &Inventory::default(),
//!     began_at: "2026-11-20T10:00:00+09:00".parse().unwrap(),
//! };
//! let ssh = check("N-13".parse().unwrap()).unwrap();
//! assert!(ssh.evaluate(&evidence).is_empty());
//! assert!(CHECKS.iter().any(|check| check.id() == ssh.id()));
//! ```
//!
//! [`Judgement`]: hoshimori_inspection::finding::Judgement
//! [`Observation`]: hoshimori_inspection::evidence::Observation

#![forbid(unsafe_code)]

mod check;
mod network;
mod registry;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod sample;
mod subject;
mod words;

pub use check::{Check, Evidence, Need};
pub use network::{OVERLOOKED, lets_anybody_in};
pub use registry::{CHECKS, check};
