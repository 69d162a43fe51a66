//! Reading the port mappings of a gateway (`UPnP` `WANIPConnection:1`, section 2.4.14): a question
//! for one entry after the other, which changes nothing.

use super::xml::{Document, Element};
use crate::DecodeError;

/// The most characters of a service's type: those of the standard have some fifty.
const MAX_TYPE: usize = 128;

/// The action that reads one entry.
const ACTION: &str = "GetGenericPortMappingEntry";

/// A question for one entry of the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Question<'a> {
    service_type: &'a str,
    index: u16,
}

impl<'a> Question<'a> {
    /// Asks for entry `index`, from 0, of a service whose type is `service_type`. `None` where
    /// that is no service which keeps mappings.
    pub fn new(service_type: &'a str, index: u16) -> Option<Self> {
        let is_plain = |sign: char| sign.is_ascii_alphanumeric() || ":._-".contains(sign);
        let keeps_mappings =
            [":WANIPConnection:", ":WANPPPConnection:"].iter().any(|it| service_type.contains(it));
        let is_type = service_type.len() <= MAX_TYPE && service_type.chars().all(is_plain);
        (keeps_mappings && is_type).then_some(Self { service_type, index })
    }

    /// The value of the field `SOAPAction`.
    pub fn action(self) -> String {
        format!("\"{}#{ACTION}\"", self.service_type)
    }

    /// The envelope.
    pub fn to_bytes(self) -> Vec<u8> {
        let Self { service_type, index } = self;
        format!(
            "<?xml version=\"1.0\"?>\r\n\
             <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
             <u:{ACTION} xmlns:u=\"{service_type}\"><NewPortMappingIndex>{index}\
             </NewPortMappingIndex></u:{ACTION}></s:Body></s:Envelope>\r\n"
        )
        .into_bytes()
    }
}

/// What a gateway said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The entry.
    Entry(Entry),
    /// A refusal with its code (`UPnP` Device Architecture 2.0, section 3.2.5).
    Fault(FaultCode),
}

/// An entry of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// `NewProtocol`: `TCP` or `UDP`.
    pub protocol: String,
    /// `NewExternalPort`.
    pub external_port: u16,
    /// `NewInternalClient`.
    pub internal_client: String,
    /// `NewInternalPort`.
    pub internal_port: u16,
    /// `NewPortMappingDescription`.
    pub description: String,
    /// `NewEnabled`.
    pub is_enabled: bool,
}

/// Why a gateway refuses.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FaultCode(pub u16);

impl FaultCode {
    /// `SpecifiedArrayIndexInvalid`: the list ends before that index.
    pub const INDEX_INVALID: Self = Self(713);
    /// `NoSuchEntryInArray`, by which some gateways say the same.
    pub const NO_SUCH_ENTRY: Self = Self(714);

    /// Whether it means that there are no more entries.
    pub fn ends_list(self) -> bool {
        matches!(self, Self::INDEX_INVALID | Self::NO_SUCH_ENTRY)
    }
}

impl Answer {
    /// Reads the body of an answer, which must be whole.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "port mapping entry";
        let Document { root, is_whole, .. } = Document::decode(bytes)?;
        let invalid = |reason| DecodeError::invalid(what, 0, reason);
        if root.name != "Envelope" || !is_whole {
            return Err(invalid("it is no whole SOAP envelope"));
        }
        if let Some(error) = root.first("UPnPError") {
            let code = error.text_of("errorCode").and_then(|code| code.parse().ok());
            return code
                .map(|code| Self::Fault(FaultCode(code)))
                .ok_or_else(|| invalid("a fault without a code"));
        }
        let entry = root.first("GetGenericPortMappingEntryResponse");
        let entry = entry.ok_or_else(|| invalid("neither an entry nor a fault"))?;
        Entry::of(entry).map(Self::Entry).ok_or_else(|| invalid("an entry without its ports"))
    }
}

impl Entry {
    fn of(element: &Element) -> Option<Self> {
        let text = |name| element.text_of(name).unwrap_or_default();
        let enabled = text("NewEnabled");
        Some(Self {
            protocol: text("NewProtocol").to_owned(),
            external_port: text("NewExternalPort").parse().ok()?,
            internal_client: text("NewInternalClient").to_owned(),
            internal_port: text("NewInternalPort").parse().ok()?,
            description: text("NewPortMappingDescription").to_owned(),
            // The values of a boolean (UPnP Device Architecture 2.0, section 2.5).
            is_enabled: ["1", "true", "yes"].iter().any(|yes| enabled.eq_ignore_ascii_case(yes)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "urn:schemas-upnp-org:service:WANIPConnection:1";

    #[test]
    fn a_question_names_the_service_and_the_index() {
        let question = Question::new(TYPE, 7).unwrap();
        assert_eq!(question.action(), format!("\"{TYPE}#GetGenericPortMappingEntry\""));
        let text = String::from_utf8(question.to_bytes()).unwrap();
        assert!(text.contains(&format!("xmlns:u=\"{TYPE}\"><NewPortMappingIndex>7</New")));
    }

    #[test]
    fn only_services_that_keep_mappings_are_asked() {
        for text in [
            "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1",
            "urn:x:service:WANIPConnection:1\"><evil",
            "urn:x:service:WANIPConnection:1\r\nX: y",
            "",
        ] {
            assert_eq!(Question::new(text, 0), None, "{text}");
        }
        assert!(Question::new("urn:x:service:WANPPPConnection:1", 0).is_some());
        let long = format!("{TYPE}{}", "1".repeat(MAX_TYPE));
        assert_eq!(Question::new(&long, 0), None);
    }

    #[test]
    fn a_fault_ends_the_list_or_does_not() {
        let fault = |code: &str| {
            let text = format!(
                "<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><detail><UPnPError>\
                 <errorCode>{code}</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>"
            );
            Answer::decode(text.as_bytes())
        };
        for (code, ends) in [("713", true), ("714", true), ("402", false), ("606", false)] {
            let Ok(Answer::Fault(fault)) = fault(code) else { panic!("{code}") };
            assert_eq!(fault.ends_list(), ends, "{code}");
        }
        assert!(fault("none").is_err());
    }

    #[test]
    fn an_entry_without_ports_and_a_web_page_are_refused() {
        let page = "<html><body>GetGenericPortMappingEntryResponse</body></html>";
        let bare = "<Envelope><Body><GetGenericPortMappingEntryResponse/></Body></Envelope>";
        let cut = "<Envelope><Body><GetGenericPortMappingEntryResponse>";
        for text in [page, bare, cut] {
            assert!(Answer::decode(text.as_bytes()).is_err(), "{text}");
        }
    }
}
