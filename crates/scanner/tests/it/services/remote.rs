//! Remote control: real servers, and stand-ins for what is not packaged.

use std::fs;
use std::time::Duration;

use hoshimori_inspection::evidence::{Access, ClueSource, Protocol, ServiceFact};
use hoshimori_scanner::Timing;
use tokio::io::AsyncWriteExt;

use super::bench::{LONG, SHORT, clues, identified};
use super::daemon::{Daemon, Folder, free_port, program};
use super::stand_in::{StandIn, Visit, flood, response};

/// The times with which a near host is really asked.
fn as_in_an_office() -> Timing {
    Timing::from_rtt(Some(Duration::from_millis(1)))
}

/// What is known of a service: its protocol and what it asks.
fn known(fact: &ServiceFact) -> (Protocol, Option<Access>) {
    (fact.protocol, fact.access)
}

/// `TigerVNC` with these security types and a desktop of its own.
fn tigervnc(types: &str) -> Option<Daemon> {
    let (server, folder, port) = (program("Xtigervnc")?, Folder::new(), free_port());
    let password = folder.file("password");
    fs::write(&password, [0x11; 8]).unwrap();
    let display = format!(":{}", 1_000 + port % 1_000);
    let port_text = port.to_string();
    let arguments = [
        &display,
        "-nolock",
        "-nolisten",
        "unix",
        "-interface",
        "127.78.0.1",
        "-rfbport",
        &port_text,
        "-SecurityTypes",
        types,
        "-PasswordFile",
        &password,
        "-desktop",
        "office 受付",
    ];
    Some(Daemon::start(&server, arguments, port, folder))
}

#[tokio::test]
async fn a_desktop_without_a_password_is_entered_up_to_its_name() {
    let Some(server) = tigervnc("None") else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::Vnc, Some(Access::Open)));
    assert_eq!(clues(&fact, ClueSource::VncDesktop), ["office 受付"]);
    assert_eq!(clues(&fact, ClueSource::VncVersion), ["3.8"]);
}

#[tokio::test]
async fn a_desktop_whose_encryption_asks_for_nothing_is_open() {
    let Some(server) = tigervnc("TLSNone") else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::Vnc, Some(Access::Open)));
    assert_eq!(clues(&fact, ClueSource::VncSecurity), ["19", "19:257"]);
}

#[tokio::test]
async fn a_desktop_with_a_password_asks_for_it() {
    let Some(server) = tigervnc("VncAuth,TLSVnc") else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::Vnc, Some(Access::CredentialAsked)));
}

/// A server that says its pieces one after the other, each after it heard something.
async fn dialogue(pieces: &[&[u8]]) -> StandIn {
    let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
    StandIn::start(move |mut visit| {
        let pieces = pieces.clone();
        async move {
            for (at, piece) in pieces.iter().enumerate() {
                if at > 0 && visit.read().await.is_empty() {
                    return;
                }
                drop(visit.stream.write_all(piece).await);
            }
            visit.read_to_end().await;
        }
    })
    .await
}

#[tokio::test]
async fn old_refusing_and_nested_desktops_are_read() {
    let desktop = b"\x04\x00\x03\x00\x20\x18\x00\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\0\0\0\
        \0\0\0\x03old";
    for (pieces, access) in [
        (&[&b"RFB 003.003\n"[..], b"\0\0\0\x01", desktop][..], Some(Access::Open)),
        (&[b"RFB 003.003\n", b"\0\0\0\x02"], Some(Access::CredentialAsked)),
        (&[b"RFB 003.008\n", b"\0\0\0\0\x08too many"], Some(Access::Refused)),
        (&[b"RFB 003.889\n", b"\x01\x1e"], Some(Access::CredentialAsked)),
        (&[b"RFB 005.000\n", b"\x01\x05"], Some(Access::CredentialAsked)),
        // `TightVNC`'s negotiation that ends without authentication.
        (&[b"RFB 003.008\n", b"\x01\x10", b"\0\0\0\0\0\0\0\0"], Some(Access::Open)),
        // What is agreed on inside TLS cannot be seen.
        (&[b"RFB 003.008\n", b"\x01\x12"], None),
    ] {
        let server = dialogue(pieces).await;
        assert_eq!(known(&identified(server.port, SHORT).await), (Protocol::Vnc, access));
    }
}

