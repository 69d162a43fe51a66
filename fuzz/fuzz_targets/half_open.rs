#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use hoshimori_inspection::clock::Clock;
use hoshimori_inspection::scope::{Authorization, Permit, Scope};
use hoshimori_scanner::device::Path;
use hoshimori_scanner::device::hostile::HostileLan;
use hoshimori_scanner::ports::syn::rehearsal::rehearse;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

// The bytes choose what comes back for each question to a host of IPv4 and one of IPv6.
fuzz_target!(|choices: &[u8]| {
    let lan = Arc::new(HostileLan::new(choices));
    let v4 = host(Ipv4Addr::new(10, 87, 0, 10).into(), Ipv4Addr::new(10, 87, 0, 1).into());
    let v6 = host("fd00::10".parse().unwrap(), Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1).into());
    let rate = NonZeroU32::new(300_000).unwrap();
    let seen = rehearse(lan.clone(), lan.clock(), (vec![v4, v6], 1..=32), rate).unwrap();
    for host in seen {
        assert!(host.open.iter().all(|port| lan.has_answered(host.address, *port)));
    }
    assert!(lan.clock().elapsed() < Duration::from_secs(600), "the scan goes on for ever");
});

fn host(address: IpAddr, source: IpAddr) -> (Permit, Path) {
    let scope = Scope::new(Authorization {
        granted_by: "the fuzzer".into(),
        valid_from: Timestamp::UNIX_EPOCH,
        valid_until: Timestamp::MAX,
        networks: vec!["10.87.0.0/16".parse().unwrap(), "fd00::/64".parse().unwrap()],
        exclude: vec![],
        state_changing_probes: false,
        default_credentials: false,
    });
    let permit = scope.permit(address, Timestamp::UNIX_EPOCH).unwrap();
    (permit, Path { source, next_hop: address, interface: 1 })
}
