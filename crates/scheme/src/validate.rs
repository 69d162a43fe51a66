//! What must hold across the values of an edition before it becomes a [`Scheme`].

mod catalogue;
mod grading;
mod identity;
mod links;

use crate::draft::Draft;
use crate::edition::Scheme;
use crate::input::InputError;
use crate::place::Placed;

/// The scheme of a draft, or the first thing that is wrong with it.
pub(crate) fn into_scheme(draft: Draft<'_>) -> Result<Scheme, InputError> {
    let Draft { general, mut audit, mut tests } = draft;
    identity::check(&general)?;
    catalogue::sort_audit(&mut audit, &general.place)?;
    catalogue::sort_tests(&mut tests, &general.place)?;
    links::check(&audit, &tests)?;
    grading::check(&general, &audit)?;

    let Placed { value: mut general, .. } = general;
    general.levels.sort_by_key(|level| std::cmp::Reverse(level.rank));
    Ok(Scheme {
        edition: general.edition,
        grading: general.grading,
        levels: general.levels,
        refused: general.refused,
        refusal: general.refusal,
        audit_grades: general.audit_grades,
        assessment_grades: general.assessment_grades,
        common_risks: general.common_risks,
        notes: general.notes,
        audit: audit.into_iter().map(|criterion| criterion.value).collect(),
        tests: tests.into_iter().map(|test| test.value).collect(),
    })
}
