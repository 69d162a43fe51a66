use hoshimori_inspection::evidence::{Observation, ProbeError, SshOutcome};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::bench::{Bench, PATIENCE, SHORT, named, ssh};
use super::stand_in::{StandIn, drip, flood};

async fn ask(server: &StandIn, users: &[&str]) -> Vec<Observation> {
    let bench = Bench::new();
    let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
    bench.prober(SHORT).ssh_auth(&bench.permit("127.78.0.1"), server.port, &users).await
}

fn failure(seen: &Observation) -> &ProbeError {
    match &ssh(seen).outcome {
        SshOutcome::Failed(error) => error,
        other => panic!("an answer: {other:?}"),
    }
}

#[tokio::test]
async fn names_are_asked_one_after_the_other_and_the_control_last() {
    let server = StandIn::saying(b"SSH-1.5-old\n").await;
    let seen = ask(&server, &["root", "admin", "third"]).await;
    let users: Vec<_> = seen.iter().map(|it| ssh(it).user.as_str()).collect();
    assert_eq!(users[..2], ["root", "admin"]);
    assert_eq!((seen.len(), server.connections()), (3, 3), "never more than three connections");
    let control = ssh(named(&seen, "ssh-auth/control"));
    assert!(control.is_control && control.user.len() == 12);
    assert!(!ssh(named(&seen, "ssh-auth/root")).is_control);
}

#[tokio::test]
async fn a_server_with_ssh_1_only_has_nothing_in_common() {
    let server = StandIn::saying(b"SSH-1.5-old\n").await;
    let seen = ask(&server, &[]).await;
    assert_eq!(
        failure(&seen[0]),
        &ProbeError::NoCommonGround { detail: "the server speaks SSH 1.5 only".into() }
    );
    assert_eq!(ssh(&seen[0]).server_version.as_deref(), Some("SSH-1.5-old"));
}

#[tokio::test]
async fn hostile_servers_are_evidence_and_end_in_time() {
    let closing = StandIn::answering_any(b"").await;
    let garbage = StandIn::saying(b"SSH-2.0-x_1\r\n\xff\xff\xff\xffgarbage").await;
    let silent = StandIn::saying(b"SSH-2.0-x_1\r\n").await;
    let endless = StandIn::start(|mut visit| async move { flood(&mut visit.stream, b"x\n").await });
    let loris = StandIn::start(|mut visit| async move {
        // A packet of 1,000 bytes that never comes to its end.
        drop(visit.stream.write_all(b"SSH-2.0-x_1\r\n\0\0\x03\xe8").await);
        drip(&mut visit.stream, 0).await;
    });
    let first =
        async |server: &StandIn| timeout(PATIENCE, ask(server, &[])).await.unwrap().remove(0);
    assert_eq!(failure(&first(&closing).await), &ProbeError::Closed);
    assert!(matches!(failure(&first(&garbage).await), ProbeError::Malformed { .. }));
    let seen = first(&silent).await;
    assert_eq!(failure(&seen), &ProbeError::TimedOut);
    assert_eq!(ssh(&seen).server_version.as_deref(), Some("SSH-2.0-x_1"));
    assert!(matches!(failure(&first(&endless.await).await), ProbeError::Malformed { .. }));
    assert_eq!(failure(&first(&loris.await).await), &ProbeError::TimedOut);
}

#[tokio::test]
async fn a_user_name_cannot_become_a_command() {
    let server = StandIn::saying(b"SSH-1.5-old\n").await;
    let seen = ask(&server, &["a; reboot"]).await;
    assert!(seen[0].repeat.as_deref().unwrap().contains("-l 'a; reboot' 127.78.0.1"));
}
