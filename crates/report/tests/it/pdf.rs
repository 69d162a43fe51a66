use std::sync::OnceLock;

use hoshimori_inspection::assessment::{Assessment, EvidenceRecord};
use hoshimori_report::{Rendered, ReportInput, pdf};
use hoshimori_scheme::{Language, Scheme};

use crate::hostile;
use crate::pages::Pages;
use crate::sample;

fn render(assessment: &Assessment, language: Language) -> Rendered {
    let rendered = pdf(&ReportInput { assessment, scheme: Scheme::embedded(), language }).unwrap();
    assert_eq!(rendered.warnings, Vec::<String>::new());
    rendered
}

/// The full sample in Japanese, rendered once for all tests.
fn full() -> &'static Rendered {
    static FULL: OnceLock<Rendered> = OnceLock::new();
    FULL.get_or_init(|| render(&sample::full(), Language::Japanese))
}

#[test]
fn same_document_gives_the_same_bytes_and_survives_its_json() {
    let first = sample::small();
    let json = serde_json::to_string(&first).unwrap();
    let second: Assessment = serde_json::from_str(&json).unwrap();
    let [first, second] =
        [first, second].map(|document| render(&document, Language::Japanese).bytes);
    assert!(first == second);
}

#[test]
fn file_is_tagged_pdf_a_3a_dated_by_the_document() {
    let bytes = &full().bytes;
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(has("<pdfaid:part>3</pdfaid:part>") && has("<pdfaid:conformance>A<"));
    assert!(has("2026-11-20T04:47:31+00:00"), "the date is that of the document");
    assert!(full().missing_glyphs.is_empty());
}

#[test]
fn pages_say_what_matters_and_nothing_is_cut_or_overprinted() {
    let Some(pages) = Pages::of(&full().bytes) else { return };
    pages.assert_sound();
    let text = pages.text();
    for expected in [
        "検査結果報告書",
        "みずうみ共同オフィス",
        "指摘25",
        "OV-R5",
        "ev-0209",
        "髙﨑みほん",
        "取扱注意",
        "電子署名は付いていません",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    for id in (1..=32).map(|number| format!("A-{number:02}")) {
        assert!(text.contains(&id), "{id}");
    }
    assert!(!text.contains("下書き"));
}

#[test]
fn english_pages_are_sound() {
    let rendered = render(&sample::full(), Language::English);
    let Some(pages) = Pages::of(&rendered.bytes) else { return };
    pages.assert_sound();
    assert!(pages.text().contains("Findingsindetail"));
}

#[test]
fn hostile_text_is_set_as_text_and_stays_on_the_page() {
    let rendered = render(&hostile::document(), Language::Japanese);
    assert!(rendered.missing_glyphs.contains(&'𠮷'));
    assert!(rendered.missing_glyphs.contains(&'\u{1f525}'));
    let Some(pages) = Pages::of(&rendered.bytes) else { return };
    pages.assert_sound();
    let text = pages.text();
    assert!(text.contains("#panic(\"markup\")"));
    assert!(text.contains("［U+202E］gpj.exe"));
    assert!(text.contains("［U+20BB7］野家"));
    assert!(text.contains("U+20BB7。"), "the report names what the fonts lack");
}

#[test]
fn commands_can_be_copied_from_the_page() {
    let Some(pages) = Pages::of(&full().bytes) else { return };
    let command = "openssl s_client -connect 192.168.10.1:443 -showcerts </dev/null";
    assert!(pages.raw().contains(command));
    assert!(!pages.raw().contains('\u{200b}'));
}

#[test]
fn a_thousand_pieces_of_evidence_keep_to_their_lines() {
    let mut assessment = sample::small();
    let one = assessment.evidence[0].clone();
    let numbered = |number: u32| EvidenceRecord {
        id: serde_json::from_value(format!("nr-{number:04}").into()).unwrap(),
        ..one.clone()
    };
    assessment.evidence = (1..=1_000).map(numbered).collect();
    let rendered = render(&assessment, Language::Japanese);
    let Some(pages) = Pages::of(&rendered.bytes) else { return };
    pages.assert_sound();
    assert_eq!(pages.text().matches("nr-").count(), 1_000);
}

#[test]
fn draft_says_so_on_every_page() {
    let mut assessment = sample::empty();
    assessment.tests.retain(|status| status.test.number() != 7);
    let rendered = render(&assessment, Language::Japanese);
    let Some(pages) = Pages::of(&rendered.bytes) else { return };
    pages.assert_sound();
    for (number, page) in pages.each() {
        assert!(page.contains("下書き・発行不可"), "page {number}");
    }
    assert!(pages.text().contains("この報告書はまだ発行できません"));
}
