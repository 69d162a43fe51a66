//! A first look at stored bytes, short enough for a page.

use hoshimori_inspection::bytes::Bytes;

use crate::shown::Shown;

/// How many bytes of text an excerpt shows: about six lines of a page.
const TEXT_BYTES: usize = 480;
/// How many bytes an excerpt shows in hexadecimal: about three lines.
const HEX_BYTES: usize = 64;

/// The beginning of `bytes`: as text where it is text, else in hexadecimal.
///
/// Line breaks show as `\r\n`, so that the excerpt stays one paragraph and hides nothing.
pub(crate) fn excerpt(bytes: &Bytes) -> Shown {
    let shown = text_prefix(bytes).map_or_else(
        || hexadecimal(bytes),
        |text| {
            let mut shown = Bytes(text.as_bytes().to_vec()).as_safe_text(TEXT_BYTES);
            if text.len() < bytes.0.len() {
                shown.push('…');
            }
            shown
        },
    );
    Shown::from(shown)
}

/// The first bytes as text, if they are UTF-8 without control characters but line breaks and tabs.
fn text_prefix(bytes: &Bytes) -> Option<&str> {
    let kept = bytes.0.get(..TEXT_BYTES).unwrap_or(&bytes.0);
    let text = match str::from_utf8(kept) {
        Ok(text) => text,
        // Cut in the middle of a character: the characters before it are still text.
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(kept.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_binary = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    (!text.contains(is_binary)).then_some(text)
}

fn hexadecimal(bytes: &Bytes) -> String {
    let pairs: Vec<String> =
        bytes.0.iter().take(HEX_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let mut shown = pairs.join(" ");
    if bytes.0.len() > HEX_BYTES {
        shown.push_str(" …");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_line_breaks_visible() {
        let shown = excerpt(&b"HTTP/1.1 200 OK\r\nServer: nginx".as_slice().into());
        assert_eq!(shown.as_str(), "HTTP/1.1 200 OK\\r\\nServer: nginx");
    }

    #[test]
    fn binary_shows_in_hexadecimal_and_long_bytes_are_cut() {
        let shown = excerpt(&vec![0x16_u8; 100].into());
        assert!(shown.as_str().starts_with("16 16 ") && shown.as_str().ends_with(" …"));
    }

    #[test]
    fn text_cut_inside_a_character_stays_text() {
        let shown = excerpt(&"検".repeat(TEXT_BYTES).into_bytes().into());
        assert_eq!(shown.as_str(), format!("{}…", "検".repeat(TEXT_BYTES / 3)));
    }
}
