//! What firewalls, routers and empty addresses say, on a link of the test's own.

use std::process::Command;
use std::time::Duration;

use hoshimori_inspection::evidence::{UdpState, UnscannedReason};

use super::bench::{Bench, Scanned, fact};
use crate::names::link::{HOST, Link, run_isolated};
use crate::services::daemon::{Folder, program};

/// Starts a host at the other end of the link that first does what `script` says.
fn host(folder: &Folder, script: &str) -> Link {
    // The kernel tells itself by loopback that an address could not be resolved.
    ip(&["link", "set", "lo", "up"]);
    let path = folder.write("host.sh", &format!("{script}\nexec sleep 1000\n"));
    Link::start(&program("sh").unwrap(), &["-e", &path])
}

fn ip(words: &[&str]) {
    assert!(Command::new("ip").args(words).status().unwrap().success());
}

/// A firewall of the host with `rules`, one a line, in the chain of `hook`.
fn firewall(hook: &str, rules: &str) -> String {
    format!(
        "nft -f - <<'RULES'\ntable inet office {{\nchain wall {{\ntype filter hook {hook} \
         priority 0\n{rules}\n}}\n}}\nRULES\n"
    )
}

#[test]
fn each_code_of_a_firewall_is_told_from_a_closed_port() {
    if program("nft").is_some() {
        run_isolated("udp::unreachable::each_code_of_a_firewall_is_told_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn each_code_of_a_firewall_is_told_on_a_link() {
    let folder = Folder::new();
    let rules = "udp dport 53 reject with icmp net-unreachable\n\
        udp dport 67 reject with icmp host-unreachable\n\
        udp dport 69 reject with icmp prot-unreachable\n\
        udp dport 123 reject with icmp port-unreachable\n\
        udp dport 137 reject with icmp net-prohibited\n\
        udp dport 161 reject with icmp host-prohibited\n\
        udp dport 500 reject with icmp admin-prohibited\n\
        udp dport { 623, 1900 } drop";
    let _host = host(&folder, &firewall("input", rules));
    let bench = Bench::new();
    // The limit of Linux is in force: six refusals at once, then one a second.
    let scanned = settled(&bench, HOST, |it| it.state(53) == UdpState::Rejected).await;
    assert_eq!(scanned.ports_in(UdpState::Rejected), [53, 67, 69, 137, 161, 500]);
    assert_eq!(scanned.ports_in(UdpState::NoAnswer), [623, 1_900]);
    assert_eq!(scanned.ports_in(UdpState::Closed).len(), 7);
    for (port, code) in [(53, 0), (67, 1), (69, 2), (137, 9), (161, 10), (500, 13)] {
        let said = format!("{HOST} rejected it by ICMP type 3 code {code}");
        assert_eq!(scanned.note(port), said);
    }
}

#[test]
fn a_host_that_limits_its_refusals_is_known_wholly() {
    run_isolated("udp::unreachable::a_host_that_limits_its_refusals_on_a_link");
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn a_host_that_limits_its_refusals_on_a_link() {
    let folder = Folder::new();
    let _host = host(&folder, "");
    let scanned = Bench::new().scan(HOST).await;
    assert_eq!(scanned.ports_in(UdpState::Closed).len(), 15);
    assert!(scanned.took <= Duration::from_secs(15), "{:?}", scanned.took);
}

#[test]
fn a_router_that_answers_for_a_host_does_not_close_its_ports() {
    if program("nft").is_some() {
        run_isolated("udp::unreachable::a_router_that_answers_for_a_host_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn a_router_that_answers_for_a_host_on_a_link() {
    let folder = Folder::new();
    let rules = "udp dport 53 reject with icmp port-unreachable\n\
        udp dport 123 reject with icmp admin-prohibited";
    let behind = "ip netns add behind\n\
        ip link add hsnc type veth peer name hsnd netns behind\n\
        ip address add 10.83.1.1/24 dev hsnc\nip link set hsnc up\n\
        ip -n behind address add 10.83.1.2/24 dev hsnd\nip -n behind link set hsnd up\n\
        ip -n behind route add default via 10.83.1.1\n\
        ip netns exec behind sysctl -qw net.ipv4.icmp_ratemask=0\n\
        sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratemask=0\n";
    let _router = host(&folder, &format!("{}{behind}", firewall("forward", rules)));
    ip(&["route", "add", "10.83.1.0/24", "via", HOST]);
    let bench = Bench::new();
    let behind = "10.83.1.2";
    let scanned = settled(&bench, behind, |it| it.state(137) == UdpState::Closed).await;
    assert_eq!(scanned.ports_in(UdpState::Rejected), [53, 123]);
    assert_eq!(scanned.ports_in(UdpState::Closed).len(), 13);
    assert_eq!(scanned.note(53), format!("{HOST} rejected it by ICMP type 3 code 3"));
}

#[test]
fn an_address_that_nobody_has_is_not_scanned() {
    run_isolated("udp::unreachable::an_address_that_nobody_has_on_a_link");
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn an_address_that_nobody_has_on_a_link() {
    let folder = Folder::new();
    let _host = host(&folder, "");
    let bench = Bench::new();
    for (address, reason) in [
        ("10.83.0.99", UnscannedReason::HostSilent),
        ("10.83.9.9", UnscannedReason::NetworkUnreachable),
    ] {
        let scanned = bench.scan(address).await;
        let states: Vec<_> = scanned.seen.iter().map(|it| fact(it).state).collect();
        assert_eq!(states, [UdpState::Unscanned { reason }; 15]);
    }
}

#[test]
fn a_firewall_of_this_machine_is_not_the_hosts() {
    if program("nft").is_some() {
        run_isolated("udp::unreachable::a_firewall_of_this_machine_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn a_firewall_of_this_machine_on_a_link() {
    let folder = Folder::new();
    let _host = host(&folder, "");
    let path = folder.write("wall.sh", &firewall("output", "udp dport { 53, 123 } drop"));
    assert!(Command::new("sh").args(["-e", &path]).status().unwrap().success());
    let scanned = Bench::new().scan(HOST).await;
    let held = UdpState::Unscanned { reason: UnscannedReason::NotPermittedLocally };
    assert_eq!(scanned.ports_in(held), [53, 123]);
}

/// Scans until the host at the other end is ready, which `is_ready` tells.
async fn settled(bench: &Bench, address: &str, is_ready: impl Fn(&Scanned) -> bool) -> Scanned {
    for _ in 0..4 {
        let scanned = bench.scan(address).await;
        if is_ready(&scanned) {
            return scanned;
        }
    }
    panic!("the other end of the link does not come up");
}
