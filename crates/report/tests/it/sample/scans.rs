//! What discovery, the port scans and the questions to UDP ports saw.

use std::net::IpAddr;

use hoshimori_inspection::assessment::HostRecord;
use hoshimori_inspection::evidence::{
    DiscoveryFact, DiscoveryMethod, Fact, NameFact, NameSource, Observation, PortAccuracy,
    PortNote, PortSpan, PortsFact, UdpFact, UdpState, Unscanned, UnscannedReason,
};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::Text;

use super::network::observation;

/// How an invented host behaves under a scan.
#[derive(Default)]
struct Manners {
    /// The last byte of its hardware address, where it is on the link.
    mac: Option<u8>,
    names: Vec<(NameSource, &'static str)>,
    /// Ports that do not answer.
    silent: Option<PortSpan>,
    /// Ports that accept once.
    unstable: Option<PortSpan>,
    /// Ports that are not scanned in time.
    left_out: Option<PortSpan>,
    /// What the half-open scan measured; a host without it was scanned by connecting.
    half_open: Option<PortAccuracy>,
    udp: Vec<(u16, &'static str, UdpState)>,
}

/// What the scans of a host with the TCP ports `open` saw.
pub(super) fn of(address: IpAddr, vantage: Vantage, open: &[u16]) -> Vec<Observation> {
    let manners = manners(&address.to_string());
    let mut seen = vec![discovery(address, vantage, &manners)];
    seen.extend(manners.names.iter().map(|(source, name)| named(address, vantage, *source, name)));
    seen.push(scan(address, vantage, open, &manners));
    let udp = manners.udp.iter();
    seen.extend(udp.map(|(port, word, state)| asked(address, vantage, (*port, word), *state)));
    seen
}

/// An address at which nobody is.
pub(super) fn silent(address: IpAddr, vantage: Vantage) -> Observation {
    observation(
        "discovery",
        Target::host(address),
        vantage,
        "",
        Fact::Discovery(DiscoveryFact::default()),
    )
}

/// The hosts with invented makers in place of those of the register.
pub(super) fn with_vendors(mut hosts: Vec<HostRecord>) -> Vec<HostRecord> {
    for host in &mut hosts {
        host.vendor = host.mac.as_deref().map(|mac| {
            let is_even = mac.ends_with(['0', '2', '4', '6', '8']);
            if is_even { "MIHON ELECTRIC CO.,LTD." } else { "Reiji Network Devices Inc." }
                .to_owned()
        });
    }
    hosts
}

fn manners(address: &str) -> Manners {
    let base = Manners::default();
    match address {
        "192.168.10.1" => Manners {
            mac: Some(0x01),
            names: vec![
                (NameSource::ReverseDns, "gateway.kohan.example.jp"),
                (NameSource::Mdns, "mihon-router.local"),
            ],
            half_open: Some(measured(Some(0), 0, 1, vec![])),
            udp: vec![
                (53, "dns", UdpState::Open),
                (123, "ntp", UdpState::Open),
                (161, "snmp", UdpState::Rejected),
                (1_900, "ssdp", UdpState::NoAnswer),
                (5_353, "mdns", UdpState::NoAnswer),
            ],
            ..base
        },
        "192.168.10.5" => Manners {
            mac: Some(0x05),
            names: vec![(NameSource::Mdns, "2F-lounge-display-4f1c0a5e-9d27-4c1b-8f33-0c6e.local")],
            half_open: Some(measured(Some(8_400), 61_000, 5, vec![])),
            silent: Some(span(1, 1_023)),
            ..base
        },
        "192.168.10.21" => Manners {
            mac: Some(0x21),
            half_open: Some(measured(Some(2_100), 0, 2, vec![PortNote::RefusalsLimited])),
            silent: Some(span(1_025, 64_900)),
            ..base
        },
        "192.168.10.22" => Manners {
            mac: Some(0x22),
            unstable: Some(span(20_000, 20_211)),
            half_open: Some(measured(
                Some(3_900),
                400,
                2,
                vec![PortNote::AnsweredByMiddlebox { ports: 214 }],
            )),
            ..base
        },
        "192.168.20.10" => Manners {
            mac: Some(0x10),
            names: vec![
                (NameSource::ReverseDns, "yoyaku.kohan.example.jp"),
                (NameSource::Mdns, "yoyaku-srv.local"),
                (NameSource::NetBios, "YOYAKU-SRV"),
            ],
            silent: Some(span(60_001, 62_000)),
            half_open: Some(measured(
                Some(7_300),
                29_400,
                4,
                vec![PortNote::QuestionsLimited { packets_per_second: 2_000 }],
            )),
            udp: vec![
                (53, "dns", UdpState::Closed),
                (123, "ntp", UdpState::Open),
                (137, "netbios", UdpState::Open),
                (161, "snmp", UdpState::NoAnswer),
                (5_353, "mdns", UdpState::Open),
                (
                    11_211,
                    "memcached",
                    UdpState::Unscanned { reason: UnscannedReason::OutsideConsent },
                ),
            ],
            ..base
        },
        "192.168.20.11" => Manners {
            udp: vec![(161, "snmp", UdpState::NoAnswer), (1_900, "ssdp", UdpState::Closed)],
            ..base
        },
        "192.168.20.12" => Manners {
            silent: Some(span(1, 19)),
            half_open: Some(measured(
                Some(96_000),
                12_000,
                3,
                vec![PortNote::WentSilent {
                    port: 49_152,
                    packets_per_second: 1_000,
                    came_back: true,
                }],
            )),
            ..base
        },
        "192.168.20.13" | "192.168.20.14" => Manners { silent: Some(span(1, 19)), ..base },
        "192.168.30.2" => Manners { left_out: Some(span(60_001, 65_535)), ..base },
        "192.168.30.5" => Manners {
            mac: Some(0x35),
            silent: Some(span(1, 65_535)),
            half_open: Some(measured(None, 0, 3, vec![PortNote::LossUnknown])),
            ..base
        },
        _ => base,
    }
}

fn span(first: u16, last: u16) -> PortSpan {
    PortSpan { first, last }
}

/// `lost_per_million` is measured where a chance can be stated.
fn measured(
    missed_per_billion: Option<u32>,
    lost_per_million: u32,
    rounds: u8,
    notes: Vec<PortNote>,
) -> PortAccuracy {
    let is_answered = missed_per_billion.is_some();
    let packets_sent = 65_535 + u64::from(lost_per_million) / 10 + 1_311 * u64::from(rounds);
    PortAccuracy {
        missed_per_billion,
        lost_per_million: is_answered.then_some(lost_per_million),
        rounds,
        packets_sent,
        packets_received: if is_answered { 65_535 } else { 0 },
        notes,
    }
}

fn discovery(address: IpAddr, vantage: Vantage, manners: &Manners) -> Observation {
    let fact = DiscoveryFact {
        alive: true,
        answered_on: if manners.mac.is_some() { vec![] } else { vec![80, 443] },
        heard_by: manners.mac.map(|_| DiscoveryMethod::Arp).into_iter().collect(),
        mac: manners.mac.map(|last| format!("00:00:5e:00:53:{last:02x}")),
    };
    observation("discovery", Target::host(address), vantage, "", Fact::Discovery(fact))
}

fn named(address: IpAddr, vantage: Vantage, source: NameSource, name: &str) -> Observation {
    let variant = match source {
        NameSource::ReverseDns => "reverse-dns",
        NameSource::Mdns => "mdns",
        NameSource::NetBios => "net-bios",
    };
    let fact = NameFact { source, names: vec![name.to_owned()] };
    observation("name", Target::host(address), vantage, variant, Fact::Name(fact))
}

fn scan(address: IpAddr, vantage: Vantage, open: &[u16], manners: &Manners) -> Observation {
    let unstable: Vec<u16> = manners.unstable.into_iter().flat_map(PortSpan::ports).collect();
    let spans = [manners.silent, manners.unstable, manners.left_out];
    let answered: Vec<u16> = open
        .iter()
        .copied()
        .filter(|port| !spans.iter().flatten().any(|span| (span.first..=span.last).contains(port)))
        .collect();
    let others: u32 = spans.iter().flatten().map(|span| span.count()).sum();
    let fact = PortsFact {
        span: span(1, 65_535),
        closed: 65_535 - u32::try_from(answered.len()).unwrap() - others,
        open: answered,
        unstable,
        filtered: manners.silent.into_iter().collect(),
        unscanned: manners
            .left_out
            .map(|span| Unscanned { span, reason: UnscannedReason::OutsideConsent })
            .into_iter()
            .collect(),
        attempts: 65_602,
        rtt_us: Some(830),
        accuracy: manners.half_open.clone(),
    };
    let target = Target::host(address);
    let mut seen = observation("ports", target, vantage, "1-65535", Fact::Ports(fact));
    let (note, option) = match manners.half_open {
        Some(_) => (Text::new("全ポートの半開走査", "half-open scan of all ports"), "-sS"),
        None => (Text::new("全ポートの接続スキャン", "connect scan of all ports"), "-sT"),
    };
    seen.note = Some(note);
    seen.repeat = Some(format!("nmap {option} -p- {address}"));
    seen
}

fn asked(
    address: IpAddr,
    vantage: Vantage,
    (port, word): (u16, &str),
    state: UdpState,
) -> Observation {
    let fact = UdpFact {
        asked_as: word.to_owned(),
        state,
        is_recognised: state == UdpState::Open,
        attempts: 3,
        clues: Vec::new(),
    };
    let mut seen = observation("udp", Target::udp(address, port), vantage, word, Fact::Udp(fact));
    if !matches!(state, UdpState::Unscanned { .. }) {
        seen.sent = format!("({word})").into_bytes().into();
    }
    seen
}
