//! What an inspection is: who may send what to whom and when, what was seen, what it means.
//!
//! The data flow: an inspection file becomes a [`scope::Scope`] and a plan; the scanner, holding
//! [`scope::Permit`]s, makes [`evidence::Observation`]s; checks turn those into
//! [`finding::Judgement`]s; audit answers and findings together become grades
//! ([`grading`]); all of it is written as one [`assessment`] document.
//!
//! The crate is pure: bytes, time and randomness are arguments. It never panics on input; limits
//! are constants beside the types they bound.
//!
//! ```
//! use hoshimori_inspection::scope::{Authorization, Scope};
//!
//! let scope = Scope::new(Authorization {
//!     granted_by: "operator".into(),
//!     valid_from: "2026-11-20T09:00:00+09:00".parse().unwrap(),
//!     valid_until: "2026-11-20T21:00:00+09:00".parse().unwrap(),
//!     networks: vec!["192.168.10.0/24".parse().unwrap()],
//!     exclude: vec![],
//!     state_changing_probes: false,
//!     default_credentials: false,
//! });
//! let noon = "2026-11-20T12:00:00+09:00".parse().unwrap();
//! assert!(scope.permit("192.168.10.7".parse().unwrap(), noon).is_ok());
//! assert!(scope.permit("192.168.11.7".parse().unwrap(), noon).is_err());
//! ```

#![forbid(unsafe_code)]

pub mod answer;
pub mod assessment;
pub mod bytes;
pub mod clock;
pub mod evidence;
pub mod file;
pub mod finding;
pub mod grading;
pub mod host;
mod input;
pub mod inventory;
pub mod moment;
pub mod recorded;
pub mod review;
pub mod scope;
pub mod target;
pub mod token;
pub mod vantage;
pub mod verdict;