/// A program behind `socat`, which gives it the connection, in a session without a terminal.
fn behind_socat(command: &str) -> Option<Daemon> {
    let (socat, port) = (program("socat")?, free_port());
    let listen = format!("TCP-LISTEN:{port},bind=127.78.0.1,reuseaddr,fork");
    let arguments = [listen, format!("EXEC:\"{command}\",nofork,setsid,stderr")];
    Some(Daemon::start(&socat, arguments, port, Folder::new()))
}

#[tokio::test]
async fn a_terminal_that_asks_for_a_login_is_told_from_one_that_does_not() {
    let Some(telnetd) = program("telnetd") else { return };
    for (arguments, access) in [("", Access::CredentialAsked), ("-E /bin/sh", Access::Open)] {
        let command = format!("{} {arguments}", telnetd.display());
        let Some(server) = behind_socat(command.trim()) else { return };
        let fact = identified(server.port, LONG).await;
        assert_eq!(known(&fact), (Protocol::Telnet, Some(access)), "{arguments}");
    }
}

#[tokio::test]
async fn terminals_of_devices_are_read() {
    for (pieces, access) in [
        (
            &[&b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\r\nUser Access Verification\r\n\r\nPassword: "[..]]
                [..],
            Some(Access::CredentialAsked),
        ),
        // Shift_JIS, and nothing negotiated.
        (&[b"\x8e\xf3\x95t\r\n\x83\x8d\x83O\x83C\x83\x93: "], Some(Access::CredentialAsked)),
        (&[b"\xff\xfd\x01", b"BusyBox v1.30\r\n~ # ", b"\r\n~ # "], Some(Access::Open)),
        // What looks like a prompt asks for a password once it is answered.
        (&[b"\xff\xfd\x01", b"Welcome>", b"\r\nPassword: "], Some(Access::CredentialAsked)),
        (&[b"\xff\xfd\x01", b"The clock says noon\r\n"], None),
    ] {
        let server = dialogue(pieces).await;
        let fact = identified(server.port, SHORT).await;
        assert_eq!(known(&fact), (Protocol::Telnet, access), "{pieces:?}");
    }
}

#[tokio::test]
async fn shells_are_known_by_their_work_with_and_without_a_prompt() {
    for shell in ["/bin/bash", "/bin/sh -i", "/bin/bash -i", "/usr/bin/busybox sh", "/bin/dash"] {
        let Some(server) = behind_socat(shell) else { return };
        let fact = identified(server.port, as_in_an_office()).await;
        assert_eq!(known(&fact), (Protocol::Shell, Some(Access::Open)), "{shell}");
    }
}

#[tokio::test]
async fn a_shell_behind_netcat_is_found() {
    let Some(ncat) = program("ncat") else { return };
    let port = free_port();
    let port_text = port.to_string();
    let arguments = ["-l", "-k", "127.78.0.1", &port_text, "-e", "/bin/bash"];
    let server = Daemon::start(&ncat, arguments, port, Folder::new());
    let fact = identified(server.port, as_in_an_office()).await;
    assert_eq!(known(&fact), (Protocol::Shell, Some(Access::Open)));
}

#[tokio::test]
async fn the_interpreter_of_windows_is_asked_in_its_own_words() {
    let server = StandIn::start(|mut visit| async move {
        let prompt = b"Microsoft Windows [Version 10.0.19045.4170]\r\n\r\nC:\\Windows>";
        drop(visit.stream.write_all(prompt).await);
        let line = String::from_utf8(visit.read().await).unwrap_or_default();
        let numbers = line.trim().strip_prefix("set /a ").and_then(|it| it.split_once('+'));
        if let Some((first, second)) = numbers {
            let sum: u32 = first.parse::<u32>().unwrap() + second.parse::<u32>().unwrap();
            let answer = format!("{line}{sum}\r\nC:\\Windows>");
            drop(visit.stream.write_all(answer.as_bytes()).await);
        }
        visit.read_to_end().await;
    })
    .await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!(known(&fact), (Protocol::Shell, Some(Access::Open)));
}

#[tokio::test]
async fn words_of_a_shell_without_its_work_are_no_open_door() {
    for (words, protocol) in [
        (&b"sh-5.2# "[..], Protocol::Shell),
        (b"uid=0(root) gid=0(root) groups=0(root)\n", Protocol::Shell),
        (b"$ ", Protocol::Unknown),
        (b"price list 2026\r\nUSD# ", Protocol::Unknown),
    ] {
        let server = StandIn::saying(words).await;
        assert_eq!(known(&identified(server.port, SHORT).await), (protocol, None));
    }
}

/// An X server on the port of display `number`, with or without a cookie.
fn xvfb(cookie: Option<[u8; 16]>) -> Option<Daemon> {
    let (server, folder) = (program("Xvfb")?, Folder::new());
    let number = 2_000 + free_port() % 2_000;
    let display = format!(":{number}");
    let fixed = [&display, "-listen", "tcp", "-nolock", "-nolisten", "unix", "-nolisten", "local"];
    let mut arguments: Vec<String> = fixed.iter().map(|it| (*it).to_owned()).collect();
    if let Some(cookie) = cookie {
        // An entry of Xauthority: any family, no address, no display, name, cookie.
        let name = b"MIT-MAGIC-COOKIE-1";
        let entry = [&[0xff, 0xff, 0, 0, 0, 0, 0, 18][..], name, &[0, 16], &cookie].concat();
        fs::write(folder.file("cookies"), entry).unwrap();
        arguments.extend(["-auth".to_owned(), folder.file("cookies")]);
    } else {
        arguments.push("-ac".to_owned());
    }
    Some(Daemon::start(&server, arguments, 6_000 + number, folder))
}

#[tokio::test]
async fn an_x_server_tells_its_release_to_whoever_it_lets_in() {
    let Some(server) = xvfb(None) else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::X11, Some(Access::Open)));
    assert!(clues(&fact, ClueSource::X11Vendor)[0].starts_with("The X.Org Foundation 1"));
}

