//! Every word that the report itself says, Japanese beside English.
//!
//! [`Words`] is one flat table: a word is a field, so a template or a section that asks for one
//! that does not exist fails to compile or to render. Entries with `{name}` in them are sentences
//! that [`fill`] completes.

mod table;
mod terms;

pub use table::Words;
pub(crate) use terms::{item_sign, item_tone};

use crate::shown::Shown;

/// Puts `values` into the `{name}` places of `sentence`, in one pass: a value that looks like a
/// place stays text.
pub(crate) fn fill(sentence: &str, values: &[(&str, &str)]) -> Shown {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = behind;
    }
    filled.push_str(rest);
    Shown::from(filled)
}

/// [`fill`] with a number as `{count}`.
pub(crate) fn counted(sentence: &str, count: usize) -> Shown {
    fill(sentence, &[("count", &count.to_string())])
}

#[cfg(test)]
mod tests {
    use hoshimori_scheme::Language;

    use super::*;

    #[test]
    fn values_fill_their_places_and_never_open_new_ones() {
        let values = [("name", "{count}"), ("count", "3")];
        assert_eq!(fill("{name}は{count}件", &values).as_str(), "{count}は3件");
    }

    #[test]
    fn every_word_has_both_languages() {
        let japanese = serde_json::to_value(Words::of(Language::Japanese)).unwrap();
        let english = serde_json::to_value(Words::of(Language::English)).unwrap();
        for (name, word) in japanese.as_object().unwrap() {
            assert!(!word.as_str().unwrap().is_empty(), "{name}");
            let word = english[name].as_str().unwrap();
            let is_english = word.chars().all(|c| c < '\u{3000}' || "●▲★".contains(c));
            assert!(!word.is_empty() && is_english, "{name}: {word}");
        }
    }
}
