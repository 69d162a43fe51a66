use super::body::{Body, Framing};
use super::head::{Head, MAX_HEAD};
use crate::DecodeError;

/// The most bytes of a body that are kept: what the evidence of one exchange has room for.
pub const KEPT_BODY: usize = 16 * 1_024;

/// The most interim responses before the final one: ours; servers send one or two.
pub const MAX_INTERIM: u8 = 8;

/// A response, its transfer coding undone and its body cut at [`KEPT_BODY`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// Status line and header fields.
    pub head: Head,
    /// The body, as far as it was kept.
    pub body: Vec<u8>,
    /// Whether the body goes on beyond what was kept: over the limit, or the connection ended
    /// before it did.
    pub is_cut: bool,
    /// Bytes behind the response: what came through the tunnel that CONNECT opened.
    pub behind: Vec<u8>,
}

/// Whether a decoder wants more bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// It does.
    NeedsMore,
    /// The response is complete, or as much of it as is kept.
    Done,
}

/// Reads one response from bytes as they arrive.
///
/// ```
/// use hoshimori_wire::app::http1::{Progress, ResponseDecoder};
///
/// let mut decoder = ResponseDecoder::for_method("GET");
/// assert_eq!(decoder.push(b"HTTP/1.1 200 OK\r\nContent-Le")?, Progress::NeedsMore);
/// assert_eq!(decoder.push(b"ngth: 2\r\n\r\nok")?, Progress::Done);
/// assert_eq!(decoder.finish()?.body, b"ok");
/// # Ok::<(), hoshimori_wire::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseDecoder {
    method: String,
    /// Bytes of the head so far, or those behind the body.
    pending: Vec<u8>,
    /// The end of the part of `pending` in which no empty line is.
    searched: usize,
    interim: u8,
    /// The most bytes of the body to keep.
    keeps: usize,
    answer: Option<(Head, Body)>,
}

impl ResponseDecoder {
    /// A decoder for the answer to a request with `method`, which decides whether a body follows.
    pub fn for_method(method: &str) -> Self {
        let method = method.to_owned();
        let (pending, keeps) = (Vec::new(), KEPT_BODY);
        Self { method, pending, searched: 0, interim: 0, keeps, answer: None }
    }

    /// The same decoder, which keeps up to `limit` bytes of the body instead of [`KEPT_BODY`].
    #[must_use]
    pub fn keeping(self, limit: usize) -> Self {
        Self { keeps: limit, ..self }
    }

