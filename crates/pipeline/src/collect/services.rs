//! Asks open ports what they are, and what the tests want to know of them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use hoshimori_checks::Need;
use hoshimori_inspection::evidence::{Fact, Observation, Protocol};
use hoshimori_inspection::scope::{Permit, is_print_port, may_be_printer};
use hoshimori_inspection::target::{Target, Transport};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Breadth, Prober, Timing, WebTarget};

use super::{Collector, TaskSubject};
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Probes of services that run side by side, over all hosts.
const PROBES_AT_ONCE: usize = 32;
/// More open ports than this are not the host's own: asking each of them would take hours, and
/// the checks say of those that were not asked that they were not.
const BELIEVABLE_OPEN_PORTS: usize = 100;
/// The ports that are asked on such a host: FTP, SSH, telnet, mail, DNS, web, SMB, LDAP, VPN,
/// databases, remote desktops, IPP, cameras.
const USUAL_PORTS: [u16; 32] = [
    21, 22, 23, 25, 53, 80, 110, 139, 143, 389, 443, 445, 465, 554, 587, 631, 636, 993, 995, 1433,
    1521, 1723, 2222, 3306, 3389, 5432, 5900, 6379, 8000, 8080, 8443, 27017,
];
/// Account names that every system of a shared office may have.
const SSH_USERS: [&str; 2] = ["root", "admin"];

/// One question to one port.
struct Question {
    need: Need,
    target: Target,
    vantage: Vantage,
    tls: bool,
    is_read_only: bool,
}

