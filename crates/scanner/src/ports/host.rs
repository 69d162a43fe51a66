//! What has been learnt of one host, from span to span.

use super::round::Endings;
use crate::rtt::RoundTrip;

/// How often a silent port is asked at least: once is no proof on any network.
const FEWEST_ROUNDS: u32 = 2;

/// How often a silent port is asked at most, so that a host that answers only so many packets a
/// second comes to an end.
const MOST_ROUNDS: u32 = 6;

/// The chance of overlooking an open port that further rounds have to go below.
const CHANCE_OF_MISSING: f64 = 1e-5;

/// Round-trip time and packet loss of one host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Host {
    pub(super) rtt: RoundTrip,
    /// Ports that answered when they were first asked.
    answered: u32,
    /// Ports that answered only when they were asked again: their first packet was lost.
    recovered: u32,
}

impl Host {
    /// Learns from asking ports for the first time.
    pub(super) fn learn(&mut self, endings: &Endings) {
        self.answered = self.answered.saturating_add(self.count_answers(endings));
    }

    /// Learns from asking silent ports again.
    pub(super) fn learn_again(&mut self, endings: &Endings) {
        self.recovered = self.recovered.saturating_add(self.count_answers(endings));
    }

    /// How often a silent port has to be asked before it counts as filtered.
    ///
    /// Loss shows as ports that answer only later. With a share `q` of them lost on the way, an
    /// open port stays silent `k` times with the chance `q^k`; `k` grows until that is below
    /// one in a hundred thousand. Where nothing was ever recovered, silence is the host's own
    /// choice, and one repetition confirms it.
    pub(super) fn rounds(&self) -> u32 {
        if self.recovered == 0 {
            return FEWEST_ROUNDS;
        }
        let all = f64::from(self.answered) + f64::from(self.recovered);
        let lost = (f64::from(self.recovered) + 1.0) / (all + 2.0);
        let (mut rounds, mut missed) = (1, lost);
        while rounds < MOST_ROUNDS && (rounds < FEWEST_ROUNDS || missed > CHANCE_OF_MISSING) {
            rounds += 1;
            missed *= lost;
        }
        rounds
    }

    fn count_answers(&mut self, endings: &Endings) -> u32 {
        for sample in &endings.samples {
            self.rtt.observe(*sample);
        }
        u32::try_from(endings.samples.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(answered: u32, recovered: u32) -> Host {
        Host { answered, recovered, ..Host::default() }
    }

    #[test]
    fn a_host_that_drops_on_purpose_is_asked_twice() {
        assert_eq!(host(0, 0).rounds(), 2);
        assert_eq!(host(60_000, 0).rounds(), 2);
    }

    #[test]
    fn the_more_is_lost_the_more_often_a_silent_port_is_asked() {
        assert_eq!(host(60_000, 6).rounds(), 2);
        assert_eq!(host(970, 30).rounds(), 4);
        assert_eq!(host(900, 100).rounds(), 6);
    }

    #[test]
    fn a_host_that_answers_only_now_and_then_comes_to_an_end() {
        assert_eq!(host(1, 1_000_000).rounds(), MOST_ROUNDS);
    }
}
