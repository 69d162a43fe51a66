//! `PostgreSQL` before a login: what a server asks for, and by what errors it can be told.

use super::text;
use crate::{DecodeError, Reader};

/// The longest message that is read: ours; errors and lists of mechanisms are far shorter.
const MAX_MESSAGE: usize = 16 * 1_024;

/// The most fields of one error that are read: ours; the protocol names eighteen.
const MAX_FIELDS: usize = 32;

/// The longest text that is kept: ours; a line of an error.
const MAX_TEXT: usize = 512;

/// Asks whether the server would go on inside TLS (`SSLRequest`, protocol documentation 55.7).
pub const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Ends the conversation (Terminate).
pub const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];

/// A protocol that no server has: the error about it names the line of the source.
pub const UNKNOWN_PROTOCOL: [u8; 9] = [0, 0, 0, 9, 0, 99, 0, 0, 0];

/// What a server says to [`SSL_REQUEST`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encryption {
    /// TLS may begin.
    Offered,
    /// It has none.
    Missing,
}

impl Encryption {
    /// Reads the answer of one byte, behind which nothing may come before the client goes on.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("answer to SSLRequest", bytes);
        let answer = match reader.u8()? {
            b'S' => Self::Offered,
            b'N' => Self::Missing,
            _ => return Err(reader.invalid("it is neither yes nor no")),
        };
        let used = reader.offset();
        reader.finish()?;
        Ok((answer, used))
    }
}

/// Begins a session in version 3.0 (`StartupMessage`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Startup<'a> {
    /// The role; letters and digits.
    pub user: &'a str,
    /// The database; letters and digits.
    pub database: &'a str,
}

impl Startup<'_> {
    /// The message.
    pub fn to_bytes(self) -> Vec<u8> {
        let Self { user, database } = self;
        let body = format!("\0\u{3}\0\0user\0{user}\0database\0{database}\0\0");
        let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX).to_be_bytes();
        [&length[..], body.as_bytes()].concat()
    }
}

/// A message of a server.
///
/// ```text
/// 1 type | 4 length, itself included | n content
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Message {
    /// How it wants to know who is there, or that it knows enough.
    Authentication(Method),
    /// A setting, such as `server_version`.
    Parameter {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// Why it will not go on.
    Error(Report),
    /// It waits for a query.
    Ready,
    /// Something else that may come before a query.
    Other,
}

/// A method of authentication.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Method(pub u32);

impl Method {
    /// No credential is needed, or no more.
    pub const OK: Self = Self(0);

    /// The name of the method, if the protocol has it as a first request.
    pub fn name(self) -> Option<&'static str> {
        match self.0 {
            0 => Some("trust"),
            2 => Some("kerberos"),
            3 => Some("password"),
            5 => Some("md5"),
            7 => Some("gss"),
            9 => Some("sspi"),
            10 => Some("sasl"),
            _ => None,
        }
    }
}

/// The fields of an error, each with its letter (protocol documentation 55.8).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    fields: Vec<(u8, String)>,
}

impl Report {
    /// The text of the field with that letter.
    pub fn field(&self, letter: u8) -> Option<&str> {
        self.fields.iter().find(|(other, _)| *other == letter).map(|(_, text)| text.as_str())
    }

    /// Severity and message, as a person would read them.
    pub fn to_sentence(&self) -> String {
        let part = |letter| self.field(letter).unwrap_or_default();
        format!("{}: {}", part(b'S'), part(b'M'))
    }

    /// Severity, code, source file, line, routine and message, as far as they are there.
    pub fn to_line(&self) -> String {
        let fields = b"VSCFLRM".iter().filter_map(|letter| {
            self.field(*letter).map(|text| format!("{}={text}", char::from(*letter)))
        });
        fields.collect::<Vec<_>>().join(" ")
    }
}

impl Message {
    /// Reads one message, and says how many bytes it was.
    pub fn decode(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let mut reader = Reader::new("PostgreSQL message", bytes);
        let kind = reader.u8()?;
        if !matches!(kind, b'R' | b'S' | b'E' | b'N' | b'K' | b'Z' | b'v') {
            return Err(reader.invalid("no server sends that type before a query"));
        }
        let length = reader.length32(MAX_MESSAGE)?;
        let Some(length) = length.checked_sub(4) else {
            return Err(reader.invalid("the length does not include itself"));
        };
        let mut content = reader.field("PostgreSQL message", length)?;
        let message = match kind {
            b'R' => Self::Authentication(read_method(&mut content)?),
            b'S' => {
                Self::Parameter { name: read_text(&mut content)?, value: read_text(&mut content)? }
            }
            b'E' => Self::Error(read_report(&mut content)?),
            b'Z' => Self::Ready,
            _ => Self::Other,
        };
        Ok((message, reader.offset()))
    }
}

