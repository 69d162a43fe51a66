use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use hoshimori_inspection::evidence::{Observation, PeerOutcome, PeerQuestion, ProbeError};
use hoshimori_inspection::scope::{Permit, is_print_port};
use tokio::time::sleep;

use super::dialogue::{Asker, Dialogue};
use super::networks::{GREETINGS, TCP, WEB, WINNY};
use super::{Held, is_like_it};
use crate::services::channel::WebTarget;
use crate::services::talk::Talk;
use crate::services::{Exchange, Prober, tcp};

/// How long software that has proved itself may take to tell its name as well, and one that has
/// begun to speak, to go on.
const MOMENT: Duration = Duration::from_millis(400);

/// How long a port that said nothing at all is left alone before it is asked once more. Programs
/// of eDonkey take 20 connections in five seconds and no more, which the attempts to recognise
/// the service may have used up.
const QUIET: Duration = Duration::from_secs(6);

/// The most bytes that are read of first words: ours; the longest, those of Gnutella, have about
/// a thousand.
const MAX_WORDS: usize = 8 * 1_024;

impl Prober<'_> {
    /// Listens to TCP port `port` and asks it in the words of every network, until one is proved.
    /// A port that says nothing at all is asked once more after six seconds.
    pub async fn peers_tcp(&self, permit: &Permit, port: u16) -> Vec<Observation> {
        let seen = self.peers_once(permit, port).await;
        let is_silent = seen.iter().all(|one| one.received.0.is_empty());
        if !is_silent || is_print_port(port) {
            return seen;
        }
        sleep(QUIET).await;
        self.peers_once(permit, port).await
    }

    async fn peers_once(&self, permit: &Permit, port: u16) -> Vec<Observation> {
        let mut seen = self.overhear(permit, port).await;
        for dialogues in [std::slice::from_ref(WINNY), TCP] {
            if seen.iter().any(is_like_it) {
                break;
            }
            seen.extend(self.ask_peers(permit, port, dialogues).await);
        }
        seen
    }

    /// Asks the web server on TCP port `port` whether it is one of file-sharing software.
    pub async fn peers_web(&self, permit: &Permit, port: u16) -> Vec<Observation> {
        self.ask_peers(permit, port, WEB).await
    }

    /// Holds `dialogues` side by side, and after each that was answered its control.
    async fn ask_peers(
        &self,
        permit: &Permit,
        port: u16,
        dialogues: &[Dialogue],
    ) -> Vec<Observation> {
        let asking = dialogues.iter().map(|dialogue| async move {
            let ask = |question| self.ask_peer(permit, port, dialogue, question);
            let seen = ask(PeerQuestion::Real).await;
            if is_like_it(&seen) { vec![seen, ask(PeerQuestion::Spoilt).await] } else { vec![seen] }
        });
        join_all(asking).await.concat()
    }

    /// One connection on which nothing is said first, for all who speak first.
    async fn overhear(&self, permit: &Permit, port: u16) -> Vec<Observation> {
        let target = tcp(permit, port);
        let (exchange, words) = match self.talk(permit, port).await {
            Err((exchange, error)) => (exchange, Err(error)),
            Ok(mut talk) => {
                let asker = self.asker(target.to_string(), talk.peer(), talk.own().port());
                let words = first_words(&mut talk, &asker).await;
                (talk.into_exchange(), words)
            }
        };
        let told = GREETINGS.iter().map(|dialogue| {
            let asker = self.asker(target.to_string(), SocketAddr::new(permit.address(), port), 0);
            let outcome = match &words {
                Err(error) => PeerOutcome::Failed(error.clone()),
                Ok(words) => understood(dialogue, &asker, words),
            };
            let (question, exchange) = (PeerQuestion::Nothing, exchange.clone());
            self.tell(target, Held { dialogue, question, exchange, outcome })
        });
        told.collect()
    }

    async fn ask_peer(
        &self,
        permit: &Permit,
        port: u16,
        dialogue: &Dialogue,
        question: PeerQuestion,
    ) -> Observation {
        let target = tcp(permit, port);
        let (exchange, outcome) = match self.talk(permit, port).await {
            Err((exchange, error)) => (exchange, PeerOutcome::Failed(error)),
            Ok(mut talk) => {
                let occasion = format!("{target}/{}", dialogue.variant(question));
                let asker = self.asker(occasion, talk.peer(), talk.own().port());
                let outcome = hold(&mut talk, dialogue, question, &asker).await;
                (talk.into_exchange(), outcome.unwrap_or_else(PeerOutcome::Failed))
            }
        };
        self.tell(target, Held { dialogue, question, exchange, outcome })
    }

    async fn talk<'a>(
        &'a self,
        permit: &'a Permit,
        port: u16,
    ) -> Result<Talk<'a>, (Exchange, ProbeError)> {
        let host = SocketAddr::new(permit.address(), port).to_string();
        let web = WebTarget { port, tls: false, host };
        let opened = Talk::open(self, permit, web, self.timing.answer).await;
        opened.map_err(|none| (none.exchange, none.error))
    }

    pub(super) fn asker(&self, occasion: String, peer: SocketAddr, port: u16) -> Asker<'_> {
        Asker { tokens: self.tokens, occasion, port, host: peer.to_string() }
    }
}

/// What the port says of its own accord.
async fn first_words(talk: &mut Talk<'_>, asker: &Asker<'_>) -> Result<Vec<u8>, ProbeError> {
    talk.hear(|_| Ok(((), 0))).await?;
    let mut words = talk.listen(MOMENT, MAX_WORDS).await;
    if (WINNY.read)(asker, &words).is_ok() {
        // It is proved; now that this side opens as well, it introduces itself.
        // The proof stays where it hangs up instead.
        let _ = talk.say(&(WINNY.question)(asker)).await;
        words.extend(talk.listen(MOMENT, MAX_WORDS).await);
    }
    Ok(words)
}

/// Asks, and listens until the answer is known for what it is.
async fn hold(
    talk: &mut Talk<'_>,
    dialogue: &Dialogue,
    question: PeerQuestion,
    asker: &Asker<'_>,
) -> Result<PeerOutcome, ProbeError> {
    let said = dialogue.words(question, asker);
    talk.say(&said).await?;
    let heard = talk.hear(|bytes| (dialogue.read)(asker, bytes).map(|outcome| (outcome, 0))).await;
    let outcome = match heard {
        Ok(outcome) => outcome,
        Err(ProbeError::Malformed { .. } | ProbeError::TooLong) => {
            return Ok(PeerOutcome::Otherwise);
        }
        Err(error) => return Err(error),
    };
    // All that comes within a moment is read once more: the name may be in it.
    let words = talk.listen(MOMENT, MAX_WORDS).await;
    if words.starts_with(&said) {
        return Ok(PeerOutcome::Otherwise);
    }
    Ok((dialogue.read)(asker, &words).unwrap_or(outcome))
}

/// What words that have come to their end mean in a dialogue.
fn understood(dialogue: &Dialogue, asker: &Asker<'_>, words: &[u8]) -> PeerOutcome {
    match (dialogue.read)(asker, words) {
        Ok(outcome) => outcome,
        Err(error) if error.is_incomplete() => PeerOutcome::Failed(ProbeError::TimedOut),
        Err(_) => PeerOutcome::Otherwise,
    }
}
