use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A parsed TOML text that can say where each of its values stands.
///
/// Typed readers lose positions; this finds them again when, and only when, an error is reported.
pub(crate) struct Document<'a> {
    root: Spanned<DeTable<'a>>,
}

/// One step on the way from the root of a document to a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// The value of a key.
    Key(&'static str),
    /// An element of an array, from 0.
    Index(usize),
}

impl Step {
    /// The key, where the step is one.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Key(name) => Some(name),
            Self::Index(_) => None,
        }
    }
}

/// What makes a string value unfit to be printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TextFault {
    /// Nothing but white space.
    Blank,
    /// A line break or another control character.
    Control,
}

impl<'a> Document<'a> {
    /// Parses `text`; the error carries the position of the fault.
    pub(crate) fn parse(text: &'a str) -> Result<Self, toml::de::Error> {
        DeTable::parse(text).map(|root| Self { root })
    }

    /// As much of `text` as can be parsed, for finding keys in a broken file.
    pub(crate) fn recover(text: &'a str) -> Self {
        Self { root: DeTable::parse_recoverable(text).0 }
    }

    /// The deserializer over the whole document.
    pub(crate) fn into_deserializer(self) -> toml::Deserializer<'a> {
        self.root.into()
    }

    /// Where the value at `path` stands, or the nearest value above it that is written out.
    pub(crate) fn span(&self, path: &[Step]) -> Range<usize> {
        span_in_table(self.root.get_ref(), path).unwrap_or_else(|| self.root.span())
    }

    /// The dotted path of the value whose key or text covers the byte at `offset`.
    pub(crate) fn key_at(&self, offset: usize) -> Option<String> {
        let mut path = Vec::new();
        find_in_table(self.root.get_ref(), offset, &mut path).then(|| path.join("."))
    }

    /// The first string that is blank or holds control characters, with its dotted path.
    pub(crate) fn unprintable(&self) -> Option<(TextFault, Range<usize>, String)> {
        let mut path = Vec::new();
        let (fault, span) = unprintable_in_table(self.root.get_ref(), &mut path)?;
        Some((fault, span, path.join(".")))
    }
}

fn span_in_table(table: &DeTable<'_>, path: &[Step]) -> Option<Range<usize>> {
    let (Step::Key(name), rest) = path.split_first()? else { return None };
    let (key, value) = table.get_key_value(*name)?;
    span_in_value(value, rest).or_else(|| Some(key.span()))
}

fn span_in_value(value: &Spanned<DeValue<'_>>, path: &[Step]) -> Option<Range<usize>> {
    let (first, rest) = path.split_first()?;
    match (first, value.get_ref()) {
        (Step::Key(_), DeValue::Table(table)) => span_in_table(table, path),
        (Step::Index(index), DeValue::Array(array)) => {
            let element = array.get(*index)?;
            span_in_value(element, rest).or_else(|| Some(element.span()))
        }
        _ => None,
    }
}

fn find_in_table<'t>(table: &'t DeTable<'_>, offset: usize, path: &mut Vec<&'t str>) -> bool {
    table.iter().any(|(key, value)| {
        path.push(key.get_ref());
        let found = key.span().contains(&offset) || find_in_value(value, offset, path);
        if !found {
            path.pop();
        }
        found
    })
}

fn find_in_value<'t>(
    value: &'t Spanned<DeValue<'_>>,
    offset: usize,
    path: &mut Vec<&'t str>,
) -> bool {
    let below = match value.get_ref() {
        DeValue::Table(table) => find_in_table(table, offset, path),
        DeValue::Array(array) => array.iter().any(|element| find_in_value(element, offset, path)),
        _ => false,
    };
    below || value.span().contains(&offset)
}

fn unprintable_in_table<'t>(
    table: &'t DeTable<'_>,
    path: &mut Vec<&'t str>,
) -> Option<(TextFault, Range<usize>)> {
    for (key, value) in table {
        path.push(key.get_ref());
        let fault = unprintable_in_value(value, path);
        if fault.is_some() {
            return fault;
        }
        path.pop();
    }
    None
}

fn unprintable_in_value<'t>(
    value: &'t Spanned<DeValue<'_>>,
    path: &mut Vec<&'t str>,
) -> Option<(TextFault, Range<usize>)> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => Some((TextFault::Blank, value.span())),
        DeValue::String(text) if text.chars().any(char::is_control) => {
            Some((TextFault::Control, value.span()))
        }
        DeValue::Array(array) => {
            array.iter().find_map(|element| unprintable_in_value(element, path))
        }
        DeValue::Table(table) => unprintable_in_table(table, path),
        _ => None,
    }
}
