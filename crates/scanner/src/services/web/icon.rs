use data_encoding::{BASE64, HEXLOWER};
use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_wire::app::http1::Response;
use md5::{Digest, Md5};

use super::murmur3::murmur3_32;

/// The largest icon that is fetched: ours; most have a few kilobytes, those with several large
/// pictures some hundred.
pub(super) const MAX_ICON: usize = 256 * 1_024;

/// Bytes that base64 writes in one line of 76 characters (RFC 2045 section 6.8).
const BYTES_A_LINE: usize = 57;

/// The hashes of the icon in `response`; none where it is no picture, or not wholly there.
pub(super) fn clues(response: &Response) -> Vec<Clue> {
    let content = response.content();
    if response.head.status != 200 || response.is_cut || !is_picture(response, &content) {
        return Vec::new();
    }
    let md5 = HEXLOWER.encode(&Md5::digest(&content));
    let murmur3 = murmur3_32(base64_in_lines(&content).as_bytes(), 0).cast_signed();
    vec![
        Clue::new(ClueSource::FaviconMd5, &md5),
        Clue::new(ClueSource::FaviconMurmur3, &murmur3.to_string()),
    ]
}

/// Whether `content` is a picture: some servers answer every path with a page.
fn is_picture(response: &Response, content: &[u8]) -> bool {
    let kind = response.head.field("Content-Type").unwrap_or_default().to_ascii_lowercase();
    let begins = content.trim_ascii_start().first();
    !content.is_empty()
        && (kind.starts_with("image/") || begins != Some(&b'<'))
        && !kind.contains("html")
        && !kind.contains("json")
}

/// Base64 with a line feed behind each 76 characters and at the end, which those hash who publish
/// lists of icons.
fn base64_in_lines(bytes: &[u8]) -> String {
    bytes.chunks(BYTES_A_LINE).map(|line| BASE64.encode(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, kind: &str, body: &[u8]) -> Response {
        let fields = vec![("Content-Type".to_owned(), kind.to_owned())];
        let head = hoshimori_wire::app::http1::Head { status, reason: String::new(), fields };
        Response { head, body: body.to_vec(), is_cut: false, behind: Vec::new() }
    }

    #[test]
    fn an_icon_has_two_hashes() {
        let seen = clues(&response(200, "image/x-icon", b"abc"));
        let texts: Vec<&str> = seen.iter().map(|clue| clue.text.as_str()).collect();
        // MD5 of `abc` from RFC 1321; the other is of `YWJj` and a line feed.
        let signed = murmur3_32(b"YWJj\n", 0).cast_signed().to_string();
        assert_eq!(texts, ["900150983cd24fb0d6963f7d28e17f72", signed.as_str()]);
    }

    #[test]
    fn lines_are_broken_where_everybody_breaks_them() {
        let text = base64_in_lines(&[0; 58]);
        assert_eq!(text, format!("{}\nAA==\n", "A".repeat(76)));
    }

    #[test]
    fn pages_and_halves_are_no_icons() {
        assert!(clues(&response(200, "text/html", b"<html>")).is_empty());
        assert!(clues(&response(200, "", b"<!DOCTYPE html>")).is_empty());
        assert!(clues(&response(404, "image/x-icon", b"abc")).is_empty());
        assert!(clues(&response(200, "image/x-icon", b"")).is_empty());
        let cut = Response { is_cut: true, ..response(200, "image/x-icon", b"abc") };
        assert!(clues(&cut).is_empty());
        assert!(!clues(&response(200, "image/svg+xml", b"<svg/>")).is_empty());
    }
}
