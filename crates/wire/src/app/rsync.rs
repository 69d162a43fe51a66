//! The greeting of an rsync daemon and its list of modules (the protocol text of rsync's source).

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: ours; a message of the day has lines like any text.
pub const MAX_LINE: usize = 1_024;

/// The most lines of a list that are read: ours.
pub const MAX_LINES: usize = 1_024;

/// Our side of the greeting: version 30 wants no list of checksums.
pub const GREETING: &[u8] = b"@RSYNCD: 30.0\n";

/// Asks for the list of modules.
pub const LIST: &[u8] = b"#list\n";

/// Reads the daemon's greeting without `@RSYNCD: `, as `31.0 sha512 sha256`, and says how many
/// bytes it was.
pub fn decode_greeting(bytes: &[u8]) -> Result<(String, usize), DecodeError> {
    let mut reader = Reader::new("rsync greeting", bytes);
    let line = reader.line(MAX_LINE)?;
    let version = line.strip_prefix(b"@RSYNCD: ");
    let version = version.filter(|version| version.first().is_some_and(u8::is_ascii_digit));
    let version = version.ok_or(reader.invalid("it is not `@RSYNCD: ` and a version"))?;
    Ok((text::decode(version, MAX_LINE), reader.offset()))
}

/// What a daemon says to the name of a module, or to [`LIST`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The names of the modules that it shows to everybody.
    Modules(Vec<String>),
    /// The module may be used.
    Allowed,
    /// The module may be used by whoever knows a password.
    PasswordAsked,
    /// It refuses, and says why.
    Refused(String),
}

impl Answer {
    /// Reads lines up to one that begins with `@`, and says how many bytes that was. Lines of a
    /// message of the day come before it and have no tab.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("rsync answer", bytes);
        let mut modules = Vec::new();
        for _ in 0..MAX_LINES {
            let line = reader.line(MAX_LINE)?;
            let answer = if line == b"@RSYNCD: EXIT" {
                Self::Modules(modules)
            } else if line == b"@RSYNCD: OK" {
                Self::Allowed
            } else if line.starts_with(b"@RSYNCD: AUTHREQD ") {
                Self::PasswordAsked
            } else if let Some(reason) = line.strip_prefix(b"@ERROR") {
                let reason = reason.strip_prefix(b":").unwrap_or(reason);
                Self::Refused(text::decode(reason.trim_ascii_start(), MAX_LINE))
            } else {
                if let Some(tab) = line.iter().position(|byte| *byte == b'\t') {
                    let name = line.get(..tab).unwrap_or(line).trim_ascii_end();
                    modules.push(text::decode(name, MAX_LINE));
                }
                continue;
            };
            return Ok((answer, reader.offset()));
        }
        Err(DecodeError::too_long("lines of an rsync answer", 0, MAX_LINES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_listed_without_the_message_of_the_day() {
        let bytes =
            b"Welcome\n\nbackup         \tnightly\n\xe5\x85\xb1\xe6\x9c\x89\t\n@RSYNCD: EXIT\n";
        let (answer, length) = Answer::decode(bytes).unwrap();
        assert_eq!(answer, Answer::Modules(vec!["backup".into(), "共有".into()]));
        assert_eq!(length, bytes.len());
    }

    #[test]
    fn what_a_module_asks_is_told_apart() {
        for (line, answer) in [
            ("@RSYNCD: OK\n", Answer::Allowed),
            ("motd\n@RSYNCD: AUTHREQD abc\n", Answer::PasswordAsked),
            ("@ERROR: access denied\n", Answer::Refused("access denied".into())),
        ] {
            assert_eq!(Answer::decode(line.as_bytes()).unwrap().0, answer, "{line}");
        }
    }

    #[test]
    fn other_greetings_and_endless_lists_are_refused() {
        assert!(decode_greeting(b"@RSYNCD: OK\n").is_err());
        assert!(!decode_greeting(b"220 x\n").unwrap_err().is_incomplete());
        assert!(Answer::decode(&b"x\n".repeat(MAX_LINES + 1)).unwrap_err().is_too_long());
    }
}
