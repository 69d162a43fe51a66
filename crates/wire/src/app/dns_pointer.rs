//! Questions that names answer: PTR of DNS (RFC 1035 section 3.3.12) and of mDNS (RFC 6762), by
//! way of `hickory-proto`.

use std::net::IpAddr;

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::dns::{InvalidName, MAX_MESSAGE};
use super::text;
use crate::DecodeError;

/// The most records that are looked at; an answer in one datagram rarely has more than twenty.
pub const MAX_RECORDS: usize = 64;

/// The longest label (RFC 1035 section 2.3.4), in bytes and so in characters too.
const MAX_LABEL: usize = 63;

/// The name under which a responder lists the kinds of its services (RFC 6763 section 9).
pub const SERVICE_KINDS: &str = "_services._dns-sd._udp.local";

/// Whom a question is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asked {
    /// A name server, which may have to ask others.
    NameServer,
    /// The host itself.
    Responder,
}

/// The question for the names of `address`.
pub fn address_question(id: u16, address: IpAddr, asked: Asked) -> Result<Vec<u8>, InvalidName> {
    question(id, Name::from(address), asked)
}

/// The question for the kinds of services of a responder.
pub fn services_question(id: u16) -> Result<Vec<u8>, InvalidName> {
    let invalid = |_| InvalidName(SERVICE_KINDS.to_owned());
    question(id, Name::from_ascii(SERVICE_KINDS).map_err(invalid)?, Asked::Responder)
}

fn question(id: u16, mut name: Name, asked: Asked) -> Result<Vec<u8>, InvalidName> {
    name.set_fqdn(true);
    let invalid = || InvalidName(name.to_string());
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = asked == Asked::NameServer;
    message.add_query(Query::query(name.clone(), RecordType::PTR));
    message.to_vec().map_err(|_| invalid())
}

/// What a name server or a responder said to one of these questions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pointers {
    /// The number of the question.
    pub id: u16,
    /// RCODE with its extension: 0 for no error, 3 for no such name.
    pub code: u16,
    /// TC: the answer did not fit into the datagram.
    pub is_truncated: bool,
    /// The name that was asked about, as the answer repeats it.
    pub asked: Option<String>,
    /// The PTR records of the answer.
    pub pointers: Vec<Pointer>,
    /// The owners of address records anywhere in the message, with the address.
    pub owners: Vec<(String, IpAddr)>,
}

impl Pointers {
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
        let pointers = message.answers.iter().take(MAX_RECORDS).filter_map(Pointer::of);
        let all = message.answers.iter().chain(&message.additionals);
        Ok(Self {
            id: message.metadata.id,
            code: message.metadata.response_code.into(),
            is_truncated: message.metadata.truncation,
            asked: message.queries.first().map(|query| to_text(query.name())),
            pointers: pointers.collect(),
            owners: all.take(MAX_RECORDS).filter_map(owner).collect(),
        })
    }

    /// Whether this answers the question `id` for the names of `address`.
    pub fn answers(&self, id: u16, address: IpAddr) -> bool {
        let name = reverse_name(address);
        self.id == id && self.asked.as_ref().is_some_and(|asked| asked.eq_ignore_ascii_case(&name))
    }

    /// The names that this gives to `name`.
    pub fn names_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = move |it: &&Pointer| it.owner.eq_ignore_ascii_case(name);
        self.pointers.iter().filter(of_name).map(|pointer| pointer.name.as_str())
    }
}

/// A PTR record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pointer {
    /// Whose it is; behind an alias (RFC 2317) not the name that was asked about.
    pub owner: String,
    /// The name it points to.
    pub name: String,
}

impl Pointer {
    fn of(record: &Record) -> Option<Self> {
        match &record.data {
            RData::PTR(name) => Some(Self { owner: to_text(&record.name), name: to_text(&name.0) }),
            _ => None,
        }
    }
}

/// The name that stands for `address` in DNS (RFC 1035 section 3.5, RFC 3596 section 2.5).
pub fn reverse_name(address: IpAddr) -> String {
    to_text(&Name::from(address))
}

fn owner(record: &Record) -> Option<(String, IpAddr)> {
    let address = match &record.data {
        RData::A(address) => IpAddr::V4(address.0),
        RData::AAAA(address) => IpAddr::V6(address.0),
        _ => return None,
    };
    Some((to_text(&record.name), address))
}

