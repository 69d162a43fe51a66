//! What devices say of themselves: samples of real daemons, cut, changed and exchanged.

use hoshimori_wire::app::dns_service::Announcement;
use hoshimori_wire::app::http_url::HttpUrl;
use hoshimori_wire::app::ipp::{self, Status};
use hoshimori_wire::app::port_mapping::{self, FaultCode};
use hoshimori_wire::app::upnp_description::Description;
use hoshimori_wire::app::xml::Document;
use hoshimori_wire::app::{bacnet, coap, dhcp, ike, memcached, ntp, onvif, rmcp, sip, snmp};
use hoshimori_wire::app::{ssdp, ws_discovery};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

#[test]
fn a_gateway_describes_itself_and_its_mappings() {
    let description = Description::decode(fixture!("upnp/miniupnpd_description.xml")).unwrap();
    assert!(description.is_whole);
    let outer = &description.devices[0];
    assert_eq!(outer.friendly_name.as_deref(), Some("Reception Router"));
    assert_eq!(outer.model_name.as_deref(), Some("Debian router"));
    let services = description.devices.iter().flat_map(|device| &device.services);
    let connection = services.filter(|it| it.service_type.contains(":WANIPConnection:"));
    let controls: Vec<_> = connection.map(|it| it.control_url.as_str()).collect();
    assert_eq!(controls, ["/ctl/IPConn"]);

    let entry = port_mapping::Answer::decode(fixture!("upnp/miniupnpd_mapping.xml"));
    let Ok(port_mapping::Answer::Entry(entry)) = entry else { panic!("{entry:?}") };
    assert_eq!((entry.protocol.as_str(), entry.external_port), ("UDP", 40_000));
    assert_eq!((entry.internal_client.as_str(), entry.internal_port), ("10.83.0.1", 40_001));
    assert_eq!((entry.description.as_str(), entry.is_enabled), ("libtorrent 会議室", true));
    let end = port_mapping::Answer::decode(fixture!("upnp/miniupnpd_end.xml"));
    assert_eq!(end, Ok(port_mapping::Answer::Fault(FaultCode::INDEX_INVALID)));
}

#[test]
fn a_print_server_tells_its_queue() {
    let response = ipp::Response::decode(fixture!("ipp/cups_attributes.bin")).unwrap();
    assert_eq!((response.status, response.id), (Status(0), 0x0102_0304));
    let model: Vec<_> = response.values("printer-make-and-model").collect();
    assert_eq!(model, ["Local Raw Printer"]);
    assert_eq!(response.values("ipp-versions-supported").count(), 4);
    // Known, and without a value.
    assert_eq!(response.values("printer-dns-sd-name").count(), 0);
}

#[test]
fn a_printer_announces_itself() {
    let told = Announcement::decode(fixture!("dns_service/ippeveprinter_ipp.dns")).unwrap();
    assert_eq!(told.id, 0x1234);
    assert_eq!(told.instances[0].instance().as_deref(), Some("Reception"));
    assert_eq!(told.ports[0].1, 631);
    let (owner, pairs) = &told.pairs[0];
    assert!(owner.is_same(&told.instances[0]));
    assert!(pairs.iter().any(|pair| pair == "ty=Example Works MFP 2.5"), "{pairs:?}");
}

#[test]
fn cut_samples_are_refused_or_marked() {
    let description = fixture!("upnp/miniupnpd_description.xml").trim_ascii_end();
    for length in 0..description.len() {
        let whole = Description::decode(&description[..length]).is_ok_and(|it| it.is_whole);
        assert!(!whole, "{length}");
    }
    let mapping = fixture!("upnp/miniupnpd_mapping.xml").trim_ascii_end();
    let end = fixture!("upnp/miniupnpd_end.xml");
    for sample in [mapping, end] {
        let cut = (0..sample.len()).map(|length| &sample[..length]);
        assert!(cut.into_iter().all(|cut| port_mapping::Answer::decode(cut).is_err()));
    }
    let queue = fixture!("ipp/cups_attributes.bin");
    for length in 0..queue.len() {
        let error = ipp::Response::decode(&queue[..length]).unwrap_err();
        assert!(error.is_incomplete(), "{length}: {error}");
    }
    let announced = fixture!("dns_service/ippeveprinter_ipp.dns");
    assert!((0..announced.len()).all(|length| Announcement::decode(&announced[..length]).is_err()));
}

