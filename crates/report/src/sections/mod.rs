//! The chapters of the report, one file each: what they say, never how it looks.

pub mod audit;
pub mod basis;
pub mod cover;
pub mod derivation;
pub mod draft;
pub mod findings;
pub mod gaps;
pub mod grade_tables;
pub mod hosts;
pub mod legend;
pub mod limits;
pub mod marks;
mod ports;
pub mod register;
pub mod results;
pub mod risks;
pub mod scans;
pub mod scope;
pub mod services;
pub mod signatures;
pub mod summary;
pub mod undecided;

use serde::Serialize;

use crate::shown::Shown;

/// One line of a table of facts.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// What is said about it.
    pub value: Shown,
}

impl Fact {
    pub(crate) fn new(label: &'static str, value: impl Into<Shown>) -> Self {
        Self { label, value: value.into() }
    }
}