/// The labels of `name` with dots between them and none at the end. mDNS writes UTF-8 (RFC 6762
/// section 16); whatever it is, the text is safe to show.
fn to_text(name: &Name) -> String {
    name.iter().map(|label| text::decode(label, MAX_LABEL)).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: [u8; 4] = [192, 0, 2, 9];
    /// PTR of that address, in class IN.
    const REVERSE: &[u8] = b"\x019\x012\x010\x03192\x07in-addr\x04arpa\0\0\x0c\0\x01";

    fn response(flags: [u8; 2], records: &[&[u8]]) -> Vec<u8> {
        let count = u8::try_from(records.len()).unwrap();
        let head = [&[0x12, 0x34][..], &flags, &[0, 1, 0, count, 0, 0, 0, 0]].concat();
        [&head, REVERSE, &records.concat()].concat()
    }

    /// A PTR record of the name asked about that points to `name`, which is encoded.
    fn pointer(name: &[u8]) -> Vec<u8> {
        let length = u8::try_from(name.len()).unwrap();
        [&[0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, length], name].concat()
    }

    #[test]
    fn questions_are_written_byte_for_byte() {
        let address = ADDRESS.into();
        let server = address_question(0x1234, address, Asked::NameServer).unwrap();
        assert_eq!(server, [b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0", REVERSE].concat());
        let responder = address_question(0, address, Asked::Responder).unwrap();
        assert_eq!(responder, [b"\0\0\0\0\0\x01\0\0\0\0\0\0", REVERSE].concat());
        let services = services_question(1).unwrap();
        assert!(services.ends_with(b"\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\x01"));
    }

    #[test]
    fn addresses_of_version_6_are_asked_by_their_digits() {
        let address = "2001:db8::1".parse().unwrap();
        let question = address_question(1, address, Asked::NameServer).unwrap();
        assert!(question[12..].starts_with(b"\x011\x010\x010"));
        assert!(
            question.ends_with(
                b"\x018\x01b\x01d\x010\x011\x010\x010\x012\x03ip6\x04arpa\0\0\x0c\0\x01"
            )
        );
    }

    #[test]
    fn an_answer_gives_its_names_and_what_it_answers() {
        let bytes = response([0x84, 0], &[&pointer(b"\x02pc\x06office\x07example\0")]);
        let answer = Pointers::decode(&bytes).unwrap();
        assert_eq!((answer.code, answer.is_truncated), (0, false));
        assert_eq!(answer.pointers[0].name, "pc.office.example");
        let own: Vec<_> = answer.names_of("9.2.0.192.IN-ADDR.ARPA").collect();
        assert_eq!(own, ["pc.office.example"]);
        assert_eq!(answer.names_of(SERVICE_KINDS).count(), 0);
        assert!(answer.answers(0x1234, ADDRESS.into()));
        assert!(!answer.answers(0x1235, ADDRESS.into()));
        assert!(!answer.answers(0x1234, [192, 0, 2, 10].into()));
    }

    #[test]
    fn an_address_record_gives_its_owner() {
        let record = b"\x02pc\x05local\0\0\x01\x80\x01\0\0\0\x78\0\x04\xc0\0\x02\x09";
        let answer = Pointers::decode(&response([0x84, 0], &[record])).unwrap();
        assert_eq!(answer.owners, [("pc.local".to_owned(), ADDRESS.into())]);
        assert!(answer.pointers.is_empty());
    }

    #[test]
    fn labels_are_made_safe_one_by_one() {
        let name = "\x10受付の\u{202e}PC\x05local\0".as_bytes();
        let name = [&[u8::try_from(name.len() - 8).unwrap()], &name[1..]].concat();
        let answer = Pointers::decode(&response([0x84, 0], &[&pointer(&name)])).unwrap();
        assert_eq!(answer.pointers[0].name, "受付の·PC.local");
    }

    #[test]
    fn refusal_and_truncation_are_told() {
        assert_eq!(Pointers::decode(&response([0x81, 0x83], &[])).unwrap().code, 3);
        assert!(Pointers::decode(&response([0x82, 0], &[])).unwrap().is_truncated);
    }

    #[test]
    fn hostile_answers_are_refused_or_bounded() {
        assert!(Pointers::decode(&response([0, 0], &[])).is_err(), "a question");
        let loop_to_itself = pointer(&[0xc0, 52]);
        assert!(Pointers::decode(&response([0x84, 0], &[&loop_to_itself])).is_err());
        assert!(Pointers::decode(&vec![0; MAX_MESSAGE + 1]).unwrap_err().is_too_long());
        let one = pointer(b"\x01a\0");
        let many = Pointers::decode(&response([0x84, 0], &vec![&one[..]; 200])).unwrap();
        assert_eq!(many.pointers.len(), MAX_RECORDS);
    }
}