    /// Takes the next bytes from the connection.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Progress, DecodeError> {
        if let Some((_, body)) = &mut self.answer {
            self.pending.extend_from_slice(body.push(bytes));
        } else {
            self.pending.extend_from_slice(bytes);
            self.read_heads()?;
        }
        Ok(match &self.answer {
            Some((_, body)) if body.is_done() => Progress::Done,
            _ => Progress::NeedsMore,
        })
    }

    /// Whether the head of the final response was read.
    pub fn has_head(&self) -> bool {
        self.answer.is_some()
    }

    /// The response as far as it has come; fails if its head is not complete.
    ///
    /// Call it after [`Progress::Done`], and when the connection ends or time is up.
    pub fn finish(self) -> Result<Response, DecodeError> {
        let Some((head, body)) = self.answer else {
            return Err(DecodeError::incomplete("HTTP response head", self.pending.len()));
        };
        let ended = body.is_done() || body.ends_with_connection();
        let is_cut = body.is_cut || !ended;
        Ok(Response { head, body: body.kept, is_cut, behind: self.pending })
    }

    /// Reads interim heads and the final one as far as `pending` has them.
    fn read_heads(&mut self) -> Result<(), DecodeError> {
        while self.answer.is_none() {
            let begins_wrong = !Head::may_begin(&self.pending);
            let Some(end) = self.find_head_end().filter(|_| !begins_wrong) else {
                if begins_wrong {
                    let reason = "it does not begin with `HTTP/`";
                    return Err(DecodeError::invalid("HTTP status line", 0, reason));
                }
                if self.pending.len() > MAX_HEAD {
                    return Err(DecodeError::too_long("HTTP response head", 0, MAX_HEAD));
                }
                return Ok(());
            };
            let rest = self.pending.split_off(end);
            let (head, _) = Head::decode(&self.pending)?;
            self.pending = rest;
            self.searched = 0;
            if matches!(head.status, 100 | 102..=199) {
                self.interim += 1;
                if self.interim > MAX_INTERIM {
                    let limit = usize::from(MAX_INTERIM);
                    return Err(DecodeError::too_long("interim responses", 0, limit));
                }
                continue;
            }
            let mut body = Body::new(Framing::of(&head, &self.method), self.keeps);
            let behind = body.push(&self.pending).to_vec();
            self.pending = behind;
            self.answer = Some((head, body));
        }
        Ok(())
    }

    /// Where the empty line that ends a head ends, looking at each byte once.
    fn find_head_end(&mut self) -> Option<usize> {
        let unsearched = self.pending.get(self.searched..)?;
        let ends = unsearched.windows(2).position(|pair| pair == b"\n\n");
        let ends_crlf = unsearched.windows(3).position(|triple| triple == b"\n\r\n");
        let end = match (ends, ends_crlf) {
            (Some(short), Some(long)) => Some((short + 2).min(long + 3)),
            (short, long) => short.map(|at| at + 2).or(long.map(|at| at + 3)),
        };
        let found = end.map(|end| self.searched + end);
        self.searched = self.pending.len().saturating_sub(2);
        found.filter(|end| *end <= MAX_HEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The response to GET when `parts` arrive one after the other.
    fn read(parts: &[&[u8]]) -> Result<(Response, Progress), DecodeError> {
        read_as("GET", parts)
    }

    fn read_as(method: &str, parts: &[&[u8]]) -> Result<(Response, Progress), DecodeError> {
        let mut decoder = ResponseDecoder::for_method(method);
        let mut progress = Progress::NeedsMore;
        for part in parts {
            progress = decoder.push(part)?;
        }
        decoder.finish().map(|response| (response, progress))
    }

    #[test]
    fn chunks_are_joined_however_they_arrive() {
        let bytes: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";
        let whole = read(&[bytes]).unwrap();
        assert_eq!((whole.0.body.as_slice(), whole.1), (&b"Wikipedia"[..], Progress::Done));
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        let bytewise = read(&single).unwrap().0;
        assert_eq!((bytewise.body, bytewise.is_cut), (whole.0.body, false));
    }

    #[test]
    fn a_wrong_chunk_ends_the_body_and_keeps_the_rest() {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n";
        let (response, progress) = read(&[bytes]).unwrap();
        assert_eq!((response.body.as_slice(), response.is_cut), (&b"ab"[..], true));
        assert_eq!(progress, Progress::Done);
    }

    #[test]
    fn a_body_without_length_ends_with_the_connection() {
        let (response, progress) = read(&[b"HTTP/1.0 200 OK\r\n\r\nhello"]).unwrap();
        assert_eq!((response.body.as_slice(), response.is_cut), (&b"hello"[..], false));
        assert_eq!(progress, Progress::NeedsMore);
    }

    #[test]
    fn a_body_that_ends_before_its_length_is_cut() {
        let (response, _) = read(&[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"]).unwrap();
        assert!(response.is_cut);
    }

    #[test]
    fn a_long_body_is_cut_and_no_more_is_wanted() {
        let body = vec![b'x'; KEPT_BODY + 1];
        let (response, progress) = read(&[b"HTTP/1.0 200 OK\r\n\r\n", &body]).unwrap();
        assert_eq!((response.body.len(), response.is_cut), (KEPT_BODY, true));
        assert_eq!(progress, Progress::Done);
    }

    #[test]
    fn more_of_a_body_is_kept_where_it_is_wanted() {
        let mut decoder = ResponseDecoder::for_method("GET").keeping(KEPT_BODY + 2);
        let body = vec![b'x'; KEPT_BODY + 3];
        decoder.push(b"HTTP/1.0 200 OK\r\n\r\n").unwrap();
        assert_eq!(decoder.push(&body), Ok(Progress::Done));
        let response = decoder.finish().unwrap();
        assert_eq!((response.body.len(), response.is_cut), (KEPT_BODY + 2, true));
    }

    #[test]
    fn some_answers_have_no_body_whatever_their_fields_say() {
        let head = "Content-Length: 5\r\n\r\n";
        for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
            let bytes = format!("HTTP/1.1 {status} x\r\n{head}");
            let (response, progress) = read_as(method, &[bytes.as_bytes()]).unwrap();
            assert_eq!((response.is_cut, progress), (false, Progress::Done), "{method} {status}");
        }
    }

    #[test]
    fn interim_responses_are_passed_over_up_to_a_limit() {
        let interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        let last = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert_eq!(read(&[interim, interim, last]).unwrap().0.head.status, 204);
        let endless = interim.repeat(usize::from(MAX_INTERIM) + 1);
        assert!(read(&[&endless]).unwrap_err().is_too_long());
    }

    #[test]
    fn bytes_behind_the_head_of_a_tunnel_came_through_it() {
        let bytes = b"HTTP/1.1 200 Connection established\r\n\r\nSSH-2.0-x\r\n";
        let (response, progress) = read_as("CONNECT", &[bytes]).unwrap();
        assert_eq!((response.behind.as_slice(), progress), (&b"SSH-2.0-x\r\n"[..], Progress::Done));
        assert_eq!(response.body, b"");
    }

    #[test]
    fn a_page_in_answer_to_connect_is_no_tunnel() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n";
        let (response, _) = read_as("CONNECT", &[bytes]).unwrap();
        assert_eq!(response.body, b"hello");
    }

    #[test]
    fn an_endless_head_is_refused() {
        let mut decoder = ResponseDecoder::for_method("GET");
        let mut result = decoder.push(b"HTTP/1.1 200 OK\r\n");
        for _ in 0..MAX_HEAD / 10 {
            result = result.and_then(|_| decoder.push(b"X: yyyyy\r\n"));
        }
        assert!(result.unwrap_err().is_too_long());
    }

    #[test]
    fn what_does_not_begin_like_http_is_refused_at_once() {
        assert!(!read(&[b"SSH-2.0-x\r\n"]).unwrap_err().is_incomplete());
        assert!(read(&[b"HT"]).unwrap_err().is_incomplete());
    }
}
