use hoshimori_inspection::evidence::{
    Observation, ProbeError, TlsOutcome, TrustStore, TrustVerdict,
};
use tokio::time::timeout;

use super::bench::{Bench, PATIENCE, SHORT, named, tls};
use super::stand_in::{StandIn, acceptor, drip, flood, read_some};

async fn ask(server: &StandIn, names: &[&str]) -> Vec<Observation> {
    let bench = Bench::new();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    bench.prober(SHORT).certificates(&bench.permit("127.78.0.1"), server.port, &names).await
}

fn failure(seen: &Observation) -> &ProbeError {
    match &tls(seen).outcome {
        TlsOutcome::Failed(error) => error,
        TlsOutcome::Chain { .. } => panic!("a chain: {seen:?}"),
    }
}

async fn encrypting() -> StandIn {
    let acceptor = acceptor("portal.office.example");
    StandIn::start(move |visit| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut tls) = acceptor.accept(visit.stream).await {
                read_some(&mut tls).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn the_certificate_is_read_with_and_without_a_name() {
    let server = encrypting().await;
    let seen = ask(&server, &["portal.office.example"]).await;
    assert_eq!(tls(named(&seen, "no-sni")).server_name, None);
    let fact = tls(named(&seen, "sni/portal.office.example"));
    assert_eq!(fact.server_name.as_deref(), Some("portal.office.example"));
    let TlsOutcome::Chain { version, certificates, trust } = &fact.outcome else {
        panic!("no chain: {fact:?}")
    };
    assert_eq!((version.as_str(), certificates.len()), ("TLS 1.2", 1));
    let leaf = &certificates[0];
    assert_eq!(leaf.dns_names, ["portal.office.example"]);
    assert_eq!((leaf.key.algorithm.as_str(), leaf.key.bits), ("EC", Some(256)));
    assert_eq!((leaf.sha256.len(), leaf.key_sha256.len()), (64, 64));
    assert!(leaf.is_self_signed);
    let mozilla = trust.iter().find(|fact| fact.store == TrustStore::Mozilla).unwrap();
    assert_eq!(mozilla.verdict, TrustVerdict::SelfSigned);
    assert_eq!(trust.len(), 2);
    assert!(seen[0].received.0.starts_with(&[22, 3]), "the bytes of the flight are kept");
}

#[tokio::test]
async fn at_most_four_names_are_tried() {
    let server = encrypting().await;
    let seen =
        ask(&server, &["a.example", "b.example", "c.example", "d.example", "e.example"]).await;
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn a_name_that_cannot_be_sent_is_said_to_be_so() {
    let server = encrypting().await;
    let seen = ask(&server, &["会議室.example"]).await;
    assert!(matches!(failure(&seen[1]), ProbeError::Local { .. }));
}

#[tokio::test]
async fn hostile_servers_are_evidence_and_end_in_time() {
    let plain = StandIn::answering_any(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let alert = StandIn::answering_any(&[21, 3, 3, 0, 2, 2, 40]).await;
    let closing = StandIn::answering_any(b"").await;
    let silent = StandIn::saying(b"").await;
    let junk = StandIn::answering_any(&[22, 3, 3, 0, 8, 11, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]).await;
    let warnings = StandIn::start(|mut visit| async move {
        visit.read().await;
        flood(&mut visit.stream, &[21, 3, 3, 0, 2, 1, 0]).await;
    });
    let loris = StandIn::start(|mut visit| async move {
        visit.read().await;
        drip(&mut visit.stream, 22).await;
    });
    let first =
        async |server: &StandIn| timeout(PATIENCE, ask(server, &[])).await.unwrap().remove(0);
    assert!(matches!(failure(&first(&plain).await), ProbeError::Malformed { .. }));
    let seen = first(&alert).await;
    let ProbeError::NoCommonGround { detail } = failure(&seen) else { panic!("{seen:?}") };
    assert!(detail.contains("handshake_failure"), "{detail}");
    assert_eq!(failure(&first(&closing).await), &ProbeError::Closed);
    assert_eq!(failure(&first(&silent).await), &ProbeError::TimedOut);
    assert!(matches!(failure(&first(&junk).await), ProbeError::Malformed { .. }));
    assert_eq!(failure(&first(&warnings.await).await), &ProbeError::TooLong);
    assert!(matches!(failure(&first(&loris.await).await), ProbeError::Malformed { .. }));
}
