//! One port: what runs on it, and whether that is usual.

use hoshimori_inspection::evidence::{Access, Observation, Protocol, RelayFact, ServiceFact};
use hoshimori_inspection::finding::Judgement;
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::inventory::{DeviceClass, Product};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::FindingSeverity;

use super::baseline::BASELINE;
use super::known::tainted;
use super::{lets_anybody_in, proxy, statements};
use crate::subject::{Seen, Statement, Subject};

/// One port of a host and all that is known of it.
pub(super) struct Port<'a, 'b> {
    pub(super) subject: Subject,
    /// The first look and, where it let anybody in, the second.
    pub(super) services: &'b [Seen<'a, ServiceFact>],
    pub(super) relays: &'b [Seen<'a, RelayFact>],
    pub(super) class: Option<DeviceClass>,
    pub(super) product: Option<&'b Product>,
    pub(super) known: Option<&'b KnownHost>,
}

/// What the operator says of a port.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Explained {
    Yes,
    No,
    NotAsked,
}

impl<'a> Port<'a, '_> {
    pub(super) fn judge(&self) -> Vec<Judgement> {
        let Some((_, service)) = self.services.first() else { return Vec::new() };
        let mut judgements = Vec::new();
        judgements.extend(self.open_door());
        judgements.extend(proxy::judge(self.subject, service, self.relays, &self.evidence()));
        judgements.extend(self.published_with_backdoor());
        if judgements.is_empty() {
            judgements.extend(self.remote_control(service).or_else(|| self.question(service)));
        }
        judgements
    }

    /// A service that lets in whoever comes, seen on two connections or only on one.
    fn open_door(&self) -> Option<Judgement> {
        let open: Vec<&Seen<'a, ServiceFact>> =
            self.services.iter().filter(|(_, service)| lets_anybody_in(service)).collect();
        let (_, service) = open.first()?;
        let door = Door::of(service.protocol);
        let evidence = self.services.iter().map(|(observation, _)| *observation);
        let said = (door.said)(service);
        let judgement = if !open.iter().all(|(_, service)| is_proved(service)) {
            let said = statements::looks_like_it(said);
            self.subject.suspected(door.aspect, door.severity, said, evidence)
        } else if open.len() > 1 {
            self.subject.fail(door.aspect, door.severity, said, evidence)
        } else {
            let said = statements::seen_once(said);
            self.subject.suspected(door.aspect, door.severity, said, evidence)
        };
        Some(with_ids(judgement, door.ids))
    }

    fn published_with_backdoor(&self) -> Option<Judgement> {
        let product = self.product?;
        let tainted = tainted(product)?;
        // CHECKS: a version alone counts as medium at most.
        let severity = FindingSeverity::Medium;
        let said = statements::tainted(product);
        let judgement = self.subject.suspected("known-backdoor", severity, said, self.evidence());
        Some(with_ids(judgement, tainted.ids))
    }

    /// Remote control that asks for a credential: where it may be reached from decides.
    fn remote_control(&self, service: &ServiceFact) -> Option<Judgement> {
        if !is_remote_control(service) {
            return None;
        }
        let said = statements::remote_control(service);
        let is_inside = matches!(self.subject.vantage, Vantage::Business | Vantage::Management);
        let judgement = match (is_inside, self.explained()) {
            (true, Explained::Yes) => return None,
            (true, _) => self.subject.suspected(
                "remote-control",
                FindingSeverity::Low,
                said,
                self.evidence(),
            ),
            (false, _) => {
                let severity = self.subject.severity(FindingSeverity::Medium);
                self.subject.fail("remote-control", severity, said, self.evidence())
            }
        };
        Some(with_ids(judgement, &["CWE-749"]))
    }

    /// What the operator has to explain: at most one question a port, the weightiest.
    fn question(&self, service: &ServiceFact) -> Option<Judgement> {
        let port = self.subject.target.port_number()?;
        let explained = self.explained();
        if explained == Explained::Yes {
            return None;
        }
        let severity = match explained {
            Explained::No => FindingSeverity::Medium,
            Explained::Yes | Explained::NotAsked => FindingSeverity::Low,
        };
        let protocol = service.protocol;
        let unusual = self.class.filter(|class| BASELINE.is_unusual_for(*class, protocol));
        let (aspect, said): (_, Statement) = if is_unexplained(service) {
            ("unknown-service", statements::unknown(service, explained == Explained::No))
        } else if protocol == Protocol::Irc {
            ("unusual-service", statements::relay_chat())
        } else if BASELINE.is_away_from_home(protocol, port) {
            ("odd-port", statements::away_from_home(protocol, port))
        } else if let Some(class) = unusual {
            ("unusual-service", statements::unusual_for(class, protocol))
        } else {
            return None;
        };
        // Only what stays unexplained after the operator was asked weighs more than a question.
        let severity = if aspect == "unknown-service" { severity } else { FindingSeverity::Low };
        Some(self.subject.suspected(aspect, severity, said, self.evidence()))
    }

    fn explained(&self) -> Explained {
        let expected = self.known.and_then(|host| host.expected_tcp.as_ref());
        match (expected, self.subject.target.port_number()) {
            (Some(expected), Some(port)) if expected.contains(&port) => Explained::Yes,
            (Some(_), _) => Explained::No,
            (None, _) => Explained::NotAsked,
        }
    }

    fn evidence(&self) -> Vec<&'a Observation> {
        self.services.iter().map(|(observation, _)| *observation).collect()
    }
}

