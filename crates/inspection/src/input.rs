//! What the readers of people's TOML files have in common.

use std::ops::Range;

use hoshimori_scheme::{InputError, Text, TomlSource, shorten};
use jiff::Timestamp;
use toml::Spanned;

use crate::file::{MAX_ENTRIES, MAX_TEXT_CHARS};

/// A file with the checks that every field of that kind needs.
pub(crate) struct Source<'a> {
    pub(crate) toml: TomlSource<'a>,
}

impl Source<'_> {
    pub(crate) fn fault(
        &self,
        span: Range<usize>,
        key: &str,
        ja: impl Into<String>,
        en: impl Into<String>,
    ) -> InputError {
        self.toml.fault(&span, key, Text::new(ja, en))
    }

    /// A text that is not empty and not beyond the limit.
    pub(crate) fn text(&self, key: &str, raw: &Spanned<String>) -> Result<String, InputError> {
        let text = raw.get_ref().trim();
        if text.is_empty() {
            return Err(self.fault(raw.span(), key, "空のままです", "it is empty"));
        }
        if text.chars().count() > MAX_TEXT_CHARS || text.chars().any(char::is_control) {
            return Err(self.fault(
                raw.span(),
                key,
                format!("{MAX_TEXT_CHARS}文字以内の一行で書いてください"),
                format!("write at most {MAX_TEXT_CHARS} characters on one line"),
            ));
        }
        Ok(text.to_owned())
    }

    /// A list that has at least one entry and not too many.
    pub(crate) fn filled<'r, T>(
        &self,
        key: &str,
        raw: &'r Spanned<Vec<T>>,
    ) -> Result<&'r [T], InputError> {
        let list = raw.get_ref();
        if list.is_empty() {
            return Err(self.fault(raw.span(), key, "一つも書かれていません", "the list is empty"));
        }
        if list.len() > MAX_ENTRIES {
            return Err(self.fault(
                raw.span(),
                key,
                format!("{MAX_ENTRIES}個までしか書けません"),
                format!("at most {MAX_ENTRIES} entries are allowed"),
            ));
        }
        Ok(list)
    }

    pub(crate) fn time(
        &self,
        key: &str,
        raw: &Spanned<toml::Value>,
    ) -> Result<Timestamp, InputError> {
        let text = match raw.get_ref() {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(time) => time.to_string(),
            other => other.to_string(),
        };
        text.parse().map_err(|_| {
            let shown = shorten(&text);
            self.fault(
                raw.span(),
                key,
                format!("`{shown}` は日時として読めません"),
                format!("`{shown}` is not a date and time"),
            )
            .with_hint(Text::new(
                "存在する日時を時差つきで `2026-11-20T09:00:00+09:00` のように書きます",
                "write an existing time with its offset: `2026-11-20T09:00:00+09:00`",
            ))
        })
    }

    /// Paths as [`path`](Self::path) takes them.
    pub(crate) fn paths(
        &self,
        key: &str,
        raw: &[Spanned<String>],
    ) -> Result<Vec<String>, InputError> {
        raw.iter().map(|path| self.path(key, path)).collect()
    }

    /// A path below the folder of the file: relative, and never out of that folder.
    pub(crate) fn path(&self, key: &str, raw: &Spanned<String>) -> Result<String, InputError> {
        let path = self.text(key, raw)?;
        let leaves = path.starts_with(['/', '\\'])
            || path.contains(':')
            || path.split(['/', '\\']).any(|part| part == "..");
        if leaves {
            return Err(self.fault(
                raw.span(),
                key,
                format!("`{}` はこのファイルのフォルダーの外を指しています", shorten(&path)),
                format!("`{}` leads out of the folder of this file", shorten(&path)),
            ));
        }
        Ok(path)
    }

    /// An optional path.
    pub(crate) fn optional_path(
        &self,
        key: &str,
        raw: Option<&Spanned<String>>,
    ) -> Result<Option<String>, InputError> {
        raw.map(|path| self.path(key, path)).transpose()
    }

    /// An optional text; an empty one counts as absent.
    pub(crate) fn optional_text(
        &self,
        key: &str,
        raw: Option<&Spanned<String>>,
    ) -> Result<Option<String>, InputError> {
        match raw {
            Some(text) if !text.get_ref().trim().is_empty() => self.text(key, text).map(Some),
            _ => Ok(None),
        }
    }
}
