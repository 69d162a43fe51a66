//! The ports that are asked, and in which words.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hoshimori_inspection::evidence::{Clue, Text};
use hoshimori_wire::app::bacnet::{self, Property};
use hoshimori_wire::app::ws_discovery::{self, Kind};
use hoshimori_wire::app::{
    coap, dhcp, dns, dns_pointer, ike, memcached, netbios, ntp, rmcp, sip, snmp, ssdp, tftp,
};

use super::clues;
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
    /// What such bytes tell about the host.
    pub(super) clues: fn(&[u8]) -> Vec<Clue>,
    /// What is done once a question is answered.
    pub(super) then: Then,
}

/// What is done with a port that answered in its protocol.
pub(super) enum Then {
    /// Nothing: the answer has told everything.
    Nothing,
    /// Listen on: the same question has several answers.
    Listen,
    /// Ask these once, all of which only read and go by the same rules as the first.
    Ask(fn(&Asker<'_>) -> Vec<Vec<u8>>),
}

/// What a building controller is asked for once it has answered.
const PROPERTIES: [Property; 5] = [
    Property::VENDOR,
    Property::MODEL,
    Property::FIRMWARE,
    Property::APPLICATION_VERSION,
    Property::NAME,
];

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
        clues: clues::of_dns,
        then: Then::Ask(|asker| {
            let (version, name) = (asker.id16().wrapping_add(1), asker.id16().wrapping_add(2));
            let questions = [dns::version_query(version), dns::identifier_query(name, NOWHERE)];
            questions.into_iter().flatten().collect()
        }),
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
        clues: clues::of_dhcp,
        then: Then::Nothing,
    },
    Probe {
        port: 69,
        protocol: "tftp",
        manner: Manner { own_port: 0, hears: Hears::AnyPort },
        questions: |asker| vec![tftp::read_request(asker.word)],
        answers: tftp::answers,
        clues: clues::none,
        then: Then::Nothing,
    },
    Probe {
        port: 123,
        protocol: "ntp",
        manner: Manner::USUAL,
        questions: |asker| vec![ntp::client_request(asker.number)],
        answers: ntp::answers,
        clues: clues::of_ntp,
        then: Then::Ask(|asker| vec![ntp::variables_request(asker.id16())]),
    },
    Probe {
        port: 137,
        protocol: "netbios-ns",
        manner: Manner::USUAL,
        questions: |asker| vec![netbios::node_status_request(asker.id16())],
        answers: |question, bytes| {
            netbios::NodeStatus::decode(bytes).is_ok_and(|status| has_id(question, status.id))
        },
        clues: clues::of_netbios,
        then: Then::Nothing,
    },
    Probe {
        port: 161,
        protocol: "snmp",
        manner: Manner::USUAL,
        questions: |asker| vec![snmp::discovery(asker.id32())],
        answers: snmp::answers,
        clues: clues::of_snmp,
        then: Then::Nothing,
    },
    Probe {
        port: 500,
        protocol: "ike",
        manner: Manner::USUAL,
        questions: |asker| vec![ike::main_mode(asker.number), ike::unknown_version(asker.number)],
        answers: ike::answers,
        clues: clues::of_ike,
        then: Then::Nothing,
    },
    Probe {
        port: 623,
        protocol: "ipmi",
        manner: Manner::USUAL,
        questions: |asker| {
            vec![rmcp::presence_ping(asker.id8()), rmcp::capabilities_request(asker.id8())]
        },
        answers: rmcp::answers,
        clues: clues::of_ipmi,
        then: Then::Ask(|asker| vec![rmcp::capabilities_request(asker.id8())]),
    },
    Probe {
        port: 1900,
        protocol: "ssdp",
        manner: Manner::USUAL,
        questions: |asker| vec![ssdp::search(asker.peer)],
        answers: ssdp::answers,
        clues: clues::of_ssdp,
        then: Then::Listen,
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
        clues: clues::of_ws_discovery,
        then: Then::Nothing,
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
        clues: clues::of_sip,
        then: Then::Nothing,
    },
    Probe {
        port: 5353,
        protocol: "mdns",
        manner: Manner::USUAL,
        questions: |asker| dns_pointer::services_question(asker.id16()).into_iter().collect(),
        answers: |question, bytes| {
            dns_pointer::Pointers::decode(bytes).is_ok_and(|answer| has_id(question, answer.id))
        },
        clues: clues::of_mdns,
        then: Then::Nothing,
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
        clues: clues::of_coap,
        then: Then::Nothing,
    },
    Probe {
        port: 11_211,
        protocol: "memcached",
        manner: Manner::USUAL,
        questions: |asker| vec![memcached::version_request(asker.id16())],
        answers: memcached::answers,
        clues: clues::of_memcached,
        then: Then::Nothing,
    },
    Probe {
        port: 47_808,
        protocol: "bacnet",
        manner: Manner::USUAL,
        questions: |asker| vec![bacnet::identifier_request(asker.id8())],
        answers: bacnet::answers,
        clues: clues::of_bacnet,
        then: Then::Ask(|asker| {
            let ids = (1..=u8::MAX).map(|further| asker.id8().wrapping_add(further));
            ids.zip(PROPERTIES).map(|(id, it)| bacnet::property_request(id, it)).collect()
        }),
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
