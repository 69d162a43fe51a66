//! How long the report of 64 rows, 25 findings and 209 pieces of evidence takes.
//!
//! The goal is two seconds for PDF and HTML together.

use divan::Bencher;
use hoshimori_inspection::assessment::Assessment;
use hoshimori_report::{ReportInput, html, pdf};
use hoshimori_scheme::{Language, Scheme};

const SAMPLE: &str = include_str!("../fixtures/sample.json");

fn main() {
    divan::main();
}

fn sample() -> Assessment {
    serde_json::from_str(SAMPLE).expect("the fixture is an assessment document")
}

fn input(assessment: &Assessment) -> ReportInput<'_> {
    ReportInput { assessment, scheme: Scheme::embedded(), language: Language::Japanese }
}

#[divan::bench(sample_count = 10)]
fn sample_to_pdf(bencher: Bencher<'_, '_>) {
    let assessment = sample();
    bencher.bench_local(|| pdf(&input(&assessment)).expect("the sample can be typeset"));
}

#[divan::bench]
fn sample_to_html(bencher: Bencher<'_, '_>) {
    let assessment = sample();
    bencher.bench_local(|| html(&input(&assessment)).expect("the sample can be written"));
}
