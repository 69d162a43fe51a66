//! The inspection report (検査結果報告書), as PDF and as HTML.
//!
//! The data flow: [`ReportInput`] (the assessment document, the scheme edition that graded it, a
//! language) becomes a [`ReportModel`], words and numbers without layout; [`pdf`] sets it with
//! typst, [`html`] fills a template with it. Both show the same things.
//!
//! Promises: no clock, no file system, no network. The same input gives the same bytes. Text of
//! the inspected world is never markup, in either output. Nothing here states a certification
//! level: that is the decision of the certification body. A document whose grades are undetermined
//! becomes a draft that says on every page that it cannot be issued.
//!
//! ```
//! use hoshimori_inspection::assessment::Assessment;
//! use hoshimori_report::{ReportInput, html};
//! use hoshimori_scheme::{Language, Scheme};
//!
//! let sample = include_str!("../fixtures/sample.json");
//! let assessment: Assessment = serde_json::from_str(sample).unwrap();
//! let scheme = Scheme::embedded();
//! let page = html(&ReportInput { assessment: &assessment, scheme, language: Language::Japanese });
//! assert!(page.unwrap().contains("検査結果報告書"));
//! ```

#![forbid(unsafe_code)]

mod context;
mod error;
mod excerpt;
mod html;
mod input;
mod model;
mod pdf;
mod ranking;
pub mod sections;
mod shown;
mod words;

pub use error::ReportError;
pub use html::html;
pub use input::ReportInput;
pub use model::ReportModel;
pub use pdf::{Rendered, pdf};
pub use shown::Shown;
pub use words::Words;
