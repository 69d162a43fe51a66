//! Names by the host's own responder of multicast DNS, asked without multicast (RFC 6762
//! section 5.5): nobody else hears the question, and no other host answers it.

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{NameSource, Observation, ProbeError, Text};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::dns;
use hoshimori_wire::app::dns_pointer::{self, Asked, Pointers, SERVICE_KINDS};

use super::asking::{Asking, NoAnswer};
use super::kept::Kept;
use super::{Found, NameFinder};

/// Where responders listen.
const PORT: u16 = 5353;

/// The most kinds of services that are listed.
const MAX_KINDS: usize = 16;

impl NameFinder<'_> {
    /// Asks a host for its own names, and for the kinds of services that it announces.
    pub async fn mdns(&self, permit: &Permit) -> Observation {
        let address = permit.address();
        let target = Target::host(address);
        let key = self.key(target, NameSource::Mdns);
        let ids = [self.question_id(&key, "ptr"), self.question_id(&key, "services")];
        let [name_id, services_id] = ids;
        let questions = [
            dns_pointer::address_question(name_id, address, Asked::Responder),
            dns_pointer::services_question(services_id),
        ]
        .map(Result::unwrap_or_default);
        let asking = Asking {
            gate: self.gate,
            permit,
            port: PORT,
            wait: self.wait,
            limit: dns::MAX_MESSAGE,
        };
        let heard = asking
            .ask(&questions, |datagram| {
                let said = Pointers::decode(datagram)?;
                let place = ids.iter().position(|id| *id == said.id);
                Ok((place.ok_or_else(NoAnswer::to_us)?, said))
            })
            .await;

        let (mut names, mut notes) = (Kept::default(), Vec::new());
        let own = dns_pointer::reverse_name(address);
        let answers: Vec<_> = heard.answers.iter().flatten().collect();
        for answer in &answers {
            let of_address = answer.said.owners.iter().filter(|(_, owned)| *owned == address);
            let owners = of_address.map(|(owner, _)| owner.as_str());
            for name in answer.said.names_of(&own).chain(owners) {
                names.add(name);
            }
            notes.extend(services(&answer.said));
        }
        if answers.is_empty() {
            notes.extend(heard.trouble.as_ref().map(ProbeError::to_text));
        }
        let mut received: Vec<u8> =
            answers.iter().flat_map(|answer| answer.datagram.iter().copied()).collect();
        if received.is_empty() {
            received = heard.stray.unwrap_or_default();
        }
        let found = Found {
            source: NameSource::Mdns,
            seen_at: self.clock.now(),
            socket: heard.socket,
            sent: Bytes(questions.concat()),
            received: Bytes(received),
            repeat: format!("dig @{address} -p {PORT} -x {address} {SERVICE_KINDS} PTR"),
            names,
            notes,
        };
        self.observe(target, found)
    }
}

/// The kinds of services that a responder announces.
fn services(said: &Pointers) -> Option<Text> {
    let kinds: Vec<&str> = said.names_of(SERVICE_KINDS).take(MAX_KINDS).collect();
    let list = kinds.join(", ");
    let text = || Text::new(format!("広告しているサービス: {list}"), format!("announces {list}"));
    (!kinds.is_empty()).then(text)
}
