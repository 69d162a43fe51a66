//! What a printer says of itself (IPP), asked on the port of IPP alone and never on a print port.

use std::net::SocketAddr;

use hoshimori_inspection::evidence::{
    Access, Clue, ClueSource, Fact, Observation, ProbeError, ProfileFact, ProfileSource, Text,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::http1::Request;
use hoshimori_wire::app::ipp::{self, Status};

use super::{Asked, add, host, joined, refusal, server_clue};
use crate::services::{Account, Exchange, Prober, repeat, tcp, trouble};

/// The port of IPP, plain and inside TLS (RFC 8011 section 9, RFC 7472 section 3).
const PORT: u16 = 631;

/// Where printers are unless they announce another path: what IPP Everywhere asks for (PWG
/// 5100.14 section 4.2), and what older ones have.
const USUAL_PATHS: [&str; 3] = ["/ipp/print", "/ipp", "/"];

/// The most paths that are asked: those above and a few that were announced.
const MAX_PATHS: usize = 8;

/// What is told as it stands beside model and firmware.
const ATTRIBUTES: [&str; 6] = [
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-more-info",
    "printer-dns-sd-name",
    "printer-firmware-name",
];

/// What carries a question to a printer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Carrier {
    Tcp,
    Tls,
}

impl Carrier {
    fn scheme(self) -> &'static str {
        match self {
            Self::Tcp => "http",
            Self::Tls => "https",
        }
    }

    /// RFC 3510, RFC 7472.
    fn scheme_of_printers(self) -> &'static str {
        match self {
            Self::Tcp => "ipp",
            Self::Tls => "ipps",
        }
    }
}

/// What a printer made of one question.
enum Said {
    /// It told about itself.
    Told(ipp::Response),
    /// It is a printer and will not tell.
    Refused(Access),
    /// It is a printer and has none at that path.
    NotThere(ProbeError),
    /// It does not speak IPP there.
    NoAnswer(Option<Access>, ProbeError),
}

