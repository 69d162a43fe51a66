//! Cameras and telephones.

use hoshimori_inspection::evidence::{Access, ClueSource, Protocol};
use tokio::io::AsyncWriteExt;

use super::bench::{LONG, SHORT, clues, identified};
use super::daemon::{Daemon, Folder, free_port, program};
use super::stand_in::StandIn;

/// A camera as RFC 2326 describes servers: it repeats `CSeq`; `describe` is the rest of its answer
/// to DESCRIBE.
async fn camera(describe: &'static str) -> StandIn {
    StandIn::start(move |mut visit| async move {
        loop {
            let asked = String::from_utf8_lossy(&visit.read().await).into_owned();
            let Some(number) = asked.lines().find_map(|it| it.strip_prefix("CSeq: ")) else {
                return;
            };
            let answer = if asked.starts_with("OPTIONS rtsp://") {
                format!(
                    "RTSP/1.0 200 OK\r\nCSeq: {number}\r\nServer: Example Camera/1.2\r\n\
                     Public: OPTIONS, DESCRIBE\r\n\r\n"
                )
            } else {
                describe.replace("{number}", number)
            };
            drop(visit.stream.write_all(answer.as_bytes()).await);
        }
    })
    .await
}

#[tokio::test]
async fn a_camera_tells_whether_it_shows_everybody_its_picture() {
    for (describe, access) in [
        (
            "RTSP/1.0 401 Unauthorized\r\nCSeq: {number}\r\n\
             WWW-Authenticate: Digest realm=\"Example IP Camera\", nonce=\"1\"\r\n\r\n",
            Some(Access::CredentialAsked),
        ),
        (
            "RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Type: application/sdp\r\n\
             Content-Length: 5\r\n\r\nv=0\r\n",
            Some(Access::Open),
        ),
        ("RTSP/1.0 404 Not Found\r\nCSeq: {number}\r\n\r\n", None),
    ] {
        let server = camera(describe).await;
        let fact = identified(server.port, SHORT).await;
        assert_eq!((fact.protocol, fact.access), (Protocol::Rtsp, access), "{describe}");
        assert_eq!(clues(&fact, ClueSource::RtspServer), ["Example Camera/1.2"]);
        let realms = clues(&fact, ClueSource::RtspRealm);
        assert_eq!(realms.len(), usize::from(access == Some(Access::CredentialAsked)));
    }
}

#[tokio::test]
async fn an_answer_to_another_question_makes_no_camera_and_no_telephone() {
    for answer in [
        &b"RTSP/1.0 200 OK\r\nCSeq: 0\r\n\r\n"[..],
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"SIP/2.0 200 OK\r\nCall-ID: 1\r\n\r\n",
    ] {
        let server = StandIn::answering_any(answer).await;
        assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Unknown);
    }
}

/// What `sipp` does with OPTIONS over TCP.
const SCENARIO: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="options">
<recv request="OPTIONS"/>
<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Server: Example PBX 1.8
Content-Length: 0

]]></send>
</scenario>
"#;

#[tokio::test]
async fn a_telephone_exchange_is_asked_over_tcp() {
    let Some(sipp) = program("sipp") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let scenario = folder.write("options.xml", SCENARIO);
    let port_text = port.to_string();
    let arguments =
        ["-sf", &scenario, "-i", "127.78.0.1", "-p", &port_text, "-t", "t1", "-nostdin"]
            .map(str::to_owned);
    let server = Daemon::start(&sipp, arguments, port, folder);
    let fact = identified(server.port, LONG).await;
    assert_eq!(fact.protocol, Protocol::Sip);
    assert_eq!(clues(&fact, ClueSource::SipServer), ["Example PBX 1.8"]);
}
