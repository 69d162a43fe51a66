//! rsync, remote procedure calls and the small services of inetd.

use hoshimori_inspection::evidence::{Access, ClueSource, Protocol};
use tokio::io::AsyncWriteExt;

use super::bench::{LONG, SHORT, clues, identified};
use super::daemon::{Daemon, Folder, free_port, program};
use super::stand_in::StandIn;

/// An rsync daemon with these modules.
fn rsyncd(modules: &str) -> Option<Daemon> {
    let (server, folder, port) = (program("rsync")?, Folder::new(), free_port());
    let here = folder.path().display().to_string();
    let text = modules.replace("{here}", &here);
    let config = folder.write("rsyncd.conf", &format!("use chroot = no\n{text}"));
    let (port_text, config) = (format!("--port={port}"), format!("--config={config}"));
    let arguments =
        ["--daemon", "--no-detach", "--address=127.78.0.1", &port_text, &config].map(str::to_owned);
    Some(Daemon::start(&server, arguments, port, folder))
}

#[tokio::test]
async fn a_store_of_files_tells_whether_it_gives_without_a_password() {
    const OPEN: &str = "[backup]\npath = {here}\ncomment = nightly\n";
    const LOCKED: &str = "[safe]\npath = {here}\nauth users = office\nsecrets file = {here}/x\n";
    for (modules, count, access) in [
        (OPEN.to_owned(), 1, Some(Access::Open)),
        (LOCKED.to_owned(), 1, Some(Access::CredentialAsked)),
        (format!("{LOCKED}{OPEN}"), 2, Some(Access::Open)),
        (format!("list = no\n{OPEN}"), 0, None),
    ] {
        let Some(server) = rsyncd(&modules) else { return };
        let fact = identified(server.port, LONG).await;
        assert_eq!((fact.protocol, fact.access), (Protocol::Rsync, access), "{modules}");
        assert!(fact.banner.unwrap().ends_with(&format!("modules: {count}")));
    }
}

/// A server of remote procedure calls: the results that follow the number of the call, for each
/// program.
async fn procedures(results: &'static [(u32, &'static [u8])]) -> StandIn {
    StandIn::start(move |mut visit| async move {
        loop {
            let call = visit.read().await;
            if call.len() < 24 || call[0] != 0x80 {
                return;
            }
            let program = u32::from_be_bytes(call[16..20].try_into().unwrap());
            let found = results.iter().find(|(it, _)| *it == program);
            // Accepted, no verifier, program unavailable.
            let rest = found.map_or(&[0, 0, 0, 1][..], |(_, results)| results);
            let reply = [&call[4..8], &[0, 0, 0, 1], &[0; 12], rest].concat();
            let length = u32::try_from(reply.len()).unwrap() | 0x8000_0000;
            let record = [&length.to_be_bytes()[..], &reply].concat();
            drop(visit.stream.write_all(&record).await);
        }
    })
    .await
}

#[tokio::test]
async fn a_port_mapper_lists_its_programs() {
    let server = procedures(&[(
        100_000,
        b"\0\0\0\0\0\0\0\x01\0\x01\x86\xa3\0\0\0\x04\0\0\0\x06\0\0\x08\x01\0\0\0\0",
    )])
    .await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!((fact.protocol, fact.access), (Protocol::Rpcbind, Some(Access::Open)));
    assert_eq!(clues(&fact, ClueSource::RpcProgram), ["100003 4 tcp 2049"]);
}

#[tokio::test]
async fn file_sharing_and_other_programs_are_called_by_their_numbers() {
    let nfs = procedures(&[(100_003, b"\0\0\0\0")]).await;
    let fact = identified(nfs.port, SHORT).await;
    assert_eq!(fact.protocol, Protocol::Nfs);
    assert_eq!(clues(&fact, ClueSource::RpcProgram), ["100003 3"]);
    let newer = procedures(&[(100_003, b"\0\0\0\x02\0\0\0\x04\0\0\0\x04")]).await;
    assert_eq!(identified(newer.port, SHORT).await.banner.as_deref(), Some("nfs 4-4"));
    let mount = procedures(&[(100_005, b"\0\0\0\0")]).await;
    let fact = identified(mount.port, SHORT).await;
    assert_eq!((fact.protocol, fact.banner.as_deref()), (Protocol::OncRpc, Some("mountd 3")));
    let nobody = procedures(&[]).await;
    assert_eq!(identified(nobody.port, SHORT).await.protocol, Protocol::OncRpc);
}

#[tokio::test]
async fn the_reply_to_another_call_proves_nothing() {
    let server = StandIn::start(|mut visit| async move {
        visit.read().await;
        let reply = b"\x80\0\0\x18\0\0\0\x07\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01";
        drop(visit.stream.write_all(reply).await);
    })
    .await;
    assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Unknown);
}

#[tokio::test]
async fn the_small_services_are_known_by_what_they_do() {
    let ident = StandIn::start(|mut visit| async move {
        let asked = String::from_utf8_lossy(&visit.read().await).trim().to_owned();
        let answer = match asked.split_once(',') {
            Some((one, two)) => format!("{one} , {two} : ERROR : NO-USER\r\n"),
            None => "0 , 0 : ERROR : INVALID-PORT\r\n".to_owned(),
        };
        drop(visit.stream.write_all(answer.as_bytes()).await);
        visit.read_to_end().await;
    })
    .await;
    assert_eq!(identified(ident.port, SHORT).await.protocol, Protocol::Ident);

    let chargen = StandIn::start(|mut visit| async move {
        for start in 0_u8.. {
            let letters = (0..72).map(|at| b' ' + (start % 95 + at) % 95);
            let line: Vec<u8> = letters.chain(*b"\r\n").collect();
            if visit.stream.write_all(&line).await.is_err() {
                return;
            }
        }
    })
    .await;
    assert_eq!(identified(chargen.port, SHORT).await.protocol, Protocol::Chargen);

    let daytime = StandIn::saying(b"Mon Nov 23 23:02:17 2026\r\n").await;
    assert_eq!(identified(daytime.port, SHORT).await.protocol, Protocol::Daytime);
}
