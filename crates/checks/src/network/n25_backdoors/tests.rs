use std::net::SocketAddr;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Clue, ClueSource, Observation, ObservationKey, PortSpan, ProbeError, RelayFact, RelayOutcome,
    RelayProtocol,
};
use hoshimori_inspection::host::KnownHost;
use hoshimori_inspection::inventory::{
    Confidence, Device, DeviceClass, Identity, Inventory, Product, ServiceIdentity,
};
use hoshimori_scheme::FindingSeverity;

use super::*;
use crate::sample::{HOST, host, judged, judged_with, now, observation, ports, scan, short};

const ALL: PortSpan = PortSpan { first: 1, last: u16::MAX };

fn service(port: u16, variant: &str, fact: ServiceFact) -> Observation {
    let target = Target::tcp(HOST.into(), port);
    observation("service", target, variant, Fact::Service(fact))
}

fn once(port: u16, fact: ServiceFact) -> Vec<Observation> {
    vec![service(port, "", fact)]
}

fn twice(port: u16, fact: &ServiceFact) -> Vec<Observation> {
    vec![service(port, "", fact.clone()), service(port, "again", fact.clone())]
}

fn open(protocol: Protocol) -> ServiceFact {
    ServiceFact {
        access: Some(Access::Open),
        banner: Some("# ".into()),
        ..ServiceFact::of(protocol)
    }
}

fn asking(protocol: Protocol) -> ServiceFact {
    ServiceFact { access: Some(Access::CredentialAsked), ..ServiceFact::of(protocol) }
}

fn relay(is_control: bool, outcome: RelayOutcome) -> Observation {
    let asked_for = SocketAddr::new(HOST.into(), if is_control { 9 } else { 22 });
    let protocol = RelayProtocol::Socks5;
    let fact = RelayFact { protocol, asked_for, is_control, outcome };
    let variant = if is_control { "control" } else { "probe" };
    observation("relay", Target::tcp(HOST.into(), 1_080), variant, Fact::Relay(fact))
}

fn through(bytes: &[u8]) -> RelayOutcome {
    RelayOutcome::Connected { heard: Bytes::from(bytes) }
}

fn verdicts(observations: &[Observation]) -> Vec<String> {
    short(&judged(&Backdoors, observations))
}

#[test]
fn a_shell_fails_when_two_connections_show_it_and_is_suspected_after_one() {
    for (protocol, aspect) in [
        (Protocol::Shell, "shell"),
        (Protocol::Telnet, "shell"),
        (Protocol::Adb, "debug-interface"),
        (Protocol::Jdwp, "debug-interface"),
    ] {
        let fact = open(protocol);
        assert_eq!(verdicts(&twice(4_444, &fact)), [format!("{aspect} fail critical")]);
        assert_eq!(verdicts(&once(4_444, fact)), [format!("{aspect} suspected critical")]);
    }
}

#[test]
fn a_proxy_that_left_one_question_open_is_not_called_closed() {
    let mut seen = once(1_080, ServiceFact::of(Protocol::Socks));
    seen.push(relay(false, RelayOutcome::Refused { code: 5 }));
    let open = relay(false, RelayOutcome::Failed(ProbeError::TimedOut));
    seen.push(Observation {
        key: ObservationKey::new("relay", open.target, open.vantage, "b"),
        ..open
    });
    assert_eq!(verdicts(&seen), ["open-proxy inconclusive"]);
}

#[test]
fn words_of_a_shell_prove_none() {
    let fact = ServiceFact { access: None, ..open(Protocol::Shell) };
    assert_eq!(verdicts(&twice(4_444, &fact)), ["shell suspected critical"]);
}

#[test]
fn what_hides_inside_tls_is_not_called_clean() {
    let fact = ServiceFact { tls: true, ..ServiceFact::of(Protocol::Tls) };
    let seen = [once(4_443, fact), vec![ports(scan(ALL, &[4_443]))]].concat();
    assert_eq!(verdicts(&seen), ["unknown-service suspected low"]);
}

#[test]
fn a_desktop_without_a_password_is_high_and_one_with_a_password_medium_for_guests() {
    assert_eq!(verdicts(&twice(5_900, &open(Protocol::Vnc))), ["remote-control fail high"]);
    let asks = once(5_900, asking(Protocol::Vnc));
    assert_eq!(verdicts(&asks), ["remote-control fail medium"]);
}

#[test]
fn remote_control_inside_is_a_question_that_the_operator_may_have_answered() {
    let mut seen = once(3_389, ServiceFact::of(Protocol::Rdp));
    for one in &mut seen {
        one.vantage = Vantage::Business;
    }
    assert_eq!(verdicts(&seen), ["remote-control suspected low"]);
    let explained = KnownHost { expected_tcp: Some(vec![3_389]), ..host() };
    assert_eq!(short(&judged_with(&Backdoors, &seen, &[explained])), [""; 0]);
}

