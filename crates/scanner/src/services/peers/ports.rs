use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hoshimori_inspection::evidence::{Fact, Observation, Protocol, ServiceFact};
use hoshimori_inspection::scope::{is_print_port, may_be_printer};
use hoshimori_inspection::target::Transport;
use hoshimori_inspection::vantage::Vantage;

/// Ports on which programs listen for `BitTorrent` and Kad over UDP unless somebody changes it:
/// Transmission; the customary ports of BEP 3, libtorrent's among them; qBittorrent; eMule and
/// aMule. Programs that choose a random port mostly use the same number for TCP.
const USUAL_UDP: [u16; 12] =
    [51_413, 6_881, 6_882, 6_883, 6_884, 6_885, 6_886, 6_887, 6_888, 6_889, 8_999, 4_672];

/// More open ports than this are not the host's own (N-01).
const BELIEVABLE_OPEN_PORTS: usize = 100;

/// The most TCP ports of one host that are asked: ours; hosts have a few that nobody knows.
const MOST_TCP: usize = 32;

/// The most UDP ports of one host that are asked, so that one that limits its refusals has said
/// all of them within the time (see `Pace`).
const MOST_UDP: usize = 16;

/// Which ports of a host are asked whether file-sharing software listens there.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PeerPorts {
    /// For [`Prober::peers_tcp`](crate::Prober::peers_tcp), each.
    pub tcp: Vec<u16>,
    /// For [`Prober::peers_web`](crate::Prober::peers_web), each.
    pub web: Vec<u16>,
    /// For [`Prober::peers_udp`](crate::Prober::peers_udp), together.
    pub udp: Vec<u16>,
}

impl PeerPorts {
    /// The ports of the host at `address`, by what was seen of it from `vantage`.
    ///
    /// - TCP: every open port that no protocol was recognised on, whatever its number, and those
    ///   on which one of file-sharing software was; at most 32, none where more than 100 are open
    ///   or where the host may be a printer, which might print what it does not understand.
    /// - Web: every open port that speaks HTTP in the clear, except on such hosts.
    /// - UDP: the twelve usual ports, and first of all the numbers of the TCP ports above, since
    ///   programs mostly use one number for both; at most 16.
    pub fn of(address: IpAddr, vantage: Vantage, observations: &[Observation]) -> Self {
        let seen = || {
            let is_here =
                |one: &&Observation| one.target.address == address && one.vantage == vantage;
            observations.iter().filter(is_here)
        };
        let open: BTreeSet<u16> = seen().flat_map(open_ports).collect();
        let services: BTreeMap<u16, &ServiceFact> = seen().filter_map(service).collect();
        let is_delicate =
            open.len() > BELIEVABLE_OPEN_PORTS || may_be_printer(open.iter().copied());
        let mut ports = Self::default();
        let askable = |port: &u16| !is_delicate && !is_print_port(*port);
        for port in open.into_iter().filter(askable) {
            match services.get(&port) {
                Some(service) if service.protocol == Protocol::Http && !service.tls => {
                    ports.web.push(port);
                }
                Some(service) if is_known(service.protocol) => {}
                _ => ports.tcp.push(port),
            }
        }
        ports.tcp.truncate(MOST_TCP);
        for port in ports.tcp.iter().chain(&USUAL_UDP) {
            if ports.udp.len() < MOST_UDP && !ports.udp.contains(port) {
                ports.udp.push(*port);
            }
        }
        ports
    }
}

/// Whether the port is known to be something else.
fn is_known(protocol: Protocol) -> bool {
    !matches!(
        protocol,
        Protocol::Unknown
            | Protocol::Silent
            | Protocol::Bittorrent
            | Protocol::Edonkey
            | Protocol::Gnutella
            | Protocol::Winny
    )
}

/// Ports that accepted a connection, be it only once.
fn open_ports(seen: &Observation) -> impl Iterator<Item = u16> {
    let ports = match &seen.fact {
        Fact::Ports(fact) => [fact.open.as_slice(), &fact.unstable],
        _ => [&[] as &[u16]; 2],
    };
    ports.into_iter().flatten().copied()
}

fn service(seen: &Observation) -> Option<(u16, &ServiceFact)> {
    match (&seen.fact, seen.target.port) {
        (Fact::Service(fact), Some((port, Transport::Tcp))) => Some((port, fact)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;
    use hoshimori_inspection::evidence::{ObservationKey, PortSpan, PortsFact};
    use hoshimori_inspection::target::Target;

    use super::*;

    const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn seen(target: Target, fact: Fact) -> Observation {
        Observation {
            key: ObservationKey::new("test", target, Vantage::Guest, ""),
            seen_at: jiff::Timestamp::UNIX_EPOCH,
            vantage: Vantage::Guest,
            source: None,
            target,
            sent: Bytes::default(),
            received: Bytes::default(),
            repeat: None,
            note: None,
            fact,
        }
    }

    fn scan(open: &[u16]) -> Observation {
        let fact = PortsFact {
            span: PortSpan { first: 1, last: u16::MAX },
            open: open.to_vec(),
            unstable: Vec::new(),
            closed: 0,
            filtered: Vec::new(),
            unscanned: Vec::new(),
            attempts: 0,
            rtt_us: None,
            accuracy: None,
        };
        seen(Target::host(HOST), Fact::Ports(fact))
    }

    fn speaks(port: u16, protocol: Protocol) -> Observation {
        seen(Target::tcp(HOST, port), Fact::Service(ServiceFact::of(protocol)))
    }

    fn ports(observations: &[Observation]) -> PeerPorts {
        PeerPorts::of(HOST, Vantage::Guest, observations)
    }

    #[test]
    fn ports_that_nobody_knows_are_asked_over_both_transports() {
        let asked = ports(&[
            scan(&[22, 80, 443, 5_000, 7_743, 50_000]),
            speaks(22, Protocol::Ssh),
            speaks(80, Protocol::Unknown),
            speaks(5_000, Protocol::Http),
            speaks(7_743, Protocol::Silent),
        ]);
        assert_eq!(asked.tcp, [80, 443, 7_743, 50_000]);
        assert_eq!(asked.web, [5_000]);
        assert_eq!(asked.udp[..5], [80, 443, 7_743, 50_000, 51_413]);
        assert_eq!(asked.udp.len(), 16);
    }

    #[test]
    fn a_host_that_was_not_scanned_is_asked_on_the_usual_udp_ports() {
        assert_eq!(ports(&[]), PeerPorts { udp: USUAL_UDP.to_vec(), ..PeerPorts::default() });
    }

    #[test]
    fn printers_and_middle_boxes_are_not_asked_over_tcp() {
        let many: Vec<u16> = (2_000..2_101).collect();
        for open in [&[9_100, 50_000][..], &many] {
            let asked = ports(&[scan(open)]);
            assert!(asked.tcp.is_empty() && asked.web.is_empty(), "{open:?}");
        }
        let server: Vec<u16> = (2_000..2_030).chain([9_100]).collect();
        assert!(!ports(&[scan(&server)]).tcp.contains(&9_100));
    }

    #[test]
    fn another_host_and_another_vantage_do_not_count() {
        let elsewhere = Target::host("192.0.2.2".parse().unwrap());
        let other = Observation { target: elsewhere, ..scan(&[50_000]) };
        let outside = Observation { vantage: Vantage::Internet, ..scan(&[50_001]) };
        assert!(ports(&[other, outside]).tcp.is_empty());
    }
}
