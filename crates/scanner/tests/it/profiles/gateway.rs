//! Port mappings of gateways that end their list, and of some that do not.

use hoshimori_inspection::evidence::{Observation, ProbeError};

use super::bench::{Bench, mappings, page, web_server};
use crate::services::stand_in::{HttpRequest, response};

const DESCRIPTION: &str = "<root><device><modelName>R-1</modelName><serviceList><service>\
    <serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType>\
    <controlURL>/ctl</controlURL></service></serviceList></device></root>";

fn entry(port: u32, description: &str) -> Vec<u8> {
    page(&format!(
        "<s:Envelope xmlns:s=\"x\"><s:Body><u:GetGenericPortMappingEntryResponse xmlns:u=\"y\">\
         <NewRemoteHost/><NewExternalPort>{port}</NewExternalPort><NewProtocol>TCP</NewProtocol>\
         <NewInternalPort>{port}</NewInternalPort><NewInternalClient>192.0.2.7</NewInternalClient>\
         <NewEnabled>1</NewEnabled><NewPortMappingDescription>{description}\
         </NewPortMappingDescription></u:GetGenericPortMappingEntryResponse></s:Body></s:Envelope>"
    ))
}

fn fault(code: u16) -> Vec<u8> {
    response(
        "500 Internal Server Error",
        &format!(
            "<s:Envelope xmlns:s=\"x\"><s:Body><s:Fault><detail><UPnPError>\
             <errorCode>{code}</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>"
        ),
    )
}

/// The index that a request asks for; `None` where it is for the description.
fn index(request: &HttpRequest) -> Option<u32> {
    let body = String::from_utf8(request.body.clone()).unwrap();
    body.split_once("<NewPortMappingIndex>")?.1.split('<').next()?.parse().ok()
}

/// What comes of a gateway that gives `reply` to a question for an index.
async fn asked<F>(address: &str, reply: F) -> Vec<Observation>
where
    F: Fn(u32) -> Vec<u8> + Clone + Send + 'static,
{
    let server = web_server(&format!("{address}:0"), move |request| match index(request) {
        None => page(DESCRIPTION),
        Some(index) => reply(index),
    })
    .await;
    let bench = Bench::new();
    let locations = [format!("http://{address}:{}/d.xml", server.port)];
    bench.prober().upnp(&bench.permit(address), &locations).await
}

#[tokio::test]
async fn a_list_is_read_to_its_end() {
    let seen = asked("127.84.1.1", |index| match index {
        0..3 => entry(8_080 + index, "Winny"),
        _ => fault(713),
    })
    .await;
    let fact = mappings(&seen[1]);
    assert_eq!((fact.entries.len(), fact.is_complete, &fact.trouble), (3, true, &None));
    assert_eq!(fact.entries[2].external_port, 8_082);
    assert_eq!((&*fact.entries[0].description, fact.entries[0].is_enabled), ("Winny", true));
    assert!(fact.control_url.ends_with("/ctl"));
    let repeat = seen[1].repeat.as_ref().unwrap();
    assert!(repeat.contains("WANPPPConnection:1#GetGenericPortMappingEntry"), "{repeat}");
}

#[tokio::test]
async fn nothing_is_asked_but_for_entries() {
    let server = web_server("127.84.1.2:0", |request| match index(request) {
        None => page(DESCRIPTION),
        Some(_) => fault(714),
    })
    .await;
    let bench = Bench::new();
    let locations = [format!("http://127.84.1.2:{}/d.xml", server.port)];
    let seen = bench.prober().upnp(&bench.permit("127.84.1.2"), &locations).await;
    assert!(mappings(&seen[1]).is_complete && mappings(&seen[1]).entries.is_empty());
    let sent = String::from_utf8(server.received()).unwrap();
    let actions: Vec<&str> = sent.lines().filter(|line| line.starts_with("SOAPAction")).collect();
    assert_eq!(actions.len(), 1, "{sent}");
    assert!(actions[0].ends_with("#GetGenericPortMappingEntry\""), "{sent}");
}

#[tokio::test]
async fn a_refusal_is_no_end() {
    let seen =
        asked("127.84.1.3", |index| if index == 0 { entry(1, "a") } else { fault(606) }).await;
    let fact = mappings(&seen[1]);
    assert_eq!((fact.entries.len(), fact.is_complete), (1, false));
    assert!(
        matches!(&fact.trouble, Some(ProbeError::Malformed { detail }) if detail.contains("606"))
    );
}

#[tokio::test]
async fn a_gateway_that_does_not_look_at_the_index_is_not_asked_for_ever() {
    let seen = asked("127.84.1.4", |_| entry(1, "a")).await;
    let fact = mappings(&seen[1]);
    assert_eq!((fact.entries.len(), fact.is_complete), (1, false));
    assert!(matches!(fact.trouble, Some(ProbeError::Malformed { .. })));
}

#[tokio::test]
async fn an_endless_list_ends_at_the_limit() {
    let seen = asked("127.84.1.5", |index| entry(1 + index, "a")).await;
    let fact = mappings(&seen[1]);
    assert_eq!((fact.entries.len(), fact.is_complete), (512, false));
    assert_eq!(fact.trouble, Some(ProbeError::TooLong));
    assert!(seen[1].received.0.len() <= 16 * 1_024, "the evidence is bounded");
}
