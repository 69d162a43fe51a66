//! Servers of nothing of this family, on its own ports: none may be taken for one that is.

use std::net::TcpListener;

use hoshimori_inspection::evidence::Protocol;
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::services::bench::{Bench, PATIENCE, SHORT, service};
use crate::services::stand_in::{StandIn, Visit, drip, flood};

const FAMILY: &[Protocol] = &[
    Protocol::Smb,
    Protocol::NetbiosSession,
    Protocol::Rdp,
    Protocol::Msrpc,
    Protocol::Ldap,
    Protocol::Kerberos,
];

/// A port at which a protocol is at home, and words by which its question is known.
#[derive(Clone, Copy)]
struct Home {
    port: u16,
    question: &'static [u8],
}

const SMB: Home = Home { port: 445, question: b"\xfeSMB" };
const NETBIOS: Home = Home { port: 139, question: b"CKFDENECFDEFFCFGEFFCCACACACACACA" };
const REMOTE_DESKTOP: Home = Home { port: 3_389, question: b"\x0e\xe0\0\0\0\0\0\x01\0\x08\0" };
const MSRPC: Home = Home { port: 135, question: b"\x08\x83\xaf\xe1\x1f\x5d\xc9\x11" };
const DIRECTORY: Home = Home { port: 389, question: b"objectClass" };
const KERBEROS: Home = Home { port: 88, question: b"krbtgt" };

const HOMES: [Home; 6] = [SMB, NETBIOS, REMOTE_DESKTOP, MSRPC, DIRECTORY, KERBEROS];

/// Asks what `serve` does at `home` of `address`, which one test has for itself.
async fn assert_foreign<F, S>(address: &str, home: Home, serve: F)
where
    F: Fn(Visit) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let Home { port, question } = home;
    let door = format!("{address}:{port}");
    if let Err(error) = TcpListener::bind(&door) {
        println!("skipped: cannot listen on {door}: {error}");
        return;
    }
    let server = StandIn::start_at(&door, serve).await;
    let bench = Bench::new();
    let (permit, prober) = (bench.permit(address), bench.prober(SHORT));
    let identifying = prober.identify(&permit, port, Breadth::AtHome);
    let seen = timeout(PATIENCE, identifying).await.unwrap();
    let protocol = service(&seen).protocol;
    assert!(!FAMILY.contains(&protocol), "{protocol:?} on port {port}");
    let received = server.received();
    let was_asked = received.windows(question.len()).any(|window| window == question);
    assert!(was_asked, "port {port} was not asked in its own words");
}

#[tokio::test]
async fn an_echo_is_nothing_of_the_family() {
    for home in HOMES {
        assert_foreign("127.78.4.1", home, |mut visit| async move {
            loop {
                let bytes = visit.read().await;
                if bytes.is_empty() || visit.stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_web_server_is_nothing_of_the_family() {
    for home in HOMES {
        assert_foreign("127.78.4.2", home, |mut visit| async move {
            visit.read().await;
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            drop(visit.stream.write_all(answer).await);
        })
        .await;
    }
}

#[tokio::test]
async fn random_bytes_are_nothing_of_the_family() {
    for (seed, home) in (1..).zip(HOMES) {
        assert_foreign("127.78.4.3", home, move |mut visit| async move {
            let mut state = 0x9e37_79b9_u32.wrapping_mul(seed);
            let mut bytes = Vec::new();
            for _ in 0..2_048 {
                // Xorshift with the shifts 13, 17 and 5.
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                bytes.push(state.to_be_bytes()[1]);
            }
            visit.read().await;
            drop(visit.stream.write_all(&bytes).await);
            visit.read_to_end().await;
        })
        .await;
    }
}

#[tokio::test]
async fn an_endless_sender_ends_and_is_nothing_of_the_family() {
    // Beginnings of each answer, without an end.
    for (place, home, piece) in [
        (1, SMB, &b"\0"[..]),
        (2, SMB, b"\0\0\x10\0\xfeSMB"),
        (3, NETBIOS, b"\x82\0\0\0"),
        (4, REMOTE_DESKTOP, b"\x03\0\0\x13"),
        (5, MSRPC, b"\x05\0\x0c\x03\x10\0\0\0"),
        (6, DIRECTORY, b"\x30\x82\xff\xff"),
        (7, KERBEROS, b"\0\0\x1f\xff\x7e\x82\x1f\xfb"),
    ] {
        // The same port twice: the first listener may still be there.
        assert_foreign(&format!("127.78.5.{place}"), home, move |mut visit| async move {
            visit.read().await;
            flood(&mut visit.stream, piece).await;
        })
        .await;
    }
}

#[tokio::test]
async fn one_byte_after_the_other_ends_and_is_nothing_of_the_family() {
    for (home, byte) in HOMES.into_iter().zip([0x00, 0x82, 0x03, 0x05, 0x30, 0x00]) {
        assert_foreign("127.78.4.5", home, move |mut visit| async move {
            visit.read().await;
            drip(&mut visit.stream, byte).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_confirm_without_a_negotiation_alone_is_no_remote_desktop() {
    // ITU-T X.224 section 13.4: any protocol over it begins so.
    assert_foreign("127.78.4.6", REMOTE_DESKTOP, |mut visit| async move {
        visit.read().await;
        drop(visit.stream.write_all(&[3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0]).await);
        visit.read_to_end().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_another_request_is_no_directory() {
    assert_foreign("127.78.4.7", DIRECTORY, |mut visit| async move {
        visit.read().await;
        // SearchResultDone with the number 7 (RFC 4511 section 4.5.2).
        let answer = b"\x30\x0c\x02\x01\x07\x65\x07\x0a\x01\0\x04\0\x04\0";
        drop(visit.stream.write_all(answer).await);
        visit.read_to_end().await;
    })
    .await;
}
