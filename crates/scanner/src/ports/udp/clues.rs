//! What the answers tell about the host, in its own words.

use hoshimori_inspection::evidence::{Clue, ClueSource};
use hoshimori_wire::app::netbios::{Holder, NodeStatus};
use hoshimori_wire::app::{
    bacnet, coap, dhcp, dns, dns_pointer, ike, memcached, ntp, rmcp, sip, snmp, ssdp, ws_discovery,
};

/// The end of names that mDNS answers for (RFC 6762 section 3).
const LINK_DOMAIN: &str = ".local";

/// Nothing: for protocols whose answers are the same everywhere.
pub(super) fn none(_answer: &[u8]) -> Vec<Clue> {
    Vec::new()
}

pub(super) fn of_dns(answer: &[u8]) -> Vec<Clue> {
    let Ok(said) = dns::Answer::decode(answer) else { return Vec::new() };
    let versions = said.texts.iter().map(|text| Clue::new(ClueSource::DnsVersion, text));
    let identifier = said.identifier.iter().map(|text| Clue::new(ClueSource::DnsNsid, text));
    versions.chain(identifier).collect()
}

pub(super) fn of_dhcp(answer: &[u8]) -> Vec<Clue> {
    let Ok(settings) = dhcp::Settings::decode(answer) else { return Vec::new() };
    let dhcp::Settings { domain, server, vendor_class } = settings;
    let server = server.map(|server| server.to_string());
    told([
        (ClueSource::DhcpVendorClass, vendor_class),
        (ClueSource::DhcpDomain, domain),
        (ClueSource::DhcpServer, server),
    ])
}

pub(super) fn of_ntp(answer: &[u8]) -> Vec<Clue> {
    let text = match (ntp::variables(answer), ntp::Source::decode(answer)) {
        (Ok(variables), _) => variables,
        (_, Ok(source)) => format!("stratum={}, refid={}", source.stratum, source.reference),
        _ => return Vec::new(),
    };
    told([(ClueSource::NtpSystem, Some(text))])
}

pub(super) fn of_netbios(answer: &[u8]) -> Vec<Clue> {
    let Ok(status) = NodeStatus::decode(answer) else { return Vec::new() };
    let names = status.names.iter().map(|name| {
        let group = if name.holder == Holder::Group { " group" } else { "" };
        let text = format!("{}<{:02x}>{group}", name.to_text(), name.suffix.0);
        Clue::new(ClueSource::NetbiosName, &text)
    });
    // Samba has no address there.
    let hardware = status.unit_id.filter(|address| *address != [0; 6]);
    names.chain(hardware.map(hardware_clue)).collect()
}

pub(super) fn of_snmp(answer: &[u8]) -> Vec<Clue> {
    let Ok(engine) = snmp::EngineId::decode(answer) else { return Vec::new() };
    let enterprise = engine.enterprise().map(|number| number.to_string());
    let mut clues = told([
        (ClueSource::SnmpEngineId, Some(hexadecimal(engine.as_bytes()))),
        (ClueSource::SnmpEnterprise, enterprise),
    ]);
    clues.extend(engine.hardware().map(hardware_clue));
    clues
}

pub(super) fn of_ike(answer: &[u8]) -> Vec<Clue> {
    let ids = ike::vendor_ids(answer).unwrap_or_default();
    ids.iter().map(|id| Clue::new(ClueSource::IkeVendorId, &hexadecimal(id))).collect()
}

pub(super) fn of_ipmi(answer: &[u8]) -> Vec<Clue> {
    let number = rmcp::manufacturer(answer).ok().flatten().map(|number| number.to_string());
    told([(ClueSource::IpmiManufacturer, number)])
}

pub(super) fn of_ssdp(answer: &[u8]) -> Vec<Clue> {
    let Ok(ssdp::Answer { target, server, location }) = ssdp::Answer::decode(answer) else {
        return Vec::new();
    };
    told([
        (ClueSource::SsdpServer, server),
        (ClueSource::SsdpType, Some(target)),
        (ClueSource::SsdpLocation, location),
    ])
}

pub(super) fn of_ws_discovery(answer: &[u8]) -> Vec<Clue> {
    let matches = ws_discovery::Matches::decode(answer).unwrap_or_default();
    let kinds = matches.types.into_iter().map(|text| (ClueSource::WsdType, Some(text)));
    let scopes = matches.scopes.into_iter().map(|text| (ClueSource::WsdScope, Some(text)));
    let addresses = matches.addresses.into_iter().map(|text| (ClueSource::WsdAddress, Some(text)));
    told(kinds.chain(scopes).chain(addresses))
}

pub(super) fn of_sip(answer: &[u8]) -> Vec<Clue> {
    told([(ClueSource::SipServer, sip::program(answer).ok().flatten())])
}

pub(super) fn of_mdns(answer: &[u8]) -> Vec<Clue> {
    let Ok(said) = dns_pointer::Pointers::decode(answer) else { return Vec::new() };
    let kinds = said.names_of(dns_pointer::SERVICE_KINDS);
    let kinds = kinds.map(|kind| kind.strip_suffix(LINK_DOMAIN).unwrap_or(kind));
    kinds.map(|kind| Clue::new(ClueSource::MdnsService, kind)).collect()
}

