//! Other servers on the ports where databases and brokers are at home: asked there first of all
//! in the words of the one protocol, they must not be taken for it.

use futures_util::future::join_all;
use hoshimori_inspection::evidence::Protocol;
use hoshimori_scanner::Breadth;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::bench::{Bench, PATIENCE, SHORT, service};
use super::stand_in::{StandIn, Visit, flood};

/// One port of each protocol that waits to be asked.
const HOMES: [u16; 12] =
    [1_433, 1_521, 1_883, 2_181, 5_432, 5_672, 6_379, 9_042, 9_092, 11_211, 27_017, 33_060];

/// What `serve` is taken for on each of these ports of `address`.
async fn taken_for<S>(address: &str, serve: fn(Visit) -> S) -> Vec<Protocol>
where
    S: Future<Output = ()> + Send + 'static,
{
    let asking = HOMES.map(|port| async move {
        let server = StandIn::start_at(&format!("{address}:{port}"), serve).await;
        let bench = Bench::new();
        let permit = bench.permit(address);
        let prober = bench.prober(SHORT);
        let seen = timeout(PATIENCE, prober.identify(&permit, server.port, Breadth::Every)).await;
        let seen = seen.unwrap();
        assert_eq!(service(&seen).access, None, "port {port}");
        service(&seen).protocol
    });
    join_all(asking).await
}

#[tokio::test]
async fn an_echo_is_nobodys_answer() {
    let seen = taken_for("127.78.2.1", |mut visit| async move {
        loop {
            let bytes = visit.read().await;
            if bytes.is_empty() || visit.stream.write_all(&bytes).await.is_err() {
                break;
            }
        }
    })
    .await;
    assert_eq!(seen, [Protocol::Echo; HOMES.len()]);
}

#[tokio::test]
async fn a_web_server_stays_one() {
    let seen = taken_for("127.78.2.2", |mut visit| async move {
        let is_request = visit.read().await.starts_with(b"GET / HTTP/1.1\r\n");
        let status = if is_request { "200 OK" } else { "400 Bad Request" };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        drop(visit.stream.write_all(answer.as_bytes()).await);
    })
    .await;
    assert_eq!(seen, [Protocol::Http; HOMES.len()]);
}

#[tokio::test]
async fn a_shell_server_stays_one() {
    let seen = taken_for("127.78.2.3", |mut visit| async move {
        drop(visit.stream.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n").await);
        visit.read_to_end().await;
    })
    .await;
    assert_eq!(seen, [Protocol::Ssh; HOMES.len()]);
}

#[tokio::test]
async fn noise_is_nobodys_answer() {
    let seen = taken_for("127.78.2.4", |mut visit| async move {
        visit.read().await;
        // Numbers of a linear congruence: no protocol begins so.
        let noise = std::iter::successors(Some(0x8e_u8), |last| {
            Some(last.wrapping_mul(141).wrapping_add(3))
        });
        drop(visit.stream.write_all(&noise.take(512).collect::<Vec<_>>()).await);
    })
    .await;
    assert_eq!(seen, [Protocol::Unknown; HOMES.len()]);
}

#[tokio::test]
async fn a_server_without_end_is_left_in_time() {
    let seen = taken_for("127.78.2.5", |mut visit| async move {
        visit.read().await;
        flood(&mut visit.stream, b"+PONG\r\n").await;
    })
    .await;
    assert_eq!(seen, [Protocol::Unknown; HOMES.len()]);
}
