use std::collections::HashSet;
use std::fmt;

use hoshimori_scheme::{InputError, Text, shorten};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::{Document, without_place};
use super::path::{KeyPath, Step};

/// One value of a document, still as text, with the path that leads to it.
#[derive(Clone)]
pub(super) struct Node<'a> {
    document: Document<'a>,
    path: KeyPath,
    text: &'a str,
}

impl<'a> Node<'a> {
    /// The outermost value of `document`, which is written as `text`.
    pub(super) fn root(document: Document<'a>, text: &'a str) -> Self {
        Self { document, path: KeyPath::default(), text }
    }

    /// The members of this object; a key written twice is refused, since one of the two values
    /// would be ignored in silence.
    pub(super) fn object(&self) -> Result<Fields<'a>, InputError> {
        if self.kind() != Kind::Object {
            return Err(self.wrong_kind(Kind::Object));
        }
        let entries: Entries<'a> =
            serde_json::from_str(self.text).map_err(|error| self.unreadable(&error))?;
        let mut seen = HashSet::new();
        for (key, value) in &entries.0 {
            if !seen.insert(key.as_str()) {
                let twice = Text::new("同じキーが二度書かれています", "the key is written twice");
                return Err(self.child(Step::Key(key.clone()), value).fault(twice));
            }
        }
        Ok(Fields { node: self.clone(), entries: entries.0 })
    }

    /// The elements of this list.
    pub(super) fn list(&self) -> Result<Vec<Self>, InputError> {
        if self.kind() != Kind::List {
            return Err(self.wrong_kind(Kind::List));
        }
        let elements: Vec<&'a RawValue> =
            serde_json::from_str(self.text).map_err(|error| self.unreadable(&error))?;
        let elements = elements.into_iter().enumerate();
        Ok(elements.map(|(index, raw)| self.child(Step::Index(index), raw.get())).collect())
    }

    /// The characters of this string.
    pub(super) fn string(&self) -> Result<String, InputError> {
        if self.kind() != Kind::String {
            return Err(self.wrong_kind(Kind::String));
        }
        serde_json::from_str(self.text).map_err(|error| self.unreadable(&error))
    }

    /// The number as it is written.
    pub(super) fn number(&self) -> Result<&'a str, InputError> {
        if self.kind() == Kind::Number { Ok(self.text) } else { Err(self.wrong_kind(Kind::Number)) }
    }

    /// The member of `all` that this string names.
    pub(super) fn one_of<T: Copy, W: fmt::Display>(
        &self,
        all: &[T],
        word: impl Fn(T) -> W,
    ) -> Result<T, InputError> {
        let written = self.string()?;
        let found = all.iter().copied().find(|member| word(*member).to_string() == written);
        found.ok_or_else(|| {
            let words: Vec<String> =
                all.iter().map(|member| format!("`{}`", word(*member))).collect();
            let written = shorten(&written);
            let problem = Text::new(
                format!("`{written}` という値はありません"),
                format!("`{written}` is not a value of this field"),
            );
            self.fault(problem).with_hint(Text::new(
                format!("書けるのは {}", words.join("、")),
                format!("allowed: {}", words.join(", ")),
            ))
        })
    }

    /// The value that `path`, which begins at this value, leads to, or the last one on the way.
    pub(super) fn locate(&self, path: &KeyPath) -> Self {
        let mut node = self.clone();
        for step in path.steps() {
            let next = match step {
                Step::Key(key) => node.object().ok().and_then(|fields| fields.optional(key)),
                Step::Index(index) => {
                    node.list().ok().and_then(|list| list.into_iter().nth(*index))
                }
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// An error about this value.
    pub(super) fn fault(&self, problem: Text) -> InputError {
        InputError {
            line: self.document.line_of(self.text),
            key: self.path.to_string(),
            ..InputError::whole_file(self.document.file, problem)
        }
    }

    fn child(&self, step: Step, text: &'a str) -> Self {
        Self { document: self.document, path: self.path.clone().then(step), text }
    }

    fn kind(&self) -> Kind {
        match self.text.bytes().next() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::String,
            Some(b't' | b'f') => Kind::Truth,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    fn wrong_kind(&self, wanted: Kind) -> InputError {
        let (wanted, found) = (wanted.name(), self.kind().name());
        self.fault(Text::new(
            format!("値の型が違います（必要なのは{}、書かれているのは{}）", wanted.ja, found.ja),
            format!("wrong type: expected {}, found {}", wanted.en, found.en),
        ))
    }

    /// The text was valid JSON as a whole, so only an escape in a string can still be wrong.
    fn unreadable(&self, error: &serde_json::Error) -> InputError {
        let what = without_place(error);
        self.fault(Text::new(
            format!("文字列として読めません（{what}）"),
            format!("not a readable string ({what})"),
        ))
    }
}

/// The members of an object.
pub(super) struct Fields<'a> {
    node: Node<'a>,
    entries: Vec<(String, &'a str)>,
}

impl<'a> Fields<'a> {
    /// The value of `key`; `null` counts as absent.
    pub(super) fn optional(&self, key: &str) -> Option<Node<'a>> {
        let (_, text) = self.entries.iter().find(|(name, _)| name == key)?;
        let node = self.node.child(Step::Key(key.to_owned()), text);
        (node.kind() != Kind::Null).then_some(node)
    }

    /// The value of `key`, which must be there.
    pub(super) fn required(&self, key: &str) -> Result<Node<'a>, InputError> {
        self.optional(key).ok_or_else(|| {
            let place = self.node.path.clone().then(Step::Key(key.to_owned()));
            let problem = Text::new("必要なキーがありません", "this key is required");
            InputError { key: place.to_string(), ..self.node.fault(problem) }
        })
    }

    /// All members with their keys, in file order.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, Node<'a>)> {
        self.entries
            .iter()
            .map(|(key, text)| (key.as_str(), self.node.child(Step::Key(key.clone()), text)))
    }
}

/// What sort of value JSON text holds.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Object,
    List,
    String,
    Number,
    Truth,
    Null,
}

impl Kind {
    fn name(self) -> Text {
        match self {
            Self::Object => Text::new("オブジェクト", "an object"),
            Self::List => Text::new("リスト", "a list"),
            Self::String => Text::new("文字列", "a string"),
            Self::Number => Text::new("数値", "a number"),
            Self::Truth => Text::new("真偽値", "a truth value"),
            Self::Null => Text::same("null"),
        }
    }
}

/// The members of an object in file order, duplicates included, values unread.
struct Entries<'a>(Vec<(String, &'a str)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    entries.push((key, value.get()));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(EntriesVisitor)
    }
}
