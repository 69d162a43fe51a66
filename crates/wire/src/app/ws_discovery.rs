//! Asking a device for the web services that it has (WS-Discovery, April 2005, the version that
//! printers, cameras and Windows speak).

use super::xml::{Document, Element};
use crate::DecodeError;

/// Where the message number of a question begins.
const NUMBER: &str = "<wsa:MessageID>urn:uuid:";

/// Length of the number as text (RFC 9562 section 4).
const NUMBER_LENGTH: usize = 36;

/// The kind of answer to a probe (WS-Discovery section 5.3).
const KIND: &[u8] = b"ProbeMatches";

/// The most words of one list that are kept: cameras have up to twenty scopes.
pub const MAX_WORDS: usize = 64;

/// What kind of device is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Any: the only kind that cameras (ONVIF) and printers have in common.
    Any,
    /// Those that describe themselves (Devices Profile for Web Services 1.0); Windows and those
    /// who imitate it ignore a probe that names no kind.
    Describing,
}

/// A probe (section 5.2) with the number `id`, which the answer repeats.
///
/// Its prefixes are those of Windows: wsdd2, which many storage devices run, looks for the text
/// `<wsa:Action>` and answers no other prefix.
pub fn probe(id: u128, kind: Kind) -> Vec<u8> {
    let kinds = match kind {
        Kind::Any => "",
        Kind::Describing => "<wsd:Types>wsdp:Device</wsd:Types>",
    };
    let number = to_uuid(id);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" \
         xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" \
         xmlns:wsdp=\"http://schemas.xmlsoap.org/ws/2006/02/devprof\"><soap:Header>\
         <wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To>\
         <wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>\
         {NUMBER}{number}</wsa:MessageID></soap:Header>\
         <soap:Body><wsd:Probe>{kinds}</wsd:Probe></soap:Body></soap:Envelope>"
    )
    .into_bytes()
}

/// Whether `bytes` are the matches of `probe`: they have its number and the kind of an answer.
///
/// The document is not parsed: 122 random bits that come back beside the right word are proof.
pub fn answers(probe: &[u8], bytes: &[u8]) -> bool {
    number_of(probe).is_some_and(|number| contains(bytes, number) && contains(bytes, KIND))
}

/// What the matches in an answer tell (section 5.3.1), all together: a device gives one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Matches {
    /// Kinds, each as `{namespace}name`, or as `prefix:name` where the prefix means nothing.
    pub types: Vec<String>,
    /// Scopes, as `onvif://www.onvif.org/hardware/…`.
    pub scopes: Vec<String>,
    /// Where the device is spoken to: `XAddrs`, as they are written.
    pub addresses: Vec<String>,
}

impl Matches {
    /// Reads an answer to a probe.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let document = Document::decode(bytes)?;
        let none = DecodeError::invalid("WS-Discovery answer", 0, "it has no matches");
        let matches = document.root.first("ProbeMatches").ok_or(none)?;
        let kinds = words(matches, "Types");
        Ok(Self {
            types: kinds.iter().map(|kind| qualified(kind, &document)).collect(),
            scopes: words(matches, "Scopes"),
            addresses: words(matches, "XAddrs"),
        })
    }
}

/// The words of all elements called `name`, each once.
fn words(matches: &Element, name: &'static str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in matches.all(name).flat_map(|element| element.text.split_whitespace()) {
        if words.len() < MAX_WORDS && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

fn qualified(kind: &str, document: &Document) -> String {
    let (prefix, name) = kind.split_once(':').unwrap_or(("", kind));
    match document.namespace(prefix) {
        Some(namespace) => format!("{{{namespace}}}{name}"),
        None => kind.to_owned(),
    }
}

fn number_of(probe: &[u8]) -> Option<&[u8]> {
    let at = probe.windows(NUMBER.len()).position(|window| window == NUMBER.as_bytes())?;
    probe.get(at + NUMBER.len()..)?.get(..NUMBER_LENGTH)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

/// A random number as a UUID of version 4 (RFC 9562 section 5.4).
fn to_uuid(random: u128) -> String {
    let marked = random & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let mut text = format!("{marked:032x}");
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_random_ones() {
        assert_eq!(to_uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(to_uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_probe_is_a_question_and_not_its_own_answer() {
        let any = String::from_utf8(probe(7, Kind::Any)).unwrap();
        assert!(any.ends_with("<wsd:Probe></wsd:Probe></soap:Body></soap:Envelope>"));
        let describing = String::from_utf8(probe(7, Kind::Describing)).unwrap();
        assert!(describing.contains("<wsd:Types>wsdp:Device</wsd:Types>"));
        assert!(!answers(any.as_bytes(), any.as_bytes()));
    }

    #[test]
    fn matches_tell_kinds_scopes_and_addresses() {
        let text = "<s:Envelope xmlns:s=\"urn:s\" xmlns:d=\"urn:d\" xmlns:dn=\"urn:dn\"><s:Body>\
            <d:ProbeMatches><d:ProbeMatch><d:Types>dn:Camera x:Other</d:Types>\
            <d:Scopes>onvif://a/name/C\nonvif://a/name/C</d:Scopes>\
            <d:XAddrs>http://192.0.2.1/onvif http://[fe80::1]/onvif</d:XAddrs>\
            </d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>";
        let matches = Matches::decode(text.as_bytes()).unwrap();
        assert_eq!(matches.types, ["{urn:dn}Camera", "x:Other"]);
        assert_eq!(matches.scopes, ["onvif://a/name/C"]);
        assert_eq!(matches.addresses, ["http://192.0.2.1/onvif", "http://[fe80::1]/onvif"]);
        assert!(Matches::decode(&probe(7, Kind::Any)).is_err());
    }

    #[test]
    fn the_number_has_to_come_back_beside_the_kind_of_an_answer() {
        let asked = probe(7, Kind::Any);
        let matches = "<d:ProbeMatches/><a:RelatesTo>urn:uuid:\
            00000000-0000-4000-8000-000000000007</a:RelatesTo>";
        assert!(answers(&asked, matches.as_bytes()));
        assert!(!answers(&probe(8, Kind::Any), matches.as_bytes()));
        assert!(!answers(&asked, b"<d:ProbeMatches/>"));
        assert!(!answers(b"", matches.as_bytes()));
    }
}
