//! Asking one port until it is known what it does.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::time::Duration;

use hoshimori_inspection::evidence::{Clue, Text, UdpState, UnscannedReason};
use tokio::select;
use tokio::time::{sleep, timeout};

use super::pace::{Pace, Turn};
use super::probes::{Probe, Then};
use crate::error::OpenError;
use crate::gate::{DatagramSocket, Heard, Rejection};
use crate::progress::Progress;

/// How long to wait after each question. The first wait covers a device that takes its second to
/// answer a search (SSDP), the others one that was asleep or lost the question.
const WAITS: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(2)];

/// The most bytes that are kept of an answer: the longest DNS message that is decoded, and more
/// than any of the other protocols puts in a datagram that is not fragmented.
pub(super) const KEPT: usize = 4_096;

/// How long a port that answered is listened to for more: the second within which a device
/// answers a search (SSDP), which is long enough for further questions too.
const WINDOW: Duration = Duration::from_secs(1);

/// The most bytes that are kept of all answers: ours; a gateway gives twenty of 0.4 kB.
const KEPT_IN_ALL: usize = 4 * KEPT;

/// The most clues of one port: ours.
const MAX_CLUES: usize = 128;

/// What came of asking one port.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What is known, unless nothing came.
    decided: Option<UdpState>,
    /// Why this machine failed to ask, where it did.
    trouble: Option<UnscannedReason>,
    pub(super) is_recognised: bool,
    /// Questions that left this machine.
    pub(super) attempts: u8,
    /// The last question.
    pub(super) sent: Vec<u8>,
    /// What was asked once that was answered.
    pub(super) sent_further: Vec<u8>,
    /// All answers, one behind the other.
    pub(super) received: Vec<u8>,
    pub(super) clues: Vec<Clue>,
    pub(super) note: Option<Text>,
}

impl Outcome {
    /// The outcome where no socket could be opened.
    pub(super) fn of_failure(error: &OpenError) -> Self {
        Self { trouble: Some(error.reason()), ..Self::default() }
    }

    /// Keeps `answer` and what it tells, as far as there is room.
    fn keep(&mut self, answer: &[u8], clues: Vec<Clue>) {
        if self.received.len() + answer.len() <= KEPT_IN_ALL {
            self.received.extend_from_slice(answer);
        }
        for clue in clues {
            if self.clues.len() < MAX_CLUES && !self.clues.contains(&clue) {
                self.clues.push(clue);
            }
        }
    }

    /// The state of the port. Silence counts only where a question left this machine.
    pub(super) fn state(&self) -> UdpState {
        let reason = self.trouble.unwrap_or(UnscannedReason::LocalError);
        match self.decided {
            Some(state) => state,
            None if self.attempts == 0 => UdpState::Unscanned { reason },
            None => UdpState::NoAnswer,
        }
    }
}

/// A port that is being asked.
pub(super) struct Conversation<'a> {
    pub(super) probe: &'a Probe,
    pub(super) socket: &'a DatagramSocket,
    /// Asked in turn; all have the same number, so that a late answer is an answer too.
    pub(super) questions: Vec<Vec<u8>>,
    /// Asked once, where one of them is answered.
    pub(super) further: Vec<Vec<u8>>,
    pub(super) pace: &'a Pace<'a>,
    pub(super) progress: &'a dyn Progress,
}

