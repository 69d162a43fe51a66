//! Looks closer at what may let anybody in: services once more, proxies with a control, and the
//! ports on which file-sharing software may listen.

use std::net::IpAddr;

use futures_util::{StreamExt, join, stream};
use hoshimori_checks::{Need, lets_anybody_in};
use hoshimori_inspection::evidence::{Fact, Observation, Protocol, RelayProtocol, ServiceFact};
use hoshimori_inspection::scope::may_be_printer;
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{PeerPorts, RelayTrial};

use super::Collector;
use super::services::open_ports;
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Ports that are looked at side by side, over all hosts.
const PORTS_AT_ONCE: usize = 16;
/// Hosts that are asked for file sharing side by side.
const HOSTS_AT_ONCE: usize = 8;
/// Ports of one host that are asked for file sharing side by side: such software counts those who
/// come at once and turns away the rest.
const PORTS_OF_A_HOST: usize = 4;
/// Ports that nobody uses, one of which serves as the closed port of a control: the first one that
/// is not open. Service names `tcpmux`, `discard` and their neighbours (IANA).
const CONTROL_PORTS: [u16; 6] = [1, 9, 11, 3, 5, 27];

impl Collector<'_> {
    pub(super) async fn look_closer(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let needs = self.plan.needs();
        if needs.contains(&Need::Confirmation) {
            self.confirm().await?;
        }
        if needs.contains(&Need::Relays) {
            self.try_relays().await?;
        }
        if needs.contains(&Need::Peers) {
            self.ask_peers(hosts).await?;
        }
        Ok(())
    }

    async fn confirm(&self) -> Result<(), PipelineError> {
        let tasks = services(self.ledger().observations())
            .filter(|(_, service)| lets_anybody_in(service))
            .map(|(seen, _)| (seen.target, seen.vantage))
            .map(|(target, vantage)| (format!("{vantage}/{target}/again"), (target, vantage)))
            .collect();
        self.side_by_side(
            Stage::Probes,
            PORTS_AT_ONCE,
            tasks,
            |(target, vantage), permit| async move {
                let Some(port) = target.port_number() else { return Vec::new() };
                let breadth = self.breadth(target.address);
                let prober = self.prober(vantage, target.address);
                vec![prober.identify_again(&permit, port, breadth).await]
            },
        )
        .await
    }

    async fn try_relays(&self) -> Result<(), PipelineError> {
        let trials = trials(self.ledger().observations());
        let tasks = trials
            .into_iter()
            .map(|trial| {
                let Trial { target, vantage, relay } = &trial;
                (format!("{vantage}/{target}/relay/{:?}", relay.protocol), trial)
            })
            .collect();
        self.side_by_side(Stage::Probes, PORTS_AT_ONCE, tasks, |trial, permit| async move {
            let prober = self.prober(trial.vantage, trial.target.address);
            prober.relay(&permit, trial.relay).await
        })
        .await
    }

    async fn ask_peers(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let tasks = hosts
            .iter()
            .map(|host| (format!("{}/{}/peers", host.vantage, host.address), host))
            .collect();
        self.side_by_side(Stage::Peers, HOSTS_AT_ONCE, tasks, |host, permit| async move {
            let ports = PeerPorts::of(host.address, host.vantage, self.ledger().observations());
            let prober = self.prober(host.vantage, host.address);
            let (prober, permit) = (&prober, &permit);
            let tcp = stream::iter(ports.tcp)
                .map(|port| prober.peers_tcp(permit, port))
                .buffered(PORTS_OF_A_HOST)
                .concat();
            let web = stream::iter(ports.web)
                .map(|port| prober.peers_web(permit, port))
                .buffered(PORTS_OF_A_HOST)
                .concat();
            let (tcp, web, udp) = join!(tcp, web, prober.peers_udp(permit, &ports.udp));
            [tcp, web, udp].concat()
        })
        .await
    }
}

/// A proxy to try, as it is seen from one side.
struct Trial {
    target: Target,
    vantage: Vantage,
    relay: RelayTrial,
}

impl super::TaskSubject for Trial {
    fn address(&self) -> IpAddr {
        self.target.address
    }
}

