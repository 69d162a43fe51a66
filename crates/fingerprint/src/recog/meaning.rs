//! Parameters of recog in the words of our patterns.

use std::collections::BTreeMap;

use hoshimori_inspection::inventory::{Confidence, DeviceClass};

use super::xml::Param;
use crate::error::Fault;
use crate::pattern::{Part, Template};
use crate::reading::{DeviceWords, ProductWords, SystemWords};

/// A certainty at or under this makes a statement weak: recog writes it where a text is copied by
/// many products.
const DOUBTFUL: f32 = 0.5;

/// What a fingerprint states.
pub(super) struct Meaning {
    pub(super) confidence: Confidence,
    pub(super) product: Option<ProductWords<Template>>,
    pub(super) system: Option<SystemWords<Template>>,
    pub(super) device: Option<DeviceWords<Template>>,
}

/// What the parameters state.
pub(super) fn of(params: &[Param]) -> Result<Meaning, Fault> {
    let values =
        Values { by_name: params.iter().map(|param| (param.name.as_str(), param)).collect() };
    let product = ProductWords {
        vendor: values.text("service.vendor", "product.vendor")?,
        name: values.text("service.product", "product.name")?,
        version: values.text("service.version", "product.version")?,
        revision: None,
        cpe: values.cpe("service.cpe23", "product.cpe")?,
    };
    let system = SystemWords {
        vendor: values.text("os.vendor", "system.vendor")?,
        name: values.system_name()?,
        version: values.text("os.version", "system.version")?,
        cpe: values.cpe("os.cpe23", "system.cpe")?,
    };
    let device = DeviceWords {
        class: values.class().map(|class| fixed(class.word())),
        vendor: values.text("hw.vendor", "device.vendor")?,
        model: match values.text("hw.product", "device.model")? {
            Some(model) => Some(model),
            None => values.text("hw.model", "device.model")?,
        },
        // Their hardware version is the revision of a board; the firmware is an operating system.
        firmware: match values.fixed("os.product") {
            Some(name) if name.contains("Firmware") => {
                values.text("os.version", "device.firmware")?
            }
            _ => None,
        },
        management_url: None,
    };
    Ok(Meaning {
        confidence: values.confidence(),
        product: Some(product).filter(|words| words.name.is_some()),
        system: Some(system).filter(|words| words.name.is_some()),
        device: Some(device).filter(|words| !words.is_empty()),
    })
}

fn fixed(text: &str) -> Template {
    Template::Text(vec![Part::Fixed(text.to_owned())])
}

struct Values<'a> {
    by_name: BTreeMap<&'a str, &'a Param>,
}

impl Values<'_> {
    /// The fixed text of a parameter.
    fn fixed(&self, name: &str) -> Option<&str> {
        self.by_name.get(name)?.value.as_deref()
    }

    fn text(&self, name: &str, key: &'static str) -> Result<Option<Template>, Fault> {
        let Some(param) = self.by_name.get(name) else { return Ok(None) };
        if param.group > 0 {
            return Ok(Some(Template::Text(vec![Part::Group(param.group)])));
        }
        match &param.value {
            Some(value) => Template::parse(key, value, |name| Some(self.part(name))).map(Some),
            None => Ok(None),
        }
    }

    /// What a name in braces stands for: another parameter, or nothing.
    fn part(&self, name: &str) -> Part {
        let fixed = |text: &str| Part::Fixed(text.to_owned());
        let Some(param) = self.by_name.get(name) else { return fixed("") };
        match &param.value {
            _ if param.group > 0 => Part::Group(param.group),
            // A fixed text may have braces of its own; one step of it is enough for recog.
            Some(value) if !value.contains('{') => fixed(value),
            _ => fixed(""),
        }
    }

    /// A name of CPE 2.2 (`cpe:/a:vendor:product:version`) as a formatted string.
    fn cpe(&self, name: &str, key: &'static str) -> Result<Option<Template>, Fault> {
        let Some(text) = self.fixed(name) else { return Ok(None) };
        let names = text.strip_prefix("cpe:/").ok_or(Fault::Cpe { key })?;
        let mut parts: Vec<String> = names.split(':').map(quote).collect();
        // Seven parts there (part, vendor, product, version, update, edition, language), eleven here.
        parts.resize(11, "*".to_owned());
        let string = format!("cpe:2.3:{}", parts.join(":"));
        Template::parse(key, &string, |name| match self.part(name) {
            Part::Fixed(text) => Some(Part::Fixed(quote(&text))),
            group @ Part::Group(_) => Some(group),
        })
        .map(Some)
    }

    /// The name of the operating system; distributions of Linux are called `Linux` there.
    fn system_name(&self) -> Result<Option<Template>, Fault> {
        let name = self.fixed("os.product").filter(|name| *name == "Linux");
        let Some((_, vendor)) = name.zip(self.fixed("os.vendor")) else {
            return self.text("os.product", "system.name");
        };
        Ok(Some(fixed(&match vendor {
            "Debian" => "Debian GNU/Linux".to_owned(),
            "Ubuntu" => "Ubuntu".to_owned(),
            "Linux" => "Linux".to_owned(),
            _ => format!("{vendor} Linux"),
        })))
    }

    fn confidence(&self) -> Confidence {
        let stated = ["service.certainty", "os.certainty", "hw.certainty"].into_iter();
        let mut stated = stated.filter_map(|name| self.fixed(name)?.parse::<f32>().ok());
        let is_doubtful = stated.any(|certainty| certainty <= DOUBTFUL);
        if is_doubtful { Confidence::Weak } else { Confidence::Fair }
    }

    fn class(&self) -> Option<DeviceClass> {
        let mut kinds = ["hw.device", "os.device"].into_iter().filter_map(|name| self.fixed(name));
        kinds.find_map(class)
    }
}

