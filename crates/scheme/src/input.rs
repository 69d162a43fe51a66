use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::text::{Language, Text};

/// Longest piece of a person's input that an error repeats, in characters.
const QUOTED_CHARS: usize = 60;

/// Longest message of the parser that an error repeats, in characters; the list of the keys of a
/// criterion is about half of it.
const MESSAGE_CHARS: usize = 600;

/// Longest path of a file that an error repeats, in characters: Linux allows 4,096 bytes.
const PATH_CHARS: usize = 4096;

/// Largest file of a person that is read, in bytes; a complete audit needs less than a tenth.
pub const MAX_INPUT_BYTES: usize = 4 * 1024 * 1024;

/// What is wrong in a file that a person wrote: where it stands and what is allowed instead.
///
/// Every reader of such files (scheme editions, inspection files, audit answers, reviews, grading
/// requests) reports this one type, so that all of them answer the same three questions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InputError {
    /// Name of the file as the person gave it.
    pub file: String,
    /// Line of the fault, from 1; `None` where the whole file is meant.
    pub line: Option<usize>,
    /// Dotted path of the key, such as `authorization.exclude`; empty where none applies.
    pub key: String,
    /// What is wrong.
    pub problem: Text,
    /// What is allowed, or what to do about it.
    pub hint: Option<Box<Text>>,
}

impl InputError {
    /// The message in `language`, on one line, with a second line for the hint.
    pub fn message(&self, language: Language) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let key = if self.key.is_empty() { String::new() } else { format!("`{}`: ", self.key) };
        let problem = self.problem.in_language(language);
        let hint = self.hint.as_ref().map(|hint| {
            let label = match language {
                Language::Japanese => "ヒント",
                Language::English => "hint",
            };
            format!("\n  {label}: {}", hint.in_language(language))
        });
        let file = cut(&self.file, PATH_CHARS);
        format!("{file}{line}: {key}{problem}{}", hint.unwrap_or_default())
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl std::error::Error for InputError {}

/// A TOML text together with the name its errors carry.
#[derive(Clone, Copy, Debug)]
pub struct TomlSource<'a> {
    /// Name of the file as the person gave it.
    pub file: &'a str,
    /// The whole text.
    pub text: &'a str,
}

impl<'a> TomlSource<'a> {
    /// Reads the text as a `T`; unknown keys, missing keys and wrong types name their line and key.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, InputError> {
        self.deserialize(self.parse()?)
    }

    /// Parses the text without giving it a type yet.
    pub(crate) fn parse(self) -> Result<Document<'a>, InputError> {
        Document::parse(self.text).map_err(|error| self.explain(&error))
    }

    /// Reads `document`, which is this text parsed, as a `T`.
    pub(crate) fn deserialize<T: DeserializeOwned>(
        self,
        document: Document<'_>,
    ) -> Result<T, InputError> {
        T::deserialize(document.into_deserializer()).map_err(|error| self.explain(&error))
    }

    /// Refuses a text longer than [`MAX_INPUT_BYTES`].
    pub fn check_size(self) -> Result<(), InputError> {
        if self.text.len() <= MAX_INPUT_BYTES {
            return Ok(());
        }
        let mebibytes = MAX_INPUT_BYTES / (1024 * 1024);
        Err(InputError::whole_file(
            self.file,
            Text::new(
                format!("ファイルが大きすぎます（上限は{mebibytes} MiB）"),
                format!("the file is too large (at most {mebibytes} MiB)"),
            ),
        ))
    }

    /// An error at `key`, whose value stands at `span` (as `toml::Spanned` gives it).
    pub fn fault(self, span: &Range<usize>, key: impl Into<String>, problem: Text) -> InputError {
        InputError {
            file: self.file.to_owned(),
            line: Some(self.line_at(span.start)),
            key: key.into(),
            problem,
            hint: None,
        }
    }

    /// Line number, from 1, of the byte at `offset`.
    pub fn line_at(self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn explain(self, error: &toml::de::Error) -> InputError {
        let offset = error.span().map(|span| span.start);
        let key = offset.and_then(|offset| {
            Document::recover(self.text).key_at(offset).or_else(|| self.key_written_at(offset))
        });
        let (problem, hint) = translate(error.message());
        InputError {
            file: self.file.to_owned(),
            line: offset.map(|offset| self.line_at(offset)),
            key: shorten(&key.unwrap_or_default()),
            problem,
            hint: hint.map(Box::new),
        }
    }

    /// The table and key of the line of a syntax error, where broken text hides the rest.
    fn key_written_at(self, offset: usize) -> Option<String> {
        let lines: Vec<&str> = self.text.lines().take(self.line_at(offset)).collect();
        let (key, _) = lines.last()?.split_once('=')?;
        let header = lines.iter().rev().find(|line| line.starts_with('['));
        let table = header.map(|line| line.trim_matches(|c| "[] ".contains(c)));
        Some(table.into_iter().chain([key.trim()]).collect::<Vec<_>>().join("."))
    }
}