/// What is asked to relay: SOCKS, and web servers, any of which may be a proxy. None on a host
/// that may be a printer: it would be asked for its own ports.
fn trials(observations: &[Observation]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (seen, service) in services(observations) {
        let protocols: &[RelayProtocol] = match service.protocol {
            Protocol::Socks => &[RelayProtocol::Socks5, RelayProtocol::Socks4],
            Protocol::Http if !service.tls => &[RelayProtocol::HttpConnect],
            _ => continue,
        };
        let (target, vantage) = (seen.target, seen.vantage);
        let Some(port) = target.port_number() else { continue };
        let open: Vec<u16> = open_ports(observations, target.address).collect();
        let closed = CONTROL_PORTS.into_iter().find(|port| !open.contains(port));
        let Some(closed_port) = closed.filter(|_| !may_be_printer(open.iter().copied())) else {
            continue;
        };
        let open_port = speaking_port(observations, target).unwrap_or(port);
        trials.extend(protocols.iter().map(|protocol| Trial {
            target,
            vantage,
            relay: RelayTrial { port, protocol: *protocol, open_port, closed_port },
        }));
    }
    trials
}

/// A port of the same host whose server speaks first, or at least answers a request for a page.
fn speaking_port(observations: &[Observation], proxy: Target) -> Option<u16> {
    let others = || {
        services(observations).filter(|(seen, service)| {
            seen.target.address == proxy.address && seen.target != proxy && !service.tls
        })
    };
    let speaks_first = |protocol| {
        matches!(
            protocol,
            Protocol::Ssh | Protocol::Ftp | Protocol::Smtp | Protocol::Pop3 | Protocol::Imap
        )
    };
    // The lowest, since observations come in the order in which they were made.
    let lowest = |is_wanted: &dyn Fn(Protocol) -> bool| {
        let wanted = others().filter(|(_, service)| is_wanted(service.protocol));
        wanted.filter_map(|(seen, _)| seen.target.port_number()).min()
    };
    lowest(&speaks_first).or_else(|| lowest(&|protocol| protocol == Protocol::Http))
}

/// The TCP services that were identified, each once.
fn services(observations: &[Observation]) -> impl Iterator<Item = (&Observation, &ServiceFact)> {
    observations.iter().filter_map(|seen| match (&seen.fact, seen.target.port) {
        (Fact::Service(service), Some((_, Transport::Tcp)))
            if seen.key.as_str().ends_with("/service") =>
        {
            Some((seen, service))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;
    use hoshimori_inspection::evidence::{ObservationKey, PortSpan, PortsFact};

    use super::*;

    const HOST: [u8; 4] = [192, 168, 10, 9];

    fn seen(probe: &str, target: Target, fact: Fact) -> Observation {
        Observation {
            key: ObservationKey::new(probe, target, Vantage::Guest, ""),
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
            span: PortSpan { first: 1, last: 65_535 },
            open: open.to_vec(),
            unstable: Vec::new(),
            closed: 0,
            filtered: Vec::new(),
            unscanned: Vec::new(),
            attempts: 0,
            rtt_us: None,
            accuracy: None,
        };
        seen("ports", Target::host(HOST.into()), Fact::Ports(fact))
    }

    fn service(port: u16, protocol: Protocol) -> Observation {
        let target = Target::tcp(HOST.into(), port);
        seen("service", target, Fact::Service(ServiceFact::of(protocol)))
    }

    #[test]
    fn a_proxy_is_asked_for_a_port_that_speaks_and_for_a_closed_one() {
        let seen = [
            scan(&[1, 22, 80, 1_080]),
            service(22, Protocol::Ssh),
            service(80, Protocol::Http),
            service(1_080, Protocol::Socks),
        ];
        let relays: Vec<RelayTrial> = trials(&seen).into_iter().map(|one| one.relay).collect();
        let trial = |port, protocol| RelayTrial { port, protocol, open_port: 22, closed_port: 9 };
        assert_eq!(
            relays,
            [
                trial(80, RelayProtocol::HttpConnect),
                trial(1_080, RelayProtocol::Socks5),
                trial(1_080, RelayProtocol::Socks4),
            ]
        );
    }

    #[test]
    fn a_proxy_alone_on_its_host_is_asked_for_itself() {
        let relays = trials(&[scan(&[1_080]), service(1_080, Protocol::Socks)]);
        assert!(relays.iter().all(|one| one.relay.open_port == 1_080));
    }

    #[test]
    fn a_host_that_prints_is_not_asked_to_relay() {
        let seen = [scan(&[80, 9_100]), service(80, Protocol::Http)];
        assert!(trials(&seen).is_empty());
    }
}
