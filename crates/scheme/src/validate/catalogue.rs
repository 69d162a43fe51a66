use std::collections::BTreeMap;

use crate::criterion::{AuditCriterion, MeasureClass, TechnicalTest};
use crate::id::{CriterionId, Table};
use crate::input::InputError;
use crate::level::{Mark, Marks};
use crate::place::{Place, Placed};

/// Puts the audit criteria into catalogue order and checks ids, domains and marks.
pub(super) fn sort_audit(
    audit: &mut [Placed<'_, AuditCriterion>],
    general: &Place<'_>,
) -> Result<(), InputError> {
    sort(audit, &[Table::Audit], general)?;
    check_domains(audit)?;
    for criterion in audit {
        check_marks(criterion)?;
        check_basic_marks(criterion)?;
    }
    Ok(())
}

/// Puts the technical tests into catalogue order and checks ids and marks.
pub(super) fn sort_tests(
    tests: &mut [Placed<'_, TechnicalTest>],
    general: &Place<'_>,
) -> Result<(), InputError> {
    sort(tests, &[Table::Network, Table::Wifi], general)?;
    tests.iter().try_for_each(check_marks)
}

/// A row of one of the three tables.
trait Row {
    fn id(&self) -> CriterionId;
    fn marks(&self) -> Marks;
}

impl Row for AuditCriterion {
    fn id(&self) -> CriterionId {
        self.id
    }

    fn marks(&self) -> Marks {
        self.marks
    }
}

impl Row for TechnicalTest {
    fn id(&self) -> CriterionId {
        self.id
    }

    fn marks(&self) -> Marks {
        self.marks
    }
}

/// Sorts `rows` by id; the ids of each table must count from 1 without a gap or a repetition.
fn sort<T: Row>(
    rows: &mut [Placed<'_, T>],
    tables: &[Table],
    general: &Place<'_>,
) -> Result<(), InputError> {
    if rows.is_empty() {
        let letters: Vec<String> = tables.iter().map(|table| table.letter().into()).collect();
        let letters = letters.join(", ");
        return Err(general.fault(
            format!("項目（{letters}）が1件もありません"),
            format!("the edition has no criteria ({letters})"),
        ));
    }
    if let Some(row) = rows.iter().find(|row| !tables.contains(&row.value.id().table())) {
        let id = row.value.id();
        return Err(row.place.key("id").fault(
            format!("`{id}` はこの表の項目番号ではありません"),
            format!("`{id}` is not an id of this table"),
        ));
    }
    rows.sort_by_key(|row| row.value.id());
    let mut previous: Option<CriterionId> = None;
    for row in rows {
        let id = row.value.id();
        let before = previous.filter(|previous| previous.table() == id.table());
        let expected = before.map_or(1, |before| before.number().saturating_add(1));
        if id.number() < expected {
            return Err(row.place.key("id").fault(
                format!("`{id}` が二度書かれています"),
                format!("`{id}` is written twice"),
            ));
        }
        if id.number() > expected {
            let missing = CriterionId::new(id.table(), expected);
            return Err(row.place.key("id").fault(
                format!("`{id}` の前に `{missing}` がありません（番号は01から欠けずに続きます）"),
                format!("`{missing}` is missing before `{id}`; ids count from 01 without a gap"),
            ));
        }
        previous = Some(id);
    }
    Ok(())
}

/// Highest number of a domain.
const MAX_DOMAIN: u8 = 6;

fn check_domains(audit: &[Placed<'_, AuditCriterion>]) -> Result<(), InputError> {
    let mut titles = BTreeMap::new();
    for Placed { value: criterion, place } in audit {
        let domain = criterion.domain;
        if !(1..=MAX_DOMAIN).contains(&domain) {
            return Err(place.key("domain").fault(
                format!("領域 {domain} はありません（1から{MAX_DOMAIN}まで）"),
                format!("there is no domain {domain}; allowed: 1 to {MAX_DOMAIN}"),
            ));
        }
        let first = *titles.entry(domain).or_insert(criterion);
        if first.domain_title != criterion.domain_title {
            let id = first.id;
            return Err(place.key("domain_title").fault(
                format!("領域 {domain} の名前が `{id}` と異なります"),
                format!("domain {domain} has another title in `{id}`"),
            ));
        }
    }
    Ok(())
}

/// A higher level never asks less of a row than a lower one.
fn check_marks<T: Row>(row: &Placed<'_, T>) -> Result<(), InputError> {
    let columns = columns(row.value.marks());
    for ((lower, lower_mark), (higher, higher_mark)) in columns.iter().zip(columns.iter().skip(1)) {
        if strictness(*higher_mark) < strictness(*lower_mark) {
            return Err(row.place.key("marks").key(higher).fault(
                format!("{higher} の印が {lower} より弱くなっています"),
                format!("the mark of {higher} is weaker than that of {lower}"),
            ));
        }
    }
    Ok(())
}

fn check_basic_marks(criterion: &Placed<'_, AuditCriterion>) -> Result<(), InputError> {
    if criterion.value.class != MeasureClass::Basic {
        return Ok(());
    }
    let columns = columns(criterion.value.marks);
    match columns.iter().find(|(_, mark)| *mark != Mark::Must) {
        None => Ok(()),
        Some((column, mark)) => Err(criterion.place.key("marks").key(column).fault(
            format!("基本対策の印はすべて ● です（書かれているのは {}）", mark.symbol()),
            format!("a basic measure is ● in every column, not {}", mark.symbol()),
        )),
    }
}

fn columns(marks: Marks) -> [(&'static str, Mark); 3] {
    [("★", marks.one), ("★★", marks.two), ("★★★", marks.three)]
}

fn strictness(mark: Mark) -> u8 {
    match mark {
        Mark::NotEvaluated => 0,
        Mark::Partial => 1,
        Mark::Must => 2,
    }
}
