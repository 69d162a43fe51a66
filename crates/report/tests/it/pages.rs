//! Looks at rendered pages with poppler's tools, where they are installed.

use std::io::Write;
use std::process::{Command, Stdio};

/// Points by which a word may stand out of the text area: optical hanging of marks.
const HANGING: f64 = 5.0;
/// Left and right margin of the pages, in points (20 mm).
const MARGIN: f64 = 56.7;
/// Share of a word's box that another word may cover: boxes are as high as the font's ascent.
const OVERLAP: f64 = 0.35;

/// The words of every page with their places.
pub(crate) struct Pages {
    pages: Vec<Page>,
    raw: String,
}

struct Page {
    width: f64,
    height: f64,
    words: Vec<Word>,
}

#[derive(Clone)]
struct Word {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Pages {
    /// Reads `pdf`; `None`, with a remark on stderr, where `pdftotext` is not installed.
    pub(crate) fn of(pdf: &[u8]) -> Option<Self> {
        let boxes = pdftotext(pdf, "-bbox")?;
        let pages = boxes.split("<page ").skip(1).map(Page::parse).collect();
        Some(Self { pages, raw: pdftotext(pdf, "-raw")? })
    }

    /// The text in the order of the content, as a reader copies it.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// All words without the spaces between them.
    pub(crate) fn text(&self) -> String {
        self.each().map(|(_, text)| text).collect()
    }

    /// Page numbers with the words of the page.
    pub(crate) fn each(&self) -> impl Iterator<Item = (usize, String)> {
        let text = |page: &Page| page.words.iter().map(|word| word.text.as_str()).collect();
        (1..).zip(self.pages.iter().map(text))
    }

    /// Fails where a word leaves the text area or two words are printed over each other.
    pub(crate) fn assert_sound(&self) {
        for (number, page) in (1..).zip(&self.pages) {
            for (index, word) in page.words.iter().enumerate() {
                assert!(page.holds(word), "page {number}: `{}` leaves the page", word.text);
                let later = &page.words[index + 1..];
                if let Some(other) = later.iter().find(|other| word.is_hit_by(other)) {
                    panic!("page {number}: `{}` and `{}` overlap", word.text, other.text);
                }
            }
        }
    }
}

impl Page {
    fn parse(source: &str) -> Self {
        let number = |name: &str| attribute(source, name);
        let words = source.split("<word ").skip(1).map(|word| Word {
            text: word
                .split_once('>')
                .and_then(|(_, rest)| rest.split_once("</word>"))
                .map(|(text, _)| unescape(text))
                .unwrap(),
            left: attribute(word, "xMin"),
            right: attribute(word, "xMax"),
            top: attribute(word, "yMin"),
            bottom: attribute(word, "yMax"),
        });
        // The watermark of a draft lies across the page, under the text.
        let is_text = |word: &Word| word.bottom - word.top < 40.0 || word.right - word.left > 300.0;
        Self {
            width: number("width"),
            height: number("height"),
            words: words.filter(is_text).collect(),
        }
    }

    fn holds(&self, word: &Word) -> bool {
        word.left >= MARGIN - HANGING
            && word.right <= self.width - MARGIN + HANGING
            && word.top >= 0.0
            && word.bottom <= self.height
    }
}

impl Word {
    fn is_hit_by(&self, other: &Self) -> bool {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        let smaller = |word: &Self| (word.right - word.left, word.bottom - word.top);
        let ((w1, h1), (w2, h2)) = (smaller(self), smaller(other));
        wide > OVERLAP * w1.min(w2) && high > OVERLAP * h1.min(h2)
    }
}

fn attribute(source: &str, name: &str) -> f64 {
    let value = source.split_once(&format!("{name}=\"")).unwrap().1;
    value.split_once('"').unwrap().0.parse().unwrap()
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

fn pdftotext(pdf: &[u8], mode: &str) -> Option<String> {
    let child = Command::new("pdftotext")
        .args([mode, "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: pdftotext (poppler-utils) is not installed");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "pdftotext cannot read the file");
    Some(String::from_utf8(output.stdout).unwrap())
}