pub(super) fn of_coap(answer: &[u8]) -> Vec<Clue> {
    let resources = coap::resources(answer).unwrap_or_default();
    told(resources.into_iter().map(|text| (ClueSource::CoapResource, Some(text))))
}

pub(super) fn of_memcached(answer: &[u8]) -> Vec<Clue> {
    told([(ClueSource::MemcachedVersion, memcached::version(answer).ok())])
}

pub(super) fn of_bacnet(answer: &[u8]) -> Vec<Clue> {
    let Ok(Some((property, text))) = bacnet::text_property(answer) else { return Vec::new() };
    let text = property.name().map(|name| format!("{name}={text}"));
    told([(ClueSource::BacnetDevice, text)])
}

/// The clues whose text there is.
fn told(texts: impl IntoIterator<Item = (ClueSource, Option<String>)>) -> Vec<Clue> {
    let texts = texts.into_iter().filter_map(|(from, text)| Some((from, text?)));
    texts.filter(|(_, text)| !text.is_empty()).map(|(from, text)| Clue::new(from, &text)).collect()
}

fn hardware_clue(address: [u8; 6]) -> Clue {
    let octets = address.map(|octet| format!("{octet:02x}"));
    Clue::new(ClueSource::HardwareAddress, &octets.join(":"))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a daemon said, of the samples of `wire`.
    macro_rules! sample {
        ($name:literal) => {
            include_bytes!(concat!("../../../../wire/fixtures/", $name))
        };
    }

    fn texts(clues: &[Clue], from: ClueSource) -> Vec<&str> {
        clues.iter().filter(|clue| clue.from == from).map(|clue| &*clue.text).collect()
    }

    #[test]
    fn an_agent_tells_its_engine_and_its_maker() {
        let clues = of_snmp(sample!("udp/snmpd_snmp.answer"));
        assert_eq!(texts(&clues, ClueSource::SnmpEnterprise), ["8072"]);
        assert!(texts(&clues, ClueSource::SnmpEngineId)[0].starts_with("80001f8880"));
    }

    #[test]
    fn a_gateway_tells_its_server_and_its_description() {
        let clues = of_ssdp(sample!("udp/miniupnpd_ssdp.answer"));
        assert!(texts(&clues, ClueSource::SsdpServer)[0].contains("MiniUPnPd/2.3.1"));
        let location = texts(&clues, ClueSource::SsdpLocation)[0];
        assert!(location.ends_with("/rootDesc.xml"), "{location}");
    }

    #[test]
    fn a_storage_device_tells_its_kind_and_where_it_is() {
        let clues = of_ws_discovery(sample!("udp/wsdd2_ws_discovery.answer"));
        let kinds = texts(&clues, ClueSource::WsdType);
        assert!(
            kinds.contains(&"{http://schemas.xmlsoap.org/ws/2006/02/devprof}Device"),
            "{kinds:?}"
        );
        assert_eq!(texts(&clues, ClueSource::WsdAddress).len(), 1);
    }

    #[test]
    fn a_windows_host_tells_its_names() {
        let clues = of_netbios(sample!("samba_nbstat.bin"));
        let names = texts(&clues, ClueSource::NetbiosName);
        assert_eq!(
            names,
            ["受付-PC<00>", "受付-PC<03>", "受付-PC<20>", "OFFICE<00> group", "OFFICE<1e> group"]
        );
        assert!(texts(&clues, ClueSource::HardwareAddress).is_empty());
    }

    #[test]
    fn a_responder_tells_the_kinds_of_its_services() {
        let clues = of_mdns(sample!("avahi_services.dns"));
        assert_eq!(texts(&clues, ClueSource::MdnsService), ["_workstation._tcp"]);
    }

    #[test]
    fn other_daemons_tell_what_they_can() {
        let clues = of_memcached(sample!("udp/memcached_memcached.answer"));
        assert_eq!(texts(&clues, ClueSource::MemcachedVersion), ["1.6.18"]);
        let clues = of_ntp(sample!("udp/chrony_ntp.answer"));
        assert_eq!(texts(&clues, ClueSource::NtpSystem), ["stratum=10, refid=127.127.1.1"]);
        let clues = of_dhcp(sample!("udp/dnsmasq_dhcp.answer"));
        assert_eq!(texts(&clues, ClueSource::DhcpServer).len(), 1);
        let clues = of_coap(sample!("udp/libcoap_coap.answer"));
        assert!(texts(&clues, ClueSource::CoapResource)[0].starts_with("</"));
    }

    #[test]
    fn answers_that_tell_nothing_give_no_clue() {
        for of in [
            of_dns,
            of_dhcp,
            of_ntp,
            of_netbios,
            of_snmp,
            of_ike,
            of_ipmi,
            of_ssdp,
            of_ws_discovery,
            of_sip,
            of_mdns,
            of_coap,
            of_memcached,
            of_bacnet,
            none,
        ] {
            assert!(of(b"").is_empty() && of(b"\xff\xff\xff\xff").is_empty());
        }
    }
}
