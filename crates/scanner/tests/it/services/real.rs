//! One test a probe against what people really run.

use std::fs;

use hoshimori_inspection::evidence::{
    ClueSource, Fact, HttpOutcome, ProbeError, Protocol, SshOutcome, TlsOutcome, TrustVerdict,
};
use hoshimori_scanner::Breadth;

use super::bench::{Bench, LONG, clues, http, named, plain, service, ssh, tls};
use super::daemon::{Daemon, Folder, free_port, program, run};

/// OpenSSH with `settings`, or `None` where it is not installed.
fn sshd(settings: &str) -> Option<Daemon> {
    let (server, keygen) = (program("sshd")?, program("ssh-keygen")?);
    let folder = Folder::new();
    for kind in ["ed25519", "rsa"] {
        run(&keygen, &["-q", "-t", kind, "-N", "", "-f", &folder.file(kind)]);
    }
    // As root, OpenSSH insists on this folder for its unprivileged half.
    drop(fs::create_dir_all("/run/sshd"));
    let port = free_port();
    let (ed25519, rsa) = (folder.file("ed25519"), folder.file("rsa"));
    let text = format!(
        "Port {port}\nListenAddress 127.78.0.1\nHostKey {ed25519}\nHostKey {rsa}\nPidFile none\n\
         StrictModes no\n{settings}\n"
    );
    let config = folder.write("sshd_config", &text);
    Some(Daemon::start(&server, ["-D", "-f", &config], port, folder))
}

/// What `server` offers root, and the control name.
async fn offered(server: &Daemon) -> (SshOutcome, SshOutcome) {
    let bench = Bench::new();
    let users = ["root".to_owned()];
    let seen = bench.prober(LONG).ssh_auth(&bench.permit("127.78.0.1"), server.port, &users).await;
    let outcome = |variant| ssh(named(&seen, variant)).outcome.clone();
    (outcome("ssh-auth/root"), outcome("ssh-auth/control"))
}

fn methods(names: &[&str]) -> SshOutcome {
    let methods = names.iter().map(|name| (*name).to_owned()).collect();
    SshOutcome::Methods { methods, prompts: None }
}

#[tokio::test]
async fn sshd_with_passwords_offers_them_to_everybody() {
    let Some(server) = sshd("UsePAM no\nPermitRootLogin yes\nPasswordAuthentication yes") else {
        return;
    };
    let bench = Bench::new();
    let users = ["root".to_owned()];
    let seen = bench.prober(LONG).ssh_auth(&bench.permit("127.78.0.1"), server.port, &users).await;
    let root = named(&seen, "ssh-auth/root");
    let fact = ssh(root);
    let SshOutcome::Methods { methods, .. } = &fact.outcome else { panic!("{fact:?}") };
    assert!(methods.iter().any(|method| method == "password"), "{methods:?}");
    assert!(fact.server_version.as_deref().unwrap().starts_with("SSH-2.0-OpenSSH_"));
    let algorithms = fact.algorithms.as_ref().unwrap();
    assert!(algorithms.host_key.iter().any(|name| name == "ssh-ed25519"));
    assert!(root.sent.0.starts_with(b"SSH-2.0-hoshimori\r\n"));
    let newkeys = [10, 21];
    assert!(root.received.0.windows(2).any(|pair| pair == newkeys), "up to NEWKEYS");
    assert!(ssh(named(&seen, "ssh-auth/control")).is_control);
}

#[tokio::test]
async fn sshd_with_keys_only_offers_keys_only() {
    let settings = "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no";
    let Some(server) = sshd(settings) else { return };
    assert_eq!(offered(&server).await, (methods(&["publickey"]), methods(&["publickey"])));
}

