use std::collections::HashMap;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

use super::fonts::Fonts;

/// The page templates, the main one first.
pub(super) const TEMPLATES: [(&str, &str); 13] = [
    ("main.typ", include_str!("../../templates/pdf/main.typ")),
    ("text.typ", include_str!("../../templates/pdf/text.typ")),
    ("style.typ", include_str!("../../templates/pdf/style.typ")),
    ("cover.typ", include_str!("../../templates/pdf/cover.typ")),
    ("summary.typ", include_str!("../../templates/pdf/summary.typ")),
    ("scope.typ", include_str!("../../templates/pdf/scope.typ")),
    ("audit.typ", include_str!("../../templates/pdf/audit.typ")),
    ("scans.typ", include_str!("../../templates/pdf/scans.typ")),
    ("tests.typ", include_str!("../../templates/pdf/tests.typ")),
    ("findings.typ", include_str!("../../templates/pdf/findings.typ")),
    ("derivation.typ", include_str!("../../templates/pdf/derivation.typ")),
    ("closing.typ", include_str!("../../templates/pdf/closing.typ")),
    ("appendix.typ", include_str!("../../templates/pdf/appendix.typ")),
];

/// All that typst may see: the templates, the data and the fonts. No file, no network, no clock.
pub(super) struct ReportWorld {
    library: LazyHash<Library>,
    fonts: &'static Fonts,
    main: FileId,
    sources: HashMap<FileId, Source>,
    data: (FileId, Bytes),
}

impl ReportWorld {
    /// A world in which `data.json` holds `data`.
    pub(super) fn new(fonts: &'static Fonts, data: Vec<u8>) -> Self {
        let sources = TEMPLATES.iter().map(|(name, text)| {
            let id = file_id(name);
            (id, Source::new(id, (*text).to_owned()))
        });
        Self {
            library: LazyHash::new(Library::default()),
            fonts,
            main: file_id("main.typ"),
            sources: sources.collect(),
            data: (file_id("data.json"), Bytes::new(data)),
        }
    }

    /// File and line of `span`, as a prefix of a message; empty where there is none.
    pub(super) fn place(&self, span: DiagSpan) -> String {
        let Some(source) = span.id().and_then(|id| self.sources.get(&id)) else {
            return String::new();
        };
        let offset = self.range(span).map(|range| range.start).unwrap_or_default();
        let line = source.lines().byte_to_line(offset).map_or(0, |line| line + 1);
        format!("{}:{line}: ", source.id().get().vpath().get_without_slash())
    }
}

/// The id of the virtual file called `name`.
fn file_id(name: &str) -> FileId {
    // The names are constants of this module without a parent component, which is all that a
    // virtual path refuses.
    let path = VirtualPath::new(name).expect("a plain file name is a virtual path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for ReportWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (data, bytes) = &self.data;
        if id == *data { Ok(bytes.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
