//! The last step before setting: every text of the report becomes one that the page can hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fonts::Fonts;
use crate::shown::code_point;

/// Marks a place where a line may break; the template turns it into a break without a character.
const BREAK: char = '\u{200b}';
/// Stands before a mark that follows another one; the template keeps the two from being closed up.
const APART: char = '\u{2060}';
/// Marks that the typesetter takes for full-width ones.
const MARKS: &str = "、。，．：；・？！（）「」『』【】〔〕〈〉《》［］";
/// Words up to this length stay whole: no column is narrower.
const WHOLE_WORD_CHARS: usize = 12;
/// Words of letters alone stay whole up to this length; longer ones are in no dictionary.
const WHOLE_LETTERS: usize = 20;
/// A long word may break after this many characters, wherever it has no separator.
const PIECE_CHARS: usize = 8;
/// First code point of the scripts that break between any two characters.
const FIRST_WIDE: char = '\u{2e80}';

/// Prepares every string in `data`, and collects the characters that `fonts` lack.
pub(super) fn prepare(data: &mut Value, fonts: &Fonts, missing: &mut BTreeSet<char>) {
    match data {
        Value::String(text) => {
            *text = marks_apart(&breakable(&with_glyphs(text, fonts, missing)));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| prepare(value, fonts, missing)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| prepare(value, fonts, missing));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` with the code point in place of each character that has no glyph: an empty box says
/// less, and PDF/A forbids it.
fn with_glyphs(text: &str, fonts: &Fonts, missing: &mut BTreeSet<char>) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if fonts.cover(character) {
            shown.push(character);
        } else {
            missing.insert(character);
            shown.push_str(&code_point(character));
        }
    }
    shown
}

/// `text` with a sign between every two marks in a row.
fn marks_apart(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut after_mark = false;
    for character in text.chars() {
        let is_mark = MARKS.contains(character);
        if is_mark && after_mark {
            shown.push(APART);
        }
        shown.push(character);
        after_mark = is_mark;
    }
    shown
}

/// `text` with places to break in its long words: addresses, hashes, URLs, banners.
fn breakable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars() {
        if character == ' ' || character >= FIRST_WIDE {
            push_word(&mut shown, &word);
            word.clear();
            shown.push(character);
        } else {
            word.push(character);
        }
    }
    push_word(&mut shown, &word);
    shown
}

fn push_word(shown: &mut String, word: &str) {
    let length = word.chars().count();
    let is_plain = word.chars().all(char::is_alphabetic);
    if length <= WHOLE_WORD_CHARS || (is_plain && length <= WHOLE_LETTERS) {
        shown.push_str(word);
        return;
    }
    let mut since_break = 0;
    let mut after_separator = false;
    for character in word.chars() {
        let is_separator = !character.is_alphanumeric();
        let may_break =
            since_break > 0 && (since_break >= PIECE_CHARS || (after_separator && !is_separator));
        if may_break {
            shown.push(BREAK);
            since_break = 0;
        }
        shown.push(character);
        since_break += 1;
        after_separator = is_separator;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        breakable(text).replace(BREAK, "|")
    }

    #[test]
    fn long_words_break_after_separators_and_every_few_characters() {
        assert_eq!(marked("https://example.jp/index"), "https://|example.|jp/|index");
        assert_eq!(marked(&"0123456789abcdef".repeat(2)), "01234567|89abcdef|01234567|89abcdef");
    }

    #[test]
    fn ordinary_words_stay_whole() {
        for text in ["misconfiguration", "2026-11-20 09:00:00", "利用者の端末間通信の禁止設定"]
        {
            assert_eq!(marked(text), text);
        }
    }

    #[test]
    fn marks_in_a_row_are_told_apart() {
        let marked = marks_apart("（8章）。次（「例」）。").replace(APART, "|");
        assert_eq!(marked, "（8章）|。次（|「例」|）|。");
    }

    #[test]
    fn characters_without_a_glyph_are_named_and_reported() {
        let mut missing = BTreeSet::new();
        let mut data = serde_json::json!({ "name": ["𠮷野"], "count": 3 });
        prepare(&mut data, Fonts::embedded().unwrap(), &mut missing);
        assert_eq!(data, serde_json::json!({ "name": ["［U+20BB7］野"], "count": 3 }));
        assert_eq!(missing, BTreeSet::from(['𠮷']));
    }
}
