use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

use crate::evidence::{PortAccuracy, PortNote, PortSpan, PortsFact, UnscannedReason};

/// What a scan of a host covered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Accuracy {
    /// Upper bound of the chance that an open port was missed, where the method can state one.
    pub missed_port_probability: Option<f64>,
    /// Share of packets lost, where the method can measure it.
    pub loss: Option<f64>,
    /// Connection attempts or packets sent.
    pub probes: u64,
    /// Packets that the half-open scan sent to it; none where the system sent them.
    pub packets_sent: Option<u64>,
    /// Packets that came back to the half-open scan.
    pub packets_received: Option<u64>,
    /// How often a port that stayed silent was asked by the half-open scan.
    pub rounds: Option<u8>,
    /// Ports that were to be scanned.
    pub requested: u32,
    /// Ports that refused.
    pub closed: u32,
    /// Ports that did not answer.
    pub filtered: u32,
    /// Ports that were not scanned, and why.
    pub unscanned: Vec<UnscannedRecord>,
    /// What was remarkable about how it answered.
    #[serde(default)]
    pub notes: Vec<PortNote>,
}

/// Ports of one host that were not scanned for one reason.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UnscannedRecord {
    /// The reason.
    pub reason: UnscannedReason,
    /// How many ports.
    pub ports: u32,
}

impl Accuracy {
    pub(super) fn add(&mut self, fact: &PortsFact) {
        if let Some(of_host) = &fact.accuracy {
            self.learn(of_host);
        }
        self.probes += u64::from(fact.attempts);
        self.requested += fact.span.count();
        self.closed += fact.closed;
        self.filtered += fact.filtered.iter().map(|span| PortSpan::count(*span)).sum::<u32>();
        for unscanned in &fact.unscanned {
            let ports = unscanned.span.count();
            match self.unscanned.iter_mut().find(|known| known.reason == unscanned.reason) {
                Some(known) => known.ports += ports,
                None => self.unscanned.push(UnscannedRecord { reason: unscanned.reason, ports }),
            }
        }
    }

    /// The half-open scan says the same of all spans of a host, since it asks them together. Of
    /// scans from several sides of the network the worst counts.
    fn learn(&mut self, of_host: &PortAccuracy) {
        let chance = of_host.missed_per_billion.map(|parts| f64::from(parts) / 1e9);
        let loss = of_host.lost_per_million.map(|parts| f64::from(parts) / 1e6);
        self.missed_port_probability = match (self.packets_sent, self.missed_port_probability) {
            (None, _) => chance,
            (Some(_), known) => known.zip(chance).map(|(known, chance)| known.max(chance)),
        };
        self.loss = self.loss.into_iter().chain(loss).reduce(f64::max);
        self.packets_sent = self.packets_sent.max(Some(of_host.packets_sent));
        self.packets_received = self.packets_received.max(Some(of_host.packets_received));
        self.rounds = self.rounds.max(Some(of_host.rounds));
        for note in &of_host.notes {
            if !self.notes.contains(note) {
                self.notes.push(*note);
            }
        }
    }

    /// What can have been missed, as people say it; `None` where no port was to be scanned.
    pub fn to_text(&self) -> Option<Text> {
        if self.requested == 0 {
            return None;
        }
        let is_answered_by_another =
            self.notes.iter().any(|note| matches!(note, PortNote::AnsweredByMiddlebox { .. }));
        Some(match self.missed_port_probability {
            _ if is_answered_by_another => Text::new(
                "見逃し確率は示せない（途中の機器が代わりに応答している可能性がある）",
                "no chance of a miss can be stated (another device may answer for it)",
            ),
            _ if self.filtered == 0 && self.unscanned.is_empty() => Text::new(
                "すべてのポートが応答し、見逃しはない",
                "every port answered, none was missed",
            ),
            Some(chance) => below(chance),
            // A connect scan sees no loss: the system repeats its packets unseen.
            None if self.packets_sent.is_none() => Text::new(
                "見逃し確率は示せない（TCP接続方式）",
                "no chance of a miss can be stated (connect scan)",
            ),
            None => Text::new("見逃し確率は示せない", "no chance of a miss can be stated"),
        })
    }
}

/// Bounds that people can picture, the smallest first.
const BOUNDS: [(f64, &str, &str); 5] = [
    (1e-8, "1億", "100 million"),
    (1e-7, "1,000万", "10 million"),
    (1e-6, "100万", "a million"),
    (1e-5, "10万", "100,000"),
    (1e-4, "1万", "10,000"),
];

fn below(chance: f64) -> Text {
    if let Some((_, ja, en)) = BOUNDS.iter().find(|(bound, ..)| chance < *bound) {
        return Text::new(
            format!("見逃し確率 {ja}分の1未満"),
            format!("chance of a miss below 1 in {en}"),
        );
    }
    let percent = (chance * 1e4).ceil() / 100.0;
    Text::new(format!("見逃し確率 最大{percent}%"), format!("chance of a miss up to {percent} %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(chance: Option<f64>, filtered: u32) -> String {
        let accuracy = Accuracy {
            missed_port_probability: chance,
            requested: 65_535,
            filtered,
            packets_sent: Some(1),
            ..Accuracy::default()
        };
        accuracy.to_text().unwrap().ja
    }

    #[test]
    fn chance_is_rounded_to_the_worse_side() {
        assert_eq!(said(Some(9.9e-6), 9), "見逃し確率 10万分の1未満");
        assert_eq!(said(Some(1e-5), 9), "見逃し確率 1万分の1未満");
        assert_eq!(said(Some(0.001_01), 9), "見逃し確率 最大0.11%");
        assert_eq!(said(Some(0.0), 9), "見逃し確率 1億分の1未満");
    }

    #[test]
    fn device_that_answers_for_others_hides_what_it_likes() {
        let notes = vec![PortNote::AnsweredByMiddlebox { ports: 65_535 }];
        let accuracy = Accuracy { requested: 65_535, notes, ..Accuracy::default() };
        assert!(accuracy.to_text().unwrap().ja.starts_with("見逃し確率は示せない"));
    }

    #[test]
    fn host_that_answered_everywhere_hides_nothing_and_a_silent_one_states_nothing() {
        assert_eq!(said(Some(0.0), 0), "すべてのポートが応答し、見逃しはない");
        assert_eq!(said(None, 65_535), "見逃し確率は示せない");
        assert_eq!(Accuracy::default().to_text(), None);
    }
}
