//! The description of a device of universal plug and play, at the place that its answer to a
//! search names.

use std::collections::BTreeSet;

use hoshimori_inspection::evidence::{
    Access, Clue, ClueSource, Fact, Observation, ProbeError, ProfileFact, ProfileSource,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::http1::Request;
use hoshimori_wire::app::upnp_description::{Description, Device};

use super::gateway::Gateway;
use super::{Asked, add, host, numbered, refusal, server_clue};
use crate::services::{Account, Exchange, Prober, repeat, tcp, trouble};

/// The most descriptions of one host: ours; a media server beside a gateway makes two.
const MAX_LOCATIONS: usize = 8;

/// Where searches are answered.
const SEARCH_PORT: u16 = 1900;

impl Prober<'_> {
    /// Reads the descriptions at `locations`, which answers to a search named, and the port
    /// mappings of the gateways that they describe.
    ///
    /// Only `http` URLs on the permitted host itself are fetched; the others are told.
    pub async fn upnp(&self, permit: &Permit, locations: &[String]) -> Vec<Observation> {
        let distinct: BTreeSet<&str> = locations.iter().map(String::as_str).collect();
        let (mut seen, mut gateways) = (Vec::new(), Vec::new());
        for (number, location) in distinct.into_iter().take(MAX_LOCATIONS).enumerate() {
            let (description, found) = self.description(permit, location, number).await;
            seen.push(description);
            for gateway in found {
                if !gateways.contains(&gateway) {
                    gateways.push(gateway);
                }
            }
        }
        for (number, gateway) in gateways.iter().enumerate() {
            seen.push(self.mappings(permit, gateway, number).await);
        }
        seen
    }

    async fn description(
        &self,
        permit: &Permit,
        location: &str,
        number: usize,
    ) -> (Observation, Vec<Gateway>) {
        let url = HttpUrl::parse(location).filter(|url| !url.tls);
        let asked = if let Some(url) = &url {
            let request = Request::new("GET", &url.target, &host(permit, url));
            self.ask_at(permit, url, request).await
        } else {
            let detail = "it is no place of plain HTTP".to_owned();
            let outcome = Err(ProbeError::NotPermitted { detail });
            Asked { exchange: Exchange::default(), outcome }
        };
        let Asked { exchange, outcome } = asked;
        let mut fact = ProfileFact {
            source: ProfileSource::Upnp,
            url: Some(location.to_owned()),
            clues: Vec::new(),
            access: None,
            trouble: None,
        };
        let mut gateways = Vec::new();
        match outcome {
            Err(error) => fact.trouble = Some(error),
            Ok(response) if response.head.status != 200 => {
                let (access, error) = refusal(&response);
                (fact.access, fact.trouble) = (access, Some(error));
            }
            Ok(response) => match Description::decode(&response.body) {
                Err(error) => fact.trouble = Some(trouble::from_decode(&error)),
                Ok(description) => {
                    let base = description.url_base.as_deref().and_then(HttpUrl::parse);
                    let base = base.or_else(|| url.clone());
                    fact.clues = clues(&description.devices, base.as_ref());
                    fact.clues.extend(server_clue(&response));
                    fact.access = Some(Access::Open);
                    fact.trouble = (!description.is_whole).then(|| unfinished(response.is_cut));
                    gateways = base
                        .map_or_else(Vec::new, |base| Gateway::all_in(&description.devices, &base));
                }
            },
        }
        let own = url.filter(|_| exchange.source.is_some());
        let target =
            own.map_or(Target::udp(permit.address(), SEARCH_PORT), |url| tcp(permit, url.port));
        let repeat = repeat::command(&["curl", "-i", "--http1.1", "--max-time", "10", location]);
        let key = self.key("profile", target, &numbered("upnp", number));
        let fact = Fact::Profile(fact);
        (self.observe(Account { key, target, exchange, repeat, note: None, fact }), gateways)
    }
}

/// What the devices of a description tell, the outermost first.
fn clues(devices: &[Device], base: Option<&HttpUrl>) -> Vec<Clue> {
    let mut clues = Vec::new();
    for device in devices {
        let presentation = device.presentation_url.as_deref().map(|written| {
            let joined = base.and_then(|base| base.join(written));
            joined.map_or_else(|| written.to_owned(), |url| url.to_string())
        });
        for (from, text) in [
            (ClueSource::UpnpManufacturer, &device.manufacturer),
            (ClueSource::UpnpModelName, &device.model_name),
            (ClueSource::UpnpModelNumber, &device.model_number),
            (ClueSource::UpnpModelDescription, &device.model_description),
            (ClueSource::UpnpFriendlyName, &device.friendly_name),
            (ClueSource::UpnpDeviceType, &device.device_type),
            (ClueSource::UpnpSerialNumber, &device.serial_number),
            (ClueSource::UpnpPresentation, &presentation),
        ] {
            add(&mut clues, from, text.as_deref().unwrap_or_default());
        }
    }
    clues
}

/// Why a document was not read to its end.
fn unfinished(is_cut: bool) -> ProbeError {
    if is_cut {
        ProbeError::TooLong
    } else {
        ProbeError::Malformed { detail: "the document ends early".to_owned() }
    }
}