#[test]
fn remote_tools_are_told_by_their_certificates() {
    let clues = vec![Clue::new(ClueSource::TlsSubject, "CN=AnyDesk Client")];
    let fact = ServiceFact { clues, tls: true, ..ServiceFact::of(Protocol::Tls) };
    let judgements = judged(&Backdoors, &once(7_070, fact));
    assert_eq!(short(&judgements), ["remote-control fail medium"]);
    assert!(judgements[0].title.en.contains("AnyDesk"));
}

#[test]
fn a_port_number_alone_accuses_nobody() {
    let plain = ServiceFact::of(Protocol::Http);
    for port in [12_345, 27_374, 31_337] {
        assert_eq!(verdicts(&once(port, plain.clone())), [""; 0], "{port}");
        let unknown = ServiceFact::of(Protocol::Unknown);
        assert_eq!(verdicts(&once(port, unknown)), ["unknown-service suspected low"]);
    }
}

#[test]
fn what_the_operator_could_not_explain_weighs_more() {
    let seen = once(31_337, ServiceFact::of(Protocol::Unknown));
    let asked = KnownHost { expected_tcp: Some(vec![22]), ..host() };
    let judgements = judged_with(&Backdoors, &seen, &[asked]);
    assert_eq!(short(&judgements), ["unknown-service suspected medium"]);
    let explained = KnownHost { expected_tcp: Some(vec![31_337]), ..host() };
    assert_eq!(short(&judged_with(&Backdoors, &seen, &[explained])), [""; 0]);
}

#[test]
fn a_protocol_away_from_home_is_a_question() {
    let seen = once(8_443, ServiceFact::of(Protocol::Ssh));
    assert_eq!(verdicts(&seen), ["odd-port suspected low"]);
}

#[test]
fn a_service_that_the_kind_of_device_does_not_have_is_a_question() {
    let device = Device {
        class: DeviceClass::Printer,
        vendor: None,
        model: None,
        firmware: None,
        management_url: None,
        confidence: Confidence::Fair,
        reasons: Vec::new(),
    };
    let identity = Identity { device: Some(device), ..Identity::default() };
    let inventory = Inventory { hosts: [(HOST.into(), identity)].into() };
    let seen = once(22, ServiceFact::of(Protocol::Ssh));
    let evidence =
        Evidence { observations: &seen, hosts: &[], inventory: &inventory, began_at: now() };
    assert_eq!(short(&Backdoors.evaluate(&evidence)), ["unusual-service suspected low"]);
}

#[test]
fn a_release_with_a_backdoor_is_suspected_by_its_version_alone() {
    let product = Product {
        vendor: None,
        name: "vsftpd".into(),
        version: Some("2.3.4".into()),
        revision: None,
        cpe: None,
        confidence: Confidence::Fair,
        reasons: Vec::new(),
    };
    let target = Target::tcp(HOST.into(), 21);
    let service = ServiceIdentity { target, products: vec![product] };
    let identity = Identity { services: vec![service], ..Identity::default() };
    let inventory = Inventory { hosts: [(HOST.into(), identity)].into() };
    let seen = once(21, ServiceFact::of(Protocol::Ftp));
    let evidence =
        Evidence { observations: &seen, hosts: &[], inventory: &inventory, began_at: now() };
    let judgements = Backdoors.evaluate(&evidence);
    assert_eq!(short(&judgements), ["known-backdoor suspected medium"]);
    assert_eq!(judgements[0].severity, FindingSeverity::Medium);
    assert!(judgements[0].ids.contains(&"CVE-2011-2523".to_owned()));
}

#[test]
fn a_proxy_fails_only_by_what_came_through_beside_a_control() {
    let refused = || RelayOutcome::Refused { code: 5 };
    let answered = || through(b"SSH-2.0-x\r\n");
    let socks = || once(1_080, ServiceFact::of(Protocol::Socks));
    for (probe, control, expected) in [
        (answered(), Some(refused()), "open-proxy fail high"),
        (answered(), Some(through(b"x")), "open-proxy inconclusive"),
        (answered(), None, "open-proxy suspected high"),
        (through(b""), Some(refused()), "open-proxy suspected high"),
        (refused(), Some(refused()), "open-proxy pass"),
        (RelayOutcome::CredentialAsked, Some(refused()), "open-proxy pass"),
        (RelayOutcome::Failed(ProbeError::TimedOut), None, "open-proxy inconclusive"),
    ] {
        let mut seen = socks();
        seen.push(relay(false, probe.clone()));
        seen.extend(control.clone().map(|outcome| relay(true, outcome)));
        assert_eq!(verdicts(&seen), [expected], "{probe:?} {control:?}");
    }
    assert_eq!(verdicts(&socks()), ["open-proxy inconclusive"]);
}
