//! Descriptions, and the traps in what devices name as their place.

use hoshimori_inspection::evidence::{Access, ClueSource, ProbeError};

use super::bench::{Bench, is_refused, mappings, page, profile, texts, web_server};
use crate::services::stand_in::{StandIn, response};

/// A device that describes itself, with `more` in its description.
fn description(more: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\">{more}<device>\
         <deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>\
         <friendlyName>会議室 NAS</friendlyName><manufacturer>Example Works</manufacturer>\
         <modelName>N-1</modelName><presentationURL>/admin</presentationURL></device></root>"
    )
}

/// The description of a gateway whose mappings are at `control`.
fn gateway_at(control: &str) -> String {
    format!(
        "<root><device><modelName>R-1</modelName><serviceList><service>\
         <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>\
         <controlURL>{control}</controlURL></service></serviceList></device></root>"
    )
}

#[tokio::test]
async fn a_description_is_read_where_the_device_says_it_is() {
    let server = web_server("127.84.0.1:0", |_| page(&description(""))).await;
    let bench = Bench::new();
    let location = format!("http://127.84.0.1:{}/desc.xml", server.port);
    let locations = [location.clone(), location.clone()];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.1"), &locations).await;
    assert_eq!((seen.len(), server.connections()), (1, 1));
    let fact = profile(&seen[0]);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    assert_eq!(fact.url, Some(location));
    assert_eq!(texts(fact, ClueSource::UpnpManufacturer), ["Example Works"]);
    assert_eq!(texts(fact, ClueSource::UpnpModelName), ["N-1"]);
    assert_eq!(texts(fact, ClueSource::UpnpFriendlyName), ["会議室 NAS"]);
    let presentation = format!("http://127.84.0.1:{}/admin", server.port);
    assert_eq!(texts(fact, ClueSource::UpnpPresentation), [presentation]);
    assert!(server.received().starts_with(b"GET /desc.xml HTTP/1.1\r\nHost: 127.84.0.1:"));
    let key = format!("guest/127.84.0.1:{}/tcp/profile/upnp", server.port);
    assert_eq!(seen[0].key.as_str(), key);
}

#[tokio::test]
async fn a_description_on_another_host_is_never_fetched() {
    let trap = StandIn::answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let bench = Bench::new();
    let locations = [
        format!("http://127.78.0.1:{}/desc.xml", trap.port),
        format!("http://127.84.0.2@127.78.0.1:{}/desc.xml", trap.port),
        format!("http://localhost:{}/desc.xml", trap.port),
        format!("http://2135818241:{}/desc.xml", trap.port),
        format!("https://127.84.0.2:{}/desc.xml", trap.port),
        "file:///etc/passwd".to_owned(),
    ];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.2"), &locations).await;
    assert_eq!(seen.len(), locations.len());
    for one in &seen {
        assert!(is_refused(profile(one).trouble.as_ref()), "{one:?}");
        assert!(one.sent.is_empty() && one.source.is_none());
        assert!(one.key.as_str().starts_with("guest/127.84.0.2:1900/udp/profile/upnp"));
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_redirection_to_another_host_is_not_followed() {
    let trap = StandIn::answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let target = format!("http://127.78.0.1:{}/", trap.port);
    let server = web_server("127.84.0.3:0", move |_| {
        format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
            .into_bytes()
    })
    .await;
    let bench = Bench::new();
    let locations = [format!("http://127.84.0.3:{}/", server.port)];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.3"), &locations).await;
    let trouble = profile(&seen[0]).trouble.clone();
    assert_eq!(trouble, Some(ProbeError::Malformed { detail: "HTTP status 302".into() }));
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn mappings_on_another_host_are_not_asked_for() {
    let trap = StandIn::answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let control = format!("http://127.78.0.1:{}/ctl", trap.port);
    let server = web_server("127.84.0.4:0", move |_| page(&gateway_at(&control))).await;
    let bench = Bench::new();
    let locations = [format!("http://127.84.0.4:{}/", server.port)];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.4"), &locations).await;
    let fact = mappings(&seen[1]);
    assert!(is_refused(fact.trouble.as_ref()) && !fact.is_complete && fact.entries.is_empty());
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_base_on_another_host_leads_nowhere() {
    let trap = StandIn::answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let base = format!("<URLBase>http://127.78.0.1:{}/</URLBase>", trap.port);
    let text = gateway_at("/ctl").replacen("<root>", &format!("<root>{base}"), 1);
    let server = web_server("127.84.0.5:0", move |_| page(&text)).await;
    let bench = Bench::new();
    let locations = [format!("http://127.84.0.5:{}/", server.port)];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.5"), &locations).await;
    assert!(is_refused(mappings(&seen[1]).trouble.as_ref()));
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_place_on_a_print_port_is_not_written_to() {
    let Ok(listener) = tokio::net::TcpListener::bind("127.84.0.6:9100").await else { return };
    let bench = Bench::new();
    let locations = ["http://127.84.0.6:9100/desc.xml".to_owned()];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.6"), &locations).await;
    assert!(profile(&seen[0]).trouble.is_some());
    assert!(seen[0].sent.is_empty());
    drop(listener);
}

#[tokio::test]
async fn what_is_no_description_is_told_as_it_is() {
    let whole = description("");
    let cut = whole[..whole.find("<presentationURL>").unwrap()].to_owned();
    let long = whole.replace("<presentationURL>", &format!("<!--{}-->", "x".repeat(70_000)));
    for (body, has_clues, is_too_long) in [
        ("<html>Login</html>".to_owned(), false, false),
        ("<!DOCTYPE r [<!ENTITY a \"b\">]><root><device/></root>".to_owned(), false, false),
        (cut, true, false),
        (long, true, true),
    ] {
        let server = web_server("127.84.0.7:0", move |_| page(&body)).await;
        let bench = Bench::new();
        let locations = [format!("http://127.84.0.7:{}/", server.port)];
        let seen = bench.prober().upnp(&bench.permit("127.84.0.7"), &locations).await;
        let fact = profile(&seen[0]);
        assert!(fact.trouble.is_some(), "{fact:?}");
        assert_eq!(!fact.clues.is_empty(), has_clues, "{fact:?}");
        assert_eq!(fact.trouble == Some(ProbeError::TooLong), is_too_long, "{fact:?}");
    }
}

#[tokio::test]
async fn a_device_that_asks_for_a_credential_is_told_apart() {
    let server = web_server("127.84.0.8:0", |_| response("401 Unauthorized", "")).await;
    let bench = Bench::new();
    let locations = [format!("http://127.84.0.8:{}/", server.port)];
    let seen = bench.prober().upnp(&bench.permit("127.84.0.8"), &locations).await;
    assert_eq!(profile(&seen[0]).access, Some(Access::CredentialAsked));
}