#[tokio::test]
async fn sshd_with_an_exception_for_one_user_tells_it_to_that_user_only() {
    let settings = "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
        PermitRootLogin yes\nMatch User root\nPasswordAuthentication yes";
    let Some(server) = sshd(settings) else { return };
    let (root, control) = offered(&server).await;
    assert_eq!(root, methods(&["publickey", "password"]));
    assert_eq!(control, methods(&["publickey"]));
}

#[tokio::test]
async fn sshd_that_asks_for_the_password_through_pam_shows_its_prompt() {
    let settings = "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes";
    let Some(server) = sshd(settings) else { return };
    let (root, _) = offered(&server).await;
    let SshOutcome::Methods { methods, prompts } = &root else { panic!("{root:?}") };
    assert_eq!(*methods, ["publickey", "keyboard-interactive"]);
    let prompts = prompts.as_ref().unwrap();
    assert!(prompts[0].text.starts_with("Password:") && !prompts[0].echo, "{prompts:?}");
}

#[tokio::test]
async fn sshd_with_old_algorithms_only_is_asked_all_the_same() {
    let settings = "UsePAM no\nKexAlgorithms diffie-hellman-group1-sha1\nCiphers aes128-cbc\n\
        MACs hmac-sha1\nHostKeyAlgorithms ssh-rsa";
    let Some(server) = sshd(settings) else { return };
    let (root, _) = offered(&server).await;
    assert!(matches!(root, SshOutcome::Methods { .. }), "{root:?}");
}

#[tokio::test]
async fn sshd_with_nothing_in_common_cannot_be_asked() {
    let settings = "UsePAM no\nKexAlgorithms sntrup761x25519-sha512@openssh.com";
    let Some(server) = sshd(settings) else { return };
    let (root, _) = offered(&server).await;
    let SshOutcome::Failed(ProbeError::NoCommonGround { detail }) = &root else {
        panic!("{root:?}")
    };
    assert!(detail.contains("sntrup761x25519-sha512"), "{detail}");
}

#[tokio::test]
async fn nginx_is_recognised_and_does_not_trace() {
    let Some(server) = program("nginx") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let root = folder.path().display().to_string();
    let text = format!(
        "daemon off; pid {root}/pid; error_log stderr; events {{}}\n\
         http {{ access_log off;\n\
         client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;\n\
         uwsgi_temp_path {root}/d; scgi_temp_path {root}/e;\n\
         server {{ listen 127.78.0.1:{port}; root {root}; location / {{ return 200 hello; }} }} }}"
    );
    let config = folder.write("nginx.conf", &text);
    let server = Daemon::start(&server, ["-e", "stderr", "-c", &config, "-p", &root], port, folder);
    let bench = Bench::new();
    let (prober, permit) = (bench.prober(LONG), bench.permit("127.78.0.1"));
    let seen = prober.identify(&permit, server.port, Breadth::Every).await;
    assert_eq!(service(&seen).protocol, Protocol::Http);
    let software = clues(service(&seen), ClueSource::HttpServer);
    assert!(software[0].starts_with("nginx/1."), "{software:?}");
    let seen = prober.http_trace(&permit, &plain(server.port)).await;
    let status = |variant| http(named(&seen, variant)).response().unwrap().status;
    assert_eq!(status("trace"), 405);
}

