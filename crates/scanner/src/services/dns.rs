//! Name servers over UDP.

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{Clue, ClueSource, Fact, Observation, Protocol, ServiceFact};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::{dns, text};

use super::identify::MAX_BANNER;
use super::{Account, Exchange, Prober, repeat};

/// Where name servers listen.
const PORT: u16 = 53;

/// A name that exists nowhere (RFC 6761 section 6.4); asking for it needs no recursion.
const NOWHERE: &str = "hoshimori.invalid.";

impl Prober<'_> {
    /// Asks 53/udp for its version and, if it keeps silent about that, for a name that exists
    /// nowhere. `None` where nothing answered: UDP ports that are silent are not services.
    pub async fn identify_dns_udp(&self, permit: &Permit) -> Option<Observation> {
        let target = Target::udp(permit.address(), PORT);
        let id = self.question_id(target);
        let questions = [dns::version_query(id), dns::address_query(id, NOWHERE)];
        let socket = self.gate.datagram(permit, PORT).await.ok()?;
        for question in questions {
            let question = question.ok()?;
            socket.send(&question).await.ok()?;
            let received = socket.receive(dns::MAX_MESSAGE, self.timing.guess).await;
            let Ok(received) = received else { continue };
            let answer = dns::Answer::decode(&received).ok().filter(|answer| answer.id == id);
            let exchange = Exchange {
                source: Some(socket.source()),
                sent: Bytes(question),
                received: Bytes(received),
            };
            return Some(self.name_server(target, exchange, answer.as_ref()));
        }
        None
    }

    fn name_server(
        &self,
        target: Target,
        exchange: Exchange,
        answer: Option<&dns::Answer>,
    ) -> Observation {
        let said = answer.and_then(|answer| answer.texts.first());
        let protocol = if answer.is_some() { Protocol::Dns } else { Protocol::Unknown };
        let fact = ServiceFact {
            clues: said.map(|said| Clue::new(ClueSource::DnsVersion, said)).into_iter().collect(),
            banner: said.map(|said| text::decode(said.as_bytes(), MAX_BANNER)),
            ..ServiceFact::of(protocol)
        };
        let server = format!("@{}", target.address);
        let repeat = repeat::command(&["dig", &server, "version.bind", "TXT", "CH"]);
        let key = self.key("service", target, "");
        let fact = Fact::Service(fact);
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }

    /// The number of a question, which the answer has to repeat.
    fn question_id(&self, target: Target) -> u16 {
        let word = self.tokens.token(&self.key("service", target, "dns"), 16);
        word.bytes().fold(0, |id: u16, byte| id.wrapping_mul(31).wrapping_add(u16::from(byte)))
    }
}
