use std::io::{self, ErrorKind, IsTerminal, Write};

use hoshimori_scheme::{Language, Text};
use serde::Serialize;

use crate::args::General;
use crate::failure::Failure;

/// Where the program speaks: data to standard output, everything else to standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    pub(crate) language: Language,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Printer {
    pub(crate) fn new(general: &General) -> Self {
        Self { language: general.lang.into(), json: general.json, quiet: general.quiet }
    }

    /// Prints `text` to standard output, with a line end.
    pub(crate) fn data(text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
        match written.and_then(|()| out.flush()) {
            // The reader has seen enough: `hoshimori criteria | head` is no failure.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(source) => Err(Failure::Io {
                doing: Text::new("標準出力に書けません", "cannot write to standard output"),
                source,
            }),
            Ok(()) => Ok(()),
        }
    }

    /// Prints one JSON document to standard output.
    pub(crate) fn json(document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document).map_err(|error| Failure::Io {
            doing: Text::new("JSONを作れません", "cannot make JSON"),
            source: error.into(),
        })?;
        Self::data(&text)
    }

    /// Prints a line for people to standard error, unless they asked for quiet.
    pub(crate) fn note(self, text: &Text) {
        if !self.quiet {
            Self::line(text.in_language(self.language));
        }
    }

    /// Prints why a command failed, quiet or not.
    pub(crate) fn failure(self, failure: &Failure) {
        let label = match self.language {
            Language::Japanese => "エラー",
            Language::English => "error",
        };
        Self::line(&format!("{label}: {}", failure.message(self.language)));
    }

    /// Whether progress should be drawn.
    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    fn line(text: &str) {
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
