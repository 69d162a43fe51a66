//! What a running inspection tells the person who waits for it.

use std::net::IpAddr;

use hoshimori_scheme::Text;

/// One of the steps of an inspection, in order.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// Finding out which addresses of a range answer.
    Discovery,
    /// Scanning TCP ports.
    Ports,
    /// Asking what hosts are called.
    Names,
    /// Asking UDP ports.
    Udp,
    /// Finding out what answers on open ports.
    Services,
    /// Asking devices to describe themselves.
    Profiles,
    /// Asking for file-sharing software.
    Peers,
    /// Asking the questions of the tests.
    Probes,
    /// Judging, grading, writing.
    Report,
}

impl Stage {
    /// The name that people read.
    pub fn name(self) -> Text {
        match self {
            Self::Discovery => Text::new("機器の検出", "discovering hosts"),
            Self::Ports => Text::new("ポートの走査", "scanning ports"),
            Self::Names => Text::new("機器の名前の確認", "asking for names"),
            Self::Udp => Text::new("UDPの問い合わせ", "asking UDP ports"),
            Self::Services => Text::new("サービスの識別", "identifying services"),
            Self::Profiles => Text::new("機器の情報の取得", "asking devices what they are"),
            Self::Peers => Text::new("P2Pソフトウェアの確認", "asking for file sharing"),
            Self::Probes => Text::new("検査項目の確認", "running the tests"),
            Self::Report => Text::new("評価と報告書", "grading and reporting"),
        }
    }
}

/// Something worth telling.
#[derive(Clone, Debug)]
pub enum Event {
    /// A stage begins; it has `total` steps, of which `done` were finished before.
    Begun {
        /// The stage.
        stage: Stage,
        /// How many steps it has.
        total: u64,
        /// How many of them an interrupted run had finished.
        done: u64,
    },
    /// Steps of the current stage are finished.
    Advanced {
        /// How many.
        steps: u64,
    },
    /// The current stage is counted anew, in packets: how many are gone, and how many are left as
    /// far as can be told by now.
    Expected {
        /// How many have gone.
        done: u64,
        /// How many will, about.
        left: u64,
    },
    /// A port was found open.
    Open {
        /// Where.
        address: IpAddr,
        /// Which.
        port: u16,
    },
    /// Something the person should know.
    Notice(Text),
}

/// Listens to events. Called often and from the running work: must return at once.
pub trait Observer: Sync {
    /// Takes note of `event`.
    fn notice(&self, event: Event);
}

/// An observer that does not care.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Observer for Silent {
    fn notice(&self, _event: Event) {}
}