impl Conversation<'_> {
    /// Asks until something comes or the time is over.
    pub(super) async fn hold(self) -> Outcome {
        let mut outcome = Outcome::default();
        let questions = self.questions.iter().cycle();
        for (attempt, (question, wait)) in questions.zip(WAITS).enumerate() {
            let asked = self.ask(&mut outcome, question, attempt).await;
            if attempt == 0 {
                self.progress.ports_done(1);
            }
            let ControlFlow::Continue(turn) = asked else { break };
            if self.listen(&mut outcome, Some(turn), sleep(wait)).await.is_break() {
                break;
            }
            self.pace.was_silent(turn);
        }
        let wants_more = !matches!(self.probe.then, Then::Nothing);
        if wants_more && outcome.is_recognised {
            // Whatever comes of it, the port has answered.
            let _ = timeout(WINDOW, self.hear_more(&mut outcome)).await;
        }
        outcome
    }

    /// Asks the further questions and keeps their answers, or those that the first still has.
    async fn hear_more(&self, outcome: &mut Outcome) -> Result<(), OpenError> {
        for question in &self.further {
            if self.pace.turn(0).await.is_none() || self.socket.put(question).await?.is_some() {
                return Ok(());
            }
            outcome.sent_further.extend_from_slice(question);
        }
        let mut waiting: Vec<&Vec<u8>> = self.further.iter().collect();
        loop {
            let heard = self.socket.hear(KEPT).await?;
            let Heard::Datagram { bytes, is_cut: false } = heard else { continue };
            let is_answer = |question: &Vec<u8>| (self.probe.answers)(question, &bytes);
            if self.further.is_empty() {
                if self.questions.iter().any(is_answer) {
                    outcome.keep(&bytes, (self.probe.clues)(&bytes));
                }
            } else if let Some(place) = waiting.iter().position(|question| is_answer(question)) {
                waiting.swap_remove(place);
                outcome.keep(&bytes, (self.probe.clues)(&bytes));
                if waiting.is_empty() {
                    return Ok(());
                }
            }
        }
    }

    /// Waits for a turn, then sends `question`. Breaks where there is nothing more to ask.
    async fn ask(
        &self,
        outcome: &mut Outcome,
        question: &[u8],
        attempt: usize,
    ) -> ControlFlow<(), Turn> {
        let turn = self.listen(outcome, None, self.pace.turn(attempt)).await?;
        let Some(turn) = turn else { return ControlFlow::Break(()) };
        match self.socket.put(question).await {
            Ok(None) => {
                outcome.attempts += 1;
                outcome.sent = question.to_vec();
            }
            Ok(Some(heard)) => self.take_in(outcome, Some(turn), heard)?,
            Err(error) => {
                outcome.trouble = Some(error.reason());
                if !error.may_pass() {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(turn)
    }

    /// Listens until `end`; breaks as soon as nothing more needs to be asked.
    async fn listen<T>(
        &self,
        outcome: &mut Outcome,
        turn: Option<Turn>,
        end: impl Future<Output = T>,
    ) -> ControlFlow<(), T> {
        let mut end = pin!(end);
        loop {
            let heard = select! {
                biased;
                heard = self.socket.hear(KEPT) => heard,
                output = &mut end => return ControlFlow::Continue(output),
            };
            match heard {
                Ok(heard) => self.take_in(outcome, turn, heard)?,
                Err(error) => {
                    // Whoever cannot listen cannot say that nothing came.
                    outcome.decided = Some(UdpState::Unscanned { reason: error.reason() });
                    return ControlFlow::Break(());
                }
            }
        }
    }

    fn take_in(&self, outcome: &mut Outcome, turn: Option<Turn>, heard: Heard) -> ControlFlow<()> {
        let state = match heard {
            Heard::Datagram { bytes, is_cut } => {
                let is_answer = |question: &Vec<u8>| (self.probe.answers)(question, &bytes);
                outcome.is_recognised = self.questions.iter().any(is_answer);
                outcome.note = is_cut.then(cut_note);
                let told = outcome.is_recognised.then(|| (self.probe.clues)(&bytes));
                outcome.keep(&bytes, told.unwrap_or_default());
                UdpState::Open
            }
            Heard::Refused => {
                self.pace.was_refused(turn);
                UdpState::Closed
            }
            Heard::Rejected(rejection) => {
                self.pace.was_refused(turn);
                outcome.note = rejection_note(rejection);
                UdpState::Rejected
            }
            Heard::Undelivered => {
                outcome.attempts = outcome.attempts.saturating_sub(1);
                outcome.trouble = Some(UnscannedReason::HostSilent);
                // Those before and after it waited for the same address.
                return if outcome.attempts == 0 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                };
            }
        };
        outcome.decided = Some(state);
        ControlFlow::Break(())
    }
}

fn cut_note() -> Text {
    Text::new(
        format!("応答の先頭{KEPT}バイトのみを記録した"),
        format!("only the first {KEPT} bytes of the answer are kept"),
    )
}

/// Who rejected, and how; nothing where the system does not tell.
fn rejection_note(rejection: Rejection) -> Option<Text> {
    let (kind, code) = rejection.kind_and_code?;
    Some(match rejection.by {
        Some(by) => Text::new(
            format!("{by}がICMP（タイプ{kind}、コード{code}）で拒否した"),
            format!("{by} rejected it by ICMP type {kind} code {code}"),
        ),
        None => Text::new(
            format!("ICMP（タイプ{kind}、コード{code}）で拒否された"),
            format!("rejected by ICMP type {kind} code {code}"),
        ),
    })
}
