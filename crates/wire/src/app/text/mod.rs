//! Text of unknown encoding made readable and safe to show.
//!
//! Banners carry no charset. Japanese devices send `Shift_JIS`, EUC-JP or ISO-2022-JP beside UTF-8;
//! what is none of these is read as windows-1252, which never fails.

mod japanese;

use encoding_rs::{
    DecoderResult, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252,
};

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

/// `text`, already decoded, as one line under the conditions of [`decode`].
pub fn one_line(text: &str, limit: usize) -> String {
    make_safe(text, limit)
}

/// `bytes` as text of many lines, control characters and all: in the encoding that a byte order
/// mark names, or that `label` does where every byte fits it, else in the most likely one.
///
/// A label is that of a document's charset parameter or `meta` element; many are wrong.
pub fn to_unicode(bytes: &[u8], label: Option<&str>) -> String {
    let bytes = bytes.get(..MAX_INPUT).unwrap_or(bytes);
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let marked = bytes.get(length..).unwrap_or_default();
        return encoding.decode_without_bom_handling(marked).0.into_owned();
    }
    // A document in UTF-16 without a mark could not have told its label.
    let named = label
        .and_then(|label| Encoding::for_label_no_replacement(label.as_bytes()))
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE);
    let told = named.and_then(|encoding| strictly(encoding, bytes));
    told.unwrap_or_else(|| decode_as(bytes, detect(bytes)))
}

/// The most likely encoding of `bytes`.
pub fn detect(bytes: &[u8]) -> Charset {
    let bytes = bytes.get(..MAX_INPUT).unwrap_or(bytes);
    let has_escape = has_iso_2022_jp_escape(bytes);
    if has_escape && strictly(ISO_2022_JP, bytes).is_some() {
        return Charset::Iso2022Jp;
    }
    if is_utf8(bytes) || is_mostly_utf8(bytes) {
        return Charset::Utf8;
    }
    // The other encodings have bytes over this; escapes among them are those of a terminal.
    if has_escape && bytes.iter().all(|byte| *byte <= 0xa0) {
        return Charset::Iso2022Jp;
    }
    let (euc, sjis) = (japanese::as_euc_jp(bytes), japanese::as_shift_jis(bytes));
    match (strictly(EUC_JP, bytes), strictly(SHIFT_JIS, bytes)) {
        (Some(_), Some(_)) if euc.cost <= sjis.cost => Charset::EucJp,
        (Some(_), None) if euc.usual > 0 => Charset::EucJp,
        // Single accented letters are valid too, as characters that nobody writes.
        (_, Some(_)) if sjis.usual > 0 => Charset::ShiftJis,
        (None, Some(_)) => Charset::Windows1252,
        _ => match (euc.is_plausible(), sjis.is_plausible()) {
            (true, _) if euc.cost <= sjis.cost => Charset::EucJp,
            (_, true) => Charset::ShiftJis,
            (true, false) => Charset::EucJp,
            (false, false) => Charset::Windows1252,
        },
    }
}

/// Whether `bytes` are UTF-8; a character that the end cuts in two is no fault.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Whether `bytes` are Japanese in UTF-8 with some foreign bytes around it: in other encodings
/// three bytes that are one such character are a rare chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|character| *character >= '\u{3000}').count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    valid >= 2 * wrong
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
mod tests;
