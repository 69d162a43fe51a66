//! The law of the scope: nothing outside networks, inside exclusions or outside the time.

use std::net::{IpAddr, Ipv4Addr};

use hoshimori_inspection::scope::{Authorization, LinkPermit, Refusal, Scope, is_print_port};
use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use proptest::prelude::*;

fn scope(networks: Vec<IpNet>, exclude: Vec<IpNet>) -> Scope {
    Scope::new(Authorization {
        granted_by: "operator".into(),
        valid_from: Timestamp::from_second(1_000).unwrap(),
        valid_until: Timestamp::from_second(2_000).unwrap(),
        networks,
        exclude,
        state_changing_probes: false,
        default_credentials: false,
    })
}

fn network() -> impl Strategy<Value = IpNet> {
    // A small corner of the address space, so that ranges meet.
    (0_u32..64, 24_u8..=32).prop_map(|(low, prefix)| {
        let address = Ipv4Addr::from(0x0a00_0000 + low * 8);
        IpNet::V4(Ipv4Net::new(address, prefix).unwrap().trunc())
    })
}

proptest! {
    #[test]
    fn permit_exists_only_inside_networks_outside_exclusions_within_time(
        networks in prop::collection::vec(network(), 1..4),
        exclude in prop::collection::vec(network(), 0..4),
        low in 0_u32..1024,
        second in 0_i64..3_000,
    ) {
        let address = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + low));
        let now = Timestamp::from_second(second).unwrap();
        let allowed = networks.iter().any(|net| net.contains(&address))
            && !exclude.iter().any(|net| net.contains(&address))
            && (1_000..2_000).contains(&second);
        let permit = scope(networks, exclude).permit(address, now);
        prop_assert_eq!(permit.is_ok(), allowed);
        if let Ok(permit) = permit {
            prop_assert_eq!(permit.address(), address);
        }
    }

    #[test]
    fn enumeration_and_permits_agree(
        networks in prop::collection::vec(network(), 1..3),
        exclude in prop::collection::vec(network(), 0..3),
    ) {
        let now = Timestamp::from_second(1_500).unwrap();
        let scope = scope(networks.clone(), exclude);
        for network in networks {
            for address in scope.addresses_of(network).unwrap() {
                prop_assert!(scope.permit(address, now).is_ok());
            }
        }
    }
}

#[test]
fn mapped_address_is_held_against_its_ipv4_network() {
    let scope = scope(vec!["10.0.0.0/24".parse().unwrap()], vec!["10.0.0.9/32".parse().unwrap()]);
    let now = Timestamp::from_second(1_500).unwrap();
    assert!(scope.permit("::ffff:10.0.0.8".parse().unwrap(), now).is_ok());
    let excluded = scope.permit("::ffff:10.0.0.9".parse().unwrap(), now);
    assert!(matches!(excluded, Err(Refusal::Excluded { .. })));
}

#[test]
fn addresses_that_are_no_host_are_never_sent_to() {
    let everything = scope(vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()], vec![]);
    let now = Timestamp::from_second(1_500).unwrap();
    for address in ["0.0.0.0", "255.255.255.255", "224.0.0.251", "::", "ff02::1"] {
        let permit = everything.permit(address.parse().unwrap(), now);
        assert!(matches!(permit, Err(Refusal::NotAHost { .. })), "{address}");
    }
}

#[test]
fn network_too_large_to_enumerate_is_refused() {
    let scope = scope(vec!["2001:db8::/64".parse().unwrap()], vec![]);
    let refused = scope.addresses_of("2001:db8::/64".parse().unwrap());
    assert!(matches!(refused, Err(Refusal::TooManyAddresses { .. })));
    assert_eq!(scope.addresses_of("2001:db8::/120".parse().unwrap()).unwrap().len(), 256);
}

fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// What happens to a call to a link with `prefixes` at a second of the consent's clock.
fn call(
    networks: &[&str],
    exclude: &[&str],
    prefixes: &[&str],
    second: i64,
) -> Result<LinkPermit, Refusal> {
    let now = Timestamp::from_second(second).unwrap();
    scope(nets(networks), nets(exclude)).permit_link(&nets(prefixes), now)
}

#[test]
fn link_may_be_called_within_the_consented_time_only() {
    let at = |second| call(&["10.0.0.0/16"], &[], &["10.0.3.7/24", "fe80::7/64"], second);
    assert!(matches!(at(999), Err(Refusal::TooEarly { .. })));
    assert!(matches!(at(2_000), Err(Refusal::TooLate { .. })));
    let permit = at(1_500).unwrap();
    let check = |source: &str, second| {
        permit.check(source.parse().unwrap(), Timestamp::from_second(second).unwrap())
    };
    assert_eq!(check("10.0.3.7", 1_999), Ok(()));
    assert_eq!(check("fe80::7", 1_999), Ok(()));
    assert!(matches!(check("10.0.3.7", 2_000), Err(Refusal::TooLate { .. })));
    assert!(matches!(check("10.0.4.7", 1_500), Err(Refusal::OtherLink { .. })));
}

#[test]
fn link_that_is_consented_to_in_part_is_not_called() {
    let prefixes = ["10.0.0.7/24", "2001:db8::7/64"];
    let partly = call(&["10.0.0.0/25", "2001:db8::/64"], &[], &prefixes, 1_500);
    let prefix = "10.0.0.0/24".parse().unwrap();
    assert_eq!(partly, Err(Refusal::LinkOutsideNetworks { prefix }));
    assert!(call(&["10.0.0.0/24"], &[], &prefixes, 1_500).is_err());
    assert!(call(&["10.0.0.0/24", "2001:db8::/48"], &[], &prefixes, 1_500).is_ok());
}

#[test]
fn two_consented_halves_are_a_whole_link() {
    let halves = ["10.0.0.0/25", "10.0.0.128/25"];
    assert!(call(&halves, &[], &["10.0.0.7/24"], 1_500).is_ok());
    assert!(call(&halves, &[], &["10.0.0.7/23"], 1_500).is_err());
}

#[test]
fn link_with_an_excluded_host_is_not_called_and_told_truly() {
    for excluded in ["10.0.0.9/32", "10.0.0.0/8", "fe80::9/128"] {
        let prefixes = ["10.0.0.7/24", "fe80::7/64"];
        let refused = call(&["10.0.0.0/24"], &[excluded], &prefixes, 1_500).unwrap_err();
        assert!(matches!(refused, Refusal::LinkHasExcluded { .. }), "{refused}");
        let said = refused.to_text();
        assert!(said.en.contains(excluded) && said.ja.contains(excluded));
        assert!(!said.en.contains("0.7") && !said.ja.contains("0.7"), "{said:?}");
    }
    assert!(call(&["10.0.0.0/24"], &["10.0.1.0/24"], &["10.0.0.7/24"], 1_500).is_ok());
}

#[test]
fn link_whose_addresses_are_all_local_is_not_called() {
    for prefixes in [&["fe80::7/64", "169.254.3.7/16"][..], &[]] {
        let refused = call(&["0.0.0.0/0", "::/0"], &[], prefixes, 1_500);
        assert_eq!(refused, Err(Refusal::LinkWithoutPrefix));
    }
    // An address of the local range does not make all around it local.
    assert!(call(&["10.0.0.0/8"], &[], &["10.0.0.7/24", "169.254.3.7/8"], 1_500).is_err());
}

#[test]
fn print_ports_are_those_that_print() {
    let ports: Vec<u16> = (0..=u16::MAX).filter(|port| is_print_port(*port)).collect();
    let expected: Vec<u16> =
        [515].into_iter().chain(9100..=9107).chain(9112..=9116).chain([9999]).collect();
    assert_eq!(ports, expected);
}
