use std::sync::LazyLock;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Clue, ClueSource, DiscoveryFact, Fact, NameFact, NameSource, ObservationKey, ProfileFact,
    ProfileSource, Protocol, ServiceFact, SshAuthFact, SshOutcome, UdpFact, UdpState,
};
use hoshimori_inspection::inventory::{Confidence, DeviceClass};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use proptest::prelude::*;

use super::*;

static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::embedded().unwrap());

const HOST: &str = "192.0.2.7";

fn host() -> IpAddr {
    HOST.parse().unwrap()
}

fn seen(target: Target, probe: &str, fact: Fact) -> Observation {
    Observation {
        key: ObservationKey::new(probe, target, Vantage::Guest, ""),
        seen_at: "2026-11-20T03:00:00Z".parse().unwrap(),
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

fn service(port: u16, protocol: Protocol, clues: &[(ClueSource, &str)]) -> Observation {
    let clues = clues.iter().map(|(from, text)| Clue::new(*from, text)).collect();
    let fact = ServiceFact { clues, ..ServiceFact::of(protocol) };
    seen(Target::tcp(host(), port), "service", Fact::Service(fact))
}

fn profile(clues: &[(ClueSource, &str)]) -> Observation {
    let fact = ProfileFact {
        source: ProfileSource::Upnp,
        url: None,
        clues: clues.iter().map(|(from, text)| Clue::new(*from, text)).collect(),
        access: None,
        trouble: None,
    };
    seen(Target::udp(host(), 1_900), "profile", Fact::Profile(fact))
}

fn identity(observations: &[Observation]) -> Identity {
    identify(observations, &PACKS, &BTreeMap::new()).host(host()).cloned().unwrap_or_default()
}

fn systems(identity: &Identity) -> Vec<(String, Confidence)> {
    let named = identity.systems.iter().map(|system| {
        let version = system.version.as_deref().unwrap_or("?");
        (format!("{} {version}", system.name), system.confidence)
    });
    named.collect()
}

fn products(identity: &Identity) -> Vec<String> {
    let all = identity.services.iter().flat_map(|service| &service.products);
    all.map(|it| format!("{} {}", it.name, it.version.as_deref().unwrap_or("?"))).collect()
}

#[test]
fn the_revision_of_an_ssh_server_tells_product_and_release() {
    let ssh = (ClueSource::SshSoftware, "OpenSSH_9.2p1 Debian-2+deb12u10");
    let found = identity(&[service(22, Protocol::Ssh, &[ssh])]);
    let product = &found.services[0].products[0];
    assert_eq!(product.version.as_deref(), Some("9.2p1"));
    assert_eq!(product.revision.as_deref(), Some("Debian-2+deb12u10"));
    assert_eq!(product.confidence, Confidence::Fair);
    assert_eq!(product.reasons[0].pack, "hoshimori");
    assert_eq!(systems(&found), [("Debian GNU/Linux 12".to_owned(), Confidence::Strong)]);
}

#[test]
fn a_build_that_client_and_server_share_leaves_both() {
    let build = (ClueSource::NtlmBuild, "10.0.17763");
    let found = identity(&[service(445, Protocol::Smb, &[build])]);
    assert_eq!(
        systems(&found),
        [
            ("Windows 10 version 1809 10.0.17763".to_owned(), Confidence::Fair),
            ("Windows Server 2019 10.0.17763".to_owned(), Confidence::Fair),
        ]
    );
    assert_eq!(found.device, None);
}

#[test]
fn a_samba_that_calls_itself_a_windows_is_none() {
    let build = (ClueSource::NtlmBuild, "6.1.0");
    let found = identity(&[service(445, Protocol::Smb, &[build])]);
    assert_eq!(products(&found), ["Samba ?"]);
    assert_eq!(found.systems, []);
}

#[test]
fn systems_that_disagree_both_stay_with_less_confidence() {
    let ssh = (ClueSource::SshSoftware, "OpenSSH_9.2p1 Debian-2+deb12u10");
    let web = (ClueSource::HttpServer, "Apache/2.4.58 (Ubuntu)");
    let found =
        identity(&[service(22, Protocol::Ssh, &[ssh]), service(80, Protocol::Http, &[web])]);
    assert_eq!(
        systems(&found),
        [
            ("Debian GNU/Linux 12".to_owned(), Confidence::Fair),
            ("Ubuntu ?".to_owned(), Confidence::Weak),
        ]
    );
}

#[test]
fn a_kernel_in_a_header_supports_the_system_and_gives_it_no_version() {
    let upnp =
        (ClueSource::SsdpServer, "Linux/5.10.0 UPnP/1.0 Portable SDK for UPnP devices/1.14.13");
    let alone = identity(&[profile(&[upnp])]);
    assert_eq!(systems(&alone), [("Linux ?".to_owned(), Confidence::Weak)]);
    let web = (ClueSource::HttpServer, "Apache/2.4.65 (Debian)");
    let both = identity(&[profile(&[upnp]), service(80, Protocol::Http, &[web])]);
    assert_eq!(systems(&both), [("Debian GNU/Linux ?".to_owned(), Confidence::Fair)]);
    assert_eq!(both.systems[0].reasons.len(), 2);
}

#[test]
fn versions_that_disagree_both_stay_and_those_that_go_on_are_one() {
    let http = |text| (ClueSource::HttpServer, text);
    let found = identity(&[service(
        80,
        Protocol::Http,
        &[http("nginx"), http("nginx/1.22.1"), http("nginx/1.18.0")],
    )]);
    assert_eq!(products(&found), ["nginx 1.18.0", "nginx 1.22.1"]);
}

#[test]
fn the_server_comes_before_what_runs_in_it() {
    let clues = [
        (ClueSource::HttpPoweredBy, "PHP/8.2.29"),
        (ClueSource::HttpServer, "Apache/2.4.57 (Debian) OpenSSL/3.0.15"),
    ];
    let found = identity(&[service(80, Protocol::Http, &clues)]);
    assert_eq!(products(&found), ["Apache HTTP Server 2.4.57", "OpenSSL 3.0.15", "PHP 8.2.29"]);
}

#[test]
fn the_lines_of_a_list_are_read_together() {
    let lines = ["product=RabbitMQ", "version=3.10.8", "mechanisms=PLAIN"];
    let clues = lines.map(|line| (ClueSource::AmqpProperty, line));
    assert_eq!(products(&identity(&[service(5_672, Protocol::Amqp, &clues)])), ["RabbitMQ 3.10.8"]);
    let lines = ["redis_version:7.2.4", "server_name:valkey", "valkey_version:8.0.1"];
    let clues = lines.map(|line| (ClueSource::RedisInfo, line));
    assert_eq!(products(&identity(&[service(6_379, Protocol::Redis, &clues)])), ["Valkey 8.0.1"]);
}

#[test]
fn the_line_that_a_login_showed_is_a_clue_as_well() {
    let fact = SshAuthFact {
        user: "root".into(),
        is_control: false,
        server_version: Some("SSH-2.0-dropbear_2022.83".into()),
        algorithms: None,
        outcome: SshOutcome::AcceptedWithoutCredential,
    };
    let found = identity(&[seen(Target::tcp(host(), 22), "ssh-auth", Fact::SshAuth(fact))]);
    assert_eq!(products(&found), ["Dropbear 2022.83"]);
}

#[test]
fn roles_together_tell_the_kind_of_device() {
    let printer =
        identity(&[service(9_100, Protocol::Printer, &[]), service(631, Protocol::Ipp, &[])]);
    let device = printer.device.unwrap();
    assert_eq!((device.class, device.confidence), (DeviceClass::Printer, Confidence::Fair));
    let camera = identity(&[service(554, Protocol::Rtsp, &[])]).device.unwrap();
    assert_eq!((camera.class, camera.confidence), (DeviceClass::Camera, Confidence::Weak));
}

#[test]
fn roles_that_disagree_leave_the_kind_open() {
    let torn = identity(&[service(554, Protocol::Rtsp, &[]), service(5_060, Protocol::Sip, &[])]);
    assert_eq!(torn.device, None);
}

#[test]
fn the_maker_of_the_interface_alone_is_weak() {
    let target = Target::host(host());
    let fact = DiscoveryFact {
        alive: true,
        mac: Some("00:a0:de:01:02:03".into()),
        ..DiscoveryFact::default()
    };
    let seen = [seen(target, "discovery", Fact::Discovery(fact))];
    let vendors = BTreeMap::from([(host(), "Maker of Interfaces".to_owned())]);
    let inventory = identify(&seen, &PACKS, &vendors);
    let device = inventory.host(host()).unwrap().device.as_ref().unwrap();
    assert_eq!(device.class, DeviceClass::Unknown);
    assert_eq!(device.vendor.as_deref(), Some("Maker of Interfaces"));
    assert_eq!(device.confidence, Confidence::Weak);
    assert_eq!(device.reasons[0].evidence, seen[0].key);
}

#[test]
fn a_gateway_is_administered_where_it_says_if_that_is_on_itself() {
    let gateway = (ClueSource::SsdpType, "urn:schemas-upnp-org:device:InternetGatewayDevice:1");
    let own = (ClueSource::UpnpPresentation, "http://192.0.2.7:8080/");
    let other = (ClueSource::UpnpPresentation, "http://192.0.2.8/");
    let device = |clues: &[(ClueSource, &str)]| identity(&[profile(clues)]).device.unwrap();
    assert_eq!(device(&[gateway, own]).management_url.as_deref(), Some("http://192.0.2.7:8080/"));
    assert_eq!(device(&[gateway, other]).management_url, None);
    assert_eq!(device(&[gateway]).class, DeviceClass::Router);
}

#[test]
fn hosts_that_tell_nothing_have_no_identity() {
    let fact = NameFact { source: NameSource::ReverseDns, names: vec!["office.example".into()] };
    let inventory = identify(
        &[seen(Target::host(host()), "name", Fact::Name(fact))],
        &PACKS,
        &BTreeMap::from([("192.0.2.9".parse().unwrap(), "Maker".to_owned())]),
    );
    assert_eq!(inventory, Inventory::default());
}

/// Texts that patterns read, in disagreement with each other.
const TEXTS: &[(ClueSource, &str)] = &[
    (ClueSource::SshSoftware, "OpenSSH_9.2p1 Debian-2+deb12u10"),
    (ClueSource::SshSoftware, "OpenSSH_8.9p1 Ubuntu-3ubuntu0.13"),
    (ClueSource::SshSoftware, "OpenSSH_9.6 FreeBSD-20240701"),
    (ClueSource::HttpServer, "nginx/1.22.1"),
    (ClueSource::HttpServer, "nginx"),
    (ClueSource::HttpServer, "Apache/2.4.65 (Debian) OpenSSL/3.0.15"),
    (ClueSource::HttpServer, "Microsoft-IIS/10.0"),
    (ClueSource::NtlmBuild, "10.0.17763"),
    (ClueSource::NtlmBuild, "10.0.19041"),
    (ClueSource::SsdpServer, "Linux/5.10 UPnP/1.0 GUPnP/1.4.3"),
    (ClueSource::SsdpType, "urn:schemas-upnp-org:device:InternetGatewayDevice:1"),
    (ClueSource::UpnpDeviceType, "urn:schemas-upnp-org:device:Printer:1"),
    (ClueSource::UpnpPresentation, "http://192.0.2.7/"),
    (ClueSource::HtmlTitle, "pve - Proxmox Virtual Environment"),
    (ClueSource::RedisInfo, "redis_version:7.0.15"),
    (ClueSource::RedisInfo, "os:Linux 6.1.0"),
    (ClueSource::DnsVersion, "9.18.33-1~deb12u2-Debian"),
];

prop_compose! {
    fn any_observation()(
        port in 1_u16..6,
        udp in any::<bool>(),
        protocol in proptest::sample::select(Protocol::ALL),
        clues in proptest::sample::subsequence(TEXTS, 0..4),
    ) -> Observation {
        if udp {
            let fact = UdpFact {
                asked_as: protocol.word().into(),
                state: UdpState::Open,
                is_recognised: true,
                attempts: 1,
                clues: clues.iter().map(|(from, text)| Clue::new(*from, text)).collect(),
            };
            seen(Target::udp(host(), port), "udp", Fact::Udp(fact))
        } else {
            service(port, protocol, &clues)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_observations_does_not_matter(
        (first, second) in proptest::collection::vec(any_observation(), 0..8)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let vendors = BTreeMap::from([(host(), "Maker".to_owned())]);
        prop_assert_eq!(identify(&first, &PACKS, &vendors), identify(&second, &PACKS, &vendors));
    }

    #[test]
    fn every_statement_has_a_reason_that_was_observed(
        all in proptest::collection::vec(any_observation(), 0..8)
    ) {
        let inventory = identify(&all, &PACKS, &BTreeMap::new());
        for identity in inventory.hosts.values() {
            let services = identity.services.iter().flat_map(|service| &service.products);
            let reasons = services.map(|product| &product.reasons)
                .chain(identity.systems.iter().map(|system| &system.reasons))
                .chain(identity.device.iter().map(|device| &device.reasons));
            for reasons in reasons {
                prop_assert!(!reasons.is_empty());
                for reason in reasons {
                    prop_assert!(all.iter().any(|seen| seen.key == reason.evidence));
                }
            }
        }
    }
}
