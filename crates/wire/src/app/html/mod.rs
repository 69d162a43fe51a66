//! What a page says of the software behind it: title, generator, icon, where it leads to.
//!
//! Not a browser: a scanner for a few elements of the beginning of a page, as tolerant as the
//! pages of devices need (HTML Living Standard section 13.2, as far as it matters here).

mod entities;
mod tags;

use self::tags::{Tag, Tags};
use super::text;

/// The most bytes of a page that are looked at: the head of a page is at its beginning.
pub const MAX_PAGE: usize = 64 * 1_024;

/// The longest title or generator that is kept, in characters: ours.
pub const MAX_WORDS: usize = 256;

/// The longest reference that is kept, in characters: ours; long ones carry data.
pub const MAX_REFERENCE: usize = 1_024;

/// In how many bytes a `meta` element tells the encoding (HTML section 13.2.3.2).
const CHARSET_WITHIN: usize = 1_024;

/// The beginning of a page, read for what identifies its maker.
///
/// ```
/// use hoshimori_wire::app::html::Page;
///
/// let page = Page::read(b"<html><head><title>RT &amp; AP</title></head>", None);
/// assert_eq!(page.title.as_deref(), Some("RT & AP"));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Page {
    /// The first title that is not empty, white space collapsed.
    pub title: Option<String>,
    /// The content of `<meta name="generator">`.
    pub generator: Option<String>,
    /// The reference of the first `<link rel="icon">`, as written.
    pub icon: Option<String>,
    /// Where `<meta http-equiv="refresh">` leads, as written.
    pub refresh: Option<String>,
}

impl Page {
    /// Reads the beginning of a page; `charset` is that of its Content-Type field.
    pub fn read(bytes: &[u8], charset: Option<&str>) -> Self {
        let bytes = bytes.get(..MAX_PAGE).unwrap_or(bytes);
        let told = charset.map(str::to_owned).or_else(|| charset_in(bytes));
        let source = text::to_unicode(bytes, told.as_deref());
        let mut page = Self::default();
        for tag in Tags::of(&source) {
            match tag.name.to_ascii_lowercase().as_str() {
                "title" if page.title.is_none() => page.title = words(&entities::undo(tag.text)),
                "meta" => page.read_meta(&tag),
                "link" if page.icon.is_none() && is_icon(&tag) => {
                    page.icon = reference(&tag.attribute("href").unwrap_or_default());
                }
                _ => {}
            }
        }
        page
    }

    fn read_meta(&mut self, tag: &Tag<'_>) {
        let is = |name: &str, wanted: &str| {
            tag.attribute(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
        };
        let content = || tag.attribute("content").unwrap_or_default();
        if self.generator.is_none() && is("name", "generator") {
            self.generator = words(&content());
        } else if self.refresh.is_none() && is("http-equiv", "refresh") {
            self.refresh = refresh_target(&content());
        }
    }
}

/// The charset parameter of a Content-Type (RFC 9110 section 8.3.2).
pub fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// The encoding that a `meta` element at the beginning names; the elements themselves are ASCII
/// in every encoding that can be named there.
fn charset_in(bytes: &[u8]) -> Option<String> {
    let beginning = bytes.get(..CHARSET_WITHIN).unwrap_or(bytes);
    let ascii: String = beginning
        .iter()
        .map(|byte| if byte.is_ascii() { char::from(*byte) } else { ' ' })
        .collect();
    Tags::of(&ascii).filter(|tag| tag.name.eq_ignore_ascii_case("meta")).find_map(|tag| {
        let content = tag.attribute("content").unwrap_or_default();
        tag.attribute("charset").or_else(|| charset_of(&content).map(str::to_owned))
    })
}

/// `rel` is a list of words, in old pages `shortcut icon`.
fn is_icon(tag: &Tag<'_>) -> bool {
    let rel = tag.attribute("rel").unwrap_or_default();
    rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("icon"))
}

/// The target in `0; url=login.html`.
fn refresh_target(content: &str) -> Option<String> {
    let (_, rest) = content.split_once([';', ','])?;
    let (name, target) = rest.split_once('=')?;
    let target = target.trim().trim_matches(['"', '\'']);
    if name.trim().eq_ignore_ascii_case("url") { reference(target) } else { None }
}

fn reference(text: &str) -> Option<String> {
    let text = text.trim();
    let is_kept = !text.is_empty() && text.chars().count() <= MAX_REFERENCE;
    is_kept.then(|| text.to_owned())
}

/// `text` in one line, unless nothing is in it. Full-width blanks stay: they are part of names.
fn words(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let line = text::one_line(&words.join(" "), MAX_WORDS);
    Some(line).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Page {
        Page::read(source.as_bytes(), None)
    }

    #[test]
    fn the_head_of_a_page_is_read() {
        let page = read(
            "<!DOCTYPE html><HTML><!-- <title>old</title> --><head>\
             <meta name='Generator' content=\"WordPress 6.4.2\">\
             <LINK REL=\"shortcut icon\" HREF=/img/a.ico />\
             <meta http-equiv=Refresh content='0; URL=\"/login.html\"'>\
             <script>document.write(\"<title>script</title>\")</script>\
             <title>\n RICOH　MP\n &#x5be6; &copy;\n</title><title>b</title>",
        );
        assert_eq!(page.title.as_deref(), Some("RICOH　MP 實 ©"));
        assert_eq!(page.generator.as_deref(), Some("WordPress 6.4.2"));
        assert_eq!(page.icon.as_deref(), Some("/img/a.ico"));
        assert_eq!(page.refresh.as_deref(), Some("/login.html"));
    }

    #[test]
    fn the_encoding_comes_from_the_head_the_page_or_the_bytes() {
        let (title, _, _) = encoding_rs::SHIFT_JIS.encode("複合機 設定");
        let bare = [b"<title>", &title[..], b"</title>"].concat();
        let told = [b"<meta charset=\"Shift_JIS\">", &bare[..]].concat();
        let old = [
            b"<meta http-equiv=\"Content-Type\" content=\"text/html; charset=x-sjis\">",
            &bare[..],
        ]
        .concat();
        for (bytes, charset) in
            [(&bare, Some("shift_jis")), (&bare, None), (&told, None), (&old, None)]
        {
            assert_eq!(Page::read(bytes, charset).title.as_deref(), Some("複合機 設定"));
        }
        assert_eq!(charset_of("text/html; Charset=\"EUC-JP\""), Some("EUC-JP"));
        assert_eq!(charset_of("text/html; charset="), None);
    }

    #[test]
    fn a_title_without_end_is_read_as_far_as_it_goes() {
        assert_eq!(read("<title>Web Caster V130").title.as_deref(), Some("Web Caster V130"));
        assert_eq!(read("<title></title>").title, None);
        assert_eq!(read("<title").title, None);
    }

    #[test]
    fn every_beginning_of_a_page_is_read_without_harm() {
        let page = "<meta name=generator content='a'><link rel=icon href=\"b\"><title>受付</title>";
        for length in 0..page.len() {
            let part = Page::read(&page.as_bytes()[..length], Some("utf-8"));
            assert!(
                part.title
                    .is_none_or(|title| "受付".starts_with(title.trim_end_matches('\u{fffd}')))
            );
        }
    }
}