#[tokio::test]
async fn an_x_server_with_a_cookie_asks_for_it() {
    let Some(server) = xvfb(Some([7; 16])) else { return };
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::X11, Some(Access::CredentialAsked)));
    assert!(fact.banner.unwrap().contains("uthoriz"));
}

/// One that gives `answer` to whoever speaks as `beginning` does, and hangs up on others.
async fn answering(beginning: &'static [u8], answer: &'static [u8]) -> StandIn {
    StandIn::start(move |mut visit: Visit| async move {
        if visit.read().await.starts_with(beginning) {
            drop(visit.stream.write_all(answer).await);
            visit.read_to_end().await;
        }
    })
    .await
}

/// As AOSP's `docs/dev/protocol.md` and `adb.h` describe the messages.
#[tokio::test]
async fn android_devices_with_and_without_a_key_are_told_apart() {
    let open = b"CNXN\x01\0\0\x01\0\0\x10\0\x2a\0\0\0\0\0\0\0\xbc\xb1\xa7\xb1\
        device::ro.product.model=Signage;features=";
    let token = b"AUTH\x01\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\xbe\xaa\xab\xb7\x01\x02\x03\x04";
    let tls = b"STLS\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\xac\xab\xb3\xac";
    for (answer, access) in [
        (&open[..], Access::Open),
        (token, Access::CredentialAsked),
        (tls, Access::CredentialAsked),
    ] {
        let server = answering(b"CNXN", answer).await;
        let fact = identified(server.port, SHORT).await;
        assert_eq!(known(&fact), (Protocol::Adb, Some(access)));
        let banner = "device::ro.product.model=Signage;features=";
        let told = clues(&fact, ClueSource::AdbBanner);
        assert_eq!(told.contains(&banner), access == Access::Open);
        assert!(!server.received().windows(4).any(|it| it == b"AUTH"), "no key is offered");
    }
}

#[tokio::test]
async fn a_virtual_machine_tells_its_version_to_a_debugger() {
    let Some(java) = program("java") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let text = "public class Wait { public static void main(String[] a) throws Exception \
        { Thread.sleep(600000); } }";
    let source = folder.write("Wait.java", text);
    let agent =
        format!("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.78.0.1:{port}");
    let server = Daemon::start(&java, [agent, source], port, folder);
    let fact = identified(server.port, LONG).await;
    assert_eq!(known(&fact), (Protocol::Jdwp, Some(Access::Open)));
    assert!(clues(&fact, ClueSource::JdwpVersion)[0].contains(" VM "), "{fact:?}");
}

