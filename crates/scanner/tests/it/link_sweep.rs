//! The sweep of a link against the stack of a real system in a network namespace.
//!
//! These tests need root and skip themselves, with the reason, where they do not have it.

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use hoshimori_inspection::clock::{Clock, SystemClock};
use hoshimori_inspection::evidence::{DiscoveryFact, DiscoveryMethod, Fact, Observation};
use hoshimori_inspection::scope::{Authorization, Permit, Refusal, Scope};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::discover::link::{LinkSweep, NotCalled, Patience};
use hoshimori_scanner::{Gate, Pacer};

use crate::names::link::{Link, run, run_isolated};
use crate::services::daemon::{Folder, program};

/// Hosts 10 to 13 with stations of their own, two of them with an IPv6 address that is no
/// link-local one, and 30 addresses from 50 on at one more station.
const HOSTS: &str = "
    cd /proc/sys/net
    echo 1 > ipv4/conf/all/arp_ignore
    echo 0 > ipv6/conf/default/accept_dad
    for i in 10 11 12 13 99; do
      ip link add link hsna name host$i address 02:00:5e:00:53:$i type macvlan mode bridge
      echo 0 > ipv4/conf/host$i/rp_filter
      [ $i = 99 ] || ip address add 10.83.0.$i/24 dev host$i
      ip link set host$i up
    done
    ip address add 2001:db8:83::10/64 dev host10
    ip address add 2001:db8:83::11/64 dev host11
    for i in $(seq 50 79); do ip address add 10.83.0.$i/24 dev host99; done
    exec sleep infinity";

