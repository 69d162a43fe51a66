//! What the end of a text asks of whoever reads it.

use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_wire::app::text;

use crate::services::talk::Talk;

/// The most bytes of what an interpreter prints that are read: ours; greetings have a page.
pub(super) const MAX_WORDS: usize = 16 * 1_024;

/// The longest prompt, in characters: ours; prompts have a host, a user and a folder.
const MAX_PROMPT: usize = 120;

/// How long a server that is in the middle of its words may pause.
const PAUSE: Duration = Duration::from_millis(250);

/// How a prompt for a name or a password ends, without its colon.
const LOGIN_WORDS: [&str; 24] = [
    "login",
    "logon",
    "username",
    "user name",
    "user",
    "userid",
    "user id",
    "account",
    "login name",
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pin",
    "ログイン",
    "ログイン名",
    "ログインid",
    "ユーザ名",
    "ユーザー名",
    "ユーザid",
    "ユーザーid",
    "アカウント",
    "パスワード",
    "暗証番号",
];

/// What a prompt waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Prompt {
    /// The name of a user, or a password.
    Login,
    /// A command.
    Command,
}

impl Prompt {
    /// The prompt at the end of `words`, if there is one: an unfinished last line.
    pub(super) fn at_end_of(words: &[u8]) -> Option<Self> {
        let line = text::decode(last_line(&without_controls(words)), 4 * MAX_PROMPT);
        let asked = line.trim_end().to_lowercase();
        if asked.is_empty() || asked.chars().count() > MAX_PROMPT {
            return None;
        }
        let name = asked.trim_end_matches([' ', ':', '：', '>', '?', '？', ']']);
        if name.len() < asked.len() && LOGIN_WORDS.iter().any(|word| ends_with_word(name, word)) {
            return Some(Self::Login);
        }
        asked.ends_with(['$', '#', '>', '%']).then_some(Self::Command)
    }
}

/// Whether `text` ends with `word` and no longer word of the same letters.
fn ends_with_word(text: &str, word: &str) -> bool {
    let before = text.strip_suffix(word);
    before.is_some_and(|before| !before.ends_with(|letter: char| letter.is_ascii_alphanumeric()))
}

/// What stands behind the last line end.
pub(super) fn last_line(words: &[u8]) -> &[u8] {
    words.rsplit(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default()
}

/// `words` without the sequences that colour a terminal or move its cursor (ECMA-48 section 5.4),
/// and without padding.
pub(super) fn without_controls(words: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut bytes = words.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            0 | 7 => {}
            0x1b if bytes.peek() == Some(&b'[') => {
                bytes.next();
                // Parameters up to the final byte.
                while bytes.next_if(|byte| matches!(byte, 0x20..=0x3f)).is_some() {}
                bytes.next();
            }
            // The title of the window, up to a bell.
            0x1b if bytes.peek() == Some(&b']') => {
                while bytes.next_if(|byte| *byte != 7).is_some() {}
            }
            other => kept.push(other),
        }
    }
    kept
}

/// Whether everything in `words` is text of whatever encoding.
pub(super) fn is_text(words: &[u8]) -> bool {
    words.iter().all(|byte| matches!(byte, 0 | 7..=13 | 27 | 32..=126 | 128..=255))
}

/// What a server says up to its next pause; the first byte has the time of a guess.
pub(super) async fn words_of(talk: &mut Talk<'_>) -> Result<Vec<u8>, ProbeError> {
    let mut words = talk.hear(|bytes| Ok((bytes.to_vec(), bytes.len()))).await?;
    loop {
        let more = talk.listen(PAUSE, MAX_WORDS).await;
        if more.is_empty() {
            return Ok(words);
        }
        words.extend(more);
        if words.len() > MAX_WORDS {
            return Err(ProbeError::TooLong);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_by_the_unfinished_last_line() {
        let login = Some(Prompt::Login);
        let command = Some(Prompt::Command);
        for (words, prompt) in [
            ("Ubuntu 22.04.4 LTS\r\noffice login: ", login),
            ("\r\nUser Access Verification\r\n\r\nPassword: ", login),
            ("Username:", login),
            ("[User ID]: ", login),
            ("ログイン名：", login),
            ("ユーザー名: ", login),
            ("Welcome\r\n/ # \x1b[6n", command),
            ("\x1b[01;32mroot@camera\x1b[0m:~# ", command),
            ("Router>", command),
            ("C:\\Windows\\system32>", command),
            ("sh-5.2$ ", command),
            ("####### notice #######\r\n", None),
            ("Last login: Mon Nov 23\r\n", None),
            ("spin: ", None),
            ("press a key", None),
            ("", None),
        ] {
            assert_eq!(Prompt::at_end_of(words.as_bytes()), prompt, "{words:?}");
        }
    }

    #[test]
    fn japanese_prompts_in_old_encodings_are_read() {
        // `パスワード:` in Shift_JIS.
        let words = b"\x83p\x83X\x83\x8f\x81[\x83h: ";
        assert_eq!(Prompt::at_end_of(words), Some(Prompt::Login));
    }
}
