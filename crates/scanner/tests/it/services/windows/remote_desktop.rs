use hoshimori_inspection::evidence::{ClueSource, ProbeError, Protocol};
use tokio::io::AsyncWriteExt;

use super::{composed, identify};
use crate::services::bench::{LONG, clues, service};
use crate::services::stand_in::{StandIn, acceptor, read_some};

/// `CredSSP`, with the outcome told early (MS-RDPBCGR 2.2.1.2.1).
const HYBRID_EX: u8 = 8;

/// The protocols that a Connection Request offers.
fn offered(request: &[u8]) -> Option<u8> {
    (request.len() == 19 && request.starts_with(&[3, 0, 0, 19, 14, 0xe0])).then(|| request[15])
}

/// Windows with network level authentication: it says `without` to whoever offers TLS alone.
async fn windows(without: (u8, u8)) -> StandIn {
    let acceptor = acceptor("reception-pc.office.example");
    StandIn::start(move |mut visit| {
        let acceptor = acceptor.clone();
        async move {
            let Some(protocols) = offered(&visit.read().await) else { return };
            if protocols & HYBRID_EX == 0 {
                let (kind, value) = without;
                drop(visit.stream.write_all(&composed::rdp_confirm(kind, value)).await);
                return visit.read_to_end().await;
            }
            drop(visit.stream.write_all(&composed::rdp_confirm(2, HYBRID_EX)).await);
            let Ok(mut tls) = acceptor.accept(visit.stream).await else { return };
            if read_some(&mut tls).await.windows(8).any(|window| window == b"NTLMSSP\0") {
                let answer = composed::ts_request(&composed::challenge(10, 0, 26_100));
                drop(tls.write_all(&answer).await);
            }
            read_some(&mut tls).await;
        }
    })
    .await
}

#[tokio::test]
async fn windows_tells_its_build_inside_tls_and_wants_the_login_first() {
    let server = windows((3, 5)).await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Rdp, false), "{fact:?}");
    assert_eq!(fact.trouble, None);
    assert_eq!(clues(fact, ClueSource::RdpProtocol), ["hybrid-ex nla=required"]);
    assert_eq!(clues(fact, ClueSource::NtlmBuild), ["10.0.26100"]);
    assert_eq!(clues(fact, ClueSource::TlsSubject).len(), 1);
    // Plain text: the request in the clear, then what went inside TLS.
    assert_eq!(seen.sent.0[..6], [3, 0, 0, 19, 14, 0xe0]);
    assert!(seen.received.0.windows(8).any(|window| window == b"NTLMSSP\0"));
}

#[tokio::test]
async fn a_login_that_may_come_later_is_told() {
    let server = windows((2, 1)).await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(clues(fact, ClueSource::RdpProtocol), ["hybrid-ex nla=optional"], "{fact:?}");
}

#[tokio::test]
async fn a_desktop_without_tls_has_its_own_encryption_only() {
    let server = StandIn::start(|mut visit| async move {
        if offered(&visit.read().await).is_some() {
            // SSL_NOT_ALLOWED_BY_SERVER.
            drop(visit.stream.write_all(&composed::rdp_confirm(3, 2)).await);
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(clues(fact, ClueSource::RdpProtocol), ["standard nla=none"], "{fact:?}");
}

#[tokio::test]
async fn a_desktop_whose_handshake_fails_stays_a_desktop() {
    let server = StandIn::start(|mut visit| async move {
        let Some(protocols) = offered(&visit.read().await) else { return };
        let (kind, value) = if protocols & HYBRID_EX == 0 { (3, 5) } else { (2, HYBRID_EX) };
        drop(visit.stream.write_all(&composed::rdp_confirm(kind, value)).await);
        visit.read().await;
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!(fact.protocol, Protocol::Rdp);
    assert_eq!(clues(fact, ClueSource::RdpProtocol), ["hybrid-ex nla=required"]);
    assert_eq!(fact.trouble, Some(ProbeError::Closed));
}

/// A confirm without a negotiation (ITU-T X.224 section 13.4).
const BARE: [u8; 11] = [3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0];

#[tokio::test]
async fn a_desktop_older_than_the_negotiation_proves_itself_by_what_follows() {
    let server = StandIn::start(|mut visit| async move {
        if offered(&visit.read().await).is_none() {
            return;
        }
        drop(visit.stream.write_all(&BARE).await);
        // Connect-Initial in an X.224 data unit, answered by Connect-Response with data of a
        // server (MS-RDPBCGR 2.2.1.3 and 2.2.1.4).
        if visit.read().await.get(4..9) == Some(b"\x02\xf0\x80\x7f\x65") {
            let answer = b"\x03\0\0\x2a\x02\xf0\x80\x7f\x66\x20\x0a\x01\0\x02\x01\0\x30\0\
                \x04\x16\0\x05\0\x14\x7c\0\x01\x2a\x14\x76\x0a\x01\x01\0\x01\xc0\0McDn\0";
            drop(visit.stream.write_all(answer).await);
            visit.read_to_end().await;
        }
    })
    .await;
    let seen = identify(server.port, LONG).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Rdp, None), "{fact:?}");
    assert_eq!(clues(fact, ClueSource::RdpProtocol), ["standard nla=none"]);
}
