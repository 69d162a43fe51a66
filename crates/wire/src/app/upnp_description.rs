//! The document in which a device of universal plug and play describes itself (`UPnP` Device
//! Architecture 2.0, section 2.3).

use super::xml::{Document, Element};
use crate::DecodeError;

/// The most devices of one document: a gateway has three, one inside the other.
pub const MAX_DEVICES: usize = 16;

/// The most services of one device: those of media servers and gateways have up to eight.
pub const MAX_SERVICES: usize = 32;

/// A description.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Description {
    /// What addresses in it are relative to, if that is not the document (version 1.0).
    pub url_base: Option<String>,
    /// The device and those inside it, the outermost first.
    pub devices: Vec<Device>,
    /// Whether the document was read to its end.
    pub is_whole: bool,
}

impl Description {
    /// Reads a description; a document without a device is none.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Document { root, is_whole, .. } = Document::decode(bytes)?;
        let devices: Vec<_> = root.all("device").take(MAX_DEVICES).map(Device::of).collect();
        if root.name != "root" || devices.is_empty() {
            return Err(DecodeError::invalid("UPnP description", 0, "it describes no device"));
        }
        Ok(Self { url_base: root.text_of("URLBase").map(str::to_owned), devices, is_whole })
    }
}

/// What a description says of one device. All texts are claims of its maker or owner.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Device {
    /// `deviceType`, as `urn:schemas-upnp-org:device:MediaServer:1`.
    pub device_type: Option<String>,
    /// `friendlyName`: what its owner may have called it.
    pub friendly_name: Option<String>,
    /// `manufacturer`.
    pub manufacturer: Option<String>,
    /// `modelName`.
    pub model_name: Option<String>,
    /// `modelNumber`.
    pub model_number: Option<String>,
    /// `modelDescription`.
    pub model_description: Option<String>,
    /// `serialNumber`.
    pub serial_number: Option<String>,
    /// `presentationURL`, as it is written.
    pub presentation_url: Option<String>,
    /// Its own services.
    pub services: Vec<Service>,
}

impl Device {
    fn of(element: &Element) -> Self {
        let text = |name| element.text_of(name).map(str::to_owned);
        let listed = element.child("serviceList").map_or(&[][..], |list| &list.children);
        Self {
            device_type: text("deviceType"),
            friendly_name: text("friendlyName"),
            manufacturer: text("manufacturer"),
            model_name: text("modelName"),
            model_number: text("modelNumber"),
            model_description: text("modelDescription"),
            serial_number: text("serialNumber"),
            presentation_url: text("presentationURL"),
            services: listed.iter().filter_map(Service::of).take(MAX_SERVICES).collect(),
        }
    }
}

/// A service of a device.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// `serviceType`, as `urn:schemas-upnp-org:service:WANIPConnection:1`.
    pub service_type: String,
    /// `controlURL`, as it is written.
    pub control_url: String,
}

impl Service {
    fn of(element: &Element) -> Option<Self> {
        let service_type = element.text_of("serviceType")?.to_owned();
        let control_url = element.text_of("controlURL")?.to_owned();
        Some(Self { service_type, control_url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_inside_devices_keep_their_own_services() {
        let service = |kind: &str| {
            format!(
                "<service><serviceType>urn:x:service:{kind}:1</serviceType>\
                 <controlURL>/ctl/{kind}</controlURL></service>"
            )
        };
        let text = format!(
            "<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><URLBase>http://192.0.2.1/</URLBase>\
             <device><deviceType>urn:x:device:Gateway:1</deviceType><modelName>R-1</modelName>\
             <serialNumber/><serviceList>{}<service/></serviceList><deviceList><device>\
             <deviceType>urn:x:device:Wan:1</deviceType><serviceList>{}</serviceList></device>\
             </deviceList></device></root>",
            service("Outer"),
            service("Inner"),
        );
        let description = Description::decode(text.as_bytes()).unwrap();
        assert_eq!(description.url_base.as_deref(), Some("http://192.0.2.1/"));
        let [outer, inner] = &description.devices[..] else { panic!("{description:?}") };
        assert_eq!((outer.model_name.as_deref(), &outer.serial_number), (Some("R-1"), &None));
        assert_eq!(outer.services.len(), 1);
        assert_eq!(inner.services[0].control_url, "/ctl/Inner");
        assert_eq!(inner.device_type.as_deref(), Some("urn:x:device:Wan:1"));
    }

    #[test]
    fn other_documents_are_refused() {
        for text in ["<html><device/></html>", "<root><a/></root>", "hello"] {
            assert!(Description::decode(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn devices_are_bounded() {
        let text = format!("<root>{}</root>", "<device/>".repeat(MAX_DEVICES + 1));
        assert_eq!(Description::decode(text.as_bytes()).unwrap().devices.len(), MAX_DEVICES);
    }
}
