//! Pieces of sentences that several checks write.

use hoshimori_inspection::evidence::PortSpan;
use hoshimori_inspection::moment;
use hoshimori_scheme::{Text, shorten};
use jiff::Timestamp;

/// Sentences one after another.
pub(crate) fn joined(sentences: impl IntoIterator<Item = Text>) -> Text {
    let (ja, en): (Vec<String>, Vec<String>) =
        sentences.into_iter().map(|text| (text.ja, text.en)).unzip();
    Text::new(ja.concat(), en.join(" "))
}

/// `a、b` and `a, b`.
pub(crate) fn listed(items: impl IntoIterator<Item = Text>) -> Text {
    let (ja, en): (Vec<String>, Vec<String>) =
        items.into_iter().map(|text| (text.ja, text.en)).unzip();
    Text::new(ja.join("、"), en.join(", "))
}

/// `a；b` and `a; b`, for items that may be lists themselves.
pub(crate) fn itemised(items: impl IntoIterator<Item = Text>) -> Text {
    let (ja, en): (Vec<String>, Vec<String>) =
        items.into_iter().map(|text| (text.ja, text.en)).unzip();
    Text::new(ja.join("；"), en.join("; "))
}

/// A list of what peers or operators call things, each fit to be printed.
pub(crate) fn named<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Text {
    let mut names: Vec<String> = names.into_iter().map(|name| shorten(name.as_ref())).collect();
    let more = names.len().saturating_sub(NAMES_SHOWN);
    names.truncate(NAMES_SHOWN);
    let list = listed(names.into_iter().map(Text::same));
    if more == 0 {
        return list;
    }
    Text::new(format!("{}、ほか{more}件", list.ja), format!("{} and {more} more", list.en))
}

/// A peer chooses how many names it shows; a reader wants a line, the rest is in the evidence.
const NAMES_SHOWN: usize = 12;

/// Ascending ports as spans, `22, 80, 8000-8010`.
pub(crate) fn ports(ports: impl IntoIterator<Item = u16>) -> String {
    let mut joined = Vec::new();
    for port in ports {
        PortSpan::push(&mut joined, port);
    }
    spans(&joined)
}

/// Spans of ports, `22, 8000-8010`.
pub(crate) fn spans(spans: &[PortSpan]) -> String {
    let shown: Vec<String> = spans.iter().take(SPANS_SHOWN).map(ToString::to_string).collect();
    let mut text = shown.join(", ");
    if spans.len() > SPANS_SHOWN {
        text.push_str(", …");
    }
    text
}

/// About three printed lines.
const SPANS_SHOWN: usize = 30;

/// The day in Japan, `2026-11-20`.
pub(crate) fn day(time: Timestamp) -> String {
    moment::rfc3339(time).chars().take("2026-11-20".len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_shown_as_spans_and_cut_when_many() {
        assert_eq!(ports([22, 80, 81, 82, 443]), "22, 80-82, 443");
        assert!(ports((1..200).step_by(2)).ends_with("59, …"));
    }

    #[test]
    fn names_lose_control_characters_and_are_cut_when_many() {
        assert_eq!(named(["a\nb"]).ja, "a\u{fffd}b");
        assert_eq!(named(["a", "b"]), Text::new("a、b", "a, b"));
        assert!(named(vec!["n"; 15]).en.ends_with("n and 3 more"));
    }

    #[test]
    fn day_is_that_of_japan() {
        assert_eq!(day("2026-11-19T20:00:00Z".parse().unwrap()), "2026-11-20");
    }
}
