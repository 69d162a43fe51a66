//! The services that a host announces (DNS-Based Service Discovery, RFC 6763), asked and answered
//! in the words of DNS by way of `hickory-proto`.

use hickory_proto::op::{Message, MessageType, OpCode, Query};
use hickory_proto::rr::{Name, RData, RecordType};

use super::dns::{InvalidName, MAX_MESSAGE};
use super::text;
use crate::DecodeError;

/// The most records of one message that are looked at.
pub const MAX_RECORDS: usize = 128;

/// The most pairs of one TXT record: a printer has some thirty.
pub const MAX_PAIRS: usize = 64;

/// The longest label (RFC 1035 section 2.3.4).
const MAX_LABEL: usize = 63;

/// The longest pair (RFC 6763 section 6.1: a length of one byte stands before it).
const MAX_PAIR: usize = 255;

/// The most labels of a name: an instance, a type of two, `local`, and room for a domain.
const MAX_LABELS: usize = 16;

/// What is asked about a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// The instances of a type: PTR (section 4.1).
    Instances,
    /// Where an instance is: SRV (section 5).
    Place,
    /// What it tells about itself: TXT (section 6).
    Pairs,
}

/// The name of a type of services or of an instance. Its labels are kept as they came: names of
/// instances have blanks and dots (section 4.1.1).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ServiceName(Vec<Vec<u8>>);

impl ServiceName {
    /// The type `text`, as `_ipp._tcp`, on the link. `None` for anything else.
    pub fn of_type(text: &str) -> Option<Self> {
        let (service, transport) = text.split_once('.')?;
        let is_label = |label: &str| {
            let name = label.strip_prefix('_').unwrap_or_default();
            // RFC 6335 section 5.1 allows fifteen; some have more.
            (1..MAX_LABEL).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        (is_label(service) && matches!(transport, "_tcp" | "_udp"))
            .then(|| Self([service, transport, "local"].map(Vec::from).to_vec()))
    }

    /// The name under which the device `instance` tells its model (Apple's `_device-info`).
    #[must_use]
    pub fn device_info_of(instance: &Self) -> Option<Self> {
        let own = instance.0.first().filter(|_| instance.is_instance())?.clone();
        let rest = ["_device-info", "_tcp", "local"].map(Vec::from);
        Some(Self(std::iter::once(own).chain(rest).collect()))
    }

    /// Whether it names an instance and not a type.
    pub fn is_instance(&self) -> bool {
        self.service_type().is_some() && self.0.first().is_some_and(|it| !it.starts_with(b"_"))
    }

    /// What the instance is called, safe to show.
    pub fn instance(&self) -> Option<String> {
        let own = self.0.first().filter(|_| self.is_instance())?;
        Some(text::decode(own, MAX_LABEL))
    }

    /// The type, as `_ipp._tcp`.
    pub fn service_type(&self) -> Option<String> {
        let at = self.0.iter().position(|label| label.starts_with(b"_"))?;
        let [service, transport, ..] = self.0.get(at..)? else { return None };
        let is_transport = matches!(transport.as_slice(), b"_tcp" | b"_udp");
        let shown = |label: &[u8]| text::decode(label, MAX_LABEL);
        is_transport.then(|| format!("{}.{}", shown(service), shown(transport)))
    }

    /// Whether two names are the same, whatever their case (RFC 1035 section 2.3.3).
    pub fn is_same(&self, other: &Self) -> bool {
        let pairs = || self.0.iter().zip(&other.0);
        self.0.len() == other.0.len() && pairs().all(|(own, its)| own.eq_ignore_ascii_case(its))
    }

    fn of(name: &Name) -> Self {
        Self(name.iter().take(MAX_LABELS).map(<[u8]>::to_vec).collect())
    }
}

/// A question about `name`, to be answered to the asker alone.
pub fn question(id: u16, name: &ServiceName, wanted: Wanted) -> Result<Vec<u8>, InvalidName> {
    let invalid = || InvalidName(name.service_type().unwrap_or_default());
    let mut asked = Name::from_labels(name.0.clone()).map_err(|_| invalid())?;
    asked.set_fqdn(true);
    let kind = match wanted {
        Wanted::Instances => RecordType::PTR,
        Wanted::Place => RecordType::SRV,
        Wanted::Pairs => RecordType::TXT,
    };
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = false;
    message.add_query(Query::query(asked, kind));
    message.to_vec().map_err(|_| invalid())
}

/// What a responder told.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Announcement {
    /// The number of the question.
    pub id: u16,
    /// Instances of types.
    pub instances: Vec<ServiceName>,
    /// The ports of instances.
    pub ports: Vec<(ServiceName, u16)>,
    /// The pairs of instances, as they are written, safe to show.
    pub pairs: Vec<(ServiceName, Vec<String>)>,
}