#[test]
fn real_stacks_are_found_and_an_excluded_one_is_never_asked() {
    run_isolated("link_sweep::real_stacks_are_found_and_an_excluded_one_is_never_asked_isolated");
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn real_stacks_are_found_and_an_excluded_one_is_never_asked_isolated() {
    let hosts = start_hosts();
    let scope = scope(&["10.83.0.12/32"]);
    let (found, unresolved) = sweep(&scope, &["10.83.0.0/24"]).await;
    let alive: Vec<u8> = found.iter().filter(|one| one.1.0.alive).map(|one| last(*one.0)).collect();
    assert_eq!(alive, [2, 10, 11, 13].into_iter().chain(50..80).collect::<Vec<u8>>());
    // This machine itself is nobody that can be asked.
    assert_eq!(unresolved, ["10.83.0.1".parse::<IpAddr>().unwrap()]);
    for host in [10, 11, 13] {
        let (fact, _) = &found[&IpAddr::from([10, 83, 0, host])];
        assert_eq!(fact.heard_by, [DiscoveryMethod::Arp]);
        assert_eq!(fact.mac, Some(format!("02:00:5e:00:53:{host}")));
    }
    // A station with 30 addresses may be a router that answers for others: only the echo counts.
    for host in 50..80 {
        let (fact, seen) = &found[&IpAddr::from([10, 83, 0, host])];
        assert_eq!((fact.heard_by.as_slice(), &fact.mac), (&[DiscoveryMethod::Echo][..], &None));
        assert_eq!(seen.received.0[20], 0, "an echo reply");
        assert_eq!(seen.sent.0[24..28], seen.received.0[24..28]);
    }
    // Who was asked for its station remembers who asked.
    assert!(hosts.ip(&["neighbour", "show", "dev", "host11"]).contains("10.83.0.1 "));
    assert_eq!(hosts.ip(&["-4", "neighbour", "show", "dev", "host12"]), "");
}

#[test]
fn ipv6_nodes_answer_a_call_and_then_tell_their_stations() {
    run_isolated("link_sweep::ipv6_nodes_answer_a_call_and_then_tell_their_stations_isolated");
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn ipv6_nodes_answer_a_call_and_then_tell_their_stations_isolated() {
    let _hosts = start_hosts();
    let network = "2001:db8:83::/64".parse().unwrap();
    let all = scope(&[]);
    let called = link_sweep().call_neighbours(&all, network).await.unwrap();
    let addresses: Vec<String> =
        called.observations.iter().map(|seen| seen.target.address.to_string()).collect();
    assert_eq!(addresses, ["2001:db8:83::10", "2001:db8:83::11"]);
    // Hosts 12, 13 and 99 and the interface below them have link-local addresses only.
    assert_eq!(called.elsewhere, 4);

    let (found, _) = sweep(&all, &["2001:db8:83::10/128", "2001:db8:83::11/128"]).await;
    let (fact, _) = &found[&"2001:db8:83::11".parse::<IpAddr>().unwrap()];
    assert_eq!(fact.heard_by, [DiscoveryMethod::NeighbourDiscovery]);
    assert_eq!(fact.mac.as_deref(), Some("02:00:5e:00:53:11"));

    for excluded in ["2001:db8:83::11/128", "10.83.0.13/32"] {
        let refused = link_sweep().call_neighbours(&scope(&[excluded]), network).await;
        let Err(NotCalled::NotPermitted(Refusal::LinkHasExcluded { .. })) = refused else {
            panic!("{refused:?}");
        };
    }
    // A route of which no address of this machine tells belongs to the link as well.
    run("ip", &["route", "add", "10.84.0.0/24", "dev", "hsnb"]);
    let refused = link_sweep().call_neighbours(&all, network).await;
    let Err(NotCalled::NotPermitted(Refusal::LinkOutsideNetworks { prefix })) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(prefix, "10.84.0.0/24".parse().unwrap());
}

#[test]
fn responder_of_multicast_dns_is_found_by_its_answer() {
    if program("avahi-daemon").is_some() {
        run_isolated("link_sweep::responder_of_multicast_dns_is_found_by_its_answer_isolated");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn responder_of_multicast_dns_is_found_by_its_answer_isolated() {
    fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").unwrap();
    let folder = Folder::new();
    let config = folder.write(
        "avahi.conf",
        "[server]\nhost-name=reception-mac\nuse-ipv4=no\nuse-ipv6=yes\nenable-dbus=no\n\
         allow-interfaces=hsna\n[publish]\npublish-workstation=yes\n",
    );
    let arguments = ["--file", &config, "--no-drop-root", "--no-chroot", "--no-rlimits"];
    let host = Link::start(&program("avahi-daemon").unwrap(), &arguments);
    host.ip(&["address", "add", "2001:db8:83::20/64", "dev", "hsna", "nodad"]);
    run("ip", &["address", "add", "2001:db8:83::1/64", "dev", "hsnb", "nodad"]);
    let (all, network) = (scope(&[]), "2001:db8:83::/64".parse().unwrap());
    // It answers once it has made sure that its name is unique.
    for _ in 0..10 {
        let called = link_sweep().call_neighbours(&all, network).await.unwrap();
        let is_by_dns = |seen: &Observation| match &seen.fact {
            Fact::Discovery(fact) => fact.heard_by == [DiscoveryMethod::MulticastDns],
            _ => false,
        };
        if called.observations.iter().any(is_by_dns) {
            let addresses: Vec<_> =
                called.observations.iter().map(|seen| seen.target.address).collect();
            assert_eq!(addresses, ["2001:db8:83::20".parse::<IpAddr>().unwrap(); 2]);
            return;
        }
    }
    panic!("avahi-daemon did not answer");
}

fn start_hosts() -> Link {
    fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").unwrap();
    let link = Link::start(Path::new("/bin/sh"), &["-c", HOSTS]);
    run("ip", &["address", "add", "2001:db8:83::1/64", "dev", "hsnb"]);
    for _ in 0..500 {
        let addresses = link.ip(&["address", "show"]);
        // An address is not used before it is known to be unique on the link.
        if addresses.contains("10.83.0.79/") && !addresses.contains("tentative") {
            return link;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("the hosts do not come up");
}

fn scope(exclude: &[&str]) -> Scope {
    let now = SystemClock::start().now();
    let hour = jiff::SignedDuration::from_hours(1);
    Scope::new(Authorization {
        granted_by: "the tests".into(),
        valid_from: now - hour,
        valid_until: now + hour,
        networks: ["10.83.0.0/24", "2001:db8:83::/64"].map(|net| net.parse().unwrap()).into(),
        exclude: exclude.iter().map(|net| net.parse().unwrap()).collect(),
        state_changing_probes: false,
        default_credentials: false,
    })
}

fn link_sweep() -> LinkSweep {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let gate = Gate::new(clock.clone(), Pacer::new(None, clock));
    LinkSweep::new(gate, Vantage::Guest, Patience::Quick)
}

type Found = BTreeMap<IpAddr, (DiscoveryFact, Observation)>;

/// What a sweep of `networks` sees by address, and what it leaves open.
async fn sweep(scope: &Scope, networks: &[&str]) -> (Found, Vec<IpAddr>) {
    let now = SystemClock::start().now();
    let addresses = networks.iter().flat_map(|net| scope.addresses_of(net.parse().unwrap()));
    let permits = addresses.flatten().map(|one| scope.permit(one, now).unwrap()).collect();
    let swept = link_sweep().sweep(permits).await;
    let found = swept.observations.into_iter().map(|seen| {
        let Fact::Discovery(fact) = seen.fact.clone() else { panic!("{seen:?}") };
        (seen.target.address, (fact, seen))
    });
    (found.collect(), swept.unresolved.iter().map(Permit::address).collect())
}

fn last(address: IpAddr) -> u8 {
    let IpAddr::V4(address) = address else { panic!("{address}") };
    address.octets()[3]
}
