use std::fmt;
use std::net::SocketAddr;

use hoshimori_scheme::Text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    DiscoveryFact, HttpFact, MappingsFact, NameFact, PeerFact, PortsFact, ProfileFact, RelayFact,
    ServiceFact, SshAuthFact, TlsFact, UdpFact,
};
use crate::bytes::{Bytes, sha256_hex};
use crate::moment;
use crate::target::Target;
use crate::vantage::Vantage;

/// Names one observation within an inspection: probe, target and variant, never a random part.
///
/// Keys sort in the order in which a report lists evidence, and a resumed inspection makes the
/// same keys as an uninterrupted one.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct ObservationKey(String);

impl ObservationKey {
    /// `probe` at `target`, told apart from its siblings by `variant` (empty where there is one).
    pub fn new(probe: &str, target: Target, vantage: Vantage, variant: &str) -> Self {
        let mut key = format!("{vantage}/{target}/{probe}");
        if !variant.is_empty() {
            key.push('/');
            key.push_str(variant);
        }
        Self(key)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObservationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that was seen, with everything needed to show and repeat it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Observation {
    /// Its name within the inspection.
    pub key: ObservationKey,
    /// When the exchange ended.
    #[serde(with = "moment")]
    pub seen_at: Timestamp,
    /// From which side of the network.
    pub vantage: Vantage,
    /// Own address and port, where a socket was open.
    pub source: Option<SocketAddr>,
    /// What was looked at.
    pub target: Target,
    /// Bytes sent, as many as the evidence limit keeps; plain text before encryption.
    pub sent: Bytes,
    /// Bytes received, as many as the evidence limit keeps; plain text after decryption.
    pub received: Bytes,
    /// A command that repeats the observation by hand.
    pub repeat: Option<String>,
    /// What a reader should know about the bytes.
    pub note: Option<Text>,
    /// What was seen.
    pub fact: Fact,
}

impl Observation {
    /// SHA-256 over the kept bytes: sent, then received.
    pub fn sha256(&self) -> String {
        sha256_hex(&[&self.sent.0, &self.received.0])
    }
}

/// What a probe saw.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// Whether a host answered at all.
    Discovery(DiscoveryFact),
    /// What a host is called.
    Name(NameFact),
    /// States of a span of TCP ports.
    Ports(PortsFact),
    /// State of a UDP port.
    Udp(UdpFact),
    /// Which protocol answers on a port.
    Service(ServiceFact),
    /// What a device says of itself.
    Profile(ProfileFact),
    /// The port mappings of a gateway.
    Mappings(MappingsFact),
    /// Whether a proxy connects a stranger.
    Relay(RelayFact),
    /// Whether a port answers as file-sharing software does.
    Peer(PeerFact),
    /// Which authentication methods an SSH server offers one user.
    SshAuth(SshAuthFact),
    /// One HTTP request and its answer.
    Http(HttpFact),
    /// The certificates that a TLS server shows.
    Tls(TlsFact),
}

/// Why a probe saw nothing usable. A failed probe is evidence, not an error.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "error", rename_all = "kebab-case")]
pub enum ProbeError {
    /// The port refused the connection.
    Refused,
    /// Nothing came within the time allowed.
    TimedOut,
    /// The peer reset or closed the connection in the middle.
    Closed,
    /// No route, or a router said so.
    Unreachable,
    /// The peer sent more than the limit.
    TooLong,
    /// The peer sent something that is not the protocol.
    Malformed {
        /// What was wrong with it.
        detail: String,
    },
    /// The peer and this program share no algorithm or version.
    NoCommonGround {
        /// What the peer offers.
        detail: String,
    },
    /// The scope refused to send.
    NotPermitted {
        /// The refusal.
        detail: String,
    },
    /// Nothing was sent, since the host might print what it does not understand.
    MightPrint,
    /// This machine could not: descriptors, memory, permissions.
    Local {
        /// What the system said.
        detail: String,
    },
}

impl ProbeError {
    /// The reason in both languages.
    pub fn to_text(&self) -> Text {
        match self {
            Self::Refused => Text::new("接続が拒否された", "the connection was refused"),
            Self::TimedOut => Text::new("時間内に応答がなかった", "nothing came in time"),
            Self::Closed => Text::new("途中で接続が切られた", "the peer closed the connection"),
            Self::Unreachable => Text::new("経路がない", "there is no route"),
            Self::TooLong => Text::new("応答が上限を超えた", "the answer was over the limit"),
            Self::Malformed { detail } => Text::new(
                format!("応答がプロトコルに合わない（{detail}）"),
                format!("the answer is not the protocol ({detail})"),
            ),
            Self::NoCommonGround { detail } => Text::new(
                format!("共通の方式がない（{detail}）"),
                format!("no algorithm or version in common ({detail})"),
            ),
            Self::NotPermitted { detail } => Text::new(
                format!("同意の範囲外のため送らなかった（{detail}）"),
                format!("not sent, outside the consent ({detail})"),
            ),
            Self::MightPrint => Text::new(
                "印刷されるおそれがあるため問い合わせていない",
                "it was not asked, since the host might print the question",
            ),
            Self::Local { detail } => Text::new(
                format!("検査用の端末側で失敗した（{detail}）"),
                format!("this machine could not ({detail})"),
            ),
        }
    }
}