fn read_method(reader: &mut Reader<'_>) -> Result<Method, DecodeError> {
    let method = Method(reader.u32()?);
    match method.name() {
        Some(_) => Ok(method),
        None => Err(reader.invalid("no such request for authentication")),
    }
}

/// Fields up to a zero; severity, code and message are always there.
fn read_report(reader: &mut Reader<'_>) -> Result<Report, DecodeError> {
    let mut report = Report { fields: Vec::new() };
    loop {
        match reader.u8()? {
            0 => break,
            _ if report.fields.len() == MAX_FIELDS => {
                return Err(DecodeError::too_long(
                    "fields of an error",
                    reader.offset(),
                    MAX_FIELDS,
                ));
            }
            letter if letter.is_ascii_alphabetic() => {
                report.fields.push((letter, read_text(reader)?));
            }
            _ => return Err(reader.invalid("a field is not named by a letter")),
        }
    }
    let is_code = |code: &str| code.len() == 5 && code.bytes().all(|it| it.is_ascii_alphanumeric());
    let is_whole = report.field(b'S').is_some()
        && report.field(b'M').is_some()
        && report.field(b'C').is_some_and(is_code);
    if is_whole { Ok(report) } else { Err(reader.invalid("severity, code or message is missing")) }
}

/// A text that ends with zero.
fn read_text(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let mut ahead = reader.clone();
    let mut length = 0;
    while ahead.u8()? != 0 {
        length += 1;
    }
    let text = text::decode(reader.take(length)?, MAX_TEXT);
    reader.take(1)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_startup_message_is_written_byte_for_byte() {
        let startup = Startup { user: "nobody", database: "none" };
        assert_eq!(startup.to_bytes(), b"\0\0\0\x23\0\x03\0\0user\0nobody\0database\0none\0\0");
    }

    #[test]
    fn only_one_byte_answers_the_question_for_encryption() {
        assert_eq!(Encryption::decode(b"S"), Ok((Encryption::Offered, 1)));
        assert_eq!(Encryption::decode(b"N"), Ok((Encryption::Missing, 1)));
        for bytes in [&b"SSH-2.0-x"[..], b"NO", b"E\0", &SSL_REQUEST] {
            assert!(!Encryption::decode(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }

    #[test]
    fn an_error_is_read_with_its_place_in_the_source() {
        let fields = b"SFATAL\0VFATAL\0C28000\0Mno entry\0Fauth.c\0L543\0RClientAuthentication\0\0";
        let length = u8::try_from(fields.len() + 4).unwrap();
        let bytes = [&[b'E', 0, 0, 0, length][..], fields].concat();
        let (message, used) = Message::decode(&bytes).unwrap();
        let Message::Error(report) = message else { panic!("{message:?}") };
        assert_eq!(used, bytes.len());
        assert_eq!(
            report.to_line(),
            "V=FATAL S=FATAL C=28000 F=auth.c L=543 R=ClientAuthentication M=no entry"
        );
    }

    #[test]
    fn methods_and_settings_are_read() {
        assert_eq!(
            Message::decode(b"R\0\0\0\x08\0\0\0\0"),
            Ok((Message::Authentication(Method::OK), 9))
        );
        let (message, _) = Message::decode(b"S\0\0\0\x19server_version\x0015.18\0").unwrap();
        let setting = Message::Parameter { name: "server_version".into(), value: "15.18".into() };
        assert_eq!(message, setting);
    }

    #[test]
    fn what_only_looks_similar_is_refused() {
        for bytes in [
            &b"RFB 003.008\n"[..],
            b"SSH-2.0-x\r\n",
            b"E\0\0\0\x03",
            b"E\0\0\0\x0bSFATAL\0",
            b"R\0\0\0\x08\0\0\0\x63",
            b"Error: what?\n",
            &SSL_REQUEST,
        ] {
            assert!(!Message::decode(bytes).unwrap_err().is_incomplete(), "{bytes:?}");
        }
    }
}
