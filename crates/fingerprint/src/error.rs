/// Why a pack cannot be used. All of them are faults of the pack's files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The name belongs to our own pack, or is no name.
    #[error(
        "`{name}` cannot name a pack\n\
         hint: use small letters, digits and `-`, and not `hoshimori`"
    )]
    Name {
        /// The name that was given.
        name: String,
    },
    /// A file is over the limit.
    #[error("`{file}` has {size_bytes} bytes, over the limit of {limit}\nhint: split it")]
    FileTooLong {
        /// The file.
        file: String,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A file is not UTF-8.
    #[error("`{file}` is not UTF-8 text\nhint: save it as UTF-8")]
    NotText {
        /// The file.
        file: String,
    },
    /// A file is not TOML, or has other keys than the format.
    #[error("cannot read `{file}`\nhint: docs/fingerprints.md describes the format")]
    Toml {
        /// The file.
        file: String,
        /// What the reader said.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A file is not the XML of a recog database.
    #[error(
        "cannot read `{file}` at byte {at}: {detail}\n\
         hint: give the unchanged files of a recog checkout's folder `xml`"
    )]
    Xml {
        /// The file.
        file: String,
        /// Where in the file.
        at: u64,
        /// What is wrong there.
        detail: String,
    },
    /// A pack has more patterns than the limit.
    #[error("the pack `{pack}` has more than {limit} patterns\nhint: leave files out")]
    TooManyPatterns {
        /// The pack.
        pack: String,
        /// The limit.
        limit: usize,
    },
    /// No file of the pack has a pattern that can be used.
    #[error("the pack `{pack}` has no pattern that can be used\nhint: check the folder")]
    Empty {
        /// The pack.
        pack: String,
    },
    /// A pattern is wrong.
    #[error("the pattern `{pattern}` in `{file}` is wrong")]
    Pattern {
        /// The file.
        file: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        #[source]
        fault: Box<Fault>,
    },
}

impl PackError {
    /// That `pattern` of `file` has `fault`.
    pub(crate) fn in_pattern(file: &str, pattern: String, fault: Fault) -> Self {
        Self::Pattern { file: file.to_owned(), pattern, fault: Box::new(fault) }
    }
}

/// What is wrong with a pattern.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The identifier has other signs than those allowed.
    #[error("the id is not made of small letters, digits, `-`, `.` and `_`, at most 80")]
    Id,
    /// Another pattern of the pack has the same identifier.
    #[error("the pack has two patterns of this id; rename one")]
    DuplicateId,
    /// No clue source is named.
    #[error("`source` names none; see the words in docs/fingerprints.md")]
    NoSource,
    /// The expression cannot be run in linear time and bounded memory.
    #[error("`matches` cannot be used; look-around and back-references do not exist here")]
    Expression(#[from] Box<regex::Error>),
    /// The expression is longer than the limit.
    #[error("`matches` is over the limit of {limit} bytes; split the pattern")]
    ExpressionTooLong {
        /// The limit.
        limit: usize,
    },
    /// The pattern states nothing.
    #[error("there is no `product`, `system` or `device`; add one")]
    NothingToTell,
    /// A product or system has no name.
    #[error("`{key}` is missing; name it")]
    NoName {
        /// Which name.
        key: &'static str,
    },
    /// A value names a group that the expression does not have.
    #[error("`{key}` uses the group `{group}`, which `matches` does not have")]
    UnknownGroup {
        /// The value's key.
        key: &'static str,
        /// The group.
        group: String,
    },
    /// A brace of a value has no partner.
    #[error("`{key}` has a brace without its partner; write `{{{{` and `}}}}` for braces")]
    Brace {
        /// The value's key.
        key: &'static str,
    },
    /// A value is not a formatted string of CPE 2.3.
    #[error("`{key}` is not `cpe:2.3:` with eleven parts, the first `a`, `o` or `h`")]
    Cpe {
        /// The value's key.
        key: &'static str,
    },
    /// A class is not a word of `DeviceClass`.
    #[error("`{class}` is no class of device; see docs/fingerprints.md")]
    UnknownClass {
        /// The word.
        class: String,
    },
    /// There is no example.
    #[error("there is no `example`; add a text that it reads")]
    NoExample,
    /// An example is not read.
    #[error("the example `{text}` is not read; mend `matches` or the example")]
    ExampleNotRead {
        /// Its text.
        text: String,
    },
    /// A text that must not be read is.
    #[error("the counter-example `{text}` is read; make `matches` narrower")]
    CounterExampleRead {
        /// Its text.
        text: String,
    },
    /// An example gives another value.
    #[error("the example `{text}` gives `{key}` = `{found}`, not `{expected}`")]
    ExampleDiffers {
        /// Its text.
        text: String,
        /// The value's key.
        key: &'static str,
        /// What the example expects.
        expected: String,
        /// What the pattern makes of it.
        found: String,
    },
    /// An example expects another number of systems than the pattern states.
    #[error("the example `{text}` lists {expected} systems, the pattern has {found}")]
    SystemsDiffer {
        /// Its text.
        text: String,
        /// How many the example lists.
        expected: usize,
        /// How many the pattern states.
        found: usize,
    },
}
