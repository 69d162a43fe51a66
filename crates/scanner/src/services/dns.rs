//! Name servers, over TCP as one of the things a port may be, and over UDP.

use std::time::Duration;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{Fact, Observation, ProbeError, Protocol, ServiceFact};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_wire::app::{dns, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::claims::Claim;
use super::identify::{Found, MAX_BANNER};
use super::recorder::Recorder;
use super::{Account, Exchange, Prober, repeat, tcp, trouble};

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
        let claim = said.map(|text| Claim::from_version_bind(text)).unwrap_or_default();
        let fact = ServiceFact {
            protocol: if answer.is_some() { Protocol::Dns } else { Protocol::Unknown },
            tls: false,
            product: claim.product,
            version: claim.version,
            banner: said.map(|said| text::decode(said.as_bytes(), MAX_BANNER)),
            trouble: None,
        };
        let server = format!("@{}", target.address);
        let repeat = repeat::command(&["dig", &server, "version.bind", "TXT", "CH"]);
        let key = self.key("service", target, "");
        let fact = Fact::Service(fact);
        self.observe(Account { key, target, exchange, repeat, note: None, fact })
    }

    /// Asks a TCP port for the version of its name server.
    pub(super) async fn try_dns_tcp(
        &self,
        permit: &Permit,
        port: u16,
        allowed: Duration,
    ) -> Result<Found, (Exchange, ProbeError)> {
        let id = self.question_id(tcp(permit, port));
        let connected = self.gate.connect(permit, port, self.timing.connect).await;
        let connection = connected.map_err(|error| (Exchange::default(), error))?;
        let source = connection.source();
        let mut stream = Recorder::new(connection, allowed);
        let answer = ask(&mut stream, id).await;
        let exchange = Exchange::of(source, &stream.transcript());
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err((exchange, error)),
        };
        let said = answer.texts.first();
        let (server, port) = (format!("@{}", permit.address()), port.to_string());
        Ok(Found {
            protocol: Protocol::Dns,
            tls: false,
            claim: said.map(|text| Claim::from_version_bind(text)).unwrap_or_default(),
            banner: said.map(|said| text::decode(said.as_bytes(), MAX_BANNER)),
            trouble: None,
            exchange,
            repeat: repeat::command(&[
                "dig",
                "+tcp",
                "-p",
                &port,
                &server,
                "version.bind",
                "TXT",
                "CH",
            ]),
        })
    }

    /// The number of a question, which the answer has to repeat.
    fn question_id(&self, target: Target) -> u16 {
        let word = self.tokens.token(&self.key("service", target, "dns"), 16);
        word.bytes().fold(0, |id: u16, byte| id.wrapping_mul(31).wrapping_add(u16::from(byte)))
    }
}

async fn ask<S>(stream: &mut S, id: u16) -> Result<dns::Answer, ProbeError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let local = |error: dns::InvalidName| ProbeError::Local { detail: error.to_string() };
    let question = dns::to_tcp(&dns::version_query(id).map_err(local)?);
    stream.write_all(&question).await.map_err(|error| trouble::from_io(&error))?;
    let mut heard = Vec::new();
    let mut buffer = vec![0; 1_024];
    loop {
        let count = stream.read(&mut buffer).await.map_err(|error| trouble::from_io(&error))?;
        heard.extend_from_slice(buffer.get(..count).unwrap_or_default());
        match dns::from_tcp(&heard) {
            Ok(message) => {
                let answer = dns::Answer::decode(message).map_err(|e| trouble::from_decode(&e))?;
                let other = || ProbeError::Malformed { detail: "another question's number".into() };
                return if answer.id == id { Ok(answer) } else { Err(other()) };
            }
            Err(error) if error.is_incomplete() && count > 0 => {}
            Err(error) => return Err(trouble::from_decode(&error)),
        }
    }
}
