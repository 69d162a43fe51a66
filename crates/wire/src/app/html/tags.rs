/// The most elements that are looked at: ours; heads have some dozens.
const MAX_TAGS: usize = 1_024;

/// The longest start tag, in characters: ours; icons inside a reference make them long.
const MAX_TAG: usize = 8_192;

/// The most attributes of one element that are looked at: ours.
const MAX_ATTRIBUTES: usize = 32;

/// Elements whose content is text, whatever it looks like (HTML section 13.1.2).
const RAW: [&str; 4] = ["title", "script", "style", "textarea"];

/// A start tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Tag<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// What stands behind the name.
    attributes: &'a str,
    /// The content of an element whose content is text.
    pub(super) text: &'a str,
}

impl Tag<'_> {
    /// The value of the first attribute called `name`, in any case.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        for _ in 0..MAX_ATTRIBUTES {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=');
            let (found, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            if found.is_empty() && behind.is_empty() {
                return None;
            }
            let (value, behind) = value(behind.trim_start());
            if found.eq_ignore_ascii_case(name) {
                return Some(super::entities::undo(value));
            }
            rest = behind;
        }
        None
    }
}

/// The value behind the name of an attribute, and what follows it.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.strip_prefix('=').map(str::trim_start) else { return ("", text) };
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The start tags of a page, one after the other; comments and scripts are passed over.
#[derive(Clone, Debug)]
pub(super) struct Tags<'a> {
    rest: &'a str,
    seen: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn of(page: &'a str) -> Self {
        Self { rest: page, seen: 0 }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        while self.seen < MAX_TAGS {
            self.seen += 1;
            let (_, behind) = self.rest.split_once('<')?;
            self.rest = behind;
            if let Some(comment) = behind.strip_prefix("!--") {
                self.rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
                continue;
            }
            if !behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let (inside, rest) = behind.split_at_checked(tag_end(behind)?)?;
            let end = inside.find(|c: char| c.is_ascii_whitespace() || c == '/');
            let (name, attributes) = inside.split_at_checked(end.unwrap_or(inside.len()))?;
            self.rest = rest.strip_prefix('>').unwrap_or(rest);
            let is_raw = RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw));
            let text = if is_raw { self.take_text(name) } else { "" };
            return Some(Tag { name, attributes, text });
        }
        None
    }
}

impl<'a> Tags<'a> {
    /// Takes everything as far as the end tag of `name`, or the next tag where that is missing.
    fn take_text(&mut self, name: &str) -> &'a str {
        let mut ends = self.rest.match_indices("</");
        let is_end = |at: usize| {
            let behind = self.rest.get(at + 2..).and_then(|rest| rest.get(..name.len()));
            behind.is_some_and(|word| word.eq_ignore_ascii_case(name))
        };
        let end = ends.find_map(|(at, _)| is_end(at).then_some(at)).or(self.rest.find('<'));
        let end = end.unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        text
    }
}

/// Where the tag that begins `text` ends: at the first `>` outside quotation marks, or at the
/// first at all where a mark is never closed.
fn tag_end(text: &str) -> Option<usize> {
    let (mut quote, mut first) = (None, None);
    for (at, character) in text.char_indices().take(MAX_TAG) {
        match (quote, character) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (Some(_), '>') => first = first.or(Some(at)),
            _ => {}
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_however_they_are_written() {
        let tag = Tags::of("<meta  a b = 'x > y' C=z/ d=\"&amp;\"e=f>").next().unwrap();
        for (name, value) in [("a", ""), ("B", "x > y"), ("c", "z/"), ("d", "&"), ("e", "f")] {
            assert_eq!(tag.attribute(name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(tag.attribute("f"), None);
    }

    #[test]
    fn an_open_quotation_mark_does_not_swallow_the_page() {
        let names: Vec<&str> = Tags::of("<a href=\"x><b><c>").map(|tag| tag.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn endless_tags_and_attributes_end() {
        assert_eq!(Tags::of(&"<a>".repeat(MAX_TAGS + 9)).count(), MAX_TAGS);
        let tag = format!("<a {}x=y>", "b ".repeat(MAX_ATTRIBUTES));
        assert_eq!(Tags::of(&tag).next().unwrap().attribute("x"), None);
    }
}
