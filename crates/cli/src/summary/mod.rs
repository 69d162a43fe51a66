//! What the terminal shows when a command is done, for people.

pub(crate) mod criteria;
pub(crate) mod hosts;

use std::collections::BTreeSet;
use std::fmt::Write;

use hoshimori_inspection::assessment::{Assessment, GradeRecord};
use hoshimori_inspection::finding::TestStatus;
use hoshimori_inspection::grading::FindingStatus;
use hoshimori_inspection::verdict::{TestState, Verdict};
use hoshimori_pipeline::case::Case;
use hoshimori_scheme::{CriterionId, Grade, GradeRow, Language, Scheme, Text};

/// How many findings the summary of an inspection names.
const WORST_SHOWN: usize = 3;

/// Grades, candidate level, worst findings, what blocks, where the report lies.
pub(crate) fn inspection(
    assessment: &Assessment,
    case: &Case,
    scheme: &Scheme,
    language: Language,
) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; the result is dropped on purpose.
    let _ = write_inspection(&mut text, assessment, case, scheme, language);
    text.trim_end().to_owned()
}

fn write_inspection(
    out: &mut String,
    assessment: &Assessment,
    case: &Case,
    scheme: &Scheme,
    language: Language,
) -> std::fmt::Result {
    let say = |ja: &'static str, en: &'static str| match language {
        Language::Japanese => ja,
        Language::English => en,
    };
    if let Some(inspection) = &assessment.inspection {
        let file = &inspection.file;
        let (name, number) = (&file.facility.name, &file.inspection.number);
        let target = file.inspection.target_level;
        writeln!(out, "{name}  {number}  {} {target}", say("目標", "target"))?;
    }
    if let Some(grade) = &assessment.grade {
        let audit = say("情報セキュリティ監査", "audit");
        let vuln = say("脆弱性診断", "assessment");
        write_grade(out, audit, grade.audit, &scheme.audit_grades, language)?;
        write_grade(out, vuln, grade.vuln, &scheme.assessment_grades, language)?;
        let label = say("認証レベルの候補", "candidate level");
        writeln!(out, "  {label}: {}", level(grade, scheme, language))?;
        writeln!(out)?;
        for (rule, why) in grade.rules.iter().zip(&grade.explanations) {
            let id = rule.split(' ').next().unwrap_or(rule);
            writeln!(out, "  {id}  {}", why.in_language(language))?;
        }
    }
    write_worst(out, assessment, language)?;
    let open = results_with(assessment, Verdict::Inconclusive);
    let suspected = results_with(assessment, Verdict::Suspected);
    writeln!(out)?;
    match language {
        Language::Japanese => writeln!(
            out,
            "  機器{}台、結果{}件（疑い{suspected}件、判断できず{open}件）",
            assessment.hosts.iter().filter(|host| host.alive).count(),
            assessment.results.len(),
        )?,
        Language::English => writeln!(
            out,
            "  {} hosts, {} results ({suspected} suspected, {open} could not be decided)",
            assessment.hosts.iter().filter(|host| host.alive).count(),
            assessment.results.len(),
        )?,
    }
    let label = say("報告書", "report");
    writeln!(out, "  {label}: {}", case.report("pdf").display())?;
    writeln!(out, "          {}", case.report("html").display())?;
    writeln!(out, "          {}", case.assessment().display())
}

fn write_grade(
    out: &mut String,
    part: &str,
    grade: Option<Grade>,
    rows: &[GradeRow],
    language: Language,
) -> std::fmt::Result {
    let row = grade.and_then(|grade| rows.iter().find(|row| row.grade == grade));
    match row {
        Some(row) => {
            writeln!(out, "  {part}: {}  {}", row.grade, row.description.in_language(language))
        }
        None => writeln!(out, "  {part}: –"),
    }
}

fn level(grade: &GradeRecord, scheme: &Scheme, language: Language) -> String {
    let level = scheme.levels.iter().find(|level| level.stars == grade.level);
    match (level, language) {
        (Some(level), _) => format!("{} {}", level.stars, level.name.in_language(language)),
        (None, Language::English) if grade.level == "判定不能" => {
            format!("{} (cannot be determined)", grade.level)
        }
        (None, Language::English) => format!("{} ({})", grade.level, scheme.refused.en),
        (None, Language::Japanese) => grade.level.clone(),
    }
}

fn write_worst(out: &mut String, assessment: &Assessment, language: Language) -> std::fmt::Result {
    let mut findings: Vec<_> = assessment
        .findings
        .iter()
        .filter(|finding| finding.status == FindingStatus::Open)
        .collect();
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.id.cmp(&b.id)));
    writeln!(out)?;
    if findings.is_empty() {
        let none = Text::new("未解決の指摘はありません", "there is no open finding");
        return writeln!(out, "  {}", none.in_language(language));
    }
    let heading = Text::new(
        format!("指摘 {}件のうち重いもの", findings.len()),
        format!("the worst of {} findings", findings.len()),
    );
    writeln!(out, "  {}", heading.in_language(language))?;
    for finding in findings.iter().take(WORST_SHOWN) {
        let title = finding.title.in_language(language);
        let grade = finding.severity.grade();
        writeln!(out, "    {grade}  {}  {}  {title}", finding.test, finding.target)?;
    }
    Ok(())
}

fn results_with(assessment: &Assessment, verdict: Verdict) -> usize {
    assessment.results.iter().filter(|result| result.verdict == verdict).count()
}

/// Verdicts of single tests.
pub(crate) fn check(
    assessment: &Assessment,
    chosen: &BTreeSet<CriterionId>,
    language: Language,
) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; the result is dropped on purpose.
    let _ = write_check(&mut text, assessment, chosen, language);
    text.trim_end().to_owned()
}

fn write_check(
    out: &mut String,
    assessment: &Assessment,
    chosen: &BTreeSet<CriterionId>,
    language: Language,
) -> std::fmt::Result {
    for result in &assessment.results {
        let verdict = result.verdict.name();
        writeln!(
            out,
            "{} {}  {}  {} [{}]  {}",
            result.verdict.sign(),
            result.test,
            result.target,
            verdict.in_language(language),
            result.grade,
            result.title.in_language(language),
        )?;
        writeln!(out, "    {}", result.because.in_language(language))?;
        if let Some(repeat) = &result.repeat {
            writeln!(out, "    $ {repeat}")?;
        }
    }
    let without_result = assessment.tests.iter().filter(|status| {
        chosen.contains(&status.test)
            && !assessment.results.iter().any(|result| result.test == status.test)
    });
    for TestStatus { test, status, because } in without_result {
        let sign = if *status == TestState::NotRun { "・" } else { "－" };
        let name = status.name();
        writeln!(
            out,
            "{sign} {test}  {}  {}",
            name.in_language(language),
            because.in_language(language)
        )?;
    }
    Ok(())
}
