use std::collections::BTreeSet;

use hoshimori_inspection::assessment::Assessment;
use hoshimori_report::{ReportInput, html};
use hoshimori_scheme::{Language, Scheme};

use crate::document::HASHES;
use crate::hostile;
use crate::sample;

fn page(assessment: &Assessment, language: Language) -> String {
    html(&ReportInput { assessment, scheme: Scheme::embedded(), language }).unwrap()
}

#[test]
fn small_inspection_as_html() {
    insta::with_settings!({ filters => HASHES.to_vec() }, {
        insta::assert_snapshot!(page(&sample::small(), Language::Japanese));
    });
}

#[test]
fn hostile_text_comes_out_as_text() {
    let page = page(&hostile::document(), Language::Japanese);
    for tag in ["<script", "<img", "<iframe", "onerror=alert", "\u{202e}", "\u{0}"] {
        let plain = page.replace("&#60;img src=x onerror=alert(2)&#62;", "");
        assert!(!plain.contains(tag), "{tag}");
    }
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(page.contains("#panic(&#34;markup&#34;)"));
    assert!(page.contains("［U+202E］"));
}

#[test]
fn page_refers_to_nothing_outside() {
    let page = page(&sample::full(), Language::Japanese);
    for outside in ["<script", "src=", "url(", "@import", "<link", "href=\"http", "//fonts"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn headings_descend_one_step_at_a_time() {
    for language in [Language::Japanese, Language::English] {
        let page = page(&sample::full(), language);
        let mut last = 0;
        for (at, _) in page.match_indices("<h") {
            let Some(level) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else {
                continue;
            };
            assert!(level <= last + 1, "h{level} after h{last}: {}", &page[at..at + 60]);
            last = level;
        }
        assert!(page.contains(&format!("<html lang=\"{}\"", language.code())));
    }
}

#[test]
fn tables_have_captions_and_scoped_heads() {
    let page = page(&sample::full(), Language::Japanese);
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<th ").count(), page.matches("<th scope=").count());
    assert!(!page.contains("<th>"));
}

#[test]
fn labels_point_to_headings_that_exist_once() {
    let page = page(&sample::full(), Language::Japanese);
    let attributes = |name: &str| -> Vec<String> {
        let start = format!("{name}=\"");
        let parts = page.split(start.as_str()).skip(1);
        parts.filter_map(|part| Some(part.split_once('"')?.0.to_owned())).collect()
    };
    let ids = attributes(" id");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for label in attributes("aria-labelledby") {
        assert!(unique.contains(&label), "{label}");
    }
    for link in attributes("href") {
        assert!(unique.contains(&link.trim_start_matches('#').to_owned()), "{link}");
    }
}

#[test]
fn level_is_never_stated() {
    let mut assessment = sample::full();
    assessment.grade.as_mut().unwrap().level = "the-level".into();
    assert!(!page(&assessment, Language::Japanese).contains("the-level"));
}

#[test]
fn draft_says_so_at_head_and_foot_and_on_every_printed_page() {
    let mut assessment = sample::empty();
    assessment.grade = None;
    let page = page(&assessment, Language::Japanese);
    assert_eq!(page.matches("下書き・発行不可").count(), 3);
    assert!(page.contains("判定不能"));
}
