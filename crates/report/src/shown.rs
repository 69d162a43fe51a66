//! Text of the inspected world, made safe to show.

use std::fmt;

use serde::Serialize;

/// Text that shows every character it has: nothing hidden, nothing that turns the order around.
///
/// A banner or a name may hold control characters, bidirectional overrides or zero-width ones,
/// with which `gpj.exe` reads as `exe.jpg`. Line breaks and tabs become spaces; the others become
/// their code point in brackets, `［U+202E］`. Everything in a report that does not come from the
/// program's own word table is of this type.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Shown(String);

impl Shown {
    /// `text` with its hidden characters made visible.
    pub fn new(text: &str) -> Self {
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\r' | '\n' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push(' '),
                hidden if is_hidden(hidden) => shown.push_str(&code_point(hidden)),
                plain => shown.push(plain),
            }
        }
        Self(shown)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

/// `［U+20BB7］`, how a report writes a character that it cannot show.
pub(crate) fn code_point(character: char) -> String {
    format!("［U+{:04X}］", u32::from(character))
}

/// Control characters, and the format characters (Unicode category Cf) that text may abuse.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_code_points() {
        let shown = Shown::new("safe\u{202e}gpj.exe\u{0}\u{200b}");
        assert_eq!(shown.as_str(), "safe［U+202E］gpj.exe［U+0000］［U+200B］");
    }

    #[test]
    fn line_breaks_become_spaces_and_plain_text_stays() {
        assert_eq!(Shown::new("一行目\r\n二行目\t★髙").as_str(), "一行目  二行目 ★髙");
    }
}
