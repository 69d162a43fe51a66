//! The form that inspectors fill in: every audit criterion with its questions, as commented TOML.

use std::fmt::Write;

use hoshimori_scheme::{AuditCriterion, Language, MeasureClass, Scheme};

/// A complete audit form of `scheme`, every answer 未評価.
///
/// What is written is read back by [`AuditAnswers::parse`](crate::answer::AuditAnswers::parse).
pub fn template(scheme: &Scheme, language: Language) -> String {
    let mut form = String::new();
    // Writing to a String cannot fail; the results are dropped on purpose.
    let _ = head(&mut form, scheme, language);
    for criterion in scheme.audit() {
        let _ = entry(&mut form, criterion, language);
    }
    form
}

fn head(form: &mut String, scheme: &Scheme, language: Language) -> std::fmt::Result {
    let days = scheme.grading.plan_days_max;
    writeln!(form, "# {}", scheme.edition.title.in_language(language))?;
    writeln!(form, "# {}", scheme.edition.guide.in_language(language))?;
    match language {
        Language::Japanese => writeln!(
            form,
            "#\n\
             # result   適合 / 一部適合 / 不適合 / 対象外 / 未評価\n\
             # severity 不適合の重大度 minor / major / critical（既定と違うときは severity_reason も）\n\
             # reason   対象外の理由\n\
             # plan     是正計画の日数（1～{days}）、または {{ days = 60, text = \"内容\" }}\n\
             # note     確認したこと、改善の推奨\n\
             # evidence 証拠ファイル（このファイルのあるフォルダーからの相対パス）"
        ),
        Language::English => writeln!(
            form,
            "#\n\
             # result   適合 (conforms) / 一部適合 (in part) / 不適合 (does not) / 対象外 (not applicable) / 未評価 (not judged)\n\
             # severity of a 不適合: minor / major / critical (with severity_reason where not the default)\n\
             # reason   why a criterion is not applicable\n\
             # plan     days of the corrective plan (1 to {days}), or {{ days = 60, text = \"what\" }}\n\
             # note     what was seen; advice\n\
             # evidence files, relative to the folder of this file"
        ),
    }
}

fn entry(form: &mut String, criterion: &AuditCriterion, language: Language) -> std::fmt::Result {
    let words = Words::of(language);
    let marks = criterion.marks;
    writeln!(form, "\n# ── {} {} ──", criterion.id, criterion.title.in_language(language))?;
    writeln!(
        form,
        "# {} {}（{}）  ★{} ★★{} ★★★{}",
        criterion.domain,
        criterion.domain_title.in_language(language),
        match criterion.class {
            MeasureClass::Basic => words.basic,
            MeasureClass::Applied => words.applied,
        },
        marks.one.symbol(),
        marks.two.symbol(),
        marks.three.symbol(),
    )?;
    writeln!(form, "# {}: {}", words.purpose, criterion.purpose.in_language(language))?;
    for question in &criterion.questions {
        writeln!(form, "# {} {}", words.question, question.in_language(language))?;
    }
    for evidence in &criterion.evidence {
        let text = match language {
            Language::Japanese => &evidence.ja,
            Language::English => &evidence.en,
        };
        writeln!(form, "# {}: {text}", words.evidence)?;
    }
    writeln!(form, "# {}: {}", words.partial, criterion.partial_definition.in_language(language))?;
    match &criterion.not_applicable_when {
        Some(when) => writeln!(form, "# {}: {}", words.not_applicable, when.in_language(language))?,
        None => writeln!(form, "# {}", words.always_applicable)?,
    }
    writeln!(form, "# {}: {}", words.default_severity, criterion.default_severity.word())?;
    writeln!(form, "[{}]", criterion.id)?;
    writeln!(form, "result = \"未評価\"")?;
    writeln!(form, "note = \"\"")?;
    writeln!(form, "evidence = []")
}

/// Labels of the form.
struct Words {
    basic: &'static str,
    applied: &'static str,
    purpose: &'static str,
    question: &'static str,
    evidence: &'static str,
    partial: &'static str,
    not_applicable: &'static str,
    always_applicable: &'static str,
    default_severity: &'static str,
}

impl Words {
    fn of(language: Language) -> Self {
        match language {
            Language::Japanese => Self {
                basic: "基本対策",
                applied: "応用対策",
                purpose: "目的",
                question: "問",
                evidence: "証拠",
                partial: "一部適合とするとき",
                not_applicable: "対象外にできるとき",
                always_applicable: "対象外にはできない",
                default_severity: "不適合の既定の重大度",
            },
            Language::English => Self {
                basic: "basic measure",
                applied: "applied measure",
                purpose: "purpose",
                question: "Q",
                evidence: "evidence",
                partial: "conforms in part when",
                not_applicable: "may be not applicable when",
                always_applicable: "is always applicable",
                default_severity: "default severity of 不適合",
            },
        }
    }
}
