//! Asking a camera or recorder what it is (ONVIF Core Specification, sections 8.1 and 8.3).

use super::xml::{Document, Element};
use crate::DecodeError;

/// Where the device service is unless the device names another place (section 5.1.1).
pub const SERVICE_PATH: &str = "/onvif/device_service";

/// A question to the device service. None of them changes anything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Question {
    /// `GetDeviceInformation`: maker, model, firmware. Devices may ask for a credential first.
    DeviceInformation,
    /// `GetSystemDateAndTime`, which every device answers to everybody (section 8.3.6).
    SystemDateAndTime,
}

impl Question {
    /// The value of the field `Content-Type` (SOAP 1.2 part 2, section 7.1.4).
    pub fn content_type(self) -> String {
        let name = self.name();
        format!(
            "application/soap+xml; charset=utf-8; \
             action=\"http://www.onvif.org/ver10/device/wsdl/{name}\""
        )
    }

    /// The envelope.
    pub fn to_bytes(self) -> Vec<u8> {
        let name = self.name();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
             <s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>\
             <{name} xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/></s:Body></s:Envelope>"
        )
        .into_bytes()
    }

    fn name(self) -> &'static str {
        match self {
            Self::DeviceInformation => "GetDeviceInformation",
            Self::SystemDateAndTime => "GetSystemDateAndTime",
        }
    }
}

/// What a device said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// What it is.
    DeviceInformation(DeviceInformation),
    /// The time, which is not kept.
    SystemDateAndTime,
    /// It wants to know who asks (section 5.11.2.1, `ter:NotAuthorized`).
    NotAuthorized,
    /// It refuses for another reason.
    Fault(String),
}

/// The answer to `GetDeviceInformation`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DeviceInformation {
    /// `Manufacturer`.
    pub manufacturer: Option<String>,
    /// `Model`.
    pub model: Option<String>,
    /// `FirmwareVersion`.
    pub firmware_version: Option<String>,
    /// `HardwareId`.
    pub hardware_id: Option<String>,
}

impl Answer {
    /// Reads the body of an answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Document { root, .. } = Document::decode(bytes)?;
        let none = DecodeError::invalid("ONVIF answer", 0, "it answers none of the questions");
        let body = root.child("Body").filter(|_| root.name == "Envelope").ok_or(none)?;
        if let Some(information) = body.child("GetDeviceInformationResponse") {
            return Ok(Self::DeviceInformation(DeviceInformation::of(information)));
        }
        if body.child("GetSystemDateAndTimeResponse").is_some() {
            return Ok(Self::SystemDateAndTime);
        }
        let fault = body.child("Fault").ok_or(none)?;
        Ok(if asks_who(fault) { Self::NotAuthorized } else { Self::Fault(reason(fault)) })
    }
}

impl DeviceInformation {
    fn of(element: &Element) -> Self {
        let text = |name| element.text_of(name).map(str::to_owned);
        Self {
            manufacturer: text("Manufacturer"),
            model: text("Model"),
            firmware_version: text("FirmwareVersion"),
            hardware_id: text("HardwareId"),
        }
    }
}

/// Whether one of the codes of a fault says that a credential is missing: the one of ONVIF or one
/// of WS-Security 1.1 (section 12), whatever their prefixes are.
fn asks_who(fault: &Element) -> bool {
    let codes = fault.all("Value").chain(fault.all("faultcode"));
    let mut names = codes.map(|code| code.text.rsplit(':').next().unwrap_or_default());
    names.any(|name| matches!(name, "NotAuthorized" | "FailedAuthentication" | "InvalidSecurity"))
}

/// What a fault says to people (SOAP 1.2 and 1.1).
fn reason(fault: &Element) -> String {
    let reason = fault.first("Text").or(fault.first("faultstring"));
    reason.map(|reason| reason.text.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(body: &str) -> Result<Answer, DecodeError> {
        let text = format!(
            "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\">\
             <SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
        );
        Answer::decode(text.as_bytes())
    }

    #[test]
    fn questions_have_neither_user_nor_password() {
        for question in [Question::DeviceInformation, Question::SystemDateAndTime] {
            let text = String::from_utf8(question.to_bytes()).unwrap();
            assert!(text.contains(&format!("<{} xmlns=", question.name())));
            assert!(!text.contains("Security"));
            assert!(question.content_type().ends_with(&format!("/{}\"", question.name())));
        }
    }

    #[test]
    fn a_device_tells_what_it_is() {
        let answer = decode(
            "<tds:GetDeviceInformationResponse xmlns:tds=\"x\"><tds:Manufacturer>Maker\
             </tds:Manufacturer><tds:Model>C-1</tds:Model><tds:FirmwareVersion>1.2.3\
             </tds:FirmwareVersion><tds:SerialNumber>0</tds:SerialNumber>\
             <tds:HardwareId/></tds:GetDeviceInformationResponse>",
        );
        let Ok(Answer::DeviceInformation(told)) = answer else { panic!("{answer:?}") };
        assert_eq!(told.manufacturer.as_deref(), Some("Maker"));
        assert_eq!(told.model.as_deref(), Some("C-1"));
        assert_eq!((told.firmware_version.as_deref(), told.hardware_id), (Some("1.2.3"), None));
    }

    #[test]
    fn a_missing_credential_is_told_from_other_faults() {
        let fault = |code: &str| {
            decode(&format!(
                "<s:Fault xmlns:s=\"x\"><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>\
                 {code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text>so</s:Text></s:Reason>\
                 </s:Fault>"
            ))
        };
        assert_eq!(fault("ter:NotAuthorized"), Ok(Answer::NotAuthorized));
        assert_eq!(fault("wsse:FailedAuthentication"), Ok(Answer::NotAuthorized));
        assert_eq!(fault("ter:ActionNotSupported"), Ok(Answer::Fault("so".into())));
    }

    #[test]
    fn other_documents_are_refused() {
        assert!(decode("<a/>").is_err());
        assert!(Answer::decode(b"<html><Body><Fault/></Body></html>").is_err());
    }
}
