//! The ports that are asked, and in which words.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hoshimori_inspection::evidence::Text;
use hoshimori_wire::app::ws_discovery::{self, Kind};
use hoshimori_wire::app::{
    bacnet, coap, dhcp, dns, dns_pointer, ike, memcached, netbios, ntp, rmcp, sip, snmp, ssdp, tftp,
};

use crate::gate::{Hears, Manner};

/// A name that exists nowhere (RFC 6761 section 6.4); asking for it needs no recursion.
const NOWHERE: &str = "hoshimori.invalid.";

/// A port and the words of its protocol.
pub(super) struct Probe {
    pub(super) port: u16,
    /// The protocol as reports and JSON name it.
    pub(super) protocol: &'static str,
    pub(super) manner: Manner,
    /// The questions, asked in turn until one is answered.
    pub(super) questions: fn(&Asker<'_>) -> Vec<Vec<u8>>,
    /// Whether bytes from the host answer one of them.
    pub(super) answers: fn(&[u8], &[u8]) -> bool,
}

/// Who asks whom, and what the answers have to repeat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'a> {
    pub(super) own: SocketAddr,
    pub(super) peer: SocketAddr,
    /// A random number.
    pub(super) number: u64,
    /// Another.
    pub(super) other: u64,
    /// A random word of letters and digits.
    pub(super) word: &'a str,
}

impl Asker<'_> {
    fn id8(&self) -> u8 {
        self.number.to_be_bytes()[0]
    }

    fn id16(&self) -> u16 {
        let [first, second, ..] = self.number.to_be_bytes();
        u16::from_be_bytes([first, second])
    }

    fn id32(&self) -> u32 {
        let [first, second, third, fourth, ..] = self.number.to_be_bytes();
        u32::from_be_bytes([first, second, third, fourth])
    }

    fn id128(&self) -> u128 {
        u128::from(self.number) << 64 | u128::from(self.other)
    }

    /// A hardware address that nobody has: RFC 9542 section 2.1, administered locally. The own one
    /// is not known here, and a server looks only whether it has a lease for it.
    fn hardware(&self) -> [u8; 6] {
        let [_, _, _, number @ ..] = self.other.to_be_bytes();
        let mut hardware = [2; 6];
        for (byte, random) in hardware.iter_mut().skip(1).zip(number) {
            *byte = random;
        }
        hardware
    }
}

