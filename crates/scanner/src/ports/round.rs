//! One pass over a list of ports: each is asked once, many at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use hoshimori_inspection::evidence::UnscannedReason;
use hoshimori_inspection::scope::Permit;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::window::Window;
use crate::error::OpenError;
use crate::gate::{Answer, Gate, Knock, Stage};
use crate::progress::Progress;

/// After so many ports the runtime gets its turn: on loopback no handshake ever waits, and a
/// whole span would pass without letting a timer or a Ctrl-C through.
const PORTS_PER_BREATH: u32 = 128;

/// The first pause when this machine has no room for one socket more; doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The longest single pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long to pause in all before the rest of the ports counts as not scanned.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often one pass may meet itself and ask again. Even where every source port is asked too
/// it happens about once.
const MOST_SELF_CONNECTIONS: u32 = 256;

/// How asking one port ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    /// The handshake completed.
    Completed,
    /// The port refused.
    Refused,
    /// Nothing came, or a router answered for the host.
    Silent,
    /// This machine did not ask, or failed while it did.
    Unscanned(UnscannedReason),
}

/// What came of one pass.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    /// The ports in the order in which they ended; each that was asked for is here once.
    pub(crate) ports: Vec<(u16, Ending)>,
    /// Handshakes begun.
    pub(crate) attempts: u32,
    /// How long each answer took.
    pub(crate) samples: Vec<Duration>,
    /// Own address and port of the first handshake.
    pub(crate) source: Option<SocketAddr>,
}

impl Endings {
    /// The ports that ended with `ending`, in no order.
    pub(crate) fn ports_with(&self, ending: Ending) -> impl Iterator<Item = u16> {
        self.ports.iter().filter(move |(_, of_port)| *of_port == ending).map(|(port, _)| *port)
    }
}

/// How a pass is made.
#[derive(Clone, Copy)]
pub(crate) struct Round<'a> {
    pub(super) gate: &'a Gate,
    pub(super) permit: &'a Permit,
    pub(super) window: &'a Window,
    pub(super) progress: &'a dyn Progress,
    /// How long to wait for an answer.
    pub(super) wait: Duration,
}

impl Round<'_> {
    /// Asks each of `ports` once.
    pub(crate) async fn ask(self, ports: Vec<u16>) -> Endings {
        let mut pass = Pass {
            round: self,
            queue: ports.into(),
            in_flight: JoinSet::new(),
            endings: Endings::default(),
            shortage: Shortage::default(),
            self_connections: 0,
            untold: 0,
        };
        pass.run().await;
        pass.endings
    }
}

/// A pass under way.
struct Pass<'a> {
    round: Round<'a>,
    queue: VecDeque<u16>,
    in_flight: JoinSet<Asked>,
    endings: Endings,
    shortage: Shortage,
    self_connections: u32,
    /// Ports that ended since the progress was last told.
    untold: u32,
}

/// A port, how its handshake ended unless it has to be asked again, and how long that took.
type Asked = (u16, Option<Ending>, Duration);