#[tokio::test]
async fn a_chat_server_is_found_without_registering() {
    let Some(ngircd) = program("ngircd") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let text = format!(
        "[Global]\nName = irc.office.example\nInfo = test\nListen = 127.78.0.1\nPorts = {port}\n\
         MotdPhrase = hello\n[Limits]\nMaxConnectionsIP = 0\n[Options]\nIdent = no\nPAM = no\nDNS = no\n"
    );
    let config = folder.write("ngircd.conf", &text);
    let server = Daemon::start(&ngircd, ["-n", "-f", &config], port, folder);
    let fact = identified(server.port, LONG).await;
    assert_eq!(fact.protocol, Protocol::Irc);
    assert_eq!(fact.banner.as_deref(), Some("irc.office.example"));
}

#[tokio::test]
async fn a_chat_server_that_speaks_first_is_asked_on_the_same_connection() {
    let server = StandIn::start(|mut visit| async move {
        let notice = b":irc.office.example NOTICE * :*** Looking up your hostname...\r\n";
        drop(visit.stream.write_all(notice).await);
        visit.read().await;
        let answer = b":irc.office.example CAP * LS :multi-prefix\r\n";
        drop(visit.stream.write_all(answer).await);
        visit.read_to_end().await;
    })
    .await;
    assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Irc);
    assert_eq!(server.connections(), 1);
}

/// The bytes are those of the checker that Cisco published.
#[tokio::test]
async fn a_switch_that_takes_configurations_is_found() {
    let answer = b"\0\0\0\x04\0\0\0\0\0\0\0\x03\0\0\0\x08\0\0\0\x01\0\0\0\0";
    let server = answering(b"\0\0\0\x01\0\0\0\x01\0\0\0\x04", answer).await;
    let fact = identified(server.port, SHORT).await;
    assert_eq!(known(&fact), (Protocol::SmartInstall, Some(Access::Open)));
}

#[tokio::test]
async fn teamviewer_is_known_by_its_first_message() {
    let mut message = vec![0x17, 0x24, 0x0a, 0x20];
    message.resize(37, 0);
    let server = StandIn::saying(message.leak()).await;
    assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::TeamViewer);
    let mut longer = vec![0x17, 0x24, 0x0a, 0x20];
    longer.resize(60, 0);
    let server = StandIn::saying(longer.leak()).await;
    assert_eq!(identified(server.port, SHORT).await.protocol, Protocol::Unknown);
}

/// An approach or a greeter that believes too easily shows here.
#[tokio::test]
async fn servers_that_are_none_of_these_are_not_taken_for_them() {
    let echo = StandIn::start(|mut visit| async move {
        loop {
            let heard = visit.read().await;
            if heard.is_empty() || visit.stream.write_all(&heard).await.is_err() {
                return;
            }
        }
    })
    .await;
    assert_eq!(identified(echo.port, SHORT).await.protocol, Protocol::Echo);

    let web = StandIn::start(|mut visit| async move {
        visit.read().await;
        drop(visit.stream.write_all(&response("400 Bad Request", "what?")).await);
    })
    .await;
    assert_eq!(identified(web.port, SHORT).await.protocol, Protocol::Http);

    for seed in 0..8_u8 {
        let random = StandIn::start(move |mut visit| async move {
            let mut state = u32::from(seed) + 1;
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .take(300)
            .collect();
            visit.read().await;
            drop(visit.stream.write_all(&bytes).await);
        })
        .await;
        assert_eq!(identified(random.port, SHORT).await.protocol, Protocol::Unknown, "{seed}");
    }
    for piece in [&b"\xff\xfb\x01"[..], b"login: ", b"RFB ", b"x", b"@RSYNCD: OK\n", b"\0"] {
        let endless =
            StandIn::start(move |mut visit| async move { flood(&mut visit.stream, piece).await })
                .await;
        let fact = identified(endless.port, SHORT).await;
        assert!(fact.access.is_none(), "{piece:?} {fact:?}");
        assert_eq!(fact.protocol, Protocol::Unknown, "{piece:?}");
    }
}
