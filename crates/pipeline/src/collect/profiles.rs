//! Asks devices to describe themselves, where an answer has shown that they can.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use hoshimori_inspection::evidence::{Clue, ClueSource, Fact, Observation, Protocol, ServiceFact};
use hoshimori_inspection::scope::{Permit, is_print_port};
use hoshimori_inspection::target::Transport;
use hoshimori_scanner::ONVIF_PATH;

use super::Collector;
use crate::error::PipelineError;
use crate::events::Stage;
use crate::plan::PlannedHost;

/// Hosts that are asked side by side.
const HOSTS_AT_ONCE: usize = 8;

/// Where printers answer IPP.
const IPP: u16 = 631;

/// How a text of mDNS names the path of a print queue.
const QUEUE: &str = "rp=";

impl Collector<'_> {
    pub(super) async fn ask_profiles(&self, hosts: &[PlannedHost]) -> Result<(), PipelineError> {
        let tasks = hosts
            .iter()
            .map(|host| (format!("{}/{}/profiles", host.vantage, host.address), host))
            .filter(|(_, host)| !Hints::of(host, self.ledger().observations()).is_empty())
            .collect();
        self.side_by_side(Stage::Profiles, HOSTS_AT_ONCE, tasks, |host, permit| async move {
            let hints = Hints::of(host, self.ledger().observations());
            self.describe(host, &permit, &hints).await
        })
        .await
    }

    async fn describe(
        &self,
        host: &PlannedHost,
        permit: &Permit,
        hints: &Hints,
    ) -> Vec<Observation> {
        let prober = self.prober(host.vantage, host.address);
        let mut seen = Vec::new();
        if !hints.descriptions.is_empty() {
            seen.extend(prober.upnp(permit, &hints.descriptions).await);
        }
        seen.extend(prober.announced_services(permit, &hints.announced).await);
        if hints.prints {
            seen.push(prober.printer(permit, &queues(&seen)).await);
        }
        if !hints.cameras.is_empty() {
            seen.extend(prober.camera(permit, &hints.cameras).await);
        }
        seen
    }
}

/// What the answers of a host point to.
#[derive(Default)]
struct Hints {
    /// Places of `UPnP` descriptions.
    descriptions: Vec<String>,
    /// Service types that mDNS announces.
    announced: Vec<String>,
    /// Whether it seems to print.
    prints: bool,
    /// Places where ONVIF may be spoken.
    cameras: Vec<String>,
}

impl Hints {
    fn of(host: &PlannedHost, observations: &[Observation]) -> Self {
        let mut hints = Self::default();
        let (mut streams, mut pages) = (false, BTreeSet::new());
        let is_here = |seen: &&Observation| {
            seen.target.address == host.address && seen.vantage == host.vantage
        };
        for seen in observations.iter().filter(is_here) {
            match (&seen.fact, seen.target.port) {
                (Fact::Udp(fact), _) => hints.add(&fact.clues),
                (Fact::Ports(fact), _) => {
                    let mut open = fact.open.iter();
                    hints.prints |= open.any(|port| *port == IPP || is_print_port(*port));
                }
                (Fact::Service(service), Some((port, Transport::Tcp))) => {
                    streams |= service.protocol == Protocol::Rtsp;
                    pages.extend(page(service, SocketAddr::new(host.address, port)));
                }
                _ => {}
            }
        }
        // What streams pictures and has pages is a camera until it says otherwise.
        if streams && hints.cameras.is_empty() {
            hints.cameras.extend(pages);
        }
        hints
    }

    fn add(&mut self, clues: &[Clue]) {
        // Printers and computers name places to WS-Discovery too.
        let is_camera = clues.iter().any(|clue| {
            matches!(clue.from, ClueSource::WsdType | ClueSource::WsdScope)
                && clue.text.to_ascii_lowercase().contains("onvif")
        });
        for Clue { from, text } in clues {
            match from {
                ClueSource::SsdpLocation => self.descriptions.push(text.clone()),
                ClueSource::WsdAddress if is_camera => self.cameras.push(text.clone()),
                ClueSource::MdnsService => {
                    let printing = ["_ipp._", "_ipps._", "_printer._", "_pdl-datastream._"];
                    self.prints |= printing.iter().any(|start| text.starts_with(start));
                    self.announced.push(text.clone());
                }
                _ => {}
            }
        }
    }

