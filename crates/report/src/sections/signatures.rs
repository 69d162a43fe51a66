//! The page on which people sign.

use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;

/// The page on which people sign by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Signatures {
    /// What a signature means, and that there is none yet.
    pub lead: &'static str,
    /// One line for each person.
    pub lines: Vec<SignatureLine>,
}

/// One line to sign on.
#[derive(Clone, Debug, Serialize)]
pub struct SignatureLine {
    /// As what the person signs.
    pub role: &'static str,
    /// The name, where the inspection file gives it.
    pub name: Shown,
}

impl Signatures {
    pub(crate) fn new(context: &Context<'_>, is_draft: bool) -> Self {
        let words = context.words;
        let inspectors = context.inspection.file.inspection_body.inspectors.iter();
        let inspectors = inspectors
            .map(|name| SignatureLine { role: words.role_inspector, name: Shown::new(name) });
        let reviewer = SignatureLine { role: words.role_reviewer, name: Shown::default() };
        Self {
            lead: if is_draft { words.signatures_draft } else { words.signatures_lead },
            lines: inspectors.chain([reviewer]).collect(),
        }
    }
}
