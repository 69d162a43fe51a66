use crate::app::text;
use crate::{DecodeError, Reader};

/// The longest response head that is read: eight times the 8 KiB at which common servers and
/// proxies stop.
pub const MAX_HEAD: usize = 65_536;

/// The most header fields: twice the limit of Apache httpd (`LimitRequestFields 100`).
pub const MAX_FIELDS: usize = 200;

/// The longest reason phrase that is kept: ours.
const MAX_REASON: usize = 200;

/// Status line and header fields of a response (RFC 9112 sections 4 and 5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The reason phrase, decoded.
    pub reason: String,
    /// Header fields in order, names as the server wrote them.
    pub fields: Vec<(String, String)>,
}

impl Head {
    /// Reads a head and says how many bytes it was.
    ///
    /// Tolerates a bare line feed, a missing reason, folded fields and lines without a colon.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("HTTP response head", bytes);
        let (status, reason) = status_line(reader.line(MAX_HEAD)?).ok_or(DecodeError::invalid(
            "HTTP status line",
            0,
            "it is not `HTTP/x.y NNN`",
        ))?;
        let mut head = Self { status, reason, fields: Vec::new() };
        loop {
            let at = reader.offset();
            let line = reader.line(MAX_HEAD)?;
            if line.is_empty() {
                return Ok((head, reader.offset()));
            }
            if head.fields.len() == MAX_FIELDS {
                return Err(DecodeError::too_long("HTTP header fields", at, MAX_FIELDS));
            }
            head.push_line(line);
        }
    }

    /// The value of the first field called `name`, in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut named = self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether `bytes` begin as a status line does, as far as they go.
    pub fn may_begin(bytes: &[u8]) -> bool {
        bytes.iter().zip(b"HTTP/").all(|(byte, wanted)| byte == wanted)
    }

    fn push_line(&mut self, line: &[u8]) {
        if let (Some(b' ' | b'\t'), Some((_, value))) = (line.first(), self.fields.last_mut()) {
            value.push(' ');
            value.push_str(text::decode(line, MAX_HEAD).trim());
            return;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
        let Some((name, value)) = line.split_at_checked(colon) else { return };
        let name = text::decode(name, MAX_HEAD).trim().to_owned();
        let value = text::decode(value.get(1..).unwrap_or_default(), MAX_HEAD).trim().to_owned();
        self.fields.push((name, value));
    }
}

/// `HTTP/x.y NNN reason`, the reason optional.
fn status_line(line: &[u8]) -> Option<(u16, String)> {
    let version_and_rest = line.strip_prefix(b"HTTP/")?;
    let mut parts = version_and_rest.splitn(3, |byte| *byte == b' ');
    let version = parts.next()?;
    let is_version = !version.is_empty()
        && version.len() <= 3
        && version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let digits = std::str::from_utf8(parts.next()?).ok().filter(|digits| digits.len() == 3)?;
    let status = digits.parse().ok().filter(|status| (100..1_000).contains(status))?;
    is_version.then(|| (status, text::decode(parts.next().unwrap_or_default(), MAX_REASON)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sloppy_servers_are_read() {
        let bytes = b"HTTP/1.0 404\nserver : small\r\nnonsense\r\nX-Long: a\r\n\tb\r\n\r\nbody";
        let (head, length) = Head::decode(bytes).unwrap();
        assert_eq!((head.status, head.reason.as_str()), (404, ""));
        assert_eq!(head.field("Server"), Some("small"));
        assert_eq!(head.field("x-long"), Some("a b"));
        assert_eq!(&bytes[length..], b"body");
    }

    #[test]
    fn values_in_shift_jis_are_decoded() {
        let bytes = b"HTTP/1.1 200 OK\r\nServer: \x89\xef\x8b\x63\x8e\xba\r\n\r\n";
        assert_eq!(Head::decode(bytes).unwrap().0.field("server"), Some("会議室"));
    }

    #[test]
    fn refuses_what_is_not_a_status_line() {
        for line in ["ICY 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 0200", "HTTP/ 200", "HTTP/1.1 abc"] {
            let error = Head::decode(format!("{line}\r\n\r\n").as_bytes()).unwrap_err();
            assert!(!error.is_incomplete(), "{line}");
        }
    }

    #[test]
    fn refuses_too_many_fields() {
        let fields = "A: b\r\n".repeat(MAX_FIELDS + 1);
        let error = Head::decode(format!("HTTP/1.1 200 OK\r\n{fields}").as_bytes()).unwrap_err();
        assert!(error.is_too_long());
    }
}