/// A service that lets in whoever comes.
struct Door {
    aspect: &'static str,
    severity: FindingSeverity,
    said: fn(&ServiceFact) -> Statement,
    ids: &'static [&'static str],
}

impl Door {
    /// Severities are those of docs/severity.md: a shell is critical, and so is what gives one;
    /// a desktop may be for watching only, a display may be empty.
    fn of(protocol: Protocol) -> Self {
        let (critical, high) = (FindingSeverity::Critical, FindingSeverity::High);
        match protocol {
            Protocol::Shell | Protocol::Telnet => Self {
                aspect: "shell",
                severity: critical,
                said: statements::shell,
                ids: &["CWE-912", "CWE-306"],
            },
            Protocol::Adb | Protocol::Jdwp => Self {
                aspect: "debug-interface",
                severity: critical,
                said: statements::debug_interface,
                ids: &["CWE-306", "CWE-489"],
            },
            Protocol::SmartInstall => Self {
                aspect: "smart-install",
                severity: high,
                said: statements::smart_install,
                ids: &["CWE-306", "CVE-2018-0171"],
            },
            _ => Self {
                aspect: "remote-control",
                severity: high,
                said: statements::open_desktop,
                ids: &["CWE-306"],
            },
        }
    }
}

fn is_remote_control(service: &ServiceFact) -> bool {
    let by_protocol = matches!(
        service.protocol,
        Protocol::Vnc | Protocol::Rdp | Protocol::Telnet | Protocol::Adb | Protocol::X11
    );
    by_protocol || statements::remote_tool(service).is_some()
}

/// Whether it answers, and nobody knows as what; silence, and TLS around something unknown, ask
/// the same question.
fn is_unexplained(service: &ServiceFact) -> bool {
    matches!(service.protocol, Protocol::Unknown | Protocol::Silent | Protocol::Tls)
}

/// Whether it behaved as what it is taken for. Words that only a shell has are easily printed.
fn is_proved(service: &ServiceFact) -> bool {
    service.protocol != Protocol::Shell || service.access == Some(Access::Open)
}

fn with_ids(judgement: Judgement, ids: &[&str]) -> Judgement {
    Judgement { ids: ids.iter().map(ToString::to_string).collect(), ..judgement }
}