#[tokio::test]
async fn apache_traces_where_it_is_told_to() {
    let Some(server) = program("apache2") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let (root, modules) = (folder.path().display().to_string(), "/usr/lib/apache2/modules");
    let text = format!(
        "ServerRoot {root}\nListen 127.78.0.1:{port}\nServerName localhost\nPidFile {root}/pid\n\
         ErrorLog {root}/log\nLoadModule mpm_event_module {modules}/mod_mpm_event.so\n\
         LoadModule authz_core_module {modules}/mod_authz_core.so\nTraceEnable on\n\
         User www-data\nGroup www-data\nDocumentRoot {root}\n"
    );
    let config = folder.write("apache.conf", &text);
    let server = Daemon::start(&server, ["-DFOREGROUND", "-f", &config], port, folder);
    let bench = Bench::new();
    let (prober, permit) = (bench.prober(LONG), bench.permit("127.78.0.1"));
    let seen = prober.http_trace(&permit, &plain(server.port)).await;
    let fact = http(named(&seen, "trace"));
    let HttpOutcome::Response(response) = &fact.outcome else { panic!("{fact:?}") };
    assert_eq!(response.header("content-type"), Some("message/http"));
    assert!(response.body_contains(fact.token.as_deref().unwrap()));
    let control = http(named(&seen, "control-trace")).response().unwrap();
    assert_ne!(control.status, 200);
    let seen = prober.http_methods(&permit, &plain(server.port)).await;
    assert!(seen.iter().all(|it| matches!(it.fact, Fact::Http(_))));
    let allow = http(named(&seen, "options")).response().unwrap().header("allow").unwrap();
    assert!(allow.contains("TRACE"), "{allow}");
}

/// `openssl s_server` with a fresh certificate made and served with these options.
fn s_server(making: &[&str], serving: &[&str]) -> Option<Daemon> {
    let openssl = program("openssl")?;
    let (folder, port) = (Folder::new(), free_port());
    let (key, certificate) = (folder.file("key"), folder.file("certificate"));
    let fixed = ["req", "-x509", "-nodes", "-subj", "/CN=old.office.example", "-days", "30"];
    let files = ["-keyout", &key, "-out", &certificate];
    run(&openssl, &[&fixed[..], making, &files].concat());
    let accept = format!("127.78.0.1:{port}");
    let fixed = ["s_server", "-quiet", "-accept", &accept, "-key", &key, "-cert", &certificate];
    let arguments = [&fixed[..], serving].concat();
    Some(Daemon::start(&openssl, &arguments, port, folder))
}

async fn chain_of(server: &Daemon) -> TlsOutcome {
    let bench = Bench::new();
    let seen = bench.prober(LONG).certificates(&bench.permit("127.78.0.1"), server.port, &[]).await;
    tls(&seen[0]).outcome.clone()
}

#[tokio::test]
async fn a_server_that_libraries_refuse_shows_its_certificate() {
    let making = ["-newkey", "rsa:1024", "-sha1"];
    let serving = ["-tls1", "-cipher", "ALL:@SECLEVEL=0"];
    let Some(server) = s_server(&making, &serving) else { return };
    let outcome = chain_of(&server).await;
    let TlsOutcome::Chain { version, certificates, trust } = &outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(version, "TLS 1.0");
    assert_eq!(certificates[0].subject, "CN=old.office.example");
    assert_eq!(certificates[0].key.bits, Some(1_024));
    assert_eq!(certificates[0].signature_algorithm, "sha1WithRSAEncryption");
    assert_eq!(trust[0].verdict, TrustVerdict::SelfSigned);
}

#[tokio::test]
async fn a_server_with_tls_1_3_only_shows_its_certificate() {
    let Some(server) = s_server(&["-newkey", "rsa:2048", "-sha256"], &["-tls1_3"]) else { return };
    let outcome = chain_of(&server).await;
    let TlsOutcome::Chain { version, certificates, .. } = &outcome else { panic!("{outcome:?}") };
    assert_eq!((version.as_str(), certificates[0].key.bits), ("TLS 1.3", Some(2_048)));
}

#[tokio::test]
async fn a_tls_server_that_libraries_refuse_is_identified_as_tls() {
    let serving = ["-tls1", "-cipher", "ALL:@SECLEVEL=0", "-www"];
    let Some(server) = s_server(&["-newkey", "rsa:1024", "-sha1"], &serving) else { return };
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    let seen = bench.prober(LONG).identify(&permit, server.port, Breadth::Every).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls), (Protocol::Tls, true));
    assert!(matches!(fact.trouble, Some(ProbeError::NoCommonGround { .. })), "{fact:?}");
}
