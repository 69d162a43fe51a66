//! In which order a port is asked: what is likely first, everything else after it.

use std::collections::VecDeque;

use crate::services::protocols::{SHELL, approaches};
use crate::services::talk::Approach;

/// One way of finding out, on a connection of its own.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Listen for a moment.
    Listen,
    /// Listen for as long as an answer may take, where servers that speak first are at home: many
    /// refuse whoever speaks before them.
    ListenFirst,
    /// Listen as long as there is time: some servers look names up before they speak.
    ListenLong,
    /// Say hello in TLS, and see what is spoken inside.
    Tls,
    /// The same for a server that has already answered with an alert.
    TlsLong,
    /// Ask for a page.
    Http,
    /// Ask for a page and wait as long as there is time.
    HttpLong,
    /// Ask in the words of another protocol.
    Ask(&'static Approach),
}

/// How much an unknown port may be asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Breadth {
    /// In the words of every protocol.
    Every,
    /// Only in the words of those that are at home on the port: for hosts that might print, or
    /// otherwise act on, what they do not understand.
    AtHome,
}

/// In how many stages a port is asked in the words of all protocols that are not at home there.
///
/// A port that stays silent costs each stage the time of a guess, 1.5 s for a near host. Within
/// the 7 s of a port there is room for what is at home (1.5 s), listening (0.3 s), TLS and shells
/// (1.5 s), HTTP (1.9 s) and one more stage (1.5 s), or for two where nothing is at home; where
/// much is, HTTP goes with the others. What is most at home goes alone, since servers of one
/// connection at a time are mostly found on the ports where they belong; such a server on any
/// other port keeps those of a stage waiting for each other, and the last steps meet it.
const WAVES: usize = 2;

/// The steps for `port`, stage after stage; the steps of a stage go side by side.
pub(super) fn stages(port: u16, breadth: Breadth) -> Vec<Vec<Step>> {
    let (home, others) = approaches(port);
    let usual = home_of(port);
    let home = home.into_iter().map(Step::Ask);
    let mut at_home: Vec<Step> = match usual {
        Usual::Tls => [Step::Tls].into_iter().chain(home).collect(),
        Usual::Greeting => [Step::ListenFirst].into_iter().chain(home).collect(),
        Usual::Web => home.chain([Step::Http]).collect(),
        Usual::Nothing => home.collect(),
    };
    let less_likely = at_home.split_off(at_home.len().min(1));
    let is_crowded = !less_likely.is_empty();
    let waves = if at_home.is_empty() { WAVES } else { WAVES - 1 };
    let mut stages = vec![at_home, less_likely];
    if usual != Usual::Greeting {
        stages.push(vec![Step::Listen]);
    }
    if breadth == Breadth::Every || matches!(usual, Usual::Web | Usual::Tls) {
        // A shell would run the questions of text protocols as commands, HTTP among them: it is
        // found before them. A TLS hello has no line that could be run.
        let tls = Some(Step::Tls).filter(|_| usual != Usual::Tls);
        let shell = Some(Step::Ask(&SHELL)).filter(|_| breadth == Breadth::Every);
        stages.push(tls.into_iter().chain(shell).collect());
    }
    let page = Some(Step::Http).filter(|_| usual != Usual::Web);
    if breadth == Breadth::AtHome {
        stages.push(page.filter(|_| usual == Usual::Tls).into_iter().collect());
        stages.push(vec![Step::ListenLong]);
        stages.retain(|stage| !stage.is_empty());
        return stages;
    }
    let others: Vec<Step> = others.into_iter().map(Step::Ask).collect();
    let size = others.len().div_ceil(waves).max(1);
    let mut waves: VecDeque<Vec<Step>> = others.chunks(size).map(<[Step]>::to_vec).collect();
    match page {
        // Where much is at home there is no time to ask for a page apart from the others.
        Some(page) if !is_crowded => waves.push_front(vec![page]),
        page => {
            let mut wave = waves.pop_front().unwrap_or_default();
            wave.splice(..0, page);
            waves.push_front(wave);
        }
    }
    // Those that wait to the end begin here and hold up nobody. They come behind the others, so
    // that a server of one connection at a time meets those first.
    let patient = [Step::ListenLong, Step::HttpLong];
    for (wave, step) in waves.iter_mut().zip(patient) {
        wave.push(step);
    }
    if waves.len() < patient.len() {
        waves.push_back(patient.into_iter().skip(waves.len()).collect());
    }
    stages.extend(waves);
    stages.retain(|stage| !stage.is_empty());
    stages
}

