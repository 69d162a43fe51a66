use crate::document::{Document, Step};
use crate::input::{InputError, TomlSource, shorten};
use crate::text::Text;

/// A value of an edition file, remembered so that a fault found later can name file, line and key.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    source: TomlSource<'a>,
    path: Vec<Step>,
}

/// A value together with where it was read.
#[derive(Debug)]
pub(crate) struct Placed<'a, T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) place: Place<'a>,
}

impl<'a> Place<'a> {
    /// The whole of `source`.
    pub(crate) fn root(source: TomlSource<'a>) -> Self {
        Self { source, path: Vec::new() }
    }

    /// The value of `name` in this table.
    pub(crate) fn key(&self, name: &'static str) -> Self {
        self.below(Step::Key(name))
    }

    /// Element `index` of this array.
    pub(crate) fn index(&self, index: usize) -> Self {
        self.below(Step::Index(index))
    }

    /// Name of the file.
    pub(crate) fn file(&self) -> &'a str {
        self.source.file
    }

    /// An error at this place, told in Japanese and in English.
    pub(crate) fn fault(&self, ja: impl Into<String>, en: impl Into<String>) -> InputError {
        let span = Document::recover(self.source.text).span(&self.path);
        let names: Vec<&str> = self.path.iter().filter_map(|step| step.name()).collect();
        self.source.fault(&span, shorten(&names.join(".")), Text::new(ja, en))
    }

    fn below(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { source: self.source, path }
    }
}
