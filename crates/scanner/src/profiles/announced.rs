//! The services that a host announces by mDNS, each with what it tells about itself. Asked without
//! multicast (RFC 6762 section 5.5), as the names are.

use std::collections::{BTreeMap, BTreeSet};

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Access, Clue, ClueSource, Fact, Observation, ProbeError, ProfileFact, ProfileSource,
};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::dns;
use hoshimori_wire::app::dns_service::{self, Announcement, ServiceName, Wanted};

use super::{add, joined};
use crate::names::NameFinder;
use crate::names::asking::{Asking, NoAnswer};
use crate::services::{Account, Exchange, Prober, repeat};

/// Where responders listen.
const PORT: u16 = 5353;

/// The most types that are asked for: ours; a Mac announces a dozen.
const MAX_TYPES: usize = 24;

/// The most instances that are asked about: ours; a print server announces each of its printers.
const MAX_INSTANCES: usize = 32;

/// The most names that are asked for their model: a device has one.
const MAX_DEVICES: usize = 4;

/// The most questions that are sent at once: small devices drop what comes in bursts.
const AT_ONCE: usize = 8;

/// The type under which a device tells its model.
const DEVICE_INFO: &str = "_device-info._tcp";

/// The key of the model in that.
const MODEL: &str = "model=";

/// A question to a responder.
type Question = (ServiceName, Wanted);

impl Prober<'_> {
    /// Asks for the instances of `types`, as `_ipp._tcp`, and for the place and the text of each.
    /// Nothing where no type is given; else one observation.
    pub async fn announced_services(
        &self,
        permit: &Permit,
        types: &[String],
    ) -> Option<Observation> {
        let distinct: BTreeSet<&str> = types.iter().map(String::as_str).collect();
        let wanted = distinct.into_iter().filter(|name| *name != DEVICE_INFO).take(MAX_TYPES);
        let names: Vec<_> = wanted.filter_map(ServiceName::of_type).collect();
        if names.is_empty() {
            return None;
        }
        let mut told = Told::default();
        let kinds = names.iter().cloned().chain(ServiceName::of_type(DEVICE_INFO));
        self.ask_responder(permit, &mut told, kinds.map(|it| (it, Wanted::Instances))).await;
        let missing = told.missing();
        self.ask_responder(permit, &mut told, missing.into_iter()).await;
        Some(self.announced(permit, &names, told))
    }

    /// Asks `questions`, a few at once, and keeps what comes.
    async fn ask_responder(
        &self,
        permit: &Permit,
        told: &mut Told,
        questions: impl Iterator<Item = Question>,
    ) {
        let key = self.key("profile", Target::udp(permit.address(), PORT), "dns-sd");
        let questions: Vec<Question> = questions.collect();
        for some in questions.chunks(AT_ONCE) {
            let random = self.tokens.number(&format!("{key}/{}", told.asked));
            let [.., high, low] = random.to_be_bytes();
            let first = u16::from_be_bytes([high, low]);
            let ids: Vec<u16> = (0..).map(|at| first.wrapping_add(at)).take(some.len()).collect();
            told.asked += some.len();
            let bytes: Vec<Vec<u8>> = ids
                .iter()
                .zip(some)
                .map(|(id, (name, wanted))| dns_service::question(*id, name, *wanted))
                .map(Result::unwrap_or_default)
                .collect();
            let asking = Asking {
                gate: self.gate,
                permit,
                port: PORT,
                wait: NameFinder::WAIT,
                limit: dns::MAX_MESSAGE,
            };
            let heard = asking
                .ask(&bytes, |datagram| {
                    let said = Announcement::decode(datagram)?;
                    let place = ids.iter().position(|id| *id == said.id);
                    Ok((place.ok_or_else(NoAnswer::to_us)?, said))
                })
                .await;
            let answers: Vec<_> = heard.answers.into_iter().flatten().collect();
            let received = answers.iter().flat_map(|answer| answer.datagram.iter().copied());
            let exchange = Exchange {
                source: heard.socket,
                sent: Bytes(bytes.concat()),
                received: Bytes(received.collect()),
            };
            told.exchange = joined(std::mem::take(&mut told.exchange), exchange);
            if answers.is_empty() {
                told.trouble = told.trouble.take().or(heard.trouble);
            }
            for answer in answers {
                told.take_in(answer.said);
            }
        }
    }

    fn announced(&self, permit: &Permit, names: &[ServiceName], told: Told) -> Observation {
        let target = Target::udp(permit.address(), PORT);
        let has_answer = told.has_answer;
        let fact = ProfileFact {
            source: ProfileSource::DnsServiceDiscovery,
            url: None,
            clues: told.clues(),
            access: has_answer.then_some(Access::Open),
            trouble: told.trouble.filter(|_| !has_answer),
        };
        let first = names.first().and_then(ServiceName::service_type).unwrap_or_default();
        let (server, question) = (format!("@{}", permit.address()), format!("{first}.local"));
        let repeat = repeat::command(&["dig", &server, "-p", "5353", &question, "PTR"]);
        let key = self.key("profile", target, "dns-sd");
        let (exchange, fact) = (told.exchange, Fact::Profile(fact));
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }
}

