//! When to ask the next port of a host that may say "closed" only so often.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Between two questions while nothing is known of a limit: fifteen take less than a third of a
/// second, and a small device gets no burst.
const SPREAD: Duration = Duration::from_millis(20);

/// Between two refusals of a host that limits them. The limit of Linux is one a second for each
/// peer (`icmp_ratelimit` and `inet_peer_xrlim_allow`), the strictest of the systems that are
/// common in offices; a little more, so that no question comes too early.
const INTERVAL: Duration = Duration::from_millis(1_050);

/// How many refusals such a host saves up: six on Linux (`XRLIM_BURST_FACTOR`), one less here.
const SAVED: u32 = 5;

/// After this time no further question is asked.
const LAST_TURN: Duration = Duration::from_secs(15);

/// Leave to ask one question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Turn {
    /// Without regard to a limit.
    Free,
    /// One refusal of the host is set aside for it.
    Booked,
}

/// Hands out turns to the ports of one host.
///
/// The first question to each port waits for nothing but the one before it.
///
/// A host that refuses at least once may have more refusals to say than it is allowed to. From
/// then on the pace keeps an account of them: it grows by one each [`INTERVAL`], each question
/// books one, and one that brought no refusal gives it back. So a host that is limited is asked as
/// fast as it can refuse, and one that is just silent soon gets several questions at once.
pub(crate) struct Pace<'a> {
    clock: &'a dyn Clock,
    began: Duration,
    /// Lets the ports wait for their turns one behind the other.
    queue: Semaphore,
    account: Mutex<Account>,
}

impl<'a> Pace<'a> {
    /// The pace for a host of which nothing is known.
    pub(crate) fn begin(clock: &'a dyn Clock) -> Self {
        let began = clock.elapsed();
        Self { clock, began, queue: Semaphore::new(1), account: Mutex::default() }
    }

    /// Waits for the next turn to ask a port for the `attempt`th time, counted from 0; `None` where
    /// the time for the host is over.
    pub(crate) async fn turn(&self, attempt: usize) -> Option<Turn> {
        let _first_in_line = self.queue.acquire().await.ok()?;
        loop {
            let now = self.now();
            if now > LAST_TURN {
                return None;
            }
            let booked = self.with_account(|account| match attempt {
                0 => account.spread(now).map(|()| Turn::Free),
                _ => account.book(now),
            });
            match booked {
                Ok(turn) => return Some(turn),
                Err(wait) => sleep(wait).await,
            }
        }
    }

    /// Learns that the host refused or rejected, `turn` being that of the question if it is known.
    pub(crate) fn was_refused(&self, turn: Option<Turn>) {
        let now = self.now();
        self.with_account(|account| account.refused(turn, now));
    }

    /// Learns that the question of `turn` brought nothing.
    pub(crate) fn was_silent(&self, turn: Turn) {
        if turn == Turn::Booked {
            self.with_account(Account::give_back);
        }
    }

    fn now(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.began)
    }

    fn with_account<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        change(&mut self.account.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Refusals, kept as the moment until which they are spent. Times count from the first question.
#[derive(Debug, Default)]
struct Account {
    /// Before this moment nobody is asked.
    next: Duration,
    /// `None` until the host has refused.
    spent_until: Option<Duration>,
}

impl Account {
    /// Gives a turn at `now` whatever was refused, or tells how long to wait.
    fn spread(&mut self, now: Duration) -> Result<(), Duration> {
        await_moment(self.next, now)?;
        self.next = now + SPREAD;
        Ok(())
    }

    /// Books a turn at `now`, or tells how long to wait.
    fn book(&mut self, now: Duration) -> Result<Turn, Duration> {
        let saved = now.saturating_sub(INTERVAL * SAVED);
        let booked = self.spent_until.map(|spent_until| spent_until.max(saved) + INTERVAL);
        await_moment(booked.unwrap_or_default(), now)?;
        self.spread(now)?;
        self.spent_until = booked;
        Ok(if booked.is_some() { Turn::Booked } else { Turn::Free })
    }

    fn refused(&mut self, turn: Option<Turn>, now: Duration) {
        self.spent_until = match (self.spent_until, turn) {
            // One of the first, of which nobody knew how many there would be.
            (spent_until, Some(Turn::Free)) => Some(spent_until.unwrap_or_default().max(now)),
            (None, _) => Some(now),
            (booked, Some(Turn::Booked)) => booked,
            // It came so late that what was booked for it has been given back.
            (Some(spent_until), None) => Some(spent_until + INTERVAL),
        };
    }

    fn give_back(&mut self) {
        self.spent_until = self.spent_until.map(|until| until.saturating_sub(INTERVAL));
    }
}

/// Tells how long `moment` is ahead of `now`, if it is.
fn await_moment(moment: Duration, now: Duration) -> Result<(), Duration> {
    match moment.saturating_sub(now) {
        Duration::ZERO => Ok(()),
        wait => Err(wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn no_refusal_delays_the_first_question_to_a_port() {
        let mut account = Account::default();
        account.refused(Some(Turn::Free), Duration::ZERO);
        assert_eq!(account.spread(MS), Ok(()));
        assert_eq!(account.spread(2 * MS), Err(19 * MS));
    }

    /// When each of `count` turns comes, none of which is refused or silent in the meantime.
    fn turns(account: &mut Account, count: u32, mut now: Duration) -> Vec<Duration> {
        (0..count)
            .map(|_| {
                while let Err(wait) = account.book(now) {
                    now += wait;
                }
                now
            })
            .collect()
    }

    #[test]
    fn the_first_questions_are_quick_but_no_burst() {
        let sent = turns(&mut Account::default(), 15, Duration::ZERO);
        assert_eq!(sent.last(), Some(&(SPREAD * 14)));
    }

    #[test]
    fn a_host_that_refuses_is_asked_as_fast_as_linux_can_refuse() {
        let mut account = Account::default();
        for refusal in 1..=6 {
            account.refused(Some(Turn::Free), 20 * MS * refusal);
        }
        let sent = turns(&mut account, 9, 1_000 * MS);
        assert_eq!(sent[0], 1_170 * MS);
        assert!(sent.windows(2).all(|pair| pair[1] == pair[0] + INTERVAL));
        assert!(*sent.last().unwrap() < Duration::from_secs(11));
    }

    #[test]
    fn questions_without_an_answer_give_back_what_was_booked() {
        let mut account = Account::default();
        account.refused(Some(Turn::Free), Duration::ZERO);
        let asked = turns(&mut account, 4, 3_000 * MS)[3];
        assert!(asked >= INTERVAL * 4);
        for _ in 0..4 {
            account.give_back();
        }
        assert!(account.book(asked + SPREAD).is_ok());
    }

    #[test]
    fn no_more_is_saved_up_than_a_host_saves() {
        let mut account = Account::default();
        account.refused(Some(Turn::Free), Duration::ZERO);
        let sent = turns(&mut account, 6, Duration::from_mins(1));
        assert_eq!(sent[4], sent[0] + SPREAD * 4);
        assert!(sent[5] >= sent[0] + INTERVAL);
    }

    #[test]
    fn a_refusal_that_comes_late_is_accounted_for() {
        let mut account = Account::default();
        account.refused(Some(Turn::Free), 1_000 * MS);
        account.refused(Some(Turn::Booked), 1_500 * MS);
        assert_eq!(account.spent_until, Some(1_000 * MS));
        account.refused(None, 1_500 * MS);
        assert_eq!(account.spent_until, Some(1_000 * MS + INTERVAL));
    }
}