impl Pass<'_> {
    async fn run(&mut self) {
        loop {
            if self.in_flight.len() >= self.round.window.limit() {
                self.await_one().await;
            } else if let Some(port) = self.queue.pop_front() {
                self.begin(port).await;
            } else if !self.await_one().await {
                break;
            }
        }
        self.tell();
    }

    /// Starts the handshake with `port`.
    async fn begin(&mut self, port: u16) {
        match self.round.gate.knock(self.round.permit, port).await {
            Ok(knock) => {
                self.shortage = Shortage::default();
                self.round.window.grow();
                self.follow(port, knock);
                if self.endings.attempts.is_multiple_of(PORTS_PER_BREATH) {
                    tokio::task::yield_now().await;
                }
            }
            Err(error) if error.may_pass() => {
                if self.find_room().await {
                    self.queue.push_front(port);
                } else {
                    self.give_up(port, &error);
                }
            }
            Err(error @ OpenError::NotPermitted(_)) => self.give_up(port, &error),
            Err(error) => self.end(port, Ending::Unscanned(error.reason())),
        }
    }

    fn follow(&mut self, port: u16, knock: Knock) {
        self.endings.attempts += 1;
        self.endings.source = self.endings.source.or(knock.source);
        match knock.stage {
            Stage::Ended(answer, took) => self.settle((port, ending_of(answer), took)),
            Stage::Waiting(waiting) => {
                let wait = self.round.wait;
                self.in_flight.spawn(async move {
                    let (answer, took) = waiting.answer(wait).await;
                    (port, ending_of(answer), took)
                });
            }
        }
    }

    /// Waits for one handshake under way to end; `false` when there is none.
    async fn await_one(&mut self) -> bool {
        match self.in_flight.join_next().await {
            Some(Ok(asked)) => {
                self.settle(asked);
                true
            }
            // A task that died names no port; its port stays in the tally as not scanned.
            Some(Err(_)) => true,
            None => false,
        }
    }

    fn settle(&mut self, (port, ending, took): Asked) {
        let ending = match ending {
            Some(ending) => ending,
            None if self.self_connections < MOST_SELF_CONNECTIONS => {
                self.self_connections += 1;
                self.queue.push_back(port);
                return;
            }
            None => Ending::Refused,
        };
        if matches!(ending, Ending::Completed | Ending::Refused) {
            self.endings.samples.push(took);
        }
        self.end(port, ending);
    }

    /// Slows down because this machine has no room for one socket more; `false` when there has
    /// been none for too long.
    async fn find_room(&mut self) -> bool {
        self.round.window.shrink(self.in_flight.len());
        if self.await_one().await {
            return true;
        }
        match self.shortage.next_pause() {
            Some(pause) => {
                sleep(pause).await;
                true
            }
            None => false,
        }
    }

    /// Ends `port` and all that were still to be asked as not scanned.
    fn give_up(&mut self, port: u16, error: &OpenError) {
        let ending = Ending::Unscanned(error.reason());
        self.end(port, ending);
        while let Some(port) = self.queue.pop_front() {
            self.end(port, ending);
        }
    }

    fn end(&mut self, port: u16, ending: Ending) {
        self.endings.ports.push((port, ending));
        self.untold += 1;
        if self.untold >= PORTS_PER_BREATH {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.round.progress.ports_done(std::mem::take(&mut self.untold));
    }
}

/// What an answer says of the port; nothing where the socket met itself. Closes the connection.
fn ending_of(answer: Answer) -> Option<Ending> {
    match answer {
        Answer::Completed(opened) => {
            opened.discard();
            Some(Ending::Completed)
        }
        Answer::CutOff => Some(Ending::Completed),
        Answer::Refused => Some(Ending::Refused),
        Answer::Silent | Answer::Rejected => Some(Ending::Silent),
        Answer::Failed(error) => Some(Ending::Unscanned(error.reason())),
        Answer::ToOneself => None,
    }
}

/// How long this machine has had no room without a break.
struct Shortage {
    paused: Duration,
    pause: Duration,
}

impl Default for Shortage {
    fn default() -> Self {
        Self { paused: Duration::ZERO, pause: FIRST_PAUSE }
    }
}

impl Shortage {
    /// How long to pause now, or nothing when it has been long enough.
    fn next_pause(&mut self) -> Option<Duration> {
        if self.paused >= PATIENCE {
            return None;
        }
        let pause = self.pause;
        self.paused += pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_with_a_shortage_is_bounded() {
        let mut shortage = Shortage::default();
        let pauses: Vec<Duration> = std::iter::from_fn(|| shortage.next_pause()).collect();
        assert!(pauses.iter().sum::<Duration>() >= PATIENCE);
        assert!(pauses.iter().sum::<Duration>() < PATIENCE + LONGEST_PAUSE);
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
    }
}
