//! The head of a response as RTSP (RFC 2326, RFC 7826) and SIP (RFC 3261) have it: a status line,
//! fields, an empty line.

use super::text;
use crate::{DecodeError, Reader};

/// The longest line that is read: ours.
pub const MAX_LINE: usize = 4_096;

/// The most fields that are read: ours.
pub const MAX_FIELDS: usize = 128;

/// The most bytes of a body that are read past: ours; descriptions of sessions have a kilobyte.
pub const MAX_BODY: usize = 64 * 1_024;

/// A response without its body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// The status, 100 to 699.
    pub status: u16,
    /// The reason, decoded.
    pub reason: String,
    fields: Vec<(String, String)>,
}

impl Response {
    /// Reads a response of `protocol`, as `RTSP/1.0`, with its body, and says how many bytes it
    /// was.
    pub fn decode(protocol: &str, bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("response", bytes);
        if !bytes.iter().zip(protocol.as_bytes()).all(|(byte, wanted)| byte == wanted) {
            return Err(reader.invalid("it is of another protocol"));
        }
        let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
        let rest = line.get(protocol.len()..).and_then(|rest| rest.strip_prefix(' '));
        let (status, reason) = rest.and_then(status).ok_or(reader.invalid("it has no status"))?;
        let mut response = Self { status, reason, fields: Vec::new() };
        loop {
            let line = text::decode(reader.line(MAX_LINE)?, MAX_LINE);
            if line.is_empty() {
                break;
            }
            if response.fields.len() == MAX_FIELDS {
                return Err(DecodeError::too_long("response fields", reader.offset(), MAX_FIELDS));
            }
            if let Some((name, value)) = line.split_once(':') {
                response.fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        let body = response.body_length();
        if body > MAX_BODY {
            return Err(DecodeError::too_long("response body", reader.offset(), MAX_BODY));
        }
        reader.take(body)?;
        Ok((response, reader.offset()))
    }

    /// The first field with this name, whatever its case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn body_length(&self) -> usize {
        let stated = self.field("Content-Length").or_else(|| self.field("l"));
        stated.and_then(|stated| stated.parse().ok()).unwrap_or(0)
    }
}

fn status(rest: &str) -> Option<(u16, String)> {
    let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    let status = code.parse().ok().filter(|status| (100..700).contains(status))?;
    (code.len() == 3).then(|| (status, reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_the_body_is_passed_over() {
        let bytes = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\ncontent-length: 3\r\n\r\nv=0rest";
        let (response, length) = Response::decode("RTSP/1.0", bytes).unwrap();
        assert_eq!((response.status, response.field("cseq")), (200, Some("7")));
        assert_eq!(&bytes[length..], b"rest");
    }

    #[test]
    fn other_protocols_and_requests_are_refused_at_once() {
        for bytes in ["HTTP/1.1", "OPTIONS *", "RTSP/1.0 x\r\n", "RTSP/1.0 99 x\r\n"] {
            let error = Response::decode("RTSP/1.0", bytes.as_bytes()).unwrap_err();
            assert!(!error.is_incomplete(), "{bytes}");
        }
    }

    #[test]
    fn endless_fields_and_bodies_are_refused() {
        let endless = [&b"SIP/2.0 200 OK\r\n"[..], &b"a: b\r\n".repeat(MAX_FIELDS + 1)].concat();
        assert!(Response::decode("SIP/2.0", &endless).unwrap_err().is_too_long());
        let large = b"SIP/2.0 200 OK\r\nContent-Length: 9999999\r\n\r\n";
        assert!(Response::decode("SIP/2.0", large).unwrap_err().is_too_long());
    }
}
