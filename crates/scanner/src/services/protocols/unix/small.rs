//! The small services of inetd that can be proved: echo, chargen and daytime.

use std::time::Duration;

use hoshimori_inspection::evidence::{Clue, ClueSource, ProbeError, Protocol};
use hoshimori_wire::app::text;

use crate::services::identify::MAX_BANNER;
use crate::services::protocols::{Greeter, Likeness};
use crate::services::talk::{Approach, Asking, Recognised, Talk};

/// How long an echo may take to say more than it was told, which it does not.
const PAUSE: Duration = Duration::from_millis(250);

/// Length of the random word.
const WORD: usize = 24;

/// How many letters a line of chargen has (RFC 864).
const CHARGEN_LINE: usize = 72;

/// The longest line of daytime: ours; a date with a weekday and a zone is shorter.
const MAX_DATE: usize = 64;

/// RFC 862: what is sent comes back, to the byte, and nothing else does.
pub(super) const ECHO: Approach = Approach { ports: &[7], ask: ask_for_echo };

/// RFC 864, with the pattern that the RFC recommends.
pub(super) const CHARGEN: Greeter = Greeter { recognises: is_chargen, go_on: end_chargen };

/// RFC 867: a line with a date and a time, and the end.
pub(super) const DAYTIME: Greeter = Greeter { recognises: is_daytime, go_on: read_daytime };

fn ask_for_echo<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        // The bytes that are no text tell it from a terminal, which repeats what is typed.
        let word = [b"\x00\xfe\x01", talk.word("echo", WORD).as_bytes(), b"\r\n"].concat();
        talk.say(&word).await?;
        let first = talk.hear(|bytes| Ok((bytes.to_vec(), bytes.len()))).await?;
        if !word.starts_with(&first) {
            return Err(ProbeError::Malformed { detail: "it says something else".into() });
        }
        let rest = talk.listen(PAUSE, word.len() + 1).await;
        if [first, rest].concat() == word {
            Ok(Recognised::as_speaking(Protocol::Echo))
        } else {
            Err(ProbeError::Malformed { detail: "it says more or less".into() })
        }
    })
}

/// Whether two lines are letters in the order of ASCII, the second one letter further.
fn is_chargen(bytes: &[u8]) -> Likeness {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let is_line = |line: &[u8]| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.len() <= CHARGEN_LINE
            && line.windows(2).all(|pair| matches!(pair, [a, b] if follows(*a, *b)))
    };
    match lines.as_slice() {
        [first] if is_line(first) => Likeness::Possible,
        [first, second, ..] if first.len() > CHARGEN_LINE && is_line(first) && is_line(second) => {
            match (first.first(), second.first(), second.len() > CHARGEN_LINE) {
                (Some(a), Some(b), true) if follows(*a, *b) => Likeness::Certain,
                (Some(a), Some(b), false) if follows(*a, *b) => Likeness::Possible,
                (_, None, _) => Likeness::Possible,
                _ => Likeness::None,
            }
        }
        _ => Likeness::None,
    }
}

/// Whether `second` comes after `first` among the 95 printable characters, around the end.
fn follows(first: u8, second: u8) -> bool {
    (b' '..=b'~').contains(&first) && second == if first == b'~' { b' ' } else { first + 1 }
}

fn end_chargen<'talk>(_: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async { Ok(Recognised::as_speaking(Protocol::Chargen)) })
}

/// Whether the bytes are a line of words of a date: a time, a year and the name of a month.
fn is_daytime(bytes: &[u8]) -> Likeness {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Likeness::None };
    let line = bytes.get(..end).and_then(|line| std::str::from_utf8(line).ok()).unwrap_or("");
    let is_alone = bytes.len() == end + 1 && line.len() <= MAX_DATE;
    let words: Vec<&str> = line.split([' ', ',', '-', '\r']).filter(|it| !it.is_empty()).collect();
    let is_certain = is_alone
        && words.iter().all(|word| is_of_date(word))
        && words.iter().any(|word| is_time(word))
        && words.iter().any(|word| word.len() == 4 && word.starts_with("20") && is_number(word))
        && words.iter().any(|word| is_month(word));
    if is_certain { Likeness::Certain } else { Likeness::None }
}

/// Whether a date may have the word: a number, a time, a month, a weekday, the name of a zone.
fn is_of_date(word: &str) -> bool {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let is_day = word.get(..3).is_some_and(|it| days.contains(&it.to_ascii_lowercase().as_str()));
    let is_zone = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_number(word) || is_time(word) || is_month(word) || is_day && word.len() <= 9 || is_zone
}

fn is_time(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    parts.len() == 3 && parts.iter().all(|part| part.len() == 2 && is_number(part))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_month(word: &str) -> bool {
    let months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    word.get(..3).is_some_and(|it| months.contains(&it.to_ascii_lowercase().as_str()))
}

fn read_daytime<'talk>(talk: &'talk mut Talk<'_>) -> Asking<'talk> {
    Box::pin(async move {
        let words = talk.listen(PAUSE, MAX_DATE + 2).await;
        if is_daytime(&words) != Likeness::Certain {
            return Err(ProbeError::Malformed { detail: "it says more than a date".into() });
        }
        let line = text::decode(&words, MAX_BANNER);
        Ok(Recognised {
            clues: vec![Clue::new(ClueSource::Banner, &line)],
            banner: Some(line),
            ..Recognised::as_speaking(Protocol::Daytime)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_chargen_needs_two_lines() {
        let line = |start: u8| -> Vec<u8> {
            let letters = (0..72).map(|at| b' ' + (start - b' ' + at) % 95);
            letters.chain(*b"\r\n").collect()
        };
        let [first, second, other] = [b' ', b'!', b'A'].map(line);
        assert_eq!(is_chargen(&first), Likeness::Possible);
        assert_eq!(is_chargen(&[first.clone(), second].concat()), Likeness::Certain);
        assert_eq!(is_chargen(&[first, other].concat()), Likeness::None);
        assert_eq!(is_chargen(b"hello\r\n"), Likeness::None);
    }

    #[test]
    fn a_date_is_daytime_and_a_log_line_is_not() {
        for (line, likeness) in [
            ("Mon Nov 23 23:02:17 2026\r\n", Likeness::Certain),
            ("23 NOV 2026 23:02:17 UTC\r\n", Likeness::Certain),
            ("Monday, November 23, 2026 23:02:17-JST\r\n", Likeness::Certain),
            ("Nov 23 23:02:17 2026 daemon starting\r\n", Likeness::None),
            ("23:02:17\r\n", Likeness::None),
            ("Mon Nov 23 23:02:17 2026\r\nready\r\n", Likeness::None),
        ] {
            assert_eq!(is_daytime(line.as_bytes()), likeness, "{line}");
        }
    }
}
