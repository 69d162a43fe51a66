//! Grades with what the edition says about them.

use hoshimori_inspection::grading::Part;
use hoshimori_scheme::{Grade, GradeRow};
use serde::Serialize;

use crate::context::Context;
use crate::shown::Shown;
use crate::words::fill;

/// The overall grade of one part with what the edition says about it.
#[derive(Clone, Debug, Serialize)]
pub struct FinalGrade {
    /// Name of the part.
    pub title: &'static str,
    /// The final grade; `None` is 判定不能.
    pub grade: Option<Grade>,
    /// Risk word of the grade.
    pub risk: Shown,
    /// Description of the grade.
    pub description: Shown,
    /// Computed and final grade, where an override changed it.
    pub change: Option<Shown>,
}

/// What the grades of one part mean.
#[derive(Clone, Debug, Serialize)]
pub struct GradeTable {
    /// Name of the part.
    pub title: &'static str,
    /// The grades, A first.
    pub rows: Vec<GradeMeaning>,
}

/// What one grade means.
#[derive(Clone, Debug, Serialize)]
pub struct GradeMeaning {
    /// The grade.
    pub grade: Grade,
    /// Its risk word.
    pub risk: Shown,
    /// Its description.
    pub description: Shown,
    /// Whether it is the grade of this inspection.
    pub is_current: bool,
}

/// The final grade of `part`.
pub(crate) fn final_grade(context: &Context<'_>, part: Part) -> FinalGrade {
    let words = context.words;
    let title = match part {
        Part::Audit => words.overall_audit,
        Part::Vuln => words.overall_assessment,
    };
    let (computed, last) = grades(context, part);
    let meaning = last.and_then(|last| rows(context, part).iter().find(|row| row.grade == last));
    let change = match (computed, last) {
        (Some(computed), Some(last)) if computed != last => {
            let (computed, last) = (computed.to_string(), last.to_string());
            Some(fill(words.overall_changed, &[("computed", &computed), ("final", &last)]))
        }
        _ => None,
    };
    FinalGrade {
        title,
        grade: last,
        risk: meaning.map_or(words.grade_undetermined.into(), |row| context.text(&row.risk)),
        description: meaning.map_or(words.draft_lead.into(), |row| context.text(&row.description)),
        change,
    }
}

/// The table of grades of `part`.
pub(crate) fn grade_table(context: &Context<'_>, part: Part) -> GradeTable {
    let (_, last) = grades(context, part);
    let title = part_name(context, part);
    let rows = rows(context, part)
        .iter()
        .map(|row| GradeMeaning {
            grade: row.grade,
            risk: context.text(&row.risk),
            description: context.text(&row.description),
            is_current: last == Some(row.grade),
        })
        .collect();
    GradeTable { title, rows }
}

/// The computed and the final grade of `part`.
pub(crate) fn grades(context: &Context<'_>, part: Part) -> (Option<Grade>, Option<Grade>) {
    let Some(record) = &context.assessment.grade else { return (None, None) };
    match part {
        Part::Audit => (record.audit_computed, record.audit),
        Part::Vuln => (record.vuln_computed, record.vuln),
    }
}

/// The full name of `part`.
pub(crate) fn part_name(context: &Context<'_>, part: Part) -> &'static str {
    match part {
        Part::Audit => context.words.part_audit,
        Part::Vuln => context.words.part_assessment,
    }
}

fn rows<'a>(context: &Context<'a>, part: Part) -> &'a [GradeRow] {
    match part {
        Part::Audit => &context.scheme.audit_grades,
        Part::Vuln => &context.scheme.assessment_grades,
    }
}
