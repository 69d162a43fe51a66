use crate::criterion::{AuditCriterion, TechnicalTest};
use crate::id::CriterionId;
use crate::input::InputError;
use crate::place::{Place, Placed};

/// Checks that links between audit criteria and tests lead somewhere and come back.
pub(super) fn check(
    audit: &[Placed<'_, AuditCriterion>],
    tests: &[Placed<'_, TechnicalTest>],
) -> Result<(), InputError> {
    let supported = |id| {
        let criterion = audit.iter().find(|criterion| criterion.value.id == id)?;
        Some(criterion.value.supporting_tests.as_slice())
    };
    let supporting = |id| {
        let test = tests.iter().find(|test| test.value.id == id)?;
        Some(test.value.supports_audit.as_slice())
    };
    for Placed { value: criterion, place } in audit {
        let links = Links {
            from: criterion.id,
            to: &criterion.supporting_tests,
            place: place.key("supporting_tests"),
            back: "supports_audit",
        };
        links.check(supporting)?;
    }
    for Placed { value: test, place } in tests {
        let links = Links {
            from: test.id,
            to: &test.supports_audit,
            place: place.key("supports_audit"),
            back: "supporting_tests",
        };
        links.check(supported)?;
    }
    Ok(())
}

/// The links of one row to the rows of the other table.
struct Links<'a> {
    from: CriterionId,
    to: &'a [CriterionId],
    place: Place<'a>,
    /// The key under which the other row links back.
    back: &'static str,
}

impl Links<'_> {
    /// `links_of` gives the links of the other table's row with an id, if that row exists.
    fn check<'b>(
        &self,
        links_of: impl Fn(CriterionId) -> Option<&'b [CriterionId]>,
    ) -> Result<(), InputError> {
        let Self { from, back, .. } = self;
        for (index, id) in self.to.iter().enumerate() {
            let place = self.place.index(index);
            if self.to.iter().take(index).any(|earlier| earlier == id) {
                return Err(place.fault(
                    format!("`{id}` が二度書かれています"),
                    format!("`{id}` is written twice"),
                ));
            }
            let Some(back_links) = links_of(*id) else {
                return Err(place.fault(
                    format!("`{id}` という項目はこの版にありません"),
                    format!("this edition has no `{id}` there"),
                ));
            };
            if !back_links.contains(from) {
                return Err(place.fault(
                    format!("`{id}` の `{back}` に `{from}` がありません"),
                    format!("`{id}` does not name `{from}` in its `{back}`"),
                ));
            }
        }
        Ok(())
    }
}
