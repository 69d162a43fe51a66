//! Levels, grade tables and the numbers of GR-1 in the embedded edition.

use proptest::prelude::*;

use hoshimori_scheme::{
    CriterionId, FindingSeverity, Fraction, Grade, LevelKey, Scheme, TargetLevel,
};

#[test]
fn numbers_are_those_of_rule_set_gr_1() {
    let grading = &Scheme::embedded().grading;
    assert_eq!(grading.rule_set, "GR-1");
    assert_eq!(grading.foundation, [1, 2, 3].map(CriterionId::audit));
    assert_eq!(grading.e_above, Fraction { numerator: 1, denominator: 2 });
    assert_eq!(grading.d_above_nonconforming, Fraction { numerator: 1, denominator: 8 });
    assert_eq!(grading.d_above_gaps, Fraction { numerator: 1, denominator: 4 });
    assert_eq!((grading.partials_in_b, grading.plan_days_max), (2, 90));
    assert_eq!(grading.cap_at_lowest_target, Grade::C);
    assert_eq!(grading.override_reason_min_chars, 20);
}

#[test]
fn limits_by_number_of_basics_are_those_of_the_rule_table() {
    let grading = &Scheme::embedded().grading;
    let rows = [
        (24, 3, 6, 13),
        (23, 2, 5, 12),
        (22, 2, 5, 12),
        (21, 2, 5, 11),
        (20, 2, 5, 11),
        (19, 2, 4, 10),
        (18, 2, 4, 10),
        (17, 2, 4, 9),
        (16, 2, 4, 9),
        (15, 1, 3, 8),
        (12, 1, 3, 7),
    ];
    for (basics, nonconforming, gaps, e_from) in rows {
        assert_eq!(grading.d_above_nonconforming.floor_of(basics), nonconforming, "n = {basics}");
        assert_eq!(grading.d_above_gaps.floor_of(basics), gaps, "n = {basics}");
        assert!(grading.e_above.is_exceeded_by(e_from, basics), "n = {basics}");
        assert!(!grading.e_above.is_exceeded_by(e_from - 1, basics), "n = {basics}");
    }
    assert!(!grading.e_above.is_exceeded_by(0, 0));
}

#[test]
fn cvss_scores_fall_on_the_right_side_of_each_edge() {
    let bands = Scheme::embedded().grading.cvss;
    let edges = [
        (0, FindingSeverity::Info),
        (1, FindingSeverity::Low),
        (39, FindingSeverity::Low),
        (40, FindingSeverity::Medium),
        (69, FindingSeverity::Medium),
        (70, FindingSeverity::High),
        (89, FindingSeverity::High),
        (90, FindingSeverity::Critical),
        (100, FindingSeverity::Critical),
    ];
    for (tenths, severity) in edges {
        assert_eq!(bands.severity(tenths), severity, "{tenths} tenths");
    }
}

#[test]
fn levels_are_shown_highest_first_with_their_minima() {
    let levels = &Scheme::embedded().levels;
    let rows: Vec<_> = levels
        .iter()
        .map(|level| {
            let grades = (level.audit_min, level.assessment_min);
            let stars = (level.stars.as_str(), level.seed_printed.as_str());
            (level.key, level.name.ja.as_str(), level.rank, stars, grades, level.risk.ja.as_str())
        })
        .collect();
    assert_eq!(
        rows,
        [
            (LevelKey::Trust, "信頼", 3, ("★★★", "★★★★"), (Grade::A, Grade::B), "低"),
            (LevelKey::Safe, "安全", 2, ("★★", "★★★"), (Grade::B, Grade::B), "中"),
            (LevelKey::Assured, "安心", 1, ("★", "★★"), (Grade::C, Grade::C), "注意"),
        ]
    );
    assert_eq!(Scheme::embedded().refused.ja, "認証不可");
    assert_eq!(Scheme::embedded().refusal.risk.ja, "高");
}

#[test]
fn each_target_has_a_level_that_shows_its_stars() {
    for target in TargetLevel::ALL {
        let levels = &Scheme::embedded().levels;
        let level = levels.iter().find(|level| level.rank == target.rank()).unwrap();
        assert_eq!(level.stars, target.stars());
        assert_eq!(Scheme::embedded().level(level.key), Some(level));
    }
}

#[test]
fn grade_tables_carry_the_printed_risks_and_descriptions() {
    let scheme = Scheme::embedded();
    for rows in [&scheme.audit_grades, &scheme.assessment_grades] {
        let table: Vec<_> = rows.iter().map(|row| (row.grade, row.risk.ja.as_str())).collect();
        let risks = ["無", "低", "中", "高", "緊急"];
        assert_eq!(table, Grade::ALL.into_iter().zip(risks).collect::<Vec<_>>());
    }
    assert_eq!(
        scheme.audit_grades[2].description.ja,
        "リスク発生の可能性があり、利用者への注意喚起と定期的にネットワーク検査を行いリスク把握と対策が必要"
    );
    assert_eq!(
        scheme.assessment_grades[3].description.ja,
        "改修が必要な状態：システム侵入やページ改ざん、機密情報や個人情報情報の漏洩リスク"
    );
}

#[test]
fn every_known_defect_of_the_programme_text_has_a_note() {
    let notes = &Scheme::embedded().notes;
    let ids: Vec<_> = notes.iter().map(|note| note.id.as_str()).collect();
    assert_eq!(ids, ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"]);
    assert_eq!(Scheme::embedded().common_risks.len(), 3);
}

#[test]
fn edition_is_the_guide_of_march_2021_with_certificates_for_a_year() {
    let edition = &Scheme::embedded().edition;
    assert_eq!(edition.key, "shared-office-2021");
    assert_eq!((edition.dated.as_str(), edition.version.as_str()), ("2021-03", "1"));
    assert_eq!(edition.validity_days, 365);
    assert_eq!(edition.title.ja, "共同利用型オフィス等セキュリティ認証プログラム");
}

#[test]
fn target_levels_are_read_from_stars_only() {
    for target in TargetLevel::ALL {
        assert_eq!(target.to_string().parse(), Ok(target));
    }
    for text in ["", "★★★★", "☆", "1", " ★"] {
        assert!(text.parse::<TargetLevel>().is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn exceeding_a_fraction_is_exceeding_its_floor(
        part in 0..200_u32,
        whole in 0..200_u32,
        numerator in 0..12_u32,
        denominator in 1..12_u32,
    ) {
        let fraction = Fraction { numerator, denominator };
        prop_assert_eq!(fraction.is_exceeded_by(part, whole), part > fraction.floor_of(whole));
    }

    #[test]
    fn higher_score_is_never_less_severe(lower in 0..=100_u8, higher in 0..=100_u8) {
        let bands = Scheme::embedded().grading.cvss;
        let (lower, higher) = (lower.min(higher), lower.max(higher));
        prop_assert!(bands.severity(lower) <= bands.severity(higher));
    }
}