/// Bytes that are arbitrary, or a sample with some bytes changed.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let samples = vec![
        fixture!("upnp/miniupnpd_description.xml"),
        fixture!("upnp/miniupnpd_mapping.xml"),
        fixture!("upnp/miniupnpd_end.xml"),
        fixture!("onvif/information.xml"),
        fixture!("ipp/cups_attributes.bin"),
        fixture!("dns_service/ippeveprinter_ipp.dns"),
        fixture!("udp/snmpd_snmp.answer"),
        fixture!("udp/dnsmasq_dhcp.answer"),
        fixture!("udp/charon_ike.answer"),
        fixture!("udp/ipmi_sim_ping.answer"),
        fixture!("udp/ipmi_sim_capabilities.answer"),
        fixture!("udp/libcoap_coap.answer"),
        fixture!("udp/wsdd2_ws_discovery.answer"),
    ];
    let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 1..8);
    let changed = (select(samples), edits).prop_map(|(sample, changes)| {
        let mut bytes = sample.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..2_048), changed]
}

/// A character that turns the reading direction.
const TURN: char = '\u{202e}';

proptest! {
    #[test]
    fn no_description_makes_a_decoder_panic(bytes in hostile_bytes()) {
        let _ = Description::decode(&bytes);
        let _ = port_mapping::Answer::decode(&bytes);
        let _ = onvif::Answer::decode(&bytes);
        let _ = Announcement::decode(&bytes);
        let _ = bacnet::text_property(&bytes);
        let _ = coap::resources(&bytes);
        let _ = dhcp::Settings::decode(&bytes);
        let _ = ike::vendor_ids(&bytes);
        let _ = memcached::version(&bytes);
        let _ = ntp::Source::decode(&bytes);
        let _ = ntp::variables(&bytes);
        let _ = rmcp::manufacturer(&bytes);
        let _ = sip::program(&bytes);
        if let Ok(engine) = snmp::EngineId::decode(&bytes) {
            let _ = (engine.enterprise(), engine.hardware(), engine.text());
        }
        let _ = ssdp::Answer::decode(&bytes);
        let _ = ws_discovery::Matches::decode(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        if let Some(url) = HttpUrl::parse(&text) {
            prop_assert_eq!(HttpUrl::parse(&url.to_string()), Some(url));
        }
    }

    #[test]
    fn texts_of_hostile_descriptions_are_safe_to_show(bytes in hostile_bytes()) {
        let mut texts = Vec::new();
        if let Ok(document) = Document::decode(&bytes) {
            let mut waiting = vec![document.root];
            while let Some(element) = waiting.pop() {
                texts.push(element.text);
                waiting.extend(element.children);
            }
        }
        if let Ok(response) = ipp::Response::decode(&bytes) {
            texts.extend(response.attributes.into_iter().flat_map(|(name, value)| [name, value]));
        }
        for text in texts {
            prop_assert!(!text.chars().any(char::is_control));
            prop_assert!(!text.contains(TURN));
        }
    }

    #[test]
    fn a_url_is_written_as_it_is_read(
        tls in any::<bool>(),
        host in "([a-z][a-z0-9.-]{0,20}|192\\.0\\.2\\.[0-9]|\\[2001:db8::[0-9a-f]{1,4}\\])",
        port in 1_u16..,
        target in "/[!-\"$-~]{0,40}",
    ) {
        let url = HttpUrl { tls, host, port, target };
        prop_assert_eq!(HttpUrl::parse(&url.to_string()), Some(url));
    }
}
