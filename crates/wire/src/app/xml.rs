//! Documents by which devices describe themselves (XML 1.0), by way of `quick-xml`.
//!
//! Elements are found by their local names: devices confuse prefixes and namespaces, and the names
//! that are read here mean one thing only. Entities that a document declares are refused; those of
//! XML itself and numbers of characters are resolved.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::text;
use crate::DecodeError;

/// The longest document: descriptions have some kilobytes, the longest in the field some tens.
pub const MAX_DOCUMENT: usize = text::MAX_INPUT;

/// The deepest nesting: `UPnP` nests three devices, each with lists, so a dozen elements.
pub const MAX_DEPTH: usize = 32;

/// The most elements of a document: ours; a gateway's description has two hundred.
pub const MAX_ELEMENTS: usize = 4_096;

/// The most declarations of namespaces that are kept: SOAP libraries write up to sixty.
pub const MAX_NAMESPACES: usize = 128;

/// The longest text of an element that is kept, in bytes: scopes of cameras have hundreds.
const MAX_TEXT: usize = 4_096;

/// The longest namespace that is kept, in characters: ours; those of the standards have fifty.
const MAX_NAMESPACE: usize = 255;

/// Where in the beginning of a document its declaration is looked for, in bytes: ours.
const DECLARATION: usize = 256;

/// What is being decoded.
const WHAT: &str = "XML document";

/// A document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// Its outermost element.
    pub root: Element,
    /// Whether it was read to the end of that; what came before a fault or a cut is kept.
    pub is_whole: bool,
    /// Prefixes and what they stand for. Where a prefix is declared twice, the first counts.
    namespaces: Vec<(String, String)>,
}

impl Document {
    /// Reads a document in whatever encoding.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_DOCUMENT {
            return Err(DecodeError::too_long(WHAT, 0, MAX_DOCUMENT));
        }
        let text = text::to_unicode(bytes, declared_encoding(bytes));
        let is_before = |sign: char| sign == '\u{feff}' || sign.is_whitespace();
        let text = text.trim_start_matches(is_before);
        let mut reader = Reader::from_str(text);
        let mut growing = Growing::default();
        while growing.root.is_none() {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Eof) | Err(_) => break,
                Ok(event) => growing.take(event, at)?,
            }
        }
        growing.finish()
    }

    /// What `prefix` stands for; the empty prefix for the default namespace.
    pub fn namespace(&self, prefix: &str) -> Option<&str> {
        let declared = self.namespaces.iter().find(|(declared, _)| declared == prefix);
        declared.map(|(_, namespace)| namespace.as_str())
    }
}

/// An element, without its attributes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its own text, one line, safe to show.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

impl Element {
    /// The first child called `name`.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child called `name`, unless it is empty.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.as_str();
        Some(text).filter(|text| !text.is_empty())
    }

    /// This element and all in it that are called `name`, in the order of the document.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        let mut waiting = vec![self];
        let every = std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children.iter().rev());
            Some(next)
        });
        every.filter(move |element| element.name == name)
    }

    /// The first of [`Element::all`].
    pub fn first(&self, name: &str) -> Option<&Self> {
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            if next.name == name {
                return Some(next);
            }
            waiting.extend(next.children.iter().rev());
        }
        None
    }
}

/// A document that is being read.
#[derive(Default)]
struct Growing {
    /// Elements whose end was not seen yet, the outermost first.
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
    namespaces: Vec<(String, String)>,
}

