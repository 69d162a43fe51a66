//! Proxies, open and closed, and whether they connect strangers.

use hoshimori_inspection::evidence::{
    Access, Fact, Observation, Protocol, RelayFact, RelayOutcome, RelayProtocol,
};
use hoshimori_scanner::RelayTrial;
use tokio::io::AsyncWriteExt;

use super::bench::{Bench, LONG, SHORT, identified};
use super::daemon::{Daemon, Folder, free_port, program};
use super::stand_in::StandIn;

/// What a proxy says, for the address as seen and then the loopback address: first the control.
async fn relayed(port: u16, protocol: RelayProtocol, open_port: u16) -> Vec<Observation> {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let trial = RelayTrial { port, protocol, open_port, closed_port: free_port() };
    bench.prober(LONG).relay(&permit, trial).await
}

fn relay(seen: &Observation) -> &RelayFact {
    let Fact::Relay(fact) = &seen.fact else { panic!("not about a proxy: {seen:?}") };
    fact
}

fn microsocks(arguments: &[&str]) -> Option<Daemon> {
    let (server, port) = (program("microsocks")?, free_port());
    let port_text = port.to_string();
    let fixed = ["-i", "127.78.0.1", "-p", &port_text];
    Some(Daemon::start(&server, [&fixed[..], arguments].concat(), port, Folder::new()))
}

#[tokio::test]
async fn a_proxy_without_a_password_is_found_and_connects() {
    let Some(server) = microsocks(&[]) else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!((fact.protocol, fact.access), (Protocol::Socks, Some(Access::Open)));
    let far = StandIn::saying(b"220 far side\r\n").await;
    let seen = relayed(server.port, RelayProtocol::Socks5, far.port).await;
    assert_eq!(seen.len(), 4);
    assert!(relay(&seen[0]).is_control && !relay(&seen[1]).is_control);
    assert!(matches!(relay(&seen[0]).outcome, RelayOutcome::Refused { .. }), "{seen:?}");
    let RelayOutcome::Connected { heard } = &relay(&seen[1]).outcome else { panic!("{seen:?}") };
    assert_eq!(heard.0, b"220 far side\r\n");
}

#[tokio::test]
async fn a_proxy_with_a_password_asks_for_it() {
    let Some(server) = microsocks(&["-u", "office", "-P", "x"]) else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!((fact.protocol, fact.access), (Protocol::Socks, Some(Access::CredentialAsked)));
    let seen = relayed(server.port, RelayProtocol::Socks5, server.port).await;
    assert!(seen.iter().all(|it| relay(it).outcome == RelayOutcome::CredentialAsked), "{seen:?}");
}

/// Dante with these rules, SOCKS 4 and 5 on one port.
fn dante(rules: &str) -> Option<Daemon> {
    let (server, folder, port) = (program("danted")?, Folder::new(), free_port());
    let log = folder.file("log");
    let text = format!(
        "logoutput: {log}\ninternal: 127.78.0.1 port = {port}\nexternal: lo\n\
         socksmethod: none\nclientmethod: none\nuser.privileged: root\n\
         user.unprivileged: nobody\n{rules}"
    );
    let config = folder.write("danted.conf", &text);
    let pid = folder.file("pid");
    Some(Daemon::start(&server, ["-f", &config, "-p", &pid], port, folder))
}

#[tokio::test]
async fn dante_connects_in_both_versions_where_its_rules_let_it() {
    let all = "from: 0.0.0.0/0 to: 0.0.0.0/0";
    let rules = format!("client pass {{ {all} }}\nsocks pass {{ {all} }}\n");
    let Some(server) = dante(&rules) else { return };
    assert_eq!(identified(server.port, LONG).await.protocol, Protocol::Socks);
    let far = StandIn::saying(b"220 far side\r\n").await;
    for protocol in [RelayProtocol::Socks4, RelayProtocol::Socks5] {
        let seen = relayed(server.port, protocol, far.port).await;
        assert!(matches!(relay(&seen[0]).outcome, RelayOutcome::Refused { .. }), "{seen:?}");
        let outcome = &relay(&seen[1]).outcome;
        assert!(matches!(outcome, RelayOutcome::Connected { .. }), "{seen:?}");
    }
}

#[tokio::test]
async fn dante_that_blocks_everything_connects_nowhere() {
    let all = "from: 0.0.0.0/0 to: 0.0.0.0/0";
    let rules = format!("client pass {{ {all} }}\nsocks block {{ {all} }}\n");
    let Some(server) = dante(&rules) else { return };
    assert_eq!(identified(server.port, LONG).await.protocol, Protocol::Socks);
    let far = StandIn::saying(b"220 far side\r\n").await;
    let seen = relayed(server.port, RelayProtocol::Socks5, far.port).await;
    let is_refused = |it: &Observation| matches!(relay(it).outcome, RelayOutcome::Refused { .. });
    assert!(seen.iter().all(is_refused), "{seen:?}");
}

#[tokio::test]
async fn an_http_proxy_digs_a_tunnel_to_itself() {
    let Some(tinyproxy) = program("tinyproxy") else { return };
    for (rule, is_open) in [("Allow 127.0.0.0/8", true), ("Allow 192.0.2.1", false)] {
        let (folder, port) = (Folder::new(), free_port());
        let text = format!("Port {port}\nListen 127.78.0.1\nTimeout 20\n{rule}\n");
        let config = folder.write("tinyproxy.conf", &text);
        let server = Daemon::start(&tinyproxy, ["-d", "-c", &config], port, folder);
        let far = StandIn::saying(b"220 far side\r\n").await;
        let seen = relayed(server.port, RelayProtocol::HttpConnect, far.port).await;
        assert!(matches!(relay(&seen[0]).outcome, RelayOutcome::Refused { .. }), "{seen:?}");
        match &relay(&seen[1]).outcome {
            RelayOutcome::Connected { heard } => {
                assert!(is_open && heard.0 == b"220 far side\r\n", "{heard:?}");
            }
            RelayOutcome::Refused { code } => assert!(!is_open && *code == 403, "{code}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_says_yes_to_everything_says_so_to_the_control_too() {
    let liar = StandIn::start(|mut visit| async move {
        visit.read_request().await;
        drop(visit.stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await);
        visit.read_to_end().await;
    })
    .await;
    let seen = relayed(liar.port, RelayProtocol::HttpConnect, 22).await;
    for it in &seen {
        let nothing = RelayOutcome::Connected { heard: hoshimori_inspection::bytes::Bytes(vec![]) };
        assert_eq!(relay(it).outcome, nothing);
    }
}

#[tokio::test]
async fn a_print_port_is_never_asked_for() {
    let liar = StandIn::answering_any(b"\x05\x00").await;
    assert!(relayed(liar.port, RelayProtocol::Socks5, 9_100).await.is_empty());
    assert_eq!(liar.connections(), 0);
}

#[tokio::test]
async fn two_right_bytes_make_no_proxy() {
    for answer in
        [&b"\x05\x00"[..], b"\x05\x02", b"\x05\xff", b"\0\x5b\0\0", b"\0\x5a\0\0\0\0\0\0ok"]
    {
        let server = StandIn::answering_any(answer).await;
        let fact = identified(server.port, SHORT).await;
        // The last one is a whole answer of SOCKS 4, given twice.
        let is_whole = answer.len() > 8;
        assert_eq!(fact.protocol == Protocol::Socks, is_whole, "{answer:?} {fact:?}");
    }
}
