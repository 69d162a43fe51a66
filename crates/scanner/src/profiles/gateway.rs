//! The port mappings that a gateway keeps: read one after the other, never changed.

use std::time::Duration;

use hoshimori_inspection::evidence::{Fact, MappingsFact, Observation, PortMapping, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::http1::Request;
use hoshimori_wire::app::port_mapping::{Answer, Entry, Question};
use hoshimori_wire::app::upnp_description::Device;

use super::{Asked, host, joined, numbered, refusal};
use crate::services::{Account, Exchange, Prober, repeat, tcp, trouble};

/// The most entries that are read: far more than office gateways keep.
const MAX_ENTRIES: u16 = 512;

/// The most gateways of one host: a connection of each of two kinds, twice.
const MAX_GATEWAYS: usize = 4;

/// How long the reading of one list may take: small gateways answer ten questions a second.
const LONGEST: Duration = Duration::from_mins(1);

/// A service that keeps port mappings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Gateway {
    service_type: String,
    control: HttpUrl,
}

impl Gateway {
    /// The services of `devices` that keep port mappings.
    pub(super) fn all_in(devices: &[Device], base: &HttpUrl) -> Vec<Self> {
        let services = devices.iter().flat_map(|device| &device.services);
        let gateways = services.filter_map(|service| {
            Question::new(&service.service_type, 0)?;
            let control = base.join(&service.control_url).filter(|url| !url.tls)?;
            Some(Self { service_type: service.service_type.clone(), control })
        });
        gateways.take(MAX_GATEWAYS).collect()
    }
}

impl Prober<'_> {
    /// Reads the list of `gateway` to its end.
    pub(super) async fn mappings(
        &self,
        permit: &Permit,
        gateway: &Gateway,
        number: usize,
    ) -> Observation {
        let began = self.clock.elapsed();
        let mut fact = MappingsFact {
            control_url: gateway.control.to_string(),
            entries: Vec::new(),
            is_complete: false,
            trouble: None,
        };
        let mut exchange = Exchange::default();
        for index in 0..=MAX_ENTRIES {
            let (spoken, read) = self.mapping(permit, gateway, index).await;
            exchange = joined(exchange, spoken);
            let is_late = self.clock.elapsed().saturating_sub(began) > LONGEST;
            match read {
                Ok(Answer::Fault(code)) if code.ends_list() => fact.is_complete = true,
                Ok(Answer::Fault(code)) => {
                    let detail = format!("the gateway refuses with {}", code.0);
                    fact.trouble = Some(ProbeError::Malformed { detail });
                }
                Err(error) => fact.trouble = Some(error),
                Ok(Answer::Entry(_)) if is_late => fact.trouble = Some(ProbeError::TimedOut),
                Ok(Answer::Entry(_)) if index == MAX_ENTRIES => {
                    fact.trouble = Some(ProbeError::TooLong);
                }
                Ok(Answer::Entry(entry)) => {
                    let entry = to_evidence(entry);
                    if fact.entries.last() != Some(&entry) {
                        fact.entries.push(entry);
                        continue;
                    }
                    // It does not look at the index, so the end would never come.
                    let detail = "the gateway gives one entry again and again".to_owned();
                    fact.trouble = Some(ProbeError::Malformed { detail });
                }
            }
            break;
        }
        let target = tcp(permit, gateway.control.port);
        let repeat = curl(gateway);
        let key = self.key("mappings", target, &numbered("igd", number));
        let fact = Fact::Mappings(fact);
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }

    async fn mapping(
        &self,
        permit: &Permit,
        gateway: &Gateway,
        index: u16,
    ) -> (Exchange, Result<Answer, ProbeError>) {
        let Gateway { service_type, control } = gateway;
        let Some(question) = Question::new(service_type, index) else {
            let detail = "its service keeps no mappings".to_owned();
            return (Exchange::default(), Err(ProbeError::Local { detail }));
        };
        let request = Request::new("POST", &control.target, &host(permit, control))
            .field("Content-Type", CONTENT_TYPE)
            .field("SOAPAction", &question.action())
            .body(&question.to_bytes());
        let Asked { exchange, outcome } = self.ask_at(permit, control, request).await;
        let answer = outcome.and_then(|response| match response.head.status {
            // Faults come with 500 (UPnP Device Architecture 2.0, section 3.2.5).
            200 | 500 => {
                Answer::decode(&response.body).map_err(|error| trouble::from_decode(&error))
            }
            _ => Err(refusal(&response).1),
        });
        (exchange, answer)
    }
}

/// The type of a SOAP 1.1 envelope.
const CONTENT_TYPE: &str = "text/xml; charset=\"utf-8\"";

fn to_evidence(entry: Entry) -> PortMapping {
    PortMapping {
        protocol: entry.protocol,
        external_port: entry.external_port,
        internal_client: entry.internal_client,
        internal_port: entry.internal_port,
        description: entry.description,
        is_enabled: entry.is_enabled,
    }
}

/// The command that asks for the first entry.
fn curl(gateway: &Gateway) -> String {
    let Some(question) = Question::new(&gateway.service_type, 0) else { return String::new() };
    let action = format!("SOAPAction: {}", question.action());
    let kind = format!("Content-Type: {CONTENT_TYPE}");
    let envelope = String::from_utf8_lossy(&question.to_bytes()).into_owned();
    let url = gateway.control.to_string();
    let words = ["curl", "-i", "--http1.1", "--max-time", "10", "-H", &action, "-H", &kind];
    repeat::command(&[&words[..], &["--data-binary", &envelope, &url]].concat())
}

#[cfg(test)]
mod tests {
    use hoshimori_wire::app::upnp_description::Service;

    use super::*;

    #[test]
    fn only_services_that_keep_mappings_count() {
        let service = |kind: &str, url: &str| Service {
            service_type: format!("urn:schemas-upnp-org:service:{kind}:1"),
            control_url: url.into(),
        };
        let device = Device {
            services: vec![
                service("Layer3Forwarding", "/ctl/L3F"),
                service("WANIPConnection", "/ctl/IPConn"),
                service("WANPPPConnection", "https://192.0.2.1/ctl"),
            ],
            ..Device::default()
        };
        let base = HttpUrl::parse("http://192.0.2.1:5000/rootDesc.xml").unwrap();
        let gateways = Gateway::all_in(&[device], &base);
        assert_eq!(gateways.len(), 1);
        assert_eq!(gateways[0].control.to_string(), "http://192.0.2.1:5000/ctl/IPConn");
        assert!(curl(&gateways[0]).contains("WANIPConnection:1#GetGenericPortMappingEntry"));
    }
}
