//! The XML of recog, read piece by piece: no entities but those of XML, bounded in every way.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::error::PackError;

/// The deepest nesting: an example is in a fingerprint, which is in the root.
const MAX_DEPTH: usize = 8;

/// The most elements of a file: ten times what the largest of recog has.
const MAX_ELEMENTS: usize = 200_000;

/// The most attributes of an element: an example names every value it expects.
const MAX_ATTRIBUTES: usize = 64;

/// The highest number of a group: the highest of recog is 6.
const MAX_GROUP: usize = 99;

/// A file of fingerprints.
#[derive(Debug, Default)]
pub(super) struct Database {
    matches: Option<String>,
    /// The fingerprints, in the order in which they are tried.
    pub(super) fingerprints: Vec<Fingerprint>,
}

/// One fingerprint.
#[derive(Debug, Default)]
pub(super) struct Fingerprint {
    pub(super) expression: String,
    pub(super) flags: String,
    pub(super) params: Vec<Param>,
    pub(super) examples: Vec<Example>,
}

/// A value that a fingerprint states.
#[derive(Debug)]
pub(super) struct Param {
    pub(super) name: String,
    /// The group of the expression that has the value; 0 where it is fixed.
    pub(super) group: usize,
    pub(super) value: Option<String>,
}

/// A text that a fingerprint reads, with the values in it.
#[derive(Debug, Default)]
pub(super) struct Example {
    pub(super) text: String,
    pub(super) is_base64: bool,
    pub(super) expected: Vec<(String, String)>,
}

impl Database {
    /// The key of the database: what it matches or, where it does not say, the name of its file.
    pub(super) fn key<'a>(&'a self, stem: &'a str) -> &'a str {
        self.matches.as_deref().unwrap_or(stem)
    }
}

/// Reads the text of `file`.
pub(super) fn read(file: &str, text: &str) -> Result<Database, PackError> {
    let mut reader = Reader::from_str(text);
    let mut growing = Growing::default();
    loop {
        let at = reader.buffer_position();
        let wrong = |detail: String| PackError::Xml { file: file.to_owned(), at, detail };
        match reader.read_event() {
            Ok(Event::Eof) if growing.depth == 0 && growing.has_root => return Ok(growing.database),
            Ok(Event::Eof) => return Err(wrong("the document ends too early".to_owned())),
            Ok(event) => growing.take(&event).map_err(|detail| wrong(detail.to_owned()))?,
            Err(error) => return Err(wrong(error.to_string())),
        }
    }
}

/// A database that is being read.
#[derive(Default)]
struct Growing {
    database: Database,
    has_root: bool,
    depth: usize,
    elements: usize,
    /// The fingerprint whose end was not seen yet.
    fingerprint: Option<Fingerprint>,
    /// The example whose end was not seen yet.
    example: Option<Example>,
}

impl Growing {
    fn take(&mut self, event: &Event<'_>) -> Result<(), &'static str> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("elements nest too deeply");
                }
                self.begin(tag)
            }
            Event::Empty(tag) => {
                self.begin(tag)?;
                self.end(tag.name().into_inner());
                Ok(())
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag.name().into_inner());
                Ok(())
            }
            Event::Text(words) => {
                self.say(words);
                Ok(())
            }
            Event::CData(words) => {
                self.say(words);
                Ok(())
            }
            Event::GeneralRef(reference) => {
                let sign = resolve(reference).ok_or("an entity that XML does not define")?;
                self.say(sign.encode_utf8(&mut [0; 4]));
                Ok(())
            }
            Event::DocType(_) => Err("a document type is not allowed here"),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), &'static str> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err("there are too many elements");
        }
        let name = tag.name().into_inner();
        if !self.has_root && name != "fingerprints" {
            return Err("the outermost element is not `fingerprints`");
        }
        let attributes = attributes(tag)?;
        let value = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        match name {
            "fingerprints" => {
                self.has_root = true;
                self.database.matches = value("matches");
            }
            "fingerprint" => {
                let expression = value("pattern").ok_or("a fingerprint without `pattern`")?;
                let flags = value("flags").unwrap_or_default();
                self.fingerprint =
                    Some(Fingerprint { expression, flags, ..Fingerprint::default() });
            }
            "param" => {
                let name = value("name").ok_or("a parameter without `name`")?;
                let group = value("pos").and_then(|pos| pos.parse().ok());
                let group = group.filter(|group| *group <= MAX_GROUP);
                let group = group.ok_or("a parameter without a `pos` of 0 to 99")?;
                let fingerprint = self.fingerprint.as_mut().ok_or("a parameter on its own")?;
                fingerprint.params.push(Param { name, group, value: value("value") });
            }
            "example" => {
                let is_base64 = value("_encoding").is_some_and(|encoding| encoding == "base64");
                let expected = attributes.into_iter().filter(|(name, _)| !name.starts_with('_'));
                let expected = expected.collect();
                self.example = Some(Example { text: String::new(), is_base64, expected });
            }
            _ => {}
        }
        Ok(())
    }

    fn say(&mut self, words: &str) {
        if let Some(example) = &mut self.example {
            example.text.push_str(words);
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "fingerprint" => self.database.fingerprints.extend(self.fingerprint.take()),
            "example" => {
                if let (Some(example), Some(open)) = (self.example.take(), &mut self.fingerprint) {
                    open.examples.push(example);
                }
            }
            _ => {}
        }
    }
}

/// The attributes of an element, their references resolved.
fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, &'static str> {
    let mut attributes = tag.attributes();
    // Looking for duplicates takes the square of their number.
    attributes.with_checks(false);
    let mut read = Vec::new();
    for attribute in attributes {
        if read.len() == MAX_ATTRIBUTES {
            return Err("an element has too many attributes");
        }
        let attribute = attribute.map_err(|_| "an attribute is malformed")?;
        let value = unescape(&attribute.value).map_err(|_| "an entity that XML does not define")?;
        read.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(read)
}

/// The character that a reference stands for (XML 1.0 sections 4.1 and 4.6).
fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    let name: &str = reference;
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}
