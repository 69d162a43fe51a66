//! Expressions of recog, which are written for Ruby, in the words of the `regex` crate.

use regex::Regex;

use crate::error::Fault;
use crate::pattern::{self, Manner};

/// Compiles an expression of recog.
///
/// In Ruby `^` and `$` stand for the ends of lines, the option that lets `.` match the end of a
/// line is called multi-line, and `\d`, `\s`, `\w` know ASCII only.
pub(super) fn compile(text: &str, flags: &str) -> Result<Regex, Fault> {
    let mut manner = Manner { anchors_lines: true, ..Manner::default() };
    for flag in flags.split(',').map(str::trim) {
        match flag {
            "REG_ICASE" => manner.ignores_case = true,
            "REG_DOT_NEWLINE" | "REG_MULTILINE" => manner.dot_is_any = true,
            _ => {}
        }
    }
    pattern::compile(&translate(text), manner)
}

/// `text` with classes of ASCII and with the `regex` crate's name of the multi-line option.
fn translate(text: &str) -> String {
    let text = text.replace("(?m)", "(?s)").replace("(?m:", "(?s:");
    let mut translated = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if sign == '\\' {
            let Some(escaped) = signs.next() else {
                translated.push(sign);
                break;
            };
            match (class(escaped), depth > 0) {
                (Some((members, is_negated)), is_inside) => {
                    let inverse = if is_negated { "^" } else { "" };
                    if is_inside && !is_negated {
                        translated.push_str(members);
                    } else {
                        translated.extend(["[", inverse, members, "]"]);
                    }
                }
                (None, _) if escaped == 'Z' => translated.push_str(r"\n?\z"),
                (None, _) => translated.extend(['\\', escaped]),
            }
            continue;
        }
        match sign {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        translated.push(sign);
    }
    translated
}

/// The members of the class that an escaped letter stands for, and whether it is all others.
fn class(letter: char) -> Option<(&'static str, bool)> {
    match letter {
        'd' => Some(("0-9", false)),
        'D' => Some(("0-9", true)),
        'w' => Some(("0-9A-Za-z_", false)),
        'W' => Some(("0-9A-Za-z_", true)),
        's' => Some((r"\t\n\x0b\x0c\r ", false)),
        'S' => Some((r"\t\n\x0b\x0c\r ", true)),
        'h' => Some(("0-9A-Fa-f", false)),
        'H' => Some(("0-9A-Fa-f", true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_ascii_inside_brackets_and_outside() {
        assert_eq!(translate(r"^\d+[\w.-]"), "^[0-9]+[0-9A-Za-z_.-]");
        assert_eq!(translate(r"[\S]\["), r"[[^\t\n\x0b\x0c\r ]]\[");
        assert!(!compile(r"^\d$", "").unwrap().is_match("３"));
    }

    #[test]
    fn flags_mean_what_they_mean_in_ruby() {
        assert!(compile("^b$", "").unwrap().is_match("a\nb\nc"));
        assert!(!compile("a.b", "").unwrap().is_match("a\nb"));
        for (text, flags) in [
            ("a.B", "REG_MULTILINE,REG_ICASE"),
            ("A.b", "REG_ICASE,REG_DOT_NEWLINE"),
            ("(?m)a.b", ""),
        ] {
            assert!(compile(text, flags).unwrap().is_match("a\nb"), "{text} {flags}");
        }
    }

    #[test]
    fn what_cannot_run_in_linear_time_is_refused() {
        for text in [r"(?=a)b", r"(a)\1", "(?>a)b", r"a\"] {
            assert!(compile(text, "").is_err(), "{text}");
        }
    }
}