impl InputError {
    /// The same error with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(Box::new(hint));
        self
    }

    /// An error about the whole of `file`.
    pub fn whole_file(file: impl Into<String>, problem: Text) -> Self {
        Self { file: file.into(), line: None, key: String::new(), problem, hint: None }
    }
}

/// The first 60 characters of a person's input, fit to repeat in a message.
pub fn shorten(text: &str) -> String {
    cut(text, QUOTED_CHARS)
}

/// At most `limit` characters of `text`, without control characters.
fn cut(text: &str, limit: usize) -> String {
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(limit).map(printable).collect();
    if text.chars().nth(limit).is_some() {
        short.push('…');
    }
    short
}

/// The parser's message in both languages, with what it says is allowed as the hint.
fn translate(message: &str) -> (Text, Option<Text>) {
    let message = cut(message.trim(), MESSAGE_CHARS);
    let (fault, allowed) = match message.split_once(", expected ") {
        Some((fault, allowed)) => (fault, Some(allowed)),
        None => (message.as_str(), None),
    };
    let ja = if let Some(name) = quoted_after(fault, "unknown field") {
        format!("知らないキー `{name}` です")
    } else if let Some(name) = quoted_after(fault, "missing field") {
        format!("必要なキー `{name}` がありません")
    } else if let Some(name) = quoted_after(fault, "unknown variant") {
        format!("`{name}` という値はありません")
    } else if let Some(name) = quoted_after(fault, "duplicate field") {
        format!("キー `{name}` が二度書かれています")
    } else if fault.starts_with("duplicate key") {
        "同じキーが二度書かれています".to_owned()
    } else if let Some(found) = fault.strip_prefix("invalid type: ") {
        format!("値の型が違います（書かれているのは {found}）")
    } else if let Some(found) = fault.strip_prefix("invalid value: ") {
        format!("値が許される範囲にありません（書かれているのは {found}）")
    } else if fault.contains("is not a criterion id") {
        format!("{} は項目番号ではありません（例 `A-14`、`N-07`、`W-03`）", quoted(fault))
    } else {
        format!("TOMLとして読めません（{fault}）")
    };
    let allowed = allowed.map(|allowed| {
        let list = allowed.trim_start_matches("one of ");
        Text::new(format!("書けるのは {list}"), format!("allowed: {list}"))
    });
    (Text::new(ja, fault), allowed)
}

/// The first part of `message` in backticks, with them.
fn quoted(message: &str) -> String {
    message.split('`').nth(1).map(|name| format!("`{name}`")).unwrap_or_default()
}

fn quoted_after<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.trim().strip_prefix('`')?.split('`').next()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read by the parser")]
        pace: Pace,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pace {
        #[expect(dead_code, reason = "only read by the parser")]
        limit: u32,
    }

    fn read(text: &str) -> InputError {
        TomlSource { file: "x.toml", text }.read::<Sample>().unwrap_err()
    }

    #[test]
    fn unknown_key_names_line_key_and_what_is_allowed() {
        let error = read("[pace]\nlimit = 3\nspeed = 4\n");
        assert_eq!((error.line, error.key.as_str()), (Some(3), "pace.speed"));
        assert!(error.message(Language::Japanese).contains("知らないキー `speed`"));
        assert!(error.message(Language::English).contains("allowed: `limit`"));
    }

    #[test]
    fn wrong_type_names_line_and_key() {
        let error = read("[pace]\nlimit = \"fast\"\n");
        assert_eq!((error.line, error.key.as_str()), (Some(2), "pace.limit"));
        assert!(error.message(Language::Japanese).contains("型が違います"));
    }

    #[test]
    fn key_is_found_behind_long_arrays_and_texts() {
        let text = "[pace]\nlimit = [\n  1,\n  2,\n]\n";
        let error = read(text);
        assert_eq!((error.line, error.key.as_str()), (Some(2), "pace.limit"));
        let text = "note = \"\"\"\n[not a table]\na = b\n\"\"\"\n[pace]\nlimit = 3\n";
        assert_eq!(read(text).key, "note");
    }

    #[test]
    fn broken_text_still_names_table_and_key() {
        let error = read("[pace]\nlimit = = 3\n");
        assert_eq!((error.line, error.key.as_str()), (Some(2), "pace.limit"));
    }

    #[test]
    fn long_or_unprintable_names_are_not_repeated_as_they_came() {
        let error = read(&format!("[pace]\n\"\\u001b[2J{}\" = 1\n", "x".repeat(5_000)));
        for language in [Language::Japanese, Language::English] {
            let message = error.message(language);
            assert!(message.chars().count() < 2_000, "{message}");
            assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
        }
    }

    #[test]
    fn missing_key_is_named() {
        assert!(read("[pace]\n").message(Language::Japanese).contains("必要なキー `limit`"));
    }
}
