use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

/// Whether a host answered before its ports were scanned.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DiscoveryFact {
    /// Whether anything came back.
    pub alive: bool,
    /// The TCP ports that answered, open or closed.
    pub answered_on: Vec<u16>,
}

/// An inclusive span of ports.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct PortSpan {
    /// The first port.
    pub first: u16,
    /// The last port, at least `first`.
    pub last: u16,
}

impl PortSpan {
    /// How many ports the span has.
    pub fn count(self) -> u32 {
        (u32::from(self.last) + 1).saturating_sub(u32::from(self.first))
    }

    /// The ports of the span, ascending.
    pub fn ports(self) -> impl Iterator<Item = u16> {
        self.first..=self.last
    }

    /// Adds `port` to the spans of a list that is built in ascending order.
    pub fn push(spans: &mut Vec<Self>, port: u16) {
        match spans.last_mut() {
            Some(span) if span.last.checked_add(1) == Some(port) => span.last = port,
            _ => spans.push(Self { first: port, last: port }),
        }
    }
}

impl std::fmt::Display for PortSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// States of the TCP ports of one span on one host.
///
/// Every port of `span` is in exactly one of `open`, `unstable`, `closed` (as a count),
/// `filtered` and `unscanned`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortsFact {
    /// The ports that were to be scanned.
    pub span: PortSpan,
    /// Completed the handshake twice, ascending.
    pub open: Vec<u16>,
    /// Completed the handshake once and not the second time, ascending.
    pub unstable: Vec<u16>,
    /// How many refused.
    pub closed: u32,
    /// Did not answer, or a router answered for them.
    pub filtered: Vec<PortSpan>,
    /// Were not scanned, whatever their state: never to be read as closed.
    pub unscanned: Vec<Unscanned>,
    /// Connection attempts made.
    pub attempts: u32,
    /// Median time of a completed or refused handshake, in microseconds.
    pub rtt_us: Option<u32>,
}

/// Ports that were not scanned, and why.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Unscanned {
    /// The ports.
    pub span: PortSpan,
    /// The reason.
    pub reason: UnscannedReason,
}

/// Why a port was not scanned.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnscannedReason {
    /// File descriptors or socket memory ran out and did not come back in time.
    NoDescriptors,
    /// This machine has no route to the host's network.
    NetworkUnreachable,
    /// The local firewall or system refused to send.
    NotPermittedLocally,
    /// The consented time ended, or the address left the scope.
    OutsideConsent,
    /// The local ephemeral ports ran out and did not come back in time.
    NoSourcePorts,
    /// Another local error.
    LocalError,
}

impl UnscannedReason {
    /// The reason in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::NoDescriptors => Text::new(
                "検査用端末のファイル記述子が足りない",
                "this machine ran out of descriptors",
            ),
            Self::NetworkUnreachable => {
                Text::new("検査用端末から経路がない", "this machine has no route")
            }
            Self::NotPermittedLocally => {
                Text::new("検査用端末が送信を拒んだ", "this machine refused to send")
            }
            Self::OutsideConsent => {
                Text::new("同意された時間または範囲の外", "outside the consented time or range")
            }
            Self::NoSourcePorts => Text::new(
                "検査用端末の送信元ポートが足りない",
                "this machine ran out of source ports",
            ),
            Self::LocalError => Text::new("検査用端末側の失敗", "a failure of this machine"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_ports_join_one_span() {
        let mut spans = Vec::new();
        for port in [1, 2, 3, 7, 65_534, 65_535] {
            PortSpan::push(&mut spans, port);
        }
        let shown: Vec<String> = spans.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["1-3", "7", "65534-65535"]);
        assert_eq!(spans.iter().map(|span| span.count()).sum::<u32>(), 6);
    }
}
