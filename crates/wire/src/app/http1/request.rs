/// A request, written to the wire exactly as it stands here.
///
/// ```
/// use hoshimori_wire::app::http1::Request;
///
/// let request = Request::new("TRACE", "/?ck=x7", "portal.example").field("X-Token", "x7");
/// assert_eq!(
///     request.to_bytes().unwrap(),
///     b"TRACE /?ck=x7 HTTP/1.1\r\nHost: portal.example\r\nUser-Agent: hoshimori\r\n\
///       Accept: */*\r\nConnection: close\r\nX-Token: x7\r\n\r\n"
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// A request without a body that asks for the connection to be closed after the answer.
    pub fn new(method: &str, target: &str, host: &str) -> Self {
        let fields: [_; EVERY_REQUEST_HAS] = [
            ("Host", host),
            ("User-Agent", "hoshimori"),
            ("Accept", "*/*"),
            ("Connection", "close"),
        ];
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            body: Vec::new(),
        }
    }

    /// The same request with one more header field.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request with a body and the field that tells its length.
    #[must_use]
    pub fn body(self, body: &[u8]) -> Self {
        let length = body.len().to_string();
        let mut request = self.field("Content-Length", &length);
        request.body = body.to_vec();
        request
    }

    /// The method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The request target.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The header fields that were added to those that every request has.
    pub fn own_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.fields.iter().skip(EVERY_REQUEST_HAS);
        own.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body.
    pub fn content(&self) -> &[u8] {
        &self.body
    }

    /// The bytes to send, unless a part of the request would end early and begin another.
    pub fn to_bytes(&self) -> Result<Vec<u8>, InvalidRequest> {
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !is_token(&self.method) {
            return Err(InvalidRequest::Method(self.method.clone()));
        }
        if !is_word(&self.target) {
            return Err(InvalidRequest::Target(self.target.clone()));
        }
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.fields {
            if !is_token(name) || value.chars().any(char::is_control) {
                return Err(InvalidRequest::Field(name.clone()));
            }
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.push_str("\r\n");
        Ok([text.as_bytes(), &self.body].concat())
    }
}

/// How many header fields [`Request::new`] sets.
const EVERY_REQUEST_HAS: usize = 4;

/// `tchar` of RFC 9110 section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A request that cannot be written without changing its meaning.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// The method is not a token.
    #[error("`{0}` is not a method")]
    Method(String),
    /// The target is empty or has a space or control character.
    #[error("`{0}` is not a request target")]
    Target(String),
    /// The name of a field is not a token, or its value has a control character.
    #[error("the header field `{0}` cannot be written")]
    Field(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_preceded_by_its_length() {
        let bytes = Request::new("PUT", "/a.txt", "host").body(b"token").to_bytes().unwrap();
        assert!(bytes.ends_with(b"Content-Length: 5\r\n\r\ntoken"));
    }

    #[test]
    fn refuses_parts_that_would_begin_another_line() {
        let good = Request::new("GET", "/", "host");
        for bad in [
            Request::new("GET /", "/", "host"),
            Request::new("", "/", "host"),
            Request::new("GET", "/ HTTP/1.1\r\nX: y", "host"),
            Request::new("GET", "", "host"),
            Request::new("GET", "/", "host\r\nX: y"),
            good.clone().field("X-A:", "b"),
            good.clone().field("X-A", "b\nX-B: c"),
        ] {
            assert!(bad.to_bytes().is_err(), "{bad:?}");
        }
        assert!(good.to_bytes().is_ok());
    }
}