    fn is_empty(&self) -> bool {
        let Self { descriptions, announced, prints, cameras } = self;
        descriptions.is_empty() && announced.is_empty() && !prints && cameras.is_empty()
    }
}

/// Where a web server would speak ONVIF.
fn page(service: &ServiceFact, peer: SocketAddr) -> Option<String> {
    let scheme = if service.tls { "https" } else { "http" };
    (service.protocol == Protocol::Http).then(|| format!("{scheme}://{peer}{ONVIF_PATH}"))
}

/// The paths of print queues among the texts of mDNS.
fn queues(seen: &[Observation]) -> Vec<String> {
    let clues = seen.iter().flat_map(|seen| match &seen.fact {
        Fact::Profile(fact) => fact.clues.as_slice(),
        _ => &[],
    });
    let texts = clues.filter(|clue| clue.from == ClueSource::MdnsText);
    let pairs = texts.filter_map(|clue| clue.text.split_once(':'));
    pairs.filter_map(|(_, pair)| pair.strip_prefix(QUEUE)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use hoshimori_inspection::bytes::Bytes;
    use hoshimori_inspection::evidence::{
        ObservationKey, PortSpan, PortsFact, ProfileFact, ProfileSource, UdpFact, UdpState,
    };
    use hoshimori_inspection::target::Target;
    use hoshimori_inspection::vantage::Vantage;

    use super::*;

    fn host() -> PlannedHost {
        let address = [192, 168, 10, 9].into();
        PlannedHost { address, vantage: Vantage::Guest, is_named: true, spans: Vec::new() }
    }

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

    fn answered(port: u16, clues: Vec<Clue>) -> Observation {
        let fact = UdpFact {
            asked_as: String::new(),
            state: UdpState::Open,
            is_recognised: true,
            attempts: 1,
            clues,
        };
        seen(Target::udp(host().address, port), Fact::Udp(fact))
    }

    #[test]
    fn a_host_that_tells_nothing_is_asked_nothing() {
        assert!(Hints::of(&host(), &[answered(1900, Vec::new())]).is_empty());
    }

    #[test]
    fn answers_point_to_descriptions() {
        let clues = vec![
            Clue::new(ClueSource::SsdpLocation, "http://192.168.10.9:49152/root.xml"),
            Clue::new(ClueSource::MdnsService, "_ipp._tcp"),
        ];
        let hints = Hints::of(&host(), &[answered(1900, clues)]);
        assert_eq!(hints.descriptions, ["http://192.168.10.9:49152/root.xml"]);
        assert_eq!(hints.announced, ["_ipp._tcp"]);
        assert!(hints.prints && hints.cameras.is_empty());
    }

    #[test]
    fn an_open_print_port_points_to_a_printer() {
        let fact = PortsFact {
            span: PortSpan { first: 1, last: 65_535 },
            open: vec![9_100],
            unstable: Vec::new(),
            closed: 65_534,
            filtered: Vec::new(),
            unscanned: Vec::new(),
            attempts: 65_535,
            rtt_us: None,
            accuracy: None,
        };
        let scan = seen(Target::host(host().address), Fact::Ports(fact));
        assert!(Hints::of(&host(), &[scan]).prints);
    }

    #[test]
    fn what_streams_and_has_pages_may_be_a_camera() {
        let at = |port| Target::tcp(host().address, port);
        let web = seen(at(80), Fact::Service(ServiceFact::of(Protocol::Http)));
        assert!(Hints::of(&host(), std::slice::from_ref(&web)).cameras.is_empty());
        let stream = seen(at(554), Fact::Service(ServiceFact::of(Protocol::Rtsp)));
        let hints = Hints::of(&host(), &[web, stream]);
        assert_eq!(hints.cameras, [format!("http://192.168.10.9:80{ONVIF_PATH}")]);
    }

    #[test]
    fn queues_come_from_the_texts_of_announced_services() {
        let texts = ["_ipp._tcp:ty=Office", "_ipp._tcp:rp=printers/office", "no pair"];
        let fact = ProfileFact {
            source: ProfileSource::DnsServiceDiscovery,
            url: None,
            clues: texts.map(|text| Clue::new(ClueSource::MdnsText, text)).into(),
            access: None,
            trouble: None,
        };
        let seen = seen(Target::host(host().address), Fact::Profile(fact));
        assert_eq!(queues(&[seen]), ["printers/office"]);
    }
}
