//! One pattern: an expression and what it means that a text matches it.

mod template;

use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_inspection::inventory::{Confidence, DeviceClass};
use regex::{Regex, RegexBuilder};

pub(crate) use template::{Part, Template};

use crate::error::Fault;
use crate::reading::{DeviceWords, ProductWords, Reading, SystemWords};

/// The longest expression, in bytes: lists of icon hashes in recog have some thousands.
const MAX_EXPRESSION: usize = 16 * 1_024;

/// The most memory that one compiled expression may take, in bytes: ten times what the largest
/// expression of recog takes.
const MAX_COMPILED: usize = 4 * 1_024 * 1_024;

/// How deep an expression may nest: far over any in use.
const MAX_NESTING: u32 = 64;

/// A pattern, ready to read clues.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Its name within the pack.
    pub(crate) id: String,
    /// The clues that it reads.
    pub(crate) sources: Vec<ClueSource>,
    /// The database within which only the first pattern that matches counts, if it is in one.
    pub(crate) database: Option<usize>,
    /// How far one clue that it reads can be believed.
    pub(crate) confidence: Confidence,
    pub(crate) expression: Regex,
    pub(crate) product: Option<ProductWords<Template>>,
    pub(crate) systems: Vec<SystemWords<Template>>,
    pub(crate) device: Option<DeviceWords<Template>>,
}

/// How an expression is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) ignores_case: bool,
    /// Whether `.` stands for the end of a line as well.
    pub(crate) dot_is_any: bool,
    /// Whether `^` and `$` stand for the ends of each line.
    pub(crate) anchors_lines: bool,
}

/// Compiles `text` within the limits of this crate.
pub(crate) fn compile(text: &str, manner: Manner) -> Result<Regex, Fault> {
    if text.len() > MAX_EXPRESSION {
        return Err(Fault::ExpressionTooLong { limit: MAX_EXPRESSION });
    }
    RegexBuilder::new(text)
        .case_insensitive(manner.ignores_case)
        .dot_matches_new_line(manner.dot_is_any)
        .multi_line(manner.anchors_lines)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(MAX_NESTING)
        .build()
        .map_err(|error| Fault::Expression(Box::new(error)))
}

/// The class of device that `word` names.
pub(crate) fn device_class(word: &str) -> Option<DeviceClass> {
    DeviceClass::ALL.iter().copied().find(|class| class.word() == word)
}

impl Pattern {
    /// Whether it reads `text`, whatever the text is a clue of.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.expression.is_match(text)
    }

    /// What it, the pattern at `rank` of `pack`, makes of `clue`; `None` where it does not match.
    pub(crate) fn read<'a>(
        &'a self,
        pack: &'a str,
        rank: usize,
        clue: &'a Clue,
    ) -> Option<Reading<'a>> {
        let captures = self.expression.captures(&clue.text)?;
        let fill = |_: &'static str, template: &Template| Ok(template.render(&captures));
        let product = self.product.as_ref().map(|words| infallible(words.try_map(fill)));
        let systems = self.systems.iter().map(|words| infallible(words.try_map(fill)));
        let device = self.device.as_ref().map(|words| infallible(words.try_map(fill)));
        Some(Reading {
            pack,
            pattern: &self.id,
            rank,
            clue,
            confidence: self.confidence,
            product: product.filter(|words| words.name.is_some()),
            systems: systems.filter(|words| words.name.is_some()).collect(),
            device: device.filter(|words| !words.is_empty()),
        })
    }
}

fn infallible<T>(result: Result<T, std::convert::Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