/// What a responder told so far.
#[derive(Default)]
struct Told {
    instances: Vec<ServiceName>,
    ports: BTreeMap<ServiceName, u16>,
    pairs: BTreeMap<ServiceName, Vec<String>>,
    has_answer: bool,
    /// How many questions were asked.
    asked: usize,
    exchange: Exchange,
    trouble: Option<ProbeError>,
}

impl Told {
    fn take_in(&mut self, said: Announcement) {
        self.has_answer = true;
        for instance in said.instances {
            let is_known = self.instances.iter().any(|known| known.is_same(&instance));
            if !is_known && self.instances.len() < MAX_INSTANCES {
                self.instances.push(instance);
            }
        }
        self.ports.extend(said.ports);
        self.pairs.extend(said.pairs);
    }

    /// The questions that the answers so far leave open.
    fn missing(&self) -> Vec<Question> {
        let announced = self.instances.iter().filter(|instance| !is_device_info(instance));
        let mut questions = Vec::new();
        for instance in announced.clone() {
            if !self.pairs.contains_key(instance) {
                questions.push((instance.clone(), Wanted::Pairs));
            }
            if !self.ports.contains_key(instance) {
                questions.push((instance.clone(), Wanted::Place));
            }
        }
        let devices: BTreeSet<_> = announced.filter_map(ServiceName::device_info_of).collect();
        let devices = devices.into_iter().filter(|device| !self.pairs.contains_key(device));
        questions.extend(devices.take(MAX_DEVICES).map(|device| (device, Wanted::Pairs)));
        questions
    }

    fn clues(&self) -> Vec<Clue> {
        let mut clues = Vec::new();
        for instance in self.instances.iter().filter(|instance| !is_device_info(instance)) {
            let kind = instance.service_type().unwrap_or_default();
            add(&mut clues, ClueSource::MdnsService, &kind);
            add(&mut clues, ClueSource::MdnsInstance, &instance.instance().unwrap_or_default());
            if let Some(port) = self.ports.get(instance) {
                add(&mut clues, ClueSource::MdnsPort, &format!("{kind}:{port}"));
            }
            for pair in self.pairs.get(instance).into_iter().flatten() {
                add(&mut clues, ClueSource::MdnsText, &format!("{kind}:{pair}"));
            }
        }
        let devices = self.pairs.iter().filter(|(name, _)| is_device_info(name));
        for model in devices.flat_map(|(_, pairs)| pairs).filter_map(|pair| model(pair)) {
            add(&mut clues, ClueSource::MdnsDeviceModel, model);
        }
        clues
    }
}

fn is_device_info(name: &ServiceName) -> bool {
    name.service_type().is_some_and(|kind| kind.eq_ignore_ascii_case(DEVICE_INFO))
}

/// The value of `model=`, whose case does not matter (RFC 6763 section 6.4).
fn model(pair: &str) -> Option<&str> {
    let (key, value) = pair.split_at_checked(MODEL.len())?;
    key.eq_ignore_ascii_case(MODEL).then_some(value)
}