/// What inside TLS is asked before anything is waited for: the steps as in the clear, except TLS.
pub(super) fn stages_inside(port: u16, breadth: Breadth) -> Vec<Vec<Step>> {
    let mut stages = stages(port, breadth);
    if is_web_port(port) {
        stages.insert(0, vec![Step::Http]);
    }
    for stage in &mut stages {
        stage.retain(|step| !matches!(step, Step::Tls | Step::TlsLong) && !step.is_patient());
    }
    stages.retain(|stage| !stage.is_empty());
    stages
}

/// What is at home on a port besides the protocols that have an approach.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Usual {
    Web,
    Tls,
    Greeting,
    Nothing,
}

fn home_of(port: u16) -> Usual {
    match port {
        80 | 591 | 3_000 | 5_000 | 5_357 | 5_800 | 7_547 | 8_000 | 8_008 | 8_080 | 8_081
        | 8_888 | 9_000 => Usual::Web,
        443 | 465 | 636 | 853 | 990 | 992 | 993 | 994 | 995 | 4_443 | 5_061 | 5_671 | 5_986
        | 6_380 | 6_443 | 8_443 | 8_883 | 9_443 => Usual::Tls,
        21..=23 | 25 | 110 | 119 | 143 | 587 | 2_121 | 2_222 | 2_525 | 3_306 | 5_900..=5_903 => {
            Usual::Greeting
        }
        _ => Usual::Nothing,
    }
}

/// Ports on which TLS mostly carries web pages, so that nobody speaks first.
fn is_web_port(port: u16) -> bool {
    matches!(port, 443 | 4_443 | 5_986 | 6_443 | 8_443 | 9_443)
}

impl Step {
    /// Whether one of `others` makes the step needless.
    pub(super) fn is_among(self, others: &[Self]) -> bool {
        others.iter().any(|other| other.is_same_as(self))
    }

    /// Whether the step makes `other` needless.
    pub(super) fn is_same_as(self, other: Self) -> bool {
        match (self, other) {
            (Self::Ask(one), Self::Ask(other)) => std::ptr::eq(one, other),
            (one, other) => std::mem::discriminant(&one) == std::mem::discriminant(&other),
        }
    }

    /// Whether the step waits as long as there is time, so that others go on beside it.
    pub(super) fn is_patient(self) -> bool {
        matches!(self, Self::ListenLong | Self::HttpLong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(port: u16, breadth: Breadth, step: Step) -> usize {
        let stages = stages(port, breadth);
        stages.iter().flatten().filter(|one| one.is_same_as(step)).count()
    }

    #[test]
    fn every_port_is_asked_everything_once() {
        for port in [22, 53, 80, 443, 50_000] {
            for step in [Step::Tls, Step::Http, Step::ListenLong, Step::HttpLong] {
                assert_eq!(count(port, Breadth::Every, step), 1, "{port}");
            }
            let listens = [Step::Listen, Step::ListenFirst];
            let listens: usize =
                listens.into_iter().map(|step| count(port, Breadth::Every, step)).sum();
            assert_eq!(listens, 1, "{port}");
            let (home, others) = approaches(port);
            for approach in home.into_iter().chain(others) {
                assert_eq!(count(port, Breadth::Every, Step::Ask(approach)), 1, "{port}");
            }
        }
    }

    #[test]
    fn an_odd_port_of_a_delicate_host_is_only_listened_to() {
        let asked = stages(50_000, Breadth::AtHome);
        assert!(asked.iter().flatten().all(|step| matches!(step, Step::Listen | Step::ListenLong)));
        assert_eq!(count(80, Breadth::AtHome, Step::Http), 1);
        assert_eq!(count(22, Breadth::AtHome, Step::Tls), 0);
    }

    /// What a silent port costs, in tenths of a second, for a host nearby.
    #[test]
    fn all_stages_fit_into_the_time_of_a_port() {
        for port in 1..=u16::MAX {
            let cost: u32 = stages(port, Breadth::Every)
                .iter()
                .map(|stage| {
                    let longest =
                        stage.iter().filter(|step| !step.is_patient()).map(|step| match step {
                            Step::Listen => 3,
                            Step::Http => 19,
                            _ => 15,
                        });
                    longest.max().unwrap_or_default()
                })
                .sum();
            assert!(cost < 70, "{port} takes {cost}");
        }
    }
}
