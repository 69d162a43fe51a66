use std::time::Duration;

use futures_util::future::join_all;
use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{Observation, PeerOutcome, PeerQuestion, ProbeError};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::target::Target;

use super::Held;
use super::dialogue::{Asker, Dialogue};
use super::networks::UDP;
use crate::gate::DatagramSocket;
use crate::ports::udp::pace::Pace;
use crate::services::{Exchange, Prober};

/// How long to wait after each turn. A peer that is there answers at once; a lost datagram or a
/// host that may say "closed" only so often needs the others.
const WAITS: [Duration; 3] =
    [Duration::from_millis(800), Duration::from_millis(1_200), Duration::from_millis(1_500)];

/// The most bytes that are read of an answer: ours; the longest, those of the DHT, have a few
/// hundred.
const KEPT: usize = 4_096;

impl Prober<'_> {
    /// Asks UDP `ports` in the words of every network that has some over UDP.
    ///
    /// The first question goes alone: where nobody listens, the host says so once. All ports are
    /// asked side by side, no faster than a host that limits its refusals can refuse; takes 17
    /// seconds at most.
    pub async fn peers_udp(&self, permit: &Permit, ports: &[u16]) -> Vec<Observation> {
        let pace = Pace::begin(self.clock);
        join_all(ports.iter().map(|port| self.peers_at(permit, *port, &pace))).await.concat()
    }

    async fn peers_at(&self, permit: &Permit, port: u16, pace: &Pace<'_>) -> Vec<Observation> {
        let target = Target::udp(permit.address(), port);
        let socket = match self.gate.datagram(permit, port).await {
            Ok(socket) => socket,
            Err(error) => {
                let untold = |dialogue| Held {
                    dialogue,
                    question: PeerQuestion::Real,
                    exchange: Exchange::default(),
                    outcome: PeerOutcome::Failed(error.clone()),
                };
                return UDP.iter().map(|one| self.tell(target, untold(one))).collect();
            }
        };
        let mut pending: Vec<Pending<'_>> = UDP
            .iter()
            .map(|dialogue| {
                let occasion = format!("{target}/{}", dialogue.variant(PeerQuestion::Real));
                let asker = self.asker(occasion, socket.peer(), socket.source().port());
                Pending::new(dialogue, asker)
            })
            .collect();
        self.ask_in_turns(&socket, &mut pending, pace).await;
        let mut seen = Vec::new();
        for one in pending.into_iter().filter(Pending::was_asked) {
            let answered = one.is_answered().then_some(one.dialogue);
            if let (Some(farewell), true) = (one.dialogue.farewell, one.is_answered()) {
                // Nobody waits for it; where it is lost, the other side's own patience ends.
                let _ = socket.send(&farewell(&one.asker)).await;
            }
            seen.push(self.tell(target, one.into_held(&socket, PeerQuestion::Real)));
            if let Some(dialogue) = answered {
                seen.push(self.control_at(permit, port, dialogue).await);
            }
        }
        seen
    }

    async fn ask_in_turns(
        &self,
        socket: &DatagramSocket,
        pending: &mut [Pending<'_>],
        pace: &Pace<'_>,
    ) {
        for (attempt, wait) in WAITS.into_iter().enumerate() {
            let Some(turn) = pace.turn(attempt).await else { return };
            let now = if attempt == 0 { 1 } else { pending.len() };
            let mut ended = Ok(());
            for one in pending.iter_mut().take(now) {
                ended = ended.and(one.ask(socket).await);
            }
            if ended.is_ok() {
                ended = self.listen_until(socket, pending, wait).await;
            }
            match ended {
                Ok(()) => pace.was_silent(turn),
                Err(error) => {
                    if matches!(error, ProbeError::Refused | ProbeError::Unreachable) {
                        pace.was_refused(Some(turn));
                    }
                    for one in pending {
                        one.give_up(&error);
                    }
                    return;
                }
            }
            if pending.iter().any(Pending::is_answered) {
                return;
            }
        }
    }

    /// Hands what comes within `wait` to whoever was asked; ends early with the first answer.
    async fn listen_until(
        &self,
        socket: &DatagramSocket,
        pending: &mut [Pending<'_>],
        wait: Duration,
    ) -> Result<(), ProbeError> {
        let end = self.clock.elapsed() + wait;
        while !pending.iter().any(Pending::is_answered) {
            let left = end.saturating_sub(self.clock.elapsed());
            match socket.receive(KEPT, left).await {
                Ok(bytes) => {
                    for one in &mut *pending {
                        one.take_in(&bytes);
                    }
                }
                Err(ProbeError::TimedOut) => break,
                Err(ProbeError::TooLong) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks the spoilt question, from another own port.
    async fn control_at(&self, permit: &Permit, port: u16, dialogue: &Dialogue) -> Observation {
        let target = Target::udp(permit.address(), port);
        let held = match self.gate.datagram(permit, port).await {
            Err(error) => Held {
                dialogue,
                question: PeerQuestion::Spoilt,
                exchange: Exchange::default(),
                outcome: PeerOutcome::Failed(error),
            },
            Ok(socket) => {
                let occasion = format!("{target}/{}", dialogue.variant(PeerQuestion::Spoilt));
                let asker = self.asker(occasion, socket.peer(), socket.source().port());
                let words = (dialogue.spoilt)(&asker);
                let mut control = [Pending { words, ..Pending::new(dialogue, asker) }];
                for wait in [WAITS[0]; 2] {
                    let mut ended = Ok(());
                    for one in &mut control {
                        ended = one.ask(&socket).await;
                    }
                    if ended.is_ok() {
                        ended = self.listen_until(&socket, &mut control, wait).await;
                    }
                    if let Err(error) = ended {
                        for one in &mut control {
                            one.give_up(&error);
                        }
                        break;
                    }
                }
                let [control] = control;
                control.into_held(&socket, PeerQuestion::Spoilt)
            }
        };
        self.tell(target, held)
    }
}

/// A dialogue with one port that is going on.
struct Pending<'a> {
    dialogue: &'a Dialogue,
    asker: Asker<'a>,
    words: Vec<u8>,
    is_sent: bool,
    received: Vec<u8>,
    outcome: PeerOutcome,
}

impl<'a> Pending<'a> {
    fn new(dialogue: &'a Dialogue, asker: Asker<'a>) -> Self {
        let words = (dialogue.question)(&asker);
        let outcome = PeerOutcome::Failed(ProbeError::TimedOut);
        Self { dialogue, asker, words, is_sent: false, received: Vec::new(), outcome }
    }

    async fn ask(&mut self, socket: &DatagramSocket) -> Result<(), ProbeError> {
        socket.send(&self.words).await?;
        self.is_sent = true;
        Ok(())
    }

    /// A datagram that answers another dialogue with the same port is taken for a foreign answer
    /// to this one too, until a better one comes.
    fn take_in(&mut self, bytes: &[u8]) {
        if !self.is_sent || self.is_answered() {
            return;
        }
        self.received = bytes.to_vec();
        self.outcome = (self.dialogue.read)(&self.asker, bytes).unwrap_or(PeerOutcome::Otherwise);
    }

    fn give_up(&mut self, error: &ProbeError) {
        if matches!(self.outcome, PeerOutcome::Failed(_)) {
            self.outcome = PeerOutcome::Failed(error.clone());
        }
    }

    /// Whether it was asked, or needs not be since the host has said that nobody listens.
    fn was_asked(&self) -> bool {
        self.is_sent || !matches!(self.outcome, PeerOutcome::Failed(ProbeError::TimedOut))
    }

    fn is_answered(&self) -> bool {
        matches!(self.outcome, PeerOutcome::Answered { .. })
    }

    fn into_held(self, socket: &DatagramSocket, question: PeerQuestion) -> Held<'a> {
        let sent = if self.is_sent { self.words } else { Vec::new() };
        let exchange = Exchange {
            source: Some(socket.source()),
            sent: Bytes(sent),
            received: Bytes(self.received),
        };
        Held { dialogue: self.dialogue, question, exchange, outcome: self.outcome }
    }
}
