use std::borrow::Cow;

use hoshimori_inspection::evidence::{Access, Clue, ClueSource};
use hoshimori_wire::app::html::{Page, charset_of};
use hoshimori_wire::app::http1::{Head, Response};

use super::document::Document;
use super::{apis, fields};

/// One answer of a web server, read for what it tells.
pub(in crate::services) struct Sight<'a> {
    pub(super) response: &'a Response,
    pub(super) content: Cow<'a, [u8]>,
    /// The answer as a page; empty where it is something else.
    pub(super) page: Page,
    /// The answer as a JSON document, if it is one.
    pub(super) document: Option<Document>,
}

impl<'a> Sight<'a> {
    pub(in crate::services) fn of(response: &'a Response) -> Self {
        let content = response.content();
        let kind = response.head.field("Content-Type");
        let page = if may_be_page(&response.head) {
            Page::read(&content, kind.and_then(charset_of))
        } else {
            Page::default()
        };
        let document = Document::parse(&content);
        Self { response, content, page, document }
    }

    /// Everything that the answer tells about the server.
    pub(in crate::services) fn clues(&self) -> Vec<Clue> {
        let mut clues = fields::clues(&self.response.head);
        clues.extend(self.page_clues());
        clues
    }

    /// What the content tells, wherever it was fetched.
    pub(super) fn page_clues(&self) -> Vec<Clue> {
        let told = [
            (ClueSource::HtmlTitle, &self.page.title),
            (ClueSource::HtmlGenerator, &self.page.generator),
        ];
        let words = told.into_iter().filter_map(|(from, text)| Some((from, text.as_deref()?)));
        let introduction = self.document.as_ref().filter(|_| self.is_success());
        words
            .chain(introduction.map(|document| (ClueSource::ApiVersion, document.text.as_str())))
            .map(|(from, text)| Clue::new(from, text))
            .collect()
    }

    /// What the server asks of its users, where the answer shows it. A page that opens shows
    /// nothing: most have their login on it.
    pub(in crate::services) fn access(&self) -> Option<Access> {
        match self.response.head.status {
            401 | 407 => Some(Access::CredentialAsked),
            _ if self.is_success() && apis::is_open_door(self.document.as_ref()?) => {
                Some(Access::Open)
            }
            _ => None,
        }
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.response.head.status)
    }

    /// Whether this is a page for people, which has an icon.
    pub(super) fn is_page(&self) -> bool {
        let unmarked = self.content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.content);
        let begins = unmarked.trim_ascii_start().first();
        self.is_success() && may_be_page(&self.response.head) && begins == Some(&b'<')
    }
}

/// Whether the content is said to be HTML; many devices do not say.
fn may_be_page(head: &Head) -> bool {
    head.field("Content-Type").is_none_or(|kind| kind.to_ascii_lowercase().contains("html"))
}
