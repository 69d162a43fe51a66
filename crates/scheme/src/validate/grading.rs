use crate::criterion::AuditCriterion;
use crate::draft::EditionTables;
use crate::edition::{CvssBands, Fraction, GradeRow, GradingNumbers};
use crate::input::InputError;
use crate::level::{Level, LevelKey};
use crate::place::{Place, Placed};
use crate::severity::Grade;

/// Checks the numbers of the rule set, the levels and the grade tables.
pub(super) fn check(
    general: &Placed<'_, EditionTables>,
    audit: &[Placed<'_, AuditCriterion>],
) -> Result<(), InputError> {
    let Placed { value, place } = general;
    check_foundation(&value.grading, &place.key("grading").key("foundation"), audit)?;
    check_fractions(&value.grading, &place.key("grading"))?;
    check_cvss(value.grading.cvss, &place.key("grading").key("cvss"))?;
    check_levels(&value.levels, &place.key("level"))?;
    check_grade_table(&value.audit_grades, &place.key("audit_grade"))?;
    check_grade_table(&value.assessment_grades, &place.key("assessment_grade"))
}

/// An empty foundation would make every facility grade E: none of its criteria conforms.
fn check_foundation(
    grading: &GradingNumbers,
    place: &Place<'_>,
    audit: &[Placed<'_, AuditCriterion>],
) -> Result<(), InputError> {
    if grading.foundation.is_empty() {
        return Err(place.fault("項目を1件以上書きます", "at least one criterion is needed"));
    }
    for (index, id) in grading.foundation.iter().enumerate() {
        if !audit.iter().any(|criterion| criterion.value.id == *id) {
            return Err(place.index(index).fault(
                format!("`{id}` という監査の項目はこの版にありません"),
                format!("this edition has no audit criterion `{id}`"),
            ));
        }
    }
    Ok(())
}

fn check_fractions(grading: &GradingNumbers, place: &Place<'_>) -> Result<(), InputError> {
    let fractions = [
        ("e_above", grading.e_above),
        ("d_above_nonconforming", grading.d_above_nonconforming),
        ("d_above_gaps", grading.d_above_gaps),
    ];
    for (key, Fraction { numerator, denominator }) in fractions {
        if denominator == 0 || numerator > denominator {
            return Err(place.key(key).fault(
                format!("{numerator}/{denominator} は0から1までの分数ではありません"),
                format!("{numerator}/{denominator} is not a fraction from 0 to 1"),
            ));
        }
    }
    Ok(())
}

/// Base scores end at 10.0.
const MAX_SCORE_TENTHS: u8 = 100;

fn check_cvss(bands: CvssBands, place: &Place<'_>) -> Result<(), InputError> {
    let edges = [
        ("low_from_tenths", bands.low_from_tenths),
        ("medium_from_tenths", bands.medium_from_tenths),
        ("high_from_tenths", bands.high_from_tenths),
        ("critical_from_tenths", bands.critical_from_tenths),
    ];
    for ((lower, lower_edge), (higher, higher_edge)) in edges.iter().zip(edges.iter().skip(1)) {
        if higher_edge <= lower_edge {
            return Err(place.key(higher).fault(
                format!("{higher_edge} は `{lower}` の {lower_edge} より大きくなければなりません"),
                format!("{higher_edge} must be greater than {lower_edge}, the `{lower}`"),
            ));
        }
    }
    if bands.critical_from_tenths > MAX_SCORE_TENTHS {
        let edge = bands.critical_from_tenths;
        return Err(place.key("critical_from_tenths").fault(
            format!("{edge} は10.0点（{MAX_SCORE_TENTHS}）を超えています"),
            format!("{edge} is above a score of 10.0 ({MAX_SCORE_TENTHS})"),
        ));
    }
    Ok(())
}

/// Worst grade that a level may tolerate: with D or E nothing is ever certified.
const WORST_CERTIFIED: Grade = Grade::C;

fn check_levels(levels: &[Level], place: &Place<'_>) -> Result<(), InputError> {
    for (index, level) in levels.iter().enumerate() {
        let place = place.index(index);
        let rank = rank_of(level.key);
        if level.rank != rank {
            return Err(place.key("rank").fault(
                format!("このレベルの順位は {rank} です（書かれているのは {}）", level.rank),
                format!("the rank of this level is {rank}, not {}", level.rank),
            ));
        }
        if levels.iter().take(index).any(|earlier| earlier.key == level.key) {
            return Err(place
                .key("key")
                .fault("同じレベルが二度あります", "the level stands twice"));
        }
        if levels.iter().take(index).any(|earlier| earlier.stars == level.stars) {
            return Err(place
                .key("stars")
                .fault("星の表示がほかのレベルと同じです", "another level shows the same stars"));
        }
        check_minima(level, levels, &place)?;
    }
    if levels.len() != LEVELS {
        return Err(place.fault(
            "レベルは `assured`、`safe`、`trust` の3つです",
            "the levels are `assured`, `safe` and `trust`",
        ));
    }
    Ok(())
}

/// How many levels there are; each has its own [`LevelKey`].
const LEVELS: usize = 3;

fn rank_of(key: LevelKey) -> u8 {
    match key {
        LevelKey::Assured => 1,
        LevelKey::Safe => 2,
        LevelKey::Trust => 3,
    }
}

/// A level asks at least as good grades as every level below it, and never accepts D or E.
fn check_minima(level: &Level, levels: &[Level], place: &Place<'_>) -> Result<(), InputError> {
    type Minimum = (&'static str, fn(&Level) -> Grade);
    let minima: [Minimum; 2] =
        [("audit_min", |level| level.audit_min), ("assessment_min", |level| level.assessment_min)];
    for (key, minimum) in minima {
        let grade = minimum(level);
        if grade > WORST_CERTIFIED {
            return Err(place.key(key).fault(
                format!("評価 {grade} では認証できません（{WORST_CERTIFIED} まで）"),
                format!("grade {grade} is never certified; allowed: A to {WORST_CERTIFIED}"),
            ));
        }
        let mut below = levels.iter().filter(|other| other.rank < level.rank);
        if let Some(lower) = below.find(|lower| minimum(lower) < grade) {
            let (lower, worse) = (&lower.stars, minimum(lower));
            return Err(place.key(key).fault(
                format!("{grade} は、下のレベル {lower} の {worse} より緩い条件です"),
                format!("{grade} asks less than the lower level {lower}, which needs {worse}"),
            ));
        }
    }
    Ok(())
}

fn check_grade_table(rows: &[GradeRow], place: &Place<'_>) -> Result<(), InputError> {
    for (index, (row, expected)) in rows.iter().zip(Grade::ALL).enumerate() {
        if row.grade != expected {
            return Err(place.index(index).key("grade").fault(
                format!("ここには評価 {expected} が入ります（A から E の順）"),
                format!("grade {expected} belongs here; the rows go from A to E"),
            ));
        }
    }
    if rows.len() != Grade::ALL.len() {
        return Err(
            place.fault("評価の表は A から E の5行です", "a grade table has five rows, A to E")
        );
    }
    Ok(())
}