/// A part of a CPE 2.2 name, or a text that is filled in, as part of a formatted string. Groups in
/// braces stay as they are.
fn quote(text: &str) -> String {
    let mut quoted = String::new();
    let mut signs = text.chars();
    let mut is_group = false;
    while let Some(sign) = signs.next() {
        match sign {
            '{' => is_group = true,
            '}' => is_group = false,
            _ => {}
        }
        match sign {
            _ if is_group || sign == '}' => quoted.push(sign),
            'a'..='z' | '0'..='9' | '_' | '.' | '-' => quoted.push(sign),
            'A'..='Z' => quoted.push(sign.to_ascii_lowercase()),
            ' ' => quoted.push('_'),
            '%' => {
                let code: String = signs.by_ref().take(2).collect();
                let decoded = u8::from_str_radix(&code, 16).ok().map(char::from);
                match decoded.filter(char::is_ascii_punctuation) {
                    Some(sign) => quoted.extend(['\\', sign]),
                    None => quoted.push('?'),
                }
            }
            _ if sign.is_ascii_punctuation() => quoted.extend(['\\', sign]),
            _ => quoted.push('?'),
        }
    }
    if quoted.is_empty() { "*".to_owned() } else { quoted }
}

/// The class that recog's word for a kind of device names, as far as one of ours is meant.
fn class(kind: &str) -> Option<DeviceClass> {
    Some(match kind {
        "Router" | "Broadband Router" | "Broadband router" | "DSL Modem" | "ADSL Modem"
        | "Cable Modem" | "DOCSIS Cable Modem" | "SD-WAN Appliance" => DeviceClass::Router,
        "WAP" | "Wireless Controller" | "WLAN Repeater" => DeviceClass::AccessPoint,
        "Switch" => DeviceClass::Switch,
        "Firewall" | "Security Appliance" | "IPS" | "VPN" => DeviceClass::Firewall,
        "NAS" | "Storage" | "Storage Appliance" => DeviceClass::Nas,
        "Printer" | "Multifunction Device" | "Print Server" | "Print server" => {
            DeviceClass::Printer
        }
        "IP Camera" | "Web Cam" | "DVR" | "Cloud Network Video Recorder" | "Video Encoder" => {
            DeviceClass::Camera
        }
        "Access Control" => DeviceClass::Lock,
        "Smart TV" | "Media Player" | "Media Receiver" | "IPTV" | "Display Controller"
        | "AV Receiver" | "Wireless Presenter" => DeviceClass::Display,
        "VoIP" | "SIP Device" | "SIP Gateway" | "VoIP Gateway" | "VoIP Server" | "VoIP Switch"
        | "PBX" => DeviceClass::Telephone,
        "Laptop" | "Desktop" | "Thin Client" => DeviceClass::Computer,
        "Server" => DeviceClass::Server,
        "Hypervisor" => DeviceClass::Hypervisor,
        "Mobile Phone" | "Mobile" | "Tablet" => DeviceClass::Mobile,
        "Lights Out Management" | "KVM" => DeviceClass::ManagementController,
        "Power Device" | "Power device" | "UPS" | "Power Meter" => DeviceClass::Power,
        "Building Automation"
        | "PLC"
        | "Industrial Control"
        | "HMI Controller"
        | "Environment Control"
        | "Relay Controller" => DeviceClass::Automation,
        _ => return None,
    })
}
