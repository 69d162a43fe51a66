use hoshimori_inspection::grading::{ItemAnswer, ItemResult, RequestParts};
use hoshimori_scheme::{CriterionId, FindingSeverity, Grade, Mark, Scheme, TargetLevel};

use super::{flawless, graded, with_finding};

/// The matrix of GR-1 section 5 for target ★★★: rows audit A to E, columns assessment A to E.
const MATRIX: [[&str; 5]; 5] = [
    ["★★★", "★★★", "★", "認証不可", "認証不可"],
    ["★★", "★★", "★", "認証不可", "認証不可"],
    ["★", "★", "★", "認証不可", "認証不可"],
    ["認証不可", "認証不可", "認証不可", "認証不可", "認証不可"],
    ["認証不可", "認証不可", "認証不可", "認証不可", "認証不可"],
];

/// A request for a target with applied measures whose audit has the grade `audit`, by the results
/// of one item, and whose assessment has the grade `vuln`, by one finding.
fn with_grades(target: TargetLevel, audit: Grade, vuln: Grade) -> RequestParts {
    let (number, result) = match audit {
        Grade::A => (12, ItemResult::Conforms),
        Grade::B => (12, ItemResult::Partial),
        Grade::C => (4, ItemResult::Nonconforming),
        Grade::D => (9, ItemResult::Nonconforming),
        Grade::E => (14, ItemResult::Nonconforming),
    };
    let severity = match vuln {
        Grade::A => FindingSeverity::Info,
        Grade::B => FindingSeverity::Low,
        Grade::C => FindingSeverity::Medium,
        Grade::D => FindingSeverity::High,
        Grade::E => FindingSeverity::Critical,
    };
    let mut parts = flawless(target);
    parts.audit.items.insert(CriterionId::audit(number), ItemAnswer::new(result));
    with_finding(parts, CriterionId::network(1), severity)
}

/// What the matrix prints for `target` in a cell where ★★★ has `printed`.
fn capped(printed: &'static str, target: TargetLevel) -> &'static str {
    match (printed, target) {
        ("認証不可", _) => "認証不可",
        ("★★★", TargetLevel::Two) => "★★",
        (_, TargetLevel::One) => "★",
        (stars, TargetLevel::Two | TargetLevel::Three) => stars,
    }
}

#[test]
fn matrix_of_levels_is_complete_for_two_and_three_stars() {
    for target in [TargetLevel::Two, TargetLevel::Three] {
        for (row, audit) in MATRIX.into_iter().zip(Grade::ALL) {
            for (cell, vuln) in row.into_iter().zip(Grade::ALL) {
                let result = graded(with_grades(target, audit, vuln));
                assert_eq!((result.audit, result.vuln), (Some(audit), Some(vuln)));
                assert_eq!(result.level.word(), capped(cell, target), "{target} {audit}/{vuln}");
            }
        }
    }
}

/// At ★ no request has a part better than C; the unit test of the level has the other cells.
#[test]
fn matrix_of_levels_is_complete_for_one_star() {
    for (row, audit) in MATRIX.into_iter().zip(Grade::ALL) {
        for (cell, vuln) in row.into_iter().zip(Grade::ALL) {
            let result = graded(with_grades(TargetLevel::One, audit, vuln));
            let floor = |grade: Grade| Some(grade.max(Grade::C));
            assert_eq!((result.audit, result.vuln), (floor(audit), floor(vuln)));
            assert_eq!(result.level.word(), capped(cell, TargetLevel::One), "{audit}/{vuln}");
        }
    }
}

#[test]
fn test_that_finds_in_the_matrix_is_in_scope_for_every_target() {
    let test = Scheme::embedded().test(CriterionId::network(1)).unwrap();
    assert!(TargetLevel::ALL.iter().all(|target| test.marks.at(*target) != Mark::NotEvaluated));
}