impl Growing {
    /// Takes the next piece of the document, which began at byte `at`.
    fn take(&mut self, event: Event<'_>, at: usize) -> Result<(), DecodeError> {
        match event {
            Event::Start(tag) => self.begin(&tag, at)?,
            Event::Empty(tag) => {
                self.begin(&tag, at)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(words) => self.say(&words),
            Event::CData(words) => self.say(&words),
            Event::GeneralRef(reference) => {
                let character = resolve(&reference).ok_or(DecodeError::invalid(
                    WHAT,
                    at,
                    "an entity that XML does not define",
                ))?;
                self.say(character.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(declared) if declared.contains('[') => {
                return Err(DecodeError::invalid(WHAT, at, "it declares entities of its own"));
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), DecodeError> {
        self.count += 1;
        if self.count > MAX_ELEMENTS {
            return Err(DecodeError::too_long(WHAT, at, MAX_ELEMENTS));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(DecodeError::too_long(WHAT, at, MAX_DEPTH));
        }
        let room = MAX_NAMESPACES.saturating_sub(self.namespaces.len());
        let mut attributes = tag.attributes();
        // Looking for duplicates takes the square of their number.
        attributes.with_checks(false);
        let declared = attributes.filter_map(Result::ok).filter_map(|attribute| {
            let name = attribute.key.into_inner();
            let prefix = name.strip_prefix("xmlns:").or((name == "xmlns").then_some(""))?;
            Some((prefix.to_owned(), text::one_line(&attribute.value, MAX_NAMESPACE)))
        });
        self.namespaces.extend(declared.take(room));
        let name = tag.local_name().into_inner().to_owned();
        self.open.push(Element { name, ..Element::default() });
        Ok(())
    }

    fn say(&mut self, words: &str) {
        if let Some(element) = self.open.last_mut() {
            let room = MAX_TEXT.saturating_sub(element.text.len());
            element.text.extend(words.chars().take(room));
        }
    }

    fn end(&mut self) {
        let Some(mut element) = self.open.pop() else { return };
        element.text = text::one_line(element.text.trim(), MAX_TEXT);
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn finish(mut self) -> Result<Document, DecodeError> {
        let is_whole = self.root.is_some();
        while self.root.is_none() && !self.open.is_empty() {
            self.end();
        }
        let none = DecodeError::invalid(WHAT, 0, "it has no element");
        let root = self.root.ok_or(none)?;
        Ok(Document { root, is_whole, namespaces: self.namespaces })
    }
}

/// The encoding in the declaration that a document begins with (XML 1.0 section 4.3.3).
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let beginning = bytes.get(..DECLARATION).unwrap_or(bytes);
    let declaration = beginning.split(|byte| *byte == b'>').next()?;
    let declaration = declaration.utf8_chunks().next()?.valid();
    let value = declaration.split_once("encoding=")?.1;
    let quote = value.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    value.split(quote).nth(1)
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

/// `text` as it may stand in an element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Document, DecodeError> {
        Document::decode(text.as_bytes())
    }

    #[test]
    fn elements_are_found_by_their_local_names() {
        let text = "\u{feff}\n<?xml version=\"1.0\"?><a:r xmlns:a=\"urn:a\" xmlns=\"urn:d\">\
            <b> one &amp; &#x4e8c; </b><a:b><![CDATA[<two>]]></a:b><c/></a:r> trailing";
        let document = decode(text).unwrap();
        assert!(document.is_whole);
        let texts: Vec<_> = document.root.all("b").map(|element| &*element.text).collect();
        assert_eq!(texts, ["one & 二", "<two>"]);
        assert_eq!(document.root.text_of("c"), None);
        assert_eq!(
            (document.namespace("a"), document.namespace("")),
            (Some("urn:a"), Some("urn:d"))
        );
    }

    #[test]
    fn what_came_before_a_cut_or_a_fault_is_kept() {
        for text in ["<r><a>one</a><b>tw", "<r><a>one</a></s>", "<r><a>one</a><b"] {
            let document = decode(text).unwrap();
            assert!(!document.is_whole, "{text}");
            assert_eq!(document.root.text_of("a"), Some("one"), "{text}");
        }
    }

    #[test]
    fn entities_of_a_document_s_own_are_refused() {
        for text in [
            "<!DOCTYPE r [<!ENTITY a \"b\">]><r>x</r>",
            "<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r>&a;</r>",
            "<r>&a;</r>",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert!(
            decode("<!DOCTYPE r SYSTEM \"http://office.example/r.dtd\"><r/>").unwrap().is_whole
        );
    }

    #[test]
    fn depth_count_and_length_are_bounded() {
        assert!(decode(&"<a>".repeat(MAX_DEPTH)).is_ok());
        assert!(decode(&"<a>".repeat(MAX_DEPTH + 1)).unwrap_err().is_too_long());
        let many = format!("<r>{}</r>", "<a/>".repeat(MAX_ELEMENTS));
        assert!(decode(&many).unwrap_err().is_too_long());
        assert!(decode(&" ".repeat(MAX_DOCUMENT + 1)).unwrap_err().is_too_long());
        let long = decode(&format!("<r>{}</r>", "x".repeat(9_000))).unwrap();
        assert_eq!(long.root.text.len(), MAX_TEXT);
    }

    #[test]
    fn text_cannot_disturb_who_reads_it_and_japanese_is_read() {
        assert_eq!(decode("<r>a\u{202e}b</r>").unwrap().root.text, "a·b");
        for declaration in ["", "<?xml version='1.0' encoding='Shift_JIS'?>"] {
            let text = format!("{declaration}<r>会議室プリンター</r>");
            let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
            assert_eq!(Document::decode(&bytes).unwrap().root.text, "会議室プリンター");
        }
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in ["", "hello", "<", "<!-- -->"] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(escape("a<b>&c"), "a&lt;b&gt;&amp;c");
    }
}
