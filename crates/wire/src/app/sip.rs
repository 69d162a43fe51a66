//! Asking a telephone or exchange what it can do (RFC 3261 section 11).

use std::net::SocketAddr;

use super::text;
use crate::{DecodeError, Reader};

/// The longest line of an answer that is read: ours; a datagram is hardly longer.
const MAX_LINE: usize = 4_096;

/// The most lines of an answer that are read: ours.
const MAX_LINES: usize = 256;

/// A question for capabilities.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options<'a> {
    /// Who is asked.
    pub peer: SocketAddr,
    /// Who asks.
    pub own: SocketAddr,
    /// A random word of letters and digits, which the answer repeats.
    pub token: &'a str,
}

impl Options<'_> {
    /// The request. It may not be passed on (`Max-Forwards: 0`), and the answer comes to the port
    /// that it was sent from (`rport`, RFC 3581).
    pub fn to_bytes(self) -> Vec<u8> {
        self.over("UDP")
    }

    /// The same request for a connection of TCP.
    pub fn to_bytes_over_tcp(self) -> Vec<u8> {
        self.over("TCP")
    }

    fn over(self, transport: &str) -> Vec<u8> {
        let Self { peer, own, token } = self;
        let uri = format!("sip:{peer}");
        format!(
            "OPTIONS {uri} SIP/2.0\r\n\
             Via: SIP/2.0/{transport} {own};branch=z9hG4bK{token};rport\r\n\
             Max-Forwards: 0\r\n\
             From: <sip:{own}>;tag={token}\r\n\
             To: <{uri}>\r\n\
             Call-ID: {token}\r\n\
             CSeq: 1 OPTIONS\r\n\
             Contact: <sip:{own}>\r\n\
             Accept: application/sdp\r\n\
             Content-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }
}

/// Whether `bytes` are a response to `request`: whatever its status is, it has the same call and
/// sequence number.
pub fn answers(request: &[u8], bytes: &[u8]) -> bool {
    let (Ok(asked), Ok(answer)) = (Message::decode(request), Message::decode(bytes)) else {
        return false;
    };
    is_status_line(answer.first_line)
        && asked.call.is_some()
        && asked.call == answer.call
        && asked.sequence == answer.sequence
}

/// The longest name of a program that is kept, in characters: ours.
const MAX_PROGRAM: usize = 255;

/// The program that answers, as it calls itself: `Server`, or `User-Agent` as telephones write
/// (RFC 3261 sections 20.35 and 20.41).
pub fn program(bytes: &[u8]) -> Result<Option<String>, DecodeError> {
    let answer = Message::decode(bytes)?;
    let program = answer.server.or(answer.agent).filter(|program| !program.is_empty());
    Ok(program.map(|program| text::decode(program, MAX_PROGRAM)))
}

struct Message<'a> {
    first_line: &'a [u8],
    call: Option<&'a [u8]>,
    sequence: Option<Vec<u8>>,
    server: Option<&'a [u8]>,
    agent: Option<&'a [u8]>,
}

impl<'a> Message<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("SIP message", bytes);
        let first_line = reader.line(MAX_LINE)?;
        let mut message =
            Self { first_line, call: None, sequence: None, server: None, agent: None };
        for _ in 0..MAX_LINES {
            let line = reader.line(MAX_LINE)?;
            if line.is_empty() {
                return Ok(message);
            }
            let mut parts = line.splitn(2, |byte| *byte == b':');
            let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
            match name.trim_ascii().to_ascii_lowercase().as_slice() {
                // `i` is the short form (RFC 3261 section 7.3.3).
                b"call-id" | b"i" => message.call = Some(value.trim_ascii()),
                b"cseq" => message.sequence = Some(words(value)),
                b"server" => message.server = Some(value.trim_ascii()),
                b"user-agent" => message.agent = Some(value.trim_ascii()),
                _ => {}
            }
        }
        Err(DecodeError::too_long("SIP message", reader.offset(), MAX_LINES))
    }
}

/// `value` with one blank between words: the number and the method of a `CSeq`.
fn words(value: &[u8]) -> Vec<u8> {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// Whether `line` is `SIP/2.0 NNN …` (RFC 3261 section 7.2).
fn is_status_line(line: &[u8]) -> bool {
    let Some(code) = line.strip_prefix(b"SIP/2.0 ").and_then(|rest| rest.first_chunk::<3>()) else {
        return false;
    };
    code.iter().all(u8::is_ascii_digit) && matches!(code.first(), Some(b'1'..=b'6'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(token: &str) -> Vec<u8> {
        let [peer, own] = ["192.0.2.1:5060", "192.0.2.7:40000"].map(|it| it.parse().unwrap());
        Options { peer, own, token }.to_bytes()
    }

    #[test]
    fn a_request_names_both_sides_and_is_not_passed_on() {
        let text = String::from_utf8(request("h0123")).unwrap();
        assert!(text.starts_with("OPTIONS sip:192.0.2.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP "));
        assert!(text.contains(" 192.0.2.7:40000;branch=z9hG4bKh0123;rport\r\nMax-Forwards: 0\r\n"));
        assert!(text.ends_with("\r\nContent-Length: 0\r\n\r\n"));
    }

    #[test]
    fn any_status_of_the_same_call_answers() {
        let asked = request("h0123");
        for (bytes, is_answer) in [
            (&b"SIP/2.0 483 Too many hops\r\nCall-ID: h0123\r\nCSeq: 1 OPTIONS\r\n\r\n"[..], true),
            (b"SIP/2.0 200 OK\r\ni:h0123\r\ncseq : 1   OPTIONS\r\n\r\nv=0", true),
            (b"SIP/2.0 200 OK\r\nCall-ID: h4567\r\nCSeq: 1 OPTIONS\r\n\r\n", false),
            (b"SIP/2.0 200 OK\r\nCall-ID: h0123\r\nCSeq: 2 OPTIONS\r\n\r\n", false),
            (b"SIP/2.0 200 OK\r\nCall-ID: h0123\r\nCSeq: 1 OPTIONS\r\n", false),
            (b"SIP/2.0 999 OK\r\nCall-ID: h0123\r\nCSeq: 1 OPTIONS\r\n\r\n", false),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", false),
        ] {
            assert_eq!(answers(&asked, bytes), is_answer, "{}", String::from_utf8_lossy(bytes));
        }
        assert!(!answers(&asked, &asked));
    }

    #[test]
    fn a_server_is_named_before_an_agent() {
        let said = |fields: &str| program(format!("SIP/2.0 200 OK\r\n{fields}\r\n").as_bytes());
        let both = said("User-Agent: Phone 1.0\r\nServer: Exchange 2.0\r\n");
        assert_eq!(both, Ok(Some("Exchange 2.0".into())));
        assert_eq!(said("User-Agent: Phone 1.0\r\n"), Ok(Some("Phone 1.0".into())));
        assert_eq!(said("Server:\r\n"), Ok(None));
    }

    #[test]
    fn endless_headers_are_refused() {
        let endless = [&b"SIP/2.0 200 OK\r\n"[..], &b"a: b\r\n".repeat(400)].concat();
        assert!(Message::decode(&endless).err().unwrap().is_too_long());
    }
}
