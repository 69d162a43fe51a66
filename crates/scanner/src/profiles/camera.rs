//! What a camera or recorder says of itself without a credential (ONVIF).

use std::collections::BTreeSet;

use hoshimori_inspection::evidence::{
    Access, Clue, ClueSource, Fact, Observation, ProbeError, ProfileFact, ProfileSource,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::http1::{Request, Response};
use hoshimori_wire::app::onvif::{Answer, DeviceInformation, Question};

use super::{Asked, add, host, joined, numbered, refusal, server_clue};
use crate::services::{Account, Exchange, Prober, repeat, tcp, trouble};

/// The most places that are asked: a recorder names itself once for each of its addresses.
const MAX_PLACES: usize = 8;

/// Where answers to probes come from that name the places.
const PROBE_PORT: u16 = 3702;

impl Prober<'_> {
    /// Asks the device services at `urls` what they are: those that WS-Discovery named, or
    /// [`onvif::SERVICE_PATH`](hoshimori_wire::app::onvif::SERVICE_PATH) of a web server.
    ///
    /// Only URLs on the permitted host itself are asked; of the others, which a device with
    /// several addresses names, nothing is told where one was asked.
    pub async fn camera(&self, permit: &Permit, urls: &[String]) -> Vec<Observation> {
        let distinct: BTreeSet<&str> = urls.iter().map(String::as_str).collect();
        let is_own = |url: &&str| {
            HttpUrl::parse(url).is_some_and(|url| url.address() == Some(permit.address()))
        };
        let (own, foreign): (Vec<_>, Vec<_>) = distinct.into_iter().partition(is_own);
        let asked = if own.is_empty() { foreign } else { own };
        let mut seen = Vec::new();
        for (number, url) in asked.into_iter().take(MAX_PLACES).enumerate() {
            seen.push(self.device_service(permit, url, number).await);
        }
        seen
    }

    async fn device_service(&self, permit: &Permit, url: &str, number: usize) -> Observation {
        let place = HttpUrl::parse(url);
        let mut fact = ProfileFact {
            source: ProfileSource::Onvif,
            url: Some(url.to_owned()),
            clues: Vec::new(),
            access: None,
            trouble: None,
        };
        let mut exchange = Exchange::default();
        if let Some(place) = &place {
            exchange = self.question_camera(permit, place, &mut fact).await;
        } else {
            let detail = "it is no place of HTTP".to_owned();
            fact.trouble = Some(ProbeError::NotPermitted { detail });
        }
        let own = place.as_ref().filter(|_| exchange.source.is_some());
        let target = match own {
            Some(place) => tcp(permit, place.port),
            None => Target::udp(permit.address(), PROBE_PORT),
        };
        let repeat = curl(url);
        let key = self.key("profile", target, &numbered("onvif", number));
        let fact = Fact::Profile(fact);
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }

    /// Asks `place` what it is, and, where it asks for a credential in the words of HTTP alone,
    /// for the time: only a device service answers that to everybody.
    async fn question_camera(
        &self,
        permit: &Permit,
        place: &HttpUrl,
        fact: &mut ProfileFact,
    ) -> Exchange {
        let Asked { exchange, outcome } =
            self.ask_service(permit, place, Question::DeviceInformation).await;
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                fact.trouble = Some(error);
                return exchange;
            }
        };
        fact.clues.extend(server_clue(&response));
        match read(&response) {
            Ok(Answer::DeviceInformation(told)) => {
                fact.access = Some(Access::Open);
                fact.clues.extend(clues(&told));
            }
            Ok(Answer::NotAuthorized) => fact.access = Some(Access::CredentialAsked),
            Ok(Answer::Fault(reason)) => {
                let detail = format!("the device refuses: {reason}");
                fact.trouble = Some(ProbeError::Malformed { detail });
            }
            Ok(Answer::SystemDateAndTime) => {
                let detail = "the answer is to another question".to_owned();
                fact.trouble = Some(ProbeError::Malformed { detail });
            }
            Err(_) if response.head.status == 401 => {
                let control = self.ask_service(permit, place, Question::SystemDateAndTime).await;
                let answer = control.outcome.map(|response| read(&response));
                if matches!(answer, Ok(Ok(Answer::SystemDateAndTime))) {
                    fact.access = Some(Access::CredentialAsked);
                } else {
                    fact.trouble = Some(refusal(&response).1);
                }
                return joined(exchange, control.exchange);
            }
            Err(error) => fact.trouble = Some(error),
        }
        exchange
    }

    async fn ask_service(&self, permit: &Permit, place: &HttpUrl, question: Question) -> Asked {
        let request = Request::new("POST", &place.target, &host(permit, place))
            .field("Content-Type", &question.content_type())
            .body(&question.to_bytes());
        self.ask_at(permit, place, request).await
    }
}

/// An answer in the words of ONVIF. Faults come with 400 or 500, and with 401 as well.
fn read(response: &Response) -> Result<Answer, ProbeError> {
    match Answer::decode(&response.body) {
        Ok(answer) => Ok(answer),
        Err(_) if response.head.status != 200 => Err(refusal(response).1),
        Err(error) => Err(trouble::from_decode(&error)),
    }
}

fn clues(told: &DeviceInformation) -> Vec<Clue> {
    let mut clues = Vec::new();
    for (from, text) in [
        (ClueSource::OnvifManufacturer, &told.manufacturer),
        (ClueSource::OnvifModel, &told.model),
        (ClueSource::OnvifFirmware, &told.firmware_version),
    ] {
        add(&mut clues, from, text.as_deref().unwrap_or_default());
    }
    clues
}

fn curl(url: &str) -> String {
    let question = Question::DeviceInformation;
    let kind = format!("Content-Type: {}", question.content_type());
    let envelope = String::from_utf8_lossy(&question.to_bytes()).into_owned();
    let words = ["curl", "-k", "-i", "--http1.1", "--max-time", "10", "-H", &kind];
    repeat::command(&[&words[..], &["--data-binary", &envelope, url]].concat())
}