/// The list of `CHECKS.md` N-01, ascending.
pub(super) const PROBES: [Probe; 15] = [
    Probe {
        port: 53,
        protocol: "dns",
        manner: Manner::USUAL,
        questions: |asker| dns::address_query(asker.id16(), NOWHERE).into_iter().collect(),
        answers: |question, bytes| {
            dns::Answer::decode(bytes).is_ok_and(|answer| has_id(question, answer.id))
        },
    },
    Probe {
        port: 67,
        protocol: "dhcp",
        manner: Manner { own_port: dhcp::CLIENT_PORT, hears: Hears::ThatPort },
        questions: |asker| {
            let own = match asker.own.ip() {
                IpAddr::V4(own) => own,
                IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
            };
            let (id, hardware) = (asker.id32(), asker.hardware());
            vec![dhcp::Inform { id, own, hardware }.to_bytes()]
        },
        answers: dhcp::answers,
    },
    Probe {
        port: 69,
        protocol: "tftp",
        manner: Manner { own_port: 0, hears: Hears::AnyPort },
        questions: |asker| vec![tftp::read_request(asker.word)],
        answers: tftp::answers,
    },
    Probe {
        port: 123,
        protocol: "ntp",
        manner: Manner::USUAL,
        questions: |asker| vec![ntp::client_request(asker.number)],
        answers: ntp::answers,
    },
    Probe {
        port: 137,
        protocol: "netbios-ns",
        manner: Manner::USUAL,
        questions: |asker| vec![netbios::node_status_request(asker.id16())],
        answers: |question, bytes| {
            netbios::NodeStatus::decode(bytes).is_ok_and(|status| has_id(question, status.id))
        },
    },
    Probe {
        port: 161,
        protocol: "snmp",
        manner: Manner::USUAL,
        questions: |asker| vec![snmp::discovery(asker.id32())],
        answers: snmp::answers,
    },
    Probe {
        port: 500,
        protocol: "ike",
        manner: Manner::USUAL,
        questions: |asker| vec![ike::main_mode(asker.number), ike::unknown_version(asker.number)],
        answers: ike::answers,
    },
    Probe {
        port: 623,
        protocol: "ipmi",
        manner: Manner::USUAL,
        questions: |asker| {
            vec![rmcp::presence_ping(asker.id8()), rmcp::capabilities_request(asker.id8())]
        },
        answers: rmcp::answers,
    },
    Probe {
        port: 1900,
        protocol: "ssdp",
        manner: Manner::USUAL,
        questions: |asker| vec![ssdp::search(asker.peer)],
        answers: ssdp::answers,
    },
    Probe {
        port: 3702,
        protocol: "ws-discovery",
        manner: Manner::USUAL,
        questions: |asker| {
            let probe = |kind| ws_discovery::probe(asker.id128(), kind);
            vec![probe(Kind::Any), probe(Kind::Describing)]
        },
        answers: ws_discovery::answers,
    },
    Probe {
        port: 5060,
        protocol: "sip",
        manner: Manner::USUAL,
        questions: |asker| {
            let Asker { own, peer, word, .. } = *asker;
            vec![sip::Options { peer, own, token: word }.to_bytes()]
        },
        answers: sip::answers,
    },
    Probe {
        port: 5353,
        protocol: "mdns",
        manner: Manner::USUAL,
        questions: |asker| dns_pointer::services_question(asker.id16()).into_iter().collect(),
        answers: |question, bytes| {
            dns_pointer::Pointers::decode(bytes).is_ok_and(|answer| has_id(question, answer.id))
        },
    },
    Probe {
        port: 5683,
        protocol: "coap",
        manner: Manner::USUAL,
        questions: |asker| {
            let [.., a, b, c, d] = asker.other.to_be_bytes();
            vec![coap::get_resources(asker.id16(), u32::from_be_bytes([a, b, c, d]))]
        },
        answers: coap::answers,
    },
    Probe {
        port: 11_211,
        protocol: "memcached",
        manner: Manner::USUAL,
        questions: |asker| vec![memcached::version_request(asker.id16())],
        answers: memcached::answers,
    },
    Probe {
        port: 47_808,
        protocol: "bacnet",
        manner: Manner::USUAL,
        questions: |asker| vec![bacnet::identifier_request(asker.id8())],
        answers: bacnet::answers,
    },
];

impl Probe {
    /// What may listen although the port is closed. Servers that are bound to the group of the
    /// protocol alone (minidlna and wsdd2 are) hear nothing that is sent to the host.
    pub(super) fn refusal_note(&self) -> Option<Text> {
        matches!(self.port, 1_900 | 3_702).then(|| {
            Text::new(
                "マルチキャスト宛てのみを待ち受けるサーバーは、この検査では見つからない",
                "a server that hears multicast only is not found by this",
            )
        })
    }

    /// What the silence of the port may hide, where there is something special to it.
    pub(super) fn silence_note(&self, own_port: u16) -> Option<Text> {
        match self.port {
            67 if own_port != self.manner.own_port => Some(Text::new(
                "応答はポート68に届くが、検査用の端末で使えず受信できない",
                "an answer would go to port 68, which this machine could not have: none can be \
                 heard",
            )),
            161 => Some(Text::new(
                "コミュニティ名を送らないため、SNMPv1・v2cのみの機器は応答しない",
                "a device that speaks SNMPv1 or v2c only keeps silent: no community string is sent",
            )),
            _ => None,
        }
    }
}

/// Whether a message of DNS or of `NetBIOS` begins with `id`.
fn has_id(question: &[u8], id: u16) -> bool {
    question.starts_with(&id.to_be_bytes())
}
