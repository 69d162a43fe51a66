use hoshimori_scheme::{InputError, MAX_INPUT_BYTES, Text};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::node::Node;

/// Deepest nesting that is read, the depth at which `serde_json` itself stops. A request needs 5.
const MAX_DEPTH: usize = 128;

/// A JSON text together with the name its errors carry.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    /// Name of the file as the person gave it.
    pub(super) file: &'a str,
    text: &'a str,
}

impl<'a> Document<'a> {
    /// The document in `bytes`: UTF-8, one JSON value, within the limits of size and depth.
    pub(super) fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self, InputError> {
        if bytes.len() > MAX_INPUT_BYTES {
            return Err(InputError::whole_file(file, too_large()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.iter().take(error.valid_up_to());
            not_utf8(file, before.filter(|byte| **byte == b'\n').count() + 1)
        })?;
        // Editors on Windows begin UTF-8 files with a byte order mark; RFC 8259 section 8.1 lets
        // a reader skip it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            let problem = Text::new("ファイルに何も書かれていません", "the file is empty");
            return Err(InputError::whole_file(file, problem));
        }
        let document = Self { file, text };
        document.refuse_depth()?;
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => Ok(document),
            Err(error) => Err(document.syntax_fault(&error)),
        }
    }

    /// The value that the document consists of.
    pub(super) fn root(self) -> Node<'a> {
        Node::root(self, self.text.trim())
    }

    fn refuse_depth(self) -> Result<(), InputError> {
        let (mut depth, mut line) = (0_usize, 1);
        let (mut is_in_string, mut is_escaped) = (false, false);
        for byte in self.text.bytes() {
            match byte {
                b'\n' => line += 1,
                _ if is_escaped => is_escaped = false,
                b'\\' if is_in_string => is_escaped = true,
                b'"' => is_in_string = !is_in_string,
                b'[' | b'{' if !is_in_string => depth += 1,
                b']' | b'}' if !is_in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MAX_DEPTH {
                return Err(self.fault_at(line, too_deep()));
            }
        }
        Ok(())
    }

    fn syntax_fault(self, error: &serde_json::Error) -> InputError {
        let problem = if error.classify() == Category::Eof {
            Text::new("JSONが途中で終わっています", "the JSON text ends too early")
        } else {
            let what = without_place(error);
            let column = error.column();
            Text::new(
                format!("JSONとして読めません（行の {column} バイト目: {what}）"),
                format!("not valid JSON (byte {column} of the line: {what})"),
            )
        };
        self.fault_at(error.line(), problem)
    }

    fn fault_at(self, line: usize, problem: Text) -> InputError {
        InputError { line: Some(line), ..InputError::whole_file(self.file, problem) }
    }

    /// Line number, from 1, at which `part`, a piece of this text, begins.
    pub(super) fn line_of(self, part: &str) -> Option<usize> {
        let offset = self.text.as_bytes().element_offset(part.as_bytes().first()?)?;
        let before = self.text.as_bytes().iter().take(offset);
        Some(before.filter(|byte| **byte == b'\n').count() + 1)
    }
}

/// What `serde_json` says is wrong, without the line and column that it appends.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

fn too_large() -> Text {
    let mebibytes = MAX_INPUT_BYTES >> 20;
    Text::new(
        format!("ファイルが大きすぎます（上限は {mebibytes} MiB）"),
        format!("the file is too large (the limit is {mebibytes} MiB)"),
    )
}

fn too_deep() -> Text {
    Text::new(
        format!("入れ子が深すぎます（上限は {MAX_DEPTH} 段）"),
        format!("nested too deeply (the limit is {MAX_DEPTH} levels)"),
    )
}

fn not_utf8(file: &str, line: usize) -> InputError {
    let problem = Text::new("文字コードがUTF-8ではありません", "the text is not UTF-8");
    let hint = Text::new("UTF-8で保存し直してください", "save the file as UTF-8");
    InputError { line: Some(line), ..InputError::whole_file(file, problem) }.with_hint(hint)
}