impl Prober<'_> {
    /// Asks for the attributes of the printer on 631/tcp: at the paths that mDNS announced (`rp=`)
    /// and at the usual ones, until one answers; inside TLS where it is not spoken to plainly.
    pub async fn printer(&self, permit: &Permit, announced: &[String]) -> Observation {
        let plain = self.printer_at(permit, announced, Carrier::Tcp).await;
        let Fact::Profile(fact) = &plain.fact else { return plain };
        let is_settled = matches!(fact.access, Some(Access::Open | Access::CredentialAsked));
        if is_settled || plain.source.is_none() {
            return plain;
        }
        let inside = self.printer_at(permit, announced, Carrier::Tls).await;
        match &inside.fact {
            Fact::Profile(fact) if fact.access.is_some() => inside,
            _ => plain,
        }
    }

    async fn printer_at(
        &self,
        permit: &Permit,
        announced: &[String],
        carrier: Carrier,
    ) -> Observation {
        let mut fact = ProfileFact {
            source: ProfileSource::Ipp,
            url: None,
            clues: Vec::new(),
            access: None,
            trouble: None,
        };
        let mut exchange = Exchange::default();
        for place in places(permit, announced, carrier) {
            let (spoken, said) = self.attributes(permit, &place, &mut fact.clues).await;
            exchange = joined(exchange, spoken);
            fact.url = Some(printer_uri(&place));
            match said {
                Said::Told(response) => {
                    fact.clues.extend(clues(&response));
                    (fact.access, fact.trouble) = (Some(Access::Open), None);
                    break;
                }
                Said::Refused(access) => {
                    (fact.access, fact.trouble) = (Some(access), None);
                    break;
                }
                Said::NotThere(error) => fact.trouble = Some(error),
                Said::NoAnswer(access, error) => {
                    let is_http = matches!(error, ProbeError::Malformed { .. });
                    (fact.access, fact.trouble) = (access, Some(error));
                    if !is_http || access.is_some() {
                        break;
                    }
                }
            }
        }
        let target = tcp(permit, PORT);
        let repeat = ipptool(fact.url.as_deref().unwrap_or_default());
        let is_inside = carrier == Carrier::Tls && exchange.source.is_some();
        let note = is_inside.then(|| {
            Text::new("TLSの中の平文を記録した", "these bytes are the plain text inside TLS")
        });
        let key = self.key("profile", target, carrier.scheme_of_printers());
        self.observe(Account { key, target, exchange, repeat, note, fact: Fact::Profile(fact) })
    }

    /// Asks for the attributes of the printer at `place`.
    async fn attributes(
        &self,
        permit: &Permit,
        place: &HttpUrl,
        clues: &mut Vec<Clue>,
    ) -> (Exchange, Said) {
        let uri = printer_uri(place);
        let key = self.key("profile", tcp(permit, PORT), &uri);
        let [.., a, b, c, d] = self.tokens.number(key.as_str()).to_be_bytes();
        // Below 2^31: the type of the number is signed.
        let id = u32::from_be_bytes([a & 0x7f, b, c, d]);
        let request = Request::new("POST", &place.target, &host(permit, place))
            .field("Content-Type", "application/ipp")
            .body(&ipp::get_printer_attributes(id, &uri));
        let Asked { exchange, outcome } = self.ask_at(permit, place, request).await;
        let response = match outcome {
            Ok(response) => response,
            Err(error) => return (exchange, Said::NoAnswer(None, error)),
        };
        if let Some(clue) = server_clue(&response).filter(|clue| !clues.contains(clue)) {
            clues.push(clue);
        }
        if response.head.status != 200 {
            let (access, error) = refusal(&response);
            return (exchange, Said::NoAnswer(access, error));
        }
        let said = match ipp::Response::decode(&response.body) {
            Err(error) => Said::NoAnswer(None, trouble::from_decode(&error)),
            Ok(told) if told.id != id.max(1) => {
                let detail = "the answer is to another question".to_owned();
                Said::NoAnswer(None, ProbeError::Malformed { detail })
            }
            Ok(told) => match told.status {
                status if status.is_success() => Said::Told(told),
                Status::NOT_AUTHENTICATED | Status::NOT_AUTHORIZED => {
                    Said::Refused(Access::CredentialAsked)
                }
                Status::FORBIDDEN => Said::Refused(Access::Refused),
                Status(code) => {
                    let detail = format!("IPP status {code:#06x}");
                    Said::NotThere(ProbeError::Malformed { detail })
                }
            },
        };
        (exchange, said)
    }
}

/// The places on the permitted host to ask, the announced ones first.
fn places(permit: &Permit, announced: &[String], carrier: Carrier) -> Vec<HttpUrl> {
    let scheme = carrier.scheme();
    let mut paths: Vec<String> = Vec::new();
    let usual = USUAL_PATHS.iter().map(|path| (*path).to_owned());
    let announced = announced.iter().map(|path| format!("/{}", path.trim_start_matches('/')));
    for path in announced.take(MAX_PATHS - USUAL_PATHS.len()).chain(usual) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let authority = SocketAddr::new(permit.address(), PORT);
    let urls = paths.iter().map(|path| format!("{scheme}://{authority}{path}"));
    urls.filter_map(|url| HttpUrl::parse(&url)).collect()
}

/// The printer at `place` as IPP names it (RFC 3510, RFC 7472).
fn printer_uri(place: &HttpUrl) -> String {
    let scheme = if place.tls { "ipps" } else { "ipp" };
    format!("{scheme}://{}:{}{}", place.host, place.port, place.target)
}

fn clues(told: &ipp::Response) -> Vec<Clue> {
    let mut clues = Vec::new();
    for (from, name) in [
        (ClueSource::IppModel, "printer-make-and-model"),
        (ClueSource::IppDeviceId, "printer-device-id"),
        (ClueSource::IppFirmware, "printer-firmware-string-version"),
    ] {
        for value in told.values(name) {
            add(&mut clues, from, value);
        }
    }
    for name in ATTRIBUTES {
        for value in told.values(name) {
            add(&mut clues, ClueSource::IppAttribute, &format!("{name}={value}"));
        }
    }
    clues
}

/// The command that asks the same by the tool of the Printer Working Group's sample.
fn ipptool(uri: &str) -> String {
    repeat::command(&["ipptool", "-tv", uri, "get-printer-attributes.test"])
}
