use std::time::Duration;

use hoshimori_inspection::evidence::{ClueSource, ProbeError, Protocol};
use tokio::io::AsyncWriteExt;

use super::{composed, identify};
use crate::services::bench::{LONG, clues, service};
use crate::services::stand_in::{StandIn, Visit};

/// Which version of SMB a first message is of.
fn version_of(message: &[u8]) -> Option<u8> {
    match message.get(4..8)? {
        b"\xfeSMB" => Some(2),
        b"\xffSMB" => Some(1),
        _ => None,
    }
}

/// Windows Server 2019 as it answers version 2.
async fn speak_version_2(visit: &mut Visit) {
    drop(visit.stream.write_all(&composed::smb2_negotiated()).await);
    visit.read().await;
    let token = composed::negotiation(&composed::challenge(10, 0, 17_763));
    drop(visit.stream.write_all(&composed::smb2_challenge(&token)).await);
    visit.read_to_end().await;
}

#[tokio::test]
async fn windows_tells_its_build_and_hangs_up_on_version_1() {
    let server = StandIn::start(|mut visit| async move {
        if version_of(&visit.read().await) == Some(2) {
            speak_version_2(&mut visit).await;
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Smb, None), "{fact:?}");
    let dialects = clues(fact, ClueSource::SmbDialect);
    assert_eq!(dialects, ["3.1.1 signing=enabled compression=lznt1"]);
    assert_eq!(clues(fact, ClueSource::NtlmBuild), ["10.0.17763"]);
    assert_eq!(clues(fact, ClueSource::NtlmComputer), ["RECEPTION-PC"]);
    assert_eq!(clues(fact, ClueSource::NtlmDomain), ["OFFICE"]);
    let dns = clues(fact, ClueSource::NtlmDnsComputer);
    assert_eq!(dns, ["reception-pc.office.example"]);
    assert_eq!(clues(fact, ClueSource::NtlmDnsDomain), ["office.example"]);
    assert_eq!(clues(fact, ClueSource::SmbTime), ["system=2026-11-23T23:33:20Z"]);
    let guid = clues(fact, ClueSource::SmbServerGuid);
    assert_eq!(guid, ["03020100-0504-0706-0809-0a0b0c0d0e0f"]);
    assert_eq!(fact.access, None);
}

#[tokio::test]
async fn silence_about_version_1_is_told_and_no_refusal() {
    let server = StandIn::start(|mut visit| async move {
        match version_of(&visit.read().await) {
            Some(2) => speak_version_2(&mut visit).await,
            Some(_) => tokio::time::sleep(Duration::from_secs(5)).await,
            None => {}
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Smb);
    assert_eq!(fact.trouble, Some(ProbeError::TimedOut));
}

#[tokio::test]
async fn nobody_logs_in() {
    let server = StandIn::start(|mut visit| async move {
        if version_of(&visit.read().await) == Some(2) {
            speak_version_2(&mut visit).await;
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    // Messages of NTLM: the first and never the third, which would be the login.
    let kinds = |kind: u8| {
        let message = [&b"NTLMSSP\0"[..], &[kind, 0, 0, 0]].concat();
        seen.sent.0.windows(message.len()).filter(|window| *window == message).count()
    };
    assert_eq!((kinds(1), kinds(3)), (1, 0));
}

#[tokio::test]
async fn a_session_service_that_refuses_is_netbios_and_not_smb() {
    let server = StandIn::start(|mut visit| async move {
        if visit.read().await.first() == Some(&0x81) {
            // NEGATIVE SESSION RESPONSE, called name not present (RFC 1002 section 4.3.4).
            drop(visit.stream.write_all(&[0x83, 0, 0, 1, 0x82]).await);
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::NetbiosSession);
    assert!(fact.banner.as_ref().unwrap().ends_with("called name not present"), "{fact:?}");
}
