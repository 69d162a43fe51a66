//! What a clue means: which product, operating system and device a text tells of.
//!
//! The scanner gathers clues ([`hoshimori_inspection::evidence::Clue`]) and never decides what
//! they mean. A [`Pack`] of patterns reads them: our own, compiled in from
//! `crates/fingerprint/patterns/`, files of the same format, and imported recog databases.
//! [`identify`] puts all readings of an inspection together as an
//! [`Inventory`](hoshimori_inspection::inventory::Inventory), with the reasons of each statement.
//! The format is described in `docs/fingerprints.md`.
//!
//! The crate is pure and deterministic: the order of observations does not matter. Texts and
//! packs are hostile input: expressions run in linear time, and files, patterns and values have
//! stated limits. Nothing is guessed: where clues disagree, all candidates stay.
//!
//! ```
//! use hoshimori_fingerprint::{Pack, Packs};
//! use hoshimori_inspection::evidence::{Clue, ClueSource};
//!
//! let file = r#"
//!     [[pattern]]
//!     id = "tea-server"
//!     source = "http.server"
//!     matches = '^Tea/(?<version>[0-9.]+)$'
//!     [pattern.product]
//!     name = "Tea"
//!     version = "{version}"
//!     [[pattern.example]]
//!     text = "Tea/4.18"
//!     product = { version = "4.18" }
//! "#;
//! let packs = Packs::from(vec![Pack::from_toml("kitchen", &[("tea.toml", file.as_bytes())])?]);
//! let clue = Clue::new(ClueSource::HttpServer, "Tea/5.0");
//! let readings = packs.read(&clue);
//! let product = readings[0].product.as_ref().unwrap();
//! assert_eq!(product.version.as_deref(), Some("5.0"));
//! # Ok::<(), hoshimori_fingerprint::PackError>(())
//! ```

#![forbid(unsafe_code)]

mod embedded;
mod error;
mod identify;
mod pack;
mod pattern;
mod reading;
pub mod recog;

pub use error::{Fault, PackError};
pub use identify::identify;
pub use pack::{LeftOut, OWN_PACK, Pack, Packs};
pub use reading::{DeviceWords, ProductWords, Reading, SystemWords};
