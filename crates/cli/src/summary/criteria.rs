use std::fmt::Write;

use hoshimori_scheme::{
    AuditCriterion, CriterionId, Language, Marks, Reference, Scheme, TechnicalTest, Text,
};

/// One line a criterion.
pub(crate) fn list(scheme: &Scheme, language: Language) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; the results are dropped on purpose.
    let edition = &scheme.edition;
    let _ = writeln!(text, "{}  ({})", edition.title.in_language(language), edition.key);
    let _ = writeln!(text, "{}\n", edition.guide.in_language(language));
    for criterion in scheme.audit() {
        let title = criterion.title.in_language(language);
        let _ = writeln!(text, "{}", line(criterion.id, criterion.marks, title));
    }
    let _ = writeln!(text);
    for test in scheme.tests() {
        let _ = writeln!(text, "{}", line(test.id, test.marks, test.title.in_language(language)));
    }
    text.trim_end().to_owned()
}

/// An audit criterion with everything an inspector needs.
pub(crate) fn audit(criterion: &AuditCriterion, language: Language) -> String {
    let mut page = Page::new(language);
    page.heading(criterion.id, criterion.marks, &criterion.title);
    page.field(&Text::new("目的", "purpose"), &criterion.purpose);
    for question in &criterion.questions {
        page.field(&Text::new("問", "question"), question);
    }
    for evidence in &criterion.evidence {
        let text = Text::new(&evidence.ja, &evidence.en);
        page.field(&Text::new("証拠", "evidence"), &text);
    }
    page.field(&Text::new("一部適合", "in part"), &criterion.partial_definition);
    let never = Text::new("この項目は対象外にできない", "never");
    let when = criterion.not_applicable_when.as_ref().unwrap_or(&never);
    page.field(&Text::new("対象外", "not applicable"), when);
    let severity = Text::same(criterion.default_severity.word());
    page.field(&Text::new("不適合の重大度", "severity"), &severity);
    page.field(&Text::new("是正", "remediation"), &criterion.remediation);
    page.ids(&Text::new("関連する検査", "tests"), &criterion.supporting_tests);
    page.references(&criterion.references);
    page.finish()
}

/// A technical test with its procedure.
pub(crate) fn test(test: &TechnicalTest, language: Language) -> String {
    let mut page = Page::new(language);
    page.heading(test.id, test.marks, &test.title);
    page.field(&Text::new("目的", "purpose"), &test.purpose);
    page.field(&Text::new("手順", "procedure"), &test.procedure);
    page.field(&Text::new("指摘の条件", "finding if"), &test.finding_if);
    page.field(&Text::new("限界", "limits"), &test.limits);
    page.field(&Text::new("是正", "remediation"), &test.remediation);
    page.ids(&Text::new("関連する監査項目", "audit criteria"), &test.supports_audit);
    page.references(&test.references);
    page.finish()
}

fn line(id: CriterionId, marks: Marks, title: &str) -> String {
    let (one, two, three) = (marks.one.symbol(), marks.two.symbol(), marks.three.symbol());
    format!("{id}  {one} {two} {three}  {title}")
}

/// A page of labelled fields.
struct Page {
    language: Language,
    text: String,
}

impl Page {
    fn new(language: Language) -> Self {
        Self { language, text: String::new() }
    }

    fn heading(&mut self, id: CriterionId, marks: Marks, title: &Text) {
        let (one, two, three) = (marks.one.symbol(), marks.two.symbol(), marks.three.symbol());
        self.push(&format!("{id}  {}", title.in_language(self.language)));
        self.push(&format!("★{one} ★★{two} ★★★{three}"));
    }

    fn field(&mut self, label: &Text, value: &Text) {
        let label = label.in_language(self.language);
        self.push(&format!("{label}: {}", value.in_language(self.language)));
    }

    fn ids(&mut self, label: &Text, ids: &[CriterionId]) {
        if !ids.is_empty() {
            let list = ids.iter().map(CriterionId::to_string).collect::<Vec<_>>().join(" ");
            self.field(label, &Text::same(list));
        }
    }

    fn references(&mut self, references: &[Reference]) {
        for reference in references {
            let text = format!("{} {}", reference.id, reference.title.in_language(self.language));
            self.field(&Text::new("参照", "reference"), &Text::same(text));
        }
    }

    fn push(&mut self, line: &str) {
        // Writing to a String cannot fail; the result is dropped on purpose.
        let _ = writeln!(self.text, "{line}");
    }

    fn finish(self) -> String {
        self.text.trim_end().to_owned()
    }
}
