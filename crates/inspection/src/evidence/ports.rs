use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

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
    /// What the method says of its own accuracy, over all spans of the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<PortAccuracy>,
}

/// How much a scan of a host can have missed, and what it noticed on the way.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortAccuracy {
    /// Upper bound of the chance that one open port was missed, in parts of a billion, rounded up.
    /// None where nothing tells how many packets were lost.
    pub missed_per_billion: Option<u32>,
    /// Share of packets and answers lost, in parts of a million.
    pub lost_per_million: Option<u32>,
    /// How often a port that stayed silent was asked.
    pub rounds: u8,
    /// Packets sent to the host.
    pub packets_sent: u64,
    /// Answers to them.
    pub packets_received: u64,
    /// What was remarkable.
    pub notes: Vec<PortNote>,
}

/// Something remarkable about how a host answered.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum PortNote {
    /// The host refuses only so many connections a second: ports without an answer may be closed.
    RefusalsLimited,
    /// Only so many questions a second pass; the scan kept below.
    QuestionsLimited {
        /// About how many.
        packets_per_second: u32,
    },
    /// So many ports agree, or in so odd a way, that something else may answer for the host.
    AnsweredByMiddlebox {
        /// Ports that agreed.
        ports: u32,
    },
    /// The host stopped answering while it was asked.
    WentSilent {
        /// The port that was asked about then.
        port: u16,
        /// How fast it was asked.
        packets_per_second: u32,
        /// Whether it answered again within ten seconds.
        came_back: bool,
    },
    /// Nothing ever came back, so the loss is unknown.
    LossUnknown,
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
    /// The host did not answer at all, or stopped answering.
    HostSilent,
    /// Another local error.
    LocalError,
}

impl PortNote {
    /// The note in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::RefusalsLimited => Text::new(
                "拒否の応答数が制限されているため、応答のないポートには閉じているものも含まれる",
                "refusals are limited; ports without an answer may be closed",
            ),
            Self::QuestionsLimited { packets_per_second } => Text::new(
                format!(
                    "毎秒約{packets_per_second}個を超える接続要求は捨てられるため、その速さに抑えた"
                ),
                format!(
                    "more than about {packets_per_second} questions a second are dropped; \
                     asked below that"
                ),
            ),
            Self::AnsweredByMiddlebox { ports } => Text::new(
                format!(
                    "{ports}個のポートが応答した。途中の機器が代わりに応答している可能性がある"
                ),
                format!("{ports} ports agreed; a device before the host may answer for it"),
            ),
            Self::WentSilent { port, packets_per_second, came_back } => {
                let (ja, en) = if came_back {
                    ("その後応答が戻った", "it came back")
                } else {
                    ("応答は戻らなかった", "it did not come back")
                };
                Text::new(
                    format!(
                        "ポート{port}付近を毎秒{packets_per_second}個で調べている間に\
                         応答が止まった（{ja}）"
                    ),
                    format!(
                        "stopped answering near port {port} at {packets_per_second} packets a \
                         second ({en})"
                    ),
                )
            }
            Self::LossUnknown => Text::new(
                "応答が一つもなく、見逃し確率を示せない",
                "nothing answered, so no chance of a miss can be stated",
            ),
        }
    }
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
            Self::HostSilent => Text::new(
                "機器が応答しない、または応答しなくなった",
                "the host does not answer, or no longer",
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