impl Collector<'_> {
    pub(super) async fn identify(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let vantages: BTreeMap<IpAddr, Vantage> =
            hosts.iter().map(|host| (host.address, host.vantage)).collect();
        let mut tasks = Vec::new();
        for target in self.open_ports() {
            if let Some(vantage) = vantages.get(&target.address) {
                tasks.push((format!("{vantage}/{target}/service"), (target, *vantage)));
            }
        }
        for host in hosts.iter().filter(|host| host.spans.iter().any(|span| span.count() > 1)) {
            let target = Target::udp(host.address, 53);
            tasks.push((format!("{}/{target}/service", host.vantage), (target, host.vantage)));
        }
        self.side_by_side(
            Stage::Services,
            PROBES_AT_ONCE,
            tasks,
            |(target, vantage), permit| async move {
                let prober = self.prober(vantage, target.address);
                let breadth = self.breadth(target.address);
                match target.port {
                    Some((port, Transport::Tcp)) => {
                        vec![prober.identify(&permit, port, breadth).await]
                    }
                    _ => prober.identify_dns_udp(&permit).await.into_iter().collect(),
                }
            },
        )
        .await
    }

    pub(super) async fn ask(&self) -> Result<(), PipelineError> {
        let tasks = self
            .questions()
            .into_iter()
            .map(|question| {
                let Question { need, target, vantage, .. } = &question;
                (format!("{vantage}/{target}/{need:?}"), question)
            })
            .collect();
        self.side_by_side(Stage::Probes, PROBES_AT_ONCE, tasks, |question, permit| async move {
            self.answer(&question, permit).await
        })
        .await
    }

    /// Which questions the services seen so far raise.
    fn questions(&self) -> Vec<Question> {
        let needs = self.plan.needs();
        let ledger = self.ledger();
        let mut questions = Vec::new();
        for seen in ledger.observations() {
            let Fact::Service(service) = &seen.fact else { continue };
            // A second look at a port raises no question that the first did not.
            if !seen.key.as_str().ends_with("/service") {
                continue;
            }
            let wanted: &[Need] = match (service.protocol, service.tls) {
                (Protocol::Ssh, _) => &[Need::SshAuth],
                (Protocol::Http, false) => &[Need::HttpMethods, Need::HttpTrace],
                (Protocol::Http, true) => &[Need::HttpMethods, Need::HttpTrace, Need::Certificates],
                (_, true) => &[Need::Certificates],
                _ => &[],
            };
            questions.extend(wanted.iter().filter(|need| needs.contains(need)).map(|need| {
                Question {
                    need: *need,
                    target: seen.target,
                    vantage: seen.vantage,
                    tls: service.tls,
                    is_read_only: has_print_port(ledger.observations(), seen.target.address),
                }
            }));
        }
        questions
    }

    async fn answer(&self, question: &Question, permit: Permit) -> Vec<Observation> {
        let Some(port) = question.target.port_number() else { return Vec::new() };
        let permit = if question.is_read_only { permit.read_only() } else { permit };
        let prober = self.prober(question.vantage, question.target.address);
        let known = self.plan.known_host(question.target.address);
        let names: &[String] = known.map_or(&[], |host| host.names.as_slice());
        let web = || WebTarget {
            port,
            tls: question.tls,
            host: names.first().cloned().unwrap_or_else(|| literal(question.target.address)),
        };
        match question.need {
            Need::SshAuth => prober.ssh_auth(&permit, port, &SSH_USERS.map(str::to_owned)).await,
            Need::HttpMethods => prober.http_methods(&permit, &web()).await,
            Need::HttpTrace => prober.http_trace(&permit, &web()).await,
            Need::Certificates => prober.certificates(&permit, port, names).await,
            Need::Ports
            | Need::Udp
            | Need::Services
            | Need::Confirmation
            | Need::Relays
            | Need::Peers
            | Need::PortMappings => Vec::new(),
        }
    }

    fn open_ports(&self) -> Vec<Target> {
        let ledger = self.ledger();
        let mut targets: Vec<Target> = Vec::new();
        for seen in ledger.observations() {
            if let Fact::Ports(fact) = &seen.fact {
                let is_asked = |port: &&u16| {
                    fact.open.len() <= BELIEVABLE_OPEN_PORTS || USUAL_PORTS.contains(port)
                };
                let ports = fact.open.iter().filter(is_asked);
                targets.extend(ports.map(|port| Target::tcp(seen.target.address, *port)));
            }
        }
        // Neighbouring tasks go to different hosts, so that none is asked everything at once.
        targets.sort_by_key(|target| (target.port, target.address));
        targets
    }

    /// Asks the host at `address` with the patience that its round trips call for.
    pub(super) fn prober(&self, vantage: Vantage, address: IpAddr) -> Prober<'_> {
        let round_trip = self.ledger().observations().iter().find_map(|seen| match &seen.fact {
            Fact::Ports(fact) if seen.target.address == address => fact.rtt_us,
            _ => None,
        });
        let round_trip = round_trip.map(|micros| Duration::from_micros(micros.into()));
        Prober {
            gate: self.gate,
            clock: self.clock.as_ref(),
            tokens: self.tokens,
            vantage,
            timing: Timing::from_rtt(round_trip),
            trust: self.stores,
        }
    }

    /// What may be asked of ports whose use is unknown: a printer might print it.
    pub(super) fn breadth(&self, address: IpAddr) -> Breadth {
        let may_print = may_be_printer(open_ports(self.ledger().observations(), address));
        if may_print { Breadth::AtHome } else { Breadth::Every }
    }
}

/// Whether the host at `address` has an open print port: nothing is stored on it.
pub(super) fn has_print_port(observations: &[Observation], address: IpAddr) -> bool {
    open_ports(observations, address).any(is_print_port)
}

/// The TCP ports of the host at `address` that are open.
pub(super) fn open_ports(
    observations: &[Observation],
    address: IpAddr,
) -> impl Iterator<Item = u16> {
    let scans = observations.iter().filter(move |seen| seen.target.address == address);
    scans.flat_map(|seen| match &seen.fact {
        Fact::Ports(fact) => fact.open.clone(),
        _ => Vec::new(),
    })
}

impl TaskSubject for Question {
    fn address(&self) -> IpAddr {
        self.target.address
    }
}

/// An address as a URL or Host header has it (RFC 3986 section 3.2.2).
fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
