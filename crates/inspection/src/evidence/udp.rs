use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

use super::{Clue, UnscannedReason};

/// What a UDP port did when it was asked in the words of its protocol.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UdpFact {
    /// The protocol in whose words it was asked, as in `ntp`.
    pub asked_as: String,
    /// What came of it.
    pub state: UdpState,
    /// Whether the answer was one of that protocol.
    pub is_recognised: bool,
    /// How often it was asked.
    pub attempts: u8,
    /// What the answer tells about the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clues: Vec<Clue>,
}

/// State of a UDP port. Silence is a state of its own: it means open, filtered, or lost.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum UdpState {
    /// It answered.
    Open,
    /// The host said that nobody listens (ICMP port unreachable, RFC 792 and RFC 4443).
    Closed,
    /// Somebody on the way said that it may not be reached.
    Rejected,
    /// Nothing came back. Never to be read as closed, nor as open.
    NoAnswer,
    /// It was not asked, whatever its state.
    Unscanned {
        /// Why.
        reason: UnscannedReason,
    },
}

impl UdpState {
    /// The state in both languages.
    pub fn to_text(self) -> Text {
        match self {
            Self::Open => Text::new("応答あり", "open"),
            Self::Closed => Text::new("閉じている", "closed"),
            Self::Rejected => Text::new("途中で拒否された", "rejected on the way"),
            Self::NoAnswer => Text::new("応答なし", "no answer"),
            Self::Unscanned { reason } => {
                let why = reason.to_text();
                Text::new(format!("未走査（{}）", why.ja), format!("not scanned ({})", why.en))
            }
        }
    }
}