impl Announcement {
    /// Reads a response; a query is refused. Answers and additional records count alike.
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
        let mut told = Self { id: message.metadata.id, ..Self::default() };
        for record in message.answers.iter().chain(&message.additionals).take(MAX_RECORDS) {
            let owner = ServiceName::of(&record.name);
            match &record.data {
                RData::PTR(name) => {
                    let name = ServiceName::of(&name.0);
                    if name.is_instance() && !told.instances.contains(&name) {
                        told.instances.push(name);
                    }
                }
                RData::SRV(place) => told.ports.push((owner, place.port)),
                RData::TXT(pairs) => {
                    let pairs = pairs.txt_data.iter().filter(|pair| !pair.is_empty());
                    let pairs = pairs.map(|pair| text::decode(pair, MAX_PAIR)).take(MAX_PAIRS);
                    told.pairs.push((owner, pairs.collect()));
                }
                _ => {}
            }
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer() -> ServiceName {
        let labels = [&b"Reception 2.5"[..], b"_ipp", b"_tcp", b"local"];
        ServiceName(labels.map(<[u8]>::to_vec).to_vec())
    }

    #[test]
    fn names_of_types_are_written_and_nothing_else() {
        let name = ServiceName::of_type("_ipp._tcp").unwrap();
        let bytes = question(0x1234, &name, Wanted::Instances).unwrap();
        assert_eq!(bytes, b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x04_ipp\x04_tcp\x05local\0\0\x0c\0\x01");
        let long = format!("_{}._tcp", "a".repeat(MAX_LABEL));
        for text in ["ipp._tcp", "_ipp._tls", "_ipp", "_._tcp", "_a.b._tcp", "_ü._udp", &long] {
            assert_eq!(ServiceName::of_type(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_instances_keep_blanks_and_dots() {
        let name = printer();
        assert_eq!(name.instance().as_deref(), Some("Reception 2.5"));
        assert_eq!(name.service_type().as_deref(), Some("_ipp._tcp"));
        let bytes = question(1, &name, Wanted::Pairs).unwrap();
        assert!(bytes.ends_with(b"\x0dReception 2.5\x04_ipp\x04_tcp\x05local\0\0\x10\0\x01"));
        let information = ServiceName::device_info_of(&name).unwrap();
        assert_eq!(information.service_type().as_deref(), Some("_device-info._tcp"));
        assert_eq!(information.instance(), name.instance());
        let kind = ServiceName::of_type("_ipp._tcp").unwrap();
        assert_eq!((kind.instance(), ServiceName::device_info_of(&kind)), (None, None));
    }

    #[test]
    fn case_makes_no_other_name() {
        let other = ServiceName(printer().0.iter().map(|it| it.to_ascii_uppercase()).collect());
        assert!(printer().is_same(&other));
        assert!(!printer().is_same(&ServiceName::of_type("_ipp._tcp").unwrap()));
    }

    #[test]
    fn a_question_is_no_answer() {
        let bytes = question(1, &printer(), Wanted::Place).unwrap();
        assert!(Announcement::decode(&bytes).is_err());
        assert!(Announcement::decode(&vec![0; MAX_MESSAGE + 1]).unwrap_err().is_too_long());
    }
}
