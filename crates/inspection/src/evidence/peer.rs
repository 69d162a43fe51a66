use hoshimori_scheme::Text;
use serde::{Deserialize, Serialize};

use super::ProbeError;

/// Whether a port answers as file-sharing software does.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PeerFact {
    /// In which network's words it was asked.
    pub network: PeerNetwork,
    /// Which of its dialogues, as in `utp-syn`.
    pub dialogue: String,
    /// What was asked.
    pub asked: PeerQuestion,
    /// What came of it.
    pub outcome: PeerOutcome,
}

/// What a port was asked in a dialogue.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeerQuestion {
    /// Nothing before it spoke: what it said can be no repetition of ours.
    Nothing,
    /// What the software answers.
    Real,
    /// The same, spoilt so that the software does not answer alike: the control.
    Spoilt,
}

/// Networks of file-sharing software.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeerNetwork {
    /// Winny.
    Winny,
    /// `BitTorrent`, its `µTP` and its DHT.
    Bittorrent,
    /// eDonkey 2000 and Kad.
    Edonkey,
    /// Gnutella.
    Gnutella,
    /// `WinMX`.
    Winmx,
    /// Soulseek.
    Soulseek,
    /// Direct Connect.
    DirectConnect,
}

/// How a port answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum PeerOutcome {
    /// In the words of the network.
    Answered {
        /// What proves it, as in `decrypts to 01 00 00 00 61`.
        proof: String,
        /// What the software calls itself, if it told.
        client: Option<String>,
    },
    /// With a sign of the software that others may give as well.
    Resembles {
        /// The sign, as in `X-Transmission-Session-Id`.
        sign: String,
    },
    /// With something else.
    Otherwise,
    /// Not at all.
    Failed(ProbeError),
}

impl PeerNetwork {
    /// Every network.
    pub const ALL: [Self; 7] = [
        Self::Winny,
        Self::Bittorrent,
        Self::Edonkey,
        Self::Gnutella,
        Self::Winmx,
        Self::Soulseek,
        Self::DirectConnect,
    ];

    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Winny => "winny",
            Self::Bittorrent => "bittorrent",
            Self::Edonkey => "edonkey",
            Self::Gnutella => "gnutella",
            Self::Winmx => "winmx",
            Self::Soulseek => "soulseek",
            Self::DirectConnect => "direct-connect",
        }
    }

    /// The name that people read, the same in both languages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Winny => "Winny",
            Self::Bittorrent => "BitTorrent",
            Self::Edonkey => "eDonkey",
            Self::Gnutella => "Gnutella",
            Self::Winmx => "WinMX",
            Self::Soulseek => "Soulseek",
            Self::DirectConnect => "Direct Connect",
        }
    }

    /// The name in both languages.
    pub fn to_text(self) -> Text {
        Text::same(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_use_the_words_of_the_networks() {
        for network in PeerNetwork::ALL {
            let json = serde_json::to_string(&network).unwrap();
            assert_eq!(json, format!("{:?}", network.word()));
        }
    }
}
