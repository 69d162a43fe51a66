use hoshimori_scheme::{AuditCriterion, Text};

use super::page::{Page, escape};
use super::words;

/// The page of an audit criterion.
pub(crate) fn page(criterion: &AuditCriterion) -> String {
    let mut page = Page::begin(criterion.id, &criterion.title, criterion.marks);
    part(&mut page, criterion);
    page.turn_to_english(&criterion.title);
    part(&mut page, criterion);
    page.finish()
}

/// One language of the page.
fn part(page: &mut Page, criterion: &AuditCriterion) {
    page.line("");
    facts(page, criterion);
    if let Some(note) = &criterion.marks_note {
        page.section("印についての注記", "Note on the marks", note);
    }
    page.section("目的", "Purpose", &criterion.purpose);
    page.heading("問", "Questions");
    for (number, question) in (1..).zip(&criterion.questions) {
        let question = escape(page.say(question));
        page.line(&format!("{number}. {question}"));
    }
    page.heading("証拠", "Evidence");
    for request in &criterion.evidence {
        let kind = words::evidence(request.kind);
        let what = Text::new(&request.ja, &request.en);
        page.fact(&kind.ja, &kind.en, &escape(page.say(&what)));
    }
    let never = Text::new("この項目は対象外にできない。", "Never.");
    let not_applicable = criterion.not_applicable_when.as_ref().unwrap_or(&never);
    page.section("一部適合とするとき", "Conforms in part when", &criterion.partial_definition);
    page.section("対象外とするとき", "Not applicable when", not_applicable);
    page.section("是正", "Remediation", &criterion.remediation);
    page.references(&criterion.references);
}

fn facts(page: &mut Page, criterion: &AuditCriterion) {
    let domain = format!("{} {}", criterion.domain, page.say(&criterion.domain_title));
    page.fact("分野", "Domain", &escape(&domain));
    page.fact("対策カテゴリ", "Category", page.say(&criterion.category));
    let class = words::class(criterion.class);
    page.fact("分類", "Class", &format!("{} ({})", page.say(&class), criterion.seed_label));
    let methods: Vec<Text> =
        criterion.methods.iter().map(|method| words::method(*method)).collect();
    let (ja, en): (Vec<&str>, Vec<&str>) =
        methods.iter().map(|word| (word.ja.as_str(), word.en.as_str())).unzip();
    let methods = Text::new(ja.join("、"), en.join(", "));
    page.fact("確認の方法", "Methods", page.say(&methods));
    let severity = criterion.default_severity.word();
    page.fact("不適合の重大度（理由がなければ）", "Severity unless reasoned otherwise", severity);
    page.links("関連する診断", "Supporting tests", &criterion.supporting_tests);
}
