//! Questions in datagrams, asked side by side over one socket.

use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::ProbeError;
use hoshimori_inspection::scope::Permit;
use hoshimori_wire::DecodeError;
use tokio::time;

use crate::gate::{DatagramSocket, Gate};

/// How often a question is asked that nobody answers: once more than one lost packet takes.
const TRIES: usize = 2;

/// Whom to ask, and how.
pub(crate) struct Asking<'a> {
    pub(crate) gate: &'a Gate,
    pub(crate) permit: &'a Permit,
    pub(crate) port: u16,
    /// How long to wait for answers, each time.
    pub(crate) wait: Duration,
    /// The longest answer that is taken.
    pub(crate) limit: usize,
}

/// What became of a number of questions.
pub(crate) struct Heard<T> {
    /// Own address and port.
    pub(crate) socket: Option<SocketAddr>,
    /// The answer to each question, in the order of the questions.
    pub(crate) answers: Vec<Option<Answer<T>>>,
    /// The first datagram that answers none of them.
    pub(crate) stray: Option<Vec<u8>>,
    /// Why no more was heard, where a question is without an answer.
    pub(crate) trouble: Option<ProbeError>,
}

/// An answer and the datagram that it was in.
pub(crate) struct Answer<T> {
    pub(crate) datagram: Vec<u8>,
    pub(crate) said: T,
}

impl Asking<'_> {
    /// Asks `questions`, again those that got no answer. `recognise` tells which question a
    /// datagram answers, by its place, and what it says.
    pub(crate) async fn ask<T>(
        &self,
        questions: &[Vec<u8>],
        recognise: impl Fn(&[u8]) -> Result<(usize, T), NoAnswer>,
    ) -> Heard<T> {
        let answers = questions.iter().map(|_| None).collect();
        let mut heard = Heard { socket: None, answers, stray: None, trouble: None };
        let socket = match self.gate.datagram(self.permit, self.port).await {
            Ok(socket) => socket,
            Err(error) => return Heard { trouble: Some(error), ..heard },
        };
        heard.socket = Some(socket.source());
        for _ in 0..TRIES {
            let ending = match send(&socket, questions, &heard.answers).await {
                Ok(()) => {
                    let listening = heard.listen(&socket, self.limit, &recognise);
                    time::timeout(self.wait, listening).await
                }
                Err(error) => Ok(Err(error)),
            };
            match ending {
                Ok(Ok(())) => return Heard { trouble: None, ..heard },
                Ok(Err(error)) => return Heard { trouble: Some(error), ..heard },
                Err(_) => {
                    heard.trouble.get_or_insert(ProbeError::TimedOut);
                }
            }
        }
        heard
    }
}

async fn send<T>(
    socket: &DatagramSocket,
    questions: &[Vec<u8>],
    answers: &[Option<T>],
) -> Result<(), ProbeError> {
    for (question, _) in questions.iter().zip(answers).filter(|(_, answer)| answer.is_none()) {
        socket.send(question).await?;
    }
    Ok(())
}

impl<T> Heard<T> {
    /// Listens until every question has its answer or the socket has an error.
    async fn listen(
        &mut self,
        socket: &DatagramSocket,
        limit: usize,
        recognise: impl Fn(&[u8]) -> Result<(usize, T), NoAnswer>,
    ) -> Result<(), ProbeError> {
        while self.answers.iter().any(Option::is_none) {
            let datagram = match socket.receive(limit, FOREVER).await {
                Ok(datagram) => datagram,
                Err(ProbeError::TooLong) => {
                    self.trouble = Some(ProbeError::TooLong);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match recognise(&datagram) {
                Ok((place, said)) => {
                    if let Some(answer) = self.answers.get_mut(place) {
                        answer.get_or_insert(Answer { datagram, said });
                    }
                }
                Err(NoAnswer(detail)) => {
                    self.stray.get_or_insert(datagram);
                    self.trouble = Some(ProbeError::Malformed { detail });
                }
            }
        }
        Ok(())
    }
}

/// The wait of a read that ends with the try that it belongs to.
const FOREVER: Duration = Duration::from_hours(1);

/// Why a datagram answers none of the questions.
pub(crate) struct NoAnswer(String);

impl NoAnswer {
    /// It answers a question that was not asked.
    pub(crate) fn to_us() -> Self {
        Self("it answers another question".to_owned())
    }
}

impl From<DecodeError> for NoAnswer {
    fn from(error: DecodeError) -> Self {
        Self(error.to_string())
    }
}
