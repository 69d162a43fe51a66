use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::Response;

/// The most bytes that a compressed body may become: ours; a compressed page is cut there, so that
/// a few bytes cannot fill the memory.
pub const MAX_CONTENT: usize = 256 * 1_024;

impl Response {
    /// The body without its content coding (RFC 9110 section 8.4), as far as it can be undone.
    ///
    /// No request asks for a coding; some devices send their pages compressed all the same.
    pub fn content(&self) -> Cow<'_, [u8]> {
        let coding = self.head.field("Content-Encoding").unwrap_or_default().to_ascii_lowercase();
        let body = self.body.as_slice();
        match coding.trim() {
            "gzip" | "x-gzip" => Cow::Owned(beginning_of(MultiGzDecoder::new(body))),
            // RFC 9110 means zlib; some servers send the bare stream (RFC 1951).
            "deflate" => match beginning_of(ZlibDecoder::new(body)) {
                nothing if nothing.is_empty() => {
                    Cow::Owned(beginning_of(DeflateDecoder::new(body)))
                }
                content => Cow::Owned(content),
            },
            _ => Cow::Borrowed(body),
        }
    }
}

/// What can be read before the limit, the end or the first mistake.
fn beginning_of(stream: impl Read) -> Vec<u8> {
    let mut content = Vec::new();
    let limit = u64::try_from(MAX_CONTENT).unwrap_or(u64::MAX);
    // A mistake ends the content; what came before it is in the buffer.
    let _ = stream.take(limit).read_to_end(&mut content);
    content
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::app::http1::Head;

    fn response(coding: &str, body: Vec<u8>) -> Response {
        let fields = vec![("content-encoding".to_owned(), coding.to_owned())];
        let head = Head { status: 200, reason: String::new(), fields };
        Response { head, body, is_cut: false, behind: Vec::new() }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn codings_are_undone() {
        let page = b"<title>a</title>";
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(page).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
        bare.write_all(page).unwrap();
        for (coding, body) in [
            ("GZIP", gzip(page)),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", bare.finish().unwrap()),
            ("identity", page.to_vec()),
            ("br", page.to_vec()),
        ] {
            assert_eq!(response(coding, body).content().as_ref(), page, "{coding}");
        }
    }

    #[test]
    fn a_bomb_is_cut_and_a_cut_stream_gives_its_beginning() {
        let bomb = gzip(&vec![b'x'; 64 * MAX_CONTENT]);
        assert_eq!(response("gzip", bomb).content().len(), MAX_CONTENT);
        let numbers: Vec<String> = (0..4_000).map(|number: u32| number.to_string()).collect();
        let text = numbers.join(" ");
        let whole = gzip(text.as_bytes());
        let half = whole[..whole.len() / 2].to_vec();
        let content = response("gzip", half).content().into_owned();
        assert!(!content.is_empty() && text.as_bytes().starts_with(&content));
    }
}
