//! How likely an open port was overlooked.

/// The chance of overlooking one open port below which asking ends.
pub(super) const ENOUGH: f64 = 1e-5;

/// How many canaries the loss of the whole scan counts for beside those of one round.
const PRIOR: f64 = 30.0;

/// Questions and answers of which the answer is known to come unless a packet is lost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Trials {
    pub(super) asked: u32,
    pub(super) answered: u32,
}

impl Trials {
    /// Those of all `rounds`.
    pub(super) fn sum(rounds: &[Self]) -> Self {
        rounds.iter().fold(Self::default(), |sum, round| Self {
            asked: sum.asked.saturating_add(round.asked),
            answered: sum.answered.saturating_add(round.answered.min(round.asked)),
        })
    }

    pub(super) fn lost(self) -> u32 {
        self.asked.saturating_sub(self.answered)
    }

    /// The share that was lost, as measured.
    pub(super) fn loss(self) -> Option<f64> {
        (self.asked > 0).then(|| f64::from(self.lost()) / f64::from(self.asked))
    }

    /// The share that may have been lost at most: 95 % upper limit of a Poisson count.
    ///
    /// The approximation is within 2 % of the exact limit (3.0 for none, 17.0 for ten).
    fn upper_loss(self) -> f64 {
        if self.asked == 0 {
            return 1.0;
        }
        let lost = f64::from(self.lost());
        ((lost + 1.5 + 1.645 * (lost + 0.8).sqrt()) / f64::from(self.asked)).min(1.0)
    }
}

/// The chance that an open port which was asked once in each of `rounds` never answered; `None`
/// where no canary tells the loss.
///
/// Each round has its own loss, never taken as lower than the upper limit over all of them: a
/// round with few canaries borrows from the others, and one in which much was lost counts little.
pub(super) fn chance_of_missing(rounds: &[Trials]) -> Option<f64> {
    let all = Trials::sum(rounds);
    if all.answered == 0 {
        return None;
    }
    let common = all.upper_loss();
    let of_round = |round: &Trials| {
        let own = (f64::from(round.lost()) + PRIOR * common) / (f64::from(round.asked) + PRIOR);
        own.max(common)
    };
    Some(rounds.iter().map(of_round).product())
}

/// How many rounds with the loss of `all` bring the chance of overlooking a port below [`ENOUGH`],
/// at most `most` of them.
pub(super) fn rounds_needed(all: Trials, most: u8) -> u8 {
    let loss = all.upper_loss();
    (2..most).find(|rounds| loss.powi(i32::from(*rounds)) < ENOUGH).unwrap_or(most)
}

/// A share in parts of `whole`, rounded up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between zero and four billion after the clamp"
)]
pub(super) fn in_parts(share: f64, whole: f64) -> u32 {
    (share * whole).ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(asked: u32, lost: u32) -> Trials {
        Trials { asked, answered: asked - lost }
    }

    #[test]
    fn two_rounds_without_loss_are_enough_for_a_host_that_drops() {
        assert!(chance_of_missing(&[trials(655, 0); 2]).unwrap() < ENOUGH);
    }

    #[test]
    fn more_loss_needs_more_rounds() {
        let rounds_at = |lost| {
            (1..20).find(|rounds| {
                chance_of_missing(&vec![trials(600, lost); *rounds]).unwrap() < ENOUGH
            })
        };
        assert_eq!(rounds_at(36), Some(5));
        assert_eq!(rounds_at(114), Some(8));
    }

    #[test]
    fn a_bad_round_counts_little_and_no_canary_says_nothing() {
        let good = [trials(600, 0); 2];
        let one_bad = [trials(600, 0), trials(600, 590)];
        assert!(chance_of_missing(&one_bad).unwrap() > chance_of_missing(&good).unwrap() * 1e4);
        assert_eq!(chance_of_missing(&[trials(0, 0); 5]), None);
        assert_eq!(chance_of_missing(&[trials(9, 9); 5]), None);
    }

    #[test]
    fn the_upper_limit_is_near_the_exact_one() {
        for (lost, exact) in [(0, 2.996), (1, 4.744), (10, 16.962), (100, 118.08)] {
            let upper = trials(10_000, lost).upper_loss() * 10_000.0;
            assert!((upper / exact - 1.0).abs() < 0.02, "{lost}: {upper} against {exact}");
        }
    }
}
