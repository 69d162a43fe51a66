//! Asks all ports of the list, side by side.

use std::net::SocketAddr;

use futures_util::future::join_all;
use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{Fact, Observation, ObservationKey, Text, UdpFact, UdpState};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;
use hoshimori_inspection::token::Tokens;
use hoshimori_inspection::vantage::Vantage;

use super::conversation::{Conversation, Outcome};
use super::pace::Pace;
use super::probes::{Asker, PROBES, Probe, Then};
use crate::error::OpenError;
use crate::gate::{DatagramSocket, Gate, Hears, Manner};
use crate::progress::Progress;
use crate::services::repeat::{command, printf};

/// How long the random words are.
const WORD: usize = 16;

/// Finds out which UDP ports of a host answer.
///
/// Holds one socket a port, so fifteen at most; several hosts may be scanned at once.
pub struct UdpScanner<'a> {
    gate: &'a Gate,
    vantage: Vantage,
    tokens: &'a Tokens,
}

impl<'a> UdpScanner<'a> {
    /// A scanner that sends through `gate`, stands on the side `vantage` of the network, and takes
    /// the numbers that answers have to repeat from `tokens`.
    pub fn new(gate: &'a Gate, vantage: Vantage, tokens: &'a Tokens) -> Self {
        Self { gate, vantage, tokens }
    }

    /// The ports that are asked, ascending.
    pub fn ports() -> impl Iterator<Item = u16> {
        PROBES.iter().map(|probe| probe.port)
    }

    /// Asks every port of the list; one observation a port, ascending. Takes 18 seconds at most.
    pub async fn scan(&self, permit: &Permit, progress: &dyn Progress) -> Vec<Observation> {
        let pace = Pace::begin(self.gate.clock());
        join_all(PROBES.iter().map(|probe| self.ask(permit, probe, &pace, progress))).await
    }

    async fn ask(
        &self,
        permit: &Permit,
        probe: &Probe,
        pace: &Pace<'_>,
        progress: &dyn Progress,
    ) -> Observation {
        let target = Target::udp(permit.address(), probe.port);
        let key = ObservationKey::new("udp", target, self.vantage, "");
        let (socket, outcome) = match self.open(permit, probe).await {
            Ok(socket) => {
                let word = self.tokens.token(&key, WORD);
                let asker = self.asker(&key, &socket, &word);
                let questions = (probe.questions)(&asker);
                let further = match probe.then {
                    Then::Ask(questions) => questions(&asker),
                    Then::Listen | Then::Nothing => Vec::new(),
                };
                let conversation =
                    Conversation { probe, socket: &socket, questions, further, pace, progress };
                let outcome = conversation.hold().await;
                (Some(socket), outcome)
            }
            Err(error) => {
                progress.ports_done(1);
                (None, Outcome::of_failure(&error))
            }
        };
        let source = socket.map(|socket| socket.source());
        let state = outcome.state();
        Observation {
            key,
            seen_at: self.gate.clock().now(),
            vantage: self.vantage,
            source,
            target,
            repeat: repeat_command(target, probe, &outcome.sent),
            note: note(probe, &outcome, source.map_or(0, |source| source.port())),
            fact: Fact::Udp(UdpFact {
                asked_as: probe.protocol.to_owned(),
                state,
                is_recognised: outcome.is_recognised,
                attempts: outcome.attempts,
                clues: outcome.clues,
            }),
            sent: Bytes([outcome.sent, outcome.sent_further].concat()),
            received: Bytes(outcome.received),
        }
    }

    /// Opens the socket; where the own port that the protocol wants is not to be had, another one
    /// does, by which a closed port can still be told.
    async fn open(&self, permit: &Permit, probe: &Probe) -> Result<DatagramSocket, OpenError> {
        match self.gate.datagram_in(permit, probe.port, probe.manner).await {
            Err(OpenError::Local { .. }) if probe.manner.own_port != 0 => {
                let manner = Manner { own_port: 0, ..probe.manner };
                self.gate.datagram_in(permit, probe.port, manner).await
            }
            opened => opened,
        }
    }

    fn asker<'word>(
        &self,
        key: &ObservationKey,
        socket: &DatagramSocket,
        word: &'word str,
    ) -> Asker<'word> {
        Asker {
            own: socket.source(),
            peer: socket.peer(),
            number: self.tokens.number(key.as_str()),
            other: self.tokens.number(&format!("{key}/other")),
            word,
        }
    }
}

fn note(probe: &Probe, outcome: &Outcome, own_port: u16) -> Option<Text> {
    match outcome.state() {
        UdpState::NoAnswer => probe.silence_note(own_port),
        UdpState::Closed => probe.refusal_note(),
        _ => outcome.note.clone(),
    }
}

/// A command that sends the same bytes, where any were sent.
fn repeat_command(target: Target, probe: &Probe, sent: &[u8]) -> Option<String> {
    if sent.is_empty() {
        return None;
    }
    let peer = SocketAddr::new(target.address, probe.port);
    let (address, port) = (peer.ip().to_string(), peer.port().to_string());
    let own_port = probe.manner.own_port.to_string();
    let connection = match probe.manner {
        // Netcat hears no other port than the one it sends to.
        Manner { hears: Hears::AnyPort, .. } => {
            command(&["socat", "-T", "3", "-", &format!("UDP-DATAGRAM:{peer}")])
        }
        Manner { own_port: 0, .. } => command(&["nc", "-u", "-w", "3", &address, &port]),
        _ => command(&["nc", "-u", "-w", "3", "-p", &own_port, &address, &port]),
    };
    Some(format!("{} | {connection}", printf(sent)))
}
