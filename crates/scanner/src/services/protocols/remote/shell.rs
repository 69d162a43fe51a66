//! Interpreters of commands that somebody hung on a port, with a prompt or silent.
//!
//! A prompt is easily printed, so it proves nothing. A shell is known by what it does: it is asked
//! for the sum of two random numbers behind a random word, in a line that changes nothing and
//! starts no program, and has to print the word and the sum. An echo would print the question, an
//! error message would quote it; neither can add. The line does the same in POSIX shells
//! (XCU 2.6.4, arithmetic expansion) and in PowerShell; `cmd.exe` names itself and gets its own.

use hoshimori_inspection::evidence::{Access, Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::text;

use super::prompt::{self, Prompt};
use crate::services::identify::MAX_BANNER;
use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// How `cmd.exe` begins.
const WINDOWS: &[u8] = b"Microsoft Windows [Version ";

/// A shell with a prompt, or with words that only a shell has.
pub(super) const GREETER: Greeter = Greeter { recognises, go_on };

/// A shell without a prompt, as behind `nc -e`: only its work shows it. It is asked apart from all
/// other approaches, before those whose questions are text.
pub(in crate::services) static SHELL: Approach = Approach { ports: &[], ask };

fn recognises(bytes: &[u8]) -> Likeness {
    let begins_as_prose = !bytes.starts_with(b"SSH-") && !bytes.starts_with(b"RFB ");
    let prompts = Prompt::at_end_of(bytes) == Some(Prompt::Command) || tells_itself(bytes);
    if begins_as_prose && prompt::is_text(bytes) && prompts {
        Likeness::Certain
    } else {
        Likeness::None
    }
}

fn go_on<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let words = prompt::words_of(talk).await?;
        let sum = Sum::for_talk(talk);
        let (line, wanted) = if has(&words, WINDOWS) { sum.for_windows() } else { sum.for_posix() };
        talk.say(line.as_bytes()).await?;
        let computes = match prompt::words_of(talk).await {
            Ok(answer) => prints(&answer, &wanted),
            Err(ProbeError::TimedOut | ProbeError::Closed) => false,
            Err(error) => return Err(error),
        };
        if !computes && !tells_itself(&words) {
            return Err(ProbeError::Malformed { detail: "its prompt does not compute".into() });
        }
        let words = text::decode(&prompt::without_controls(&words), MAX_BANNER);
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::Banner, words.trim())],
            access: computes.then_some(Access::Open),
            banner: Some(words.trim().to_owned()),
            ..Recognised::as_speaking(Protocol::Shell)
        })
    })
}

fn ask<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let (line, wanted) = Sum::for_talk(talk).for_posix();
        talk.say(line.as_bytes()).await?;
        let answer = prompt::words_of(talk).await?;
        if !prints(&answer, &wanted) {
            return Err(ProbeError::Malformed { detail: "it does not compute".into() });
        }
        Ok(Recognised { access: Some(Access::Open), ..Recognised::as_speaking(Protocol::Shell) })
    })
}

/// Whether words are those of a shell and of nothing else: the greeting of `cmd.exe`, a prompt
/// with the name and version of a shell, or the answer to `id`.
fn tells_itself(words: &[u8]) -> bool {
    let has_digit_behind = |text: &[u8]| {
        let mut parts = words.windows(text.len() + 1);
        parts.any(|it| it.starts_with(text) && it.last().is_some_and(u8::is_ascii_digit))
    };
    let is_prompt = Prompt::at_end_of(words) == Some(Prompt::Command);
    has(words, WINDOWS)
        || is_prompt && (has_digit_behind(b"sh-") || has_digit_behind(b"bash-"))
        || has_digit_behind(b"uid=") && has(words, b" gid=")
}

fn has(words: &[u8], wanted: &[u8]) -> bool {
    words.windows(wanted.len()).any(|it| it == wanted)
}

/// Whether a line of `answer`, behind a prompt at most, ends with `wanted`.
fn prints(answer: &[u8], wanted: &str) -> bool {
    let answer = prompt::without_controls(answer);
    let mut lines = answer.split(|byte| matches!(byte, b'\r' | b'\n'));
    lines.any(|line| {
        let before = line.trim_ascii().strip_suffix(wanted.as_bytes());
        before.is_some_and(|before| {
            before.is_empty() || Prompt::at_end_of(before) == Some(Prompt::Command)
        })
    })
}

/// Two random numbers and a random word.
struct Sum {
    word: String,
    first: u32,
    second: u32,
}

impl Sum {
    fn for_talk(talk: &Talk<'_>) -> Self {
        // Nine or ten digits, and no more than the 31 bits of small devices.
        let number = |what| 500_000_000 + u32::from(talk.number16(what)) * 7_919;
        Self {
            word: talk.word("shell", 8),
            first: number("shell first"),
            second: number("shell second"),
        }
    }

    /// The line for POSIX shells and PowerShell, and what they print.
    fn for_posix(&self) -> (String, String) {
        let Self { word, first, second } = self;
        let line = format!("echo {word}$(({first}+{second}))\n");
        (line, format!("{word}{}", first + second))
    }

    /// The line for `cmd.exe`, and what it prints.
    fn for_windows(&self) -> (String, String) {
        let Self { first, second, .. } = self;
        (format!("set /a {first}+{second}\r\n"), (first + second).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: Sum = Sum { word: String::new(), first: 500_000_001, second: 600_000_002 };

    #[test]
    fn an_echo_and_an_error_message_do_not_add() {
        let (line, wanted) = Sum { word: "h12".into(), ..SUM }.for_posix();
        assert_eq!(wanted, "h121100000003");
        for (answer, computes) in [
            (format!("{wanted}\n"), true),
            (format!("bash-5.2$ {wanted}\r\nbash-5.2$ "), true),
            (format!("{line}{wanted}\r\n/ # "), true),
            (line.clone(), false),
            (format!("sh: unknown command: {line}"), false),
            (format!("the answer is not {wanted}\n"), false),
        ] {
            assert_eq!(prints(answer.as_bytes(), &wanted), computes, "{answer}");
        }
    }

    #[test]
    fn windows_prints_the_sum_before_its_prompt() {
        let (line, wanted) = SUM.for_windows();
        let answer = format!("{line}1100000003\r\nC:\\>");
        assert!(prints(answer.as_bytes(), &wanted));
        assert!(!prints(line.as_bytes(), &wanted));
    }

    #[test]
    fn only_words_of_a_shell_tell_it() {
        for (words, tells) in [
            ("Microsoft Windows [Version 10.0.19045.4170]\r\n", true),
            ("sh-5.2# ", true),
            ("uid=0(root) gid=0(root) groups=0(root)\n", true),
            ("office-sh-2 > ready\r\n", false),
            ("$ ", false),
        ] {
            assert_eq!(tells_itself(words.as_bytes()), tells, "{words}");
        }
    }
}
