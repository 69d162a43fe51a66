use hoshimori_scheme::{TechnicalTest, Text};

use super::Modules;
use super::page::{Page, escape, repository_link};

/// The page of a technical test.
pub(crate) fn page(test: &TechnicalTest, modules: &Modules) -> String {
    let mut page = Page::begin(test.id, &test.title, test.marks);
    part(&mut page, test, modules);
    page.turn_to_english(&test.title);
    part(&mut page, test, modules);
    page.finish()
}

/// One language of the page.
fn part(page: &mut Page, test: &TechnicalTest, modules: &Modules) {
    page.line("");
    facts(page, test);
    page.section("目的", "Purpose", &test.purpose);
    page.section("手順", "Procedure", &test.procedure);
    page.section("指摘の条件", "Decision: a finding if", &test.finding_if);
    page.section("限界", "Limits", &test.limits);
    page.section("是正", "Remediation", &test.remediation);
    performance(page, test, modules);
    page.references(&test.references);
}

fn facts(page: &mut Page, test: &TechnicalTest) {
    let place = [&test.inspection, &test.group, &test.item].map(|text| page.say(text)).join(" / ");
    page.fact("位置", "Place", &escape(&place));
    let decided_by_score = Text::new("CVSSの値による", "by CVSS score");
    let severity =
        test.default_severity.fixed().map_or(page.say(&decided_by_score), |fixed| fixed.word());
    page.fact(
        "指摘の重大度（検査が決めないとき）",
        "Severity where a finding gives none",
        severity,
    );
    if !test.tools.is_empty() {
        let tools = escape(&test.tools.join(", "));
        page.fact("結果を記録できる道具", "Tools whose results may be recorded", &tools);
    }
    page.links("関連する監査項目", "Supports audit criteria", &test.supports_audit);
}

/// Where the program decides the test, or that people do.
fn performance(page: &mut Page, test: &TechnicalTest, modules: &Modules) {
    page.heading("実施", "In this program");
    let Some(module) = modules.of(test.id) else {
        let by_hand = Text::new(
            "この版は自動で実施しない。\
             別の方法で実施し、検査ファイルの `[tests] recorded` に記録する。",
            "This version does not perform it. Perform it by other means and record it with \
             `[tests] recorded` of the inspection file.",
        );
        let said = page.say(&by_hand);
        return page.line(said);
    };
    let fixtures = format!("crates/checks/fixtures/{}", test.id.file_stem());
    page.fact("判定", "decision", &repository_link(module));
    page.fact("証拠の見本", "sample evidence", &repository_link(&fixtures));
}
