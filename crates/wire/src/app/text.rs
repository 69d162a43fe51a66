//! Text of unknown encoding made readable and safe to show.
//!
//! Banners carry no charset. Japanese devices send `Shift_JIS`, EUC-JP or ISO-2022-JP beside UTF-8;
//! what is none of these is read as windows-1252, which never fails.

use encoding_rs::{DecoderResult, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, WINDOWS_1252};

/// The most bytes looked at in one call: a whole HTTP head, the longest text that we decode.
pub const MAX_INPUT: usize = 65_536;

/// The encoding in which bytes were read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Charset {
    /// RFC 3629; also everything that is ASCII only.
    Utf8,
    /// RFC 1468.
    Iso2022Jp,
    /// The encoding of Unix systems in Japan.
    EucJp,
    /// The encoding of Windows in Japan (code page 932).
    ShiftJis,
    /// Single bytes of western Europe.
    Windows1252,
}

/// `bytes` as one line of at most `limit` characters, none of which can disturb a terminal or
/// the reading direction of a report. A text that was cut ends with `…`.
pub fn decode(bytes: &[u8], limit: usize) -> String {
    let bytes = bytes.get(..MAX_INPUT).unwrap_or(bytes);
    make_safe(&decode_as(bytes, detect(bytes)), limit)
}

/// The most likely encoding of `bytes`.
pub fn detect(bytes: &[u8]) -> Charset {
    let bytes = bytes.get(..MAX_INPUT).unwrap_or(bytes);
    if has_iso_2022_jp_escape(bytes) && strictly(ISO_2022_JP, bytes).is_some() {
        return Charset::Iso2022Jp;
    }
    if is_utf8(bytes) {
        return Charset::Utf8;
    }
    match (strictly(EUC_JP, bytes), strictly(SHIFT_JIS, bytes)) {
        (Some(euc), Some(sjis)) if strangeness(&euc) <= strangeness(&sjis) => Charset::EucJp,
        (Some(_), None) => Charset::EucJp,
        (_, Some(_)) => Charset::ShiftJis,
        (None, None) => Charset::Windows1252,
    }
}

/// Whether `bytes` are UTF-8; a character that the end cuts in two is no fault.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Whether an escape sequence of RFC 1468 that leaves ASCII is in `bytes`.
fn has_iso_2022_jp_escape(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|window| matches!(window, b"\x1b$@" | b"\x1b$B" | b"\x1b(J" | b"\x1b(I"))
}

/// `bytes` decoded, unless one of them is wrong in `encoding`.
fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text =
        String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len())?);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, false).0 {
        DecoderResult::InputEmpty => Some(text),
        DecoderResult::Malformed(..) | DecoderResult::OutputFull => None,
    }
}

/// How unlike Japanese prose a text is: EUC-JP read as `Shift_JIS` is full of half-width katakana,
/// `Shift_JIS` read as EUC-JP of rare characters outside the kana and the common ideographs.
fn strangeness(text: &str) -> usize {
    text.chars()
        .filter(|character| {
            !matches!(character,
                '\0'..='\u{7f}' | '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '！'..='～')
        })
        .count()
}

fn decode_as(bytes: &[u8], charset: Charset) -> String {
    let encoding = match charset {
        Charset::Utf8 => return String::from_utf8_lossy(bytes).into_owned(),
        Charset::Iso2022Jp => ISO_2022_JP,
        Charset::EucJp => EUC_JP,
        Charset::ShiftJis => SHIFT_JIS,
        Charset::Windows1252 => WINDOWS_1252,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn make_safe(text: &str, limit: usize) -> String {
    let mut safe = String::new();
    let mut length = 0;
    for character in text.trim_end_matches(['\r', '\n', '\0']).chars() {
        let shown = match character {
            '\r' => continue,
            '\n' | '\t' => ' ',
            unsafe_to_show if is_unsafe(unsafe_to_show) => '·',
            other => other,
        };
        if length == limit {
            if safe.pop().is_some() {
                safe.push('…');
            }
            break;
        }
        safe.push(shown);
        length += 1;
    }
    safe
}

/// Control characters, and format characters that are invisible or turn the reading direction
/// (Unicode Standard Annex 9).
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREETING: &str = "会議室プリンター 受付";

    #[test]
    fn japanese_encodings_are_told_apart() {
        for (encoding, charset) in [
            (SHIFT_JIS, Charset::ShiftJis),
            (EUC_JP, Charset::EucJp),
            (ISO_2022_JP, Charset::Iso2022Jp),
        ] {
            let (bytes, _, _) = encoding.encode(GREETING);
            assert_eq!(detect(&bytes), charset);
            assert_eq!(decode(&bytes, 100), GREETING);
        }
        assert_eq!(detect(GREETING.as_bytes()), Charset::Utf8);
    }

    #[test]
    fn a_character_cut_by_the_end_does_not_change_the_encoding() {
        let bytes = GREETING.as_bytes();
        assert_eq!(detect(&bytes[..bytes.len() - 1]), Charset::Utf8);
        let (sjis, _, _) = SHIFT_JIS.encode(GREETING);
        assert_eq!(detect(&sjis[..sjis.len() - 1]), Charset::ShiftJis);
    }

    #[test]
    fn bytes_of_no_japanese_encoding_are_still_shown() {
        assert_eq!(decode(b"Ger\xe4t \xfc\xff", 100), "Gerät üÿ");
    }

    #[test]
    fn control_and_direction_characters_are_made_visible() {
        assert_eq!(decode("a\x1b[2Jb\u{202e}c\r\nd\te\r\n".as_bytes(), 100), "a·[2Jb·c d e");
    }

    #[test]
    fn the_limit_counts_characters_and_a_cut_is_shown() {
        assert_eq!(decode("受付受付受付".as_bytes(), 4), "受付受…");
        assert_eq!(decode("受付".as_bytes(), 2), "受付");
        assert_eq!(decode(b"abc", 0), "");
    }
}
