//! DNS questions and answers (RFC 1035), by way of `hickory-proto`.

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query};
use hickory_proto::rr::rdata::opt::{EdnsCode, EdnsOption};
use hickory_proto::rr::{DNSClass, Name, RData, RecordType};

use super::text;
use crate::{DecodeError, Reader};

/// The longest message that is decoded: what RFC 6891 section 6.2.5 suggests for UDP.
pub const MAX_MESSAGE: usize = 4_096;

/// The most text records that are kept.
pub const MAX_TEXTS: usize = 8;

/// The longest text that is kept, in characters: RFC 1035 section 3.3 allows 255 bytes a string.
const MAX_TEXT: usize = 255;

/// A question that cannot be written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a domain name")]
pub struct InvalidName(pub String);

/// The question that BIND, dnsmasq, unbound and others answer with their version: TXT of
/// `version.bind` in class CHAOS.
pub fn version_query(id: u16) -> Result<Vec<u8>, InvalidName> {
    query(id, "version.bind.", RecordType::TXT, DNSClass::CH)
}

/// A question for the address of `name`, without asking for recursion.
pub fn address_query(id: u16, name: &str) -> Result<Vec<u8>, InvalidName> {
    query(id, name, RecordType::A, DNSClass::IN)
}

/// As [`address_query`], asking the server for its identifier too (RFC 5001 section 2).
pub fn identifier_query(id: u16, name: &str) -> Result<Vec<u8>, InvalidName> {
    let mut message = message(id, name, RecordType::A, DNSClass::IN)?;
    let mut edns = Edns::new();
    // What a datagram may have without being cut on the way (RFC 9715).
    edns.set_max_payload(1_232);
    // No content: the server fills it.
    edns.options_mut().insert(EdnsOption::Unknown(EdnsCode::NSID.into(), Vec::new()));
    message.set_edns(edns);
    message.to_vec().map_err(|_| InvalidName(name.to_owned()))
}

fn query(id: u16, name: &str, kind: RecordType, class: DNSClass) -> Result<Vec<u8>, InvalidName> {
    message(id, name, kind, class)?.to_vec().map_err(|_| InvalidName(name.to_owned()))
}

fn message(id: u16, name: &str, kind: RecordType, class: DNSClass) -> Result<Message, InvalidName> {
    let invalid = || InvalidName(name.to_owned());
    let mut question = Query::query(Name::from_ascii(name).map_err(|_| invalid())?, kind);
    question.set_query_class(class);
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.add_query(question);
    Ok(message)
}

/// `message` behind its length, as it goes over TCP (RFC 1035 section 4.2.2).
pub fn to_tcp(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], message].concat()
}

/// The message behind its length in bytes from TCP.
pub fn from_tcp(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let mut reader = Reader::new("DNS message over TCP", bytes);
    let length = usize::from(reader.u16()?);
    if length > MAX_MESSAGE {
        return Err(DecodeError::too_long("DNS message over TCP", 0, MAX_MESSAGE));
    }
    reader.take(length)
}

/// What a server said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The number of the question.
    pub id: u16,
    /// RCODE with its extension: 0 for no error, 5 for refused.
    pub code: u16,
    /// RA: the server says that it recurses.
    pub offers_recursion: bool,
    /// AA: the server speaks for the zone.
    pub is_authoritative: bool,
    /// How many records answer the question.
    pub answers: usize,
    /// The text records among them, decoded.
    pub texts: Vec<String>,
    /// What the server calls itself (RFC 5001), decoded.
    pub identifier: Option<String>,
}

impl Answer {
    /// Reads a response; a query is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "DNS message";
        if bytes.len() > MAX_MESSAGE {
            return Err(DecodeError::too_long(what, 0, MAX_MESSAGE));
        }
        let wrong = DecodeError::invalid(what, 0, "it cannot be parsed");
        let message = Message::from_vec(bytes).map_err(|_| wrong)?;
        if message.metadata.message_type != MessageType::Response {
            return Err(DecodeError::invalid(what, 2, "it is not a response"));
        }
        let texts = message.answers.iter().filter_map(|record| match &record.data {
            RData::TXT(txt) => Some(text::decode(&txt.txt_data.concat(), MAX_TEXT)),
            _ => None,
        });
        let edns = message.edns.as_ref();
        let identifier = edns.and_then(|edns| match edns.option(EdnsCode::NSID) {
            Some(EdnsOption::NSID(bytes)) => Some(text::decode(bytes.as_ref(), MAX_TEXT)),
            _ => None,
        });
        Ok(Self {
            identifier: identifier.filter(|identifier| !identifier.is_empty()),
            id: message.metadata.id,
            code: message.metadata.response_code.into(),
            offers_recursion: message.metadata.recursion_available,
            is_authoritative: message.metadata.authoritative,
            answers: message.answers.len(),
            texts: texts.take(MAX_TEXTS).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_written_byte_for_byte() {
        let bytes = version_query(0x1234).unwrap();
        let expected = b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07version\x04bind\0\0\x10\0\x03";
        assert_eq!(bytes, expected);
        assert_eq!(from_tcp(&to_tcp(&bytes)), Ok(&expected[..]));
    }

    #[test]
    fn a_server_may_tell_its_identifier() {
        let question = identifier_query(0x1234, "a.").unwrap();
        let option = b"\0\0\x29\x04\xd0\0\0\0\0\0\x04\0\x03\0\0";
        assert!(question.ends_with(option), "{question:?}");
        let mut answer = question[..question.len() - 6].to_vec();
        answer[2] |= 0x80;
        answer.extend(b"\0\x07\0\x03\0\x03ns1");
        assert_eq!(Answer::decode(&answer).unwrap().identifier.as_deref(), Some("ns1"));
    }

    #[test]
    fn a_question_is_no_answer() {
        assert!(Answer::decode(&version_query(1).unwrap()).is_err());
    }

    #[test]
    fn refuses_names_that_cannot_be_written() {
        assert!(address_query(1, &"a".repeat(64)).is_err());
        assert!(address_query(1, "hoshimori.invalid.").is_ok());
    }

    #[test]
    fn refuses_a_stated_length_over_the_limit() {
        assert!(from_tcp(&[0xff, 0xff]).unwrap_err().is_too_long());
    }
}
