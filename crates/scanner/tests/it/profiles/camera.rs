//! Device services as the ONVIF Core Specification describes them (section 5.11.2 for faults,
//! 8.1 and 8.3 for the answers): no such device is packaged.

use hoshimori_inspection::evidence::{Access, ClueSource, ProbeError};

use super::bench::{Bench, is_refused, page, profile, texts, web_server};
use crate::services::stand_in::{HttpRequest, StandIn, response};

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope \
         xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" \
         xmlns:ter=\"http://www.onvif.org/ver10/error\"><SOAP-ENV:Body>{body}</SOAP-ENV:Body>\
         </SOAP-ENV:Envelope>"
    )
}

fn information() -> Vec<u8> {
    page(&envelope(
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>Example Works</tds:Manufacturer>\
         <tds:Model>C-1</tds:Model><tds:FirmwareVersion>V1.2.3 build 260101</tds:FirmwareVersion>\
         <tds:SerialNumber>0001</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId>\
         </tds:GetDeviceInformationResponse>",
    ))
}

fn time() -> Vec<u8> {
    page(&envelope(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime/>\
         </tds:GetSystemDateAndTimeResponse>",
    ))
}

fn not_authorized() -> String {
    envelope(
        "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value>\
         <SOAP-ENV:Subcode><SOAP-ENV:Value>ter:NotAuthorized</SOAP-ENV:Value></SOAP-ENV:Subcode>\
         </SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en\">Sender not Authorized\
         </SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>",
    )
}

fn asks_for_time(request: &HttpRequest) -> bool {
    String::from_utf8_lossy(&request.body).contains("GetSystemDateAndTime")
}

/// What comes of the device service of `server` at `address`.
async fn asked(address: &str, server: &StandIn) -> hoshimori_inspection::evidence::Observation {
    let bench = Bench::new();
    let urls = [format!("http://{address}:{}/onvif/device_service", server.port)];
    let mut seen = bench.prober().camera(&bench.permit(address), &urls).await;
    assert_eq!(seen.len(), 1);
    seen.remove(0)
}

#[tokio::test]
async fn a_camera_that_tells_everybody_is_open() {
    let server = web_server("127.84.2.1:0", |_| information()).await;
    let seen = asked("127.84.2.1", &server).await;
    let fact = profile(&seen);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    assert_eq!(texts(fact, ClueSource::OnvifManufacturer), ["Example Works"]);
    assert_eq!(texts(fact, ClueSource::OnvifModel), ["C-1"]);
    assert_eq!(texts(fact, ClueSource::OnvifFirmware), ["V1.2.3 build 260101"]);
    assert_eq!(server.connections(), 1);
    assert!(!String::from_utf8(server.received()).unwrap().contains("Password"));
}

#[tokio::test]
async fn a_camera_that_asks_in_its_own_words_asks_for_a_credential() {
    for status in ["400 Bad Request", "401 Unauthorized", "500 Internal Server Error"] {
        let server = web_server("127.84.2.2:0", move |_| response(status, &not_authorized())).await;
        let seen = asked("127.84.2.2", &server).await;
        let fact = profile(&seen);
        assert_eq!((fact.access, &fact.trouble), (Some(Access::CredentialAsked), &None));
    }
}

#[tokio::test]
async fn a_camera_that_asks_in_the_words_of_http_proves_itself_by_its_time() {
    let server = web_server("127.84.2.3:0", |request| {
        if asks_for_time(request) { time() } else { response("401 Unauthorized", "<html/>") }
    })
    .await;
    let seen = asked("127.84.2.3", &server).await;
    assert_eq!(profile(&seen).access, Some(Access::CredentialAsked));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_web_server_that_asks_everybody_is_no_camera() {
    let server = web_server("127.84.2.4:0", |_| response("401 Unauthorized", "<html/>")).await;
    let seen = asked("127.84.2.4", &server).await;
    let fact = profile(&seen);
    assert_eq!(fact.access, None);
    assert_eq!(fact.trouble, Some(ProbeError::Malformed { detail: "HTTP status 401".into() }));
}

#[tokio::test]
async fn a_page_for_every_path_is_no_camera() {
    let server = web_server("127.84.2.5:0", |_| page("<html><body>Welcome</body></html>")).await;
    let seen = asked("127.84.2.5", &server).await;
    let fact = profile(&seen);
    assert!(fact.access.is_none() && fact.trouble.is_some() && fact.clues.is_empty());
}

#[tokio::test]
async fn places_on_other_hosts_are_never_asked() {
    let trap = StandIn::answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
    let server = web_server("127.84.2.6:0", |_| information()).await;
    let bench = Bench::new();
    let (prober, permit) = (bench.prober(), bench.permit("127.84.2.6"));
    let foreign = format!("http://127.78.0.1:{}/onvif/device_service", trap.port);
    let own = format!("http://127.84.2.6:{}/onvif/device_service", server.port);
    let seen = prober.camera(&permit, &[foreign.clone(), own.clone()]).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(profile(&seen[0]).url, Some(own));
    let seen = prober.camera(&permit, &[foreign]).await;
    assert!(is_refused(profile(&seen[0]).trouble.as_ref()) && seen[0].sent.is_empty());
    assert_eq!(trap.connections(), 0);
}
