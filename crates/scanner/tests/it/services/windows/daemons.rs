use std::path::Path;

use hoshimori_inspection::evidence::{ClueSource, Protocol, ServiceFact};

use super::identify;
use crate::services::bench::{LONG, clues, service};
use crate::services::daemon::{Daemon, Folder, free_port, program, run};

/// What the daemon is, as evidence has it.
async fn fact_of(daemon: &Daemon) -> ServiceFact {
    service(&identify(daemon.port, LONG).await).clone()
}

/// Samba's file server with `settings`, or `None` where it is not installed.
fn smbd(settings: &str) -> Option<Daemon> {
    let server = program("smbd")?;
    let (folder, port) = (Folder::new(), free_port());
    let place = folder.path().to_str().unwrap().to_owned();
    let config = folder.write(
        "smb.conf",
        &format!(
            "[global]\nworkgroup = OFFICE\nnetbios name = RECEPTION\nserver role = standalone\n\
             interfaces = 127.78.0.1/8\nbind interfaces only = yes\ndisable spoolss = yes\n\
             load printers = no\nprivate dir = {place}\nlock directory = {place}\n\
             state directory = {place}\ncache directory = {place}\npid directory = {place}\n\
             ncalrpc dir = {place}/ncalrpc\nlog file = {place}/log\n{settings}\n"
        ),
    );
    let number = port.to_string();
    let arguments = ["-F", "--no-process-group", "-s", &config, "-p", &number];
    Some(Daemon::start(&server, arguments, port, folder))
}

#[tokio::test]
async fn samba_is_smb_without_version_1_and_keeps_its_own_build() {
    let Some(server) = smbd("server signing = mandatory") else { return };
    let fact = fact_of(&server).await;
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Smb, None));
    assert_eq!(clues(&fact, ClueSource::SmbDialect), ["3.1.1 signing=required"]);
    assert_eq!(clues(&fact, ClueSource::NtlmBuild), ["6.1.0"]);
    assert_eq!(clues(&fact, ClueSource::NtlmComputer), ["RECEPTION"]);
}

#[tokio::test]
async fn samba_with_version_1_tells_it_and_names_its_software() {
    let Some(server) = smbd("server min protocol = NT1\nserver signing = disabled") else { return };
    let fact = fact_of(&server).await;
    let dialects = clues(&fact, ClueSource::SmbDialect);
    assert_eq!(dialects, ["3.1.1 signing=enabled", "1 signing=disabled"]);
    let software = clues(&fact, ClueSource::SmbNativeLanMan);
    assert!(software[0].starts_with("Samba 4."), "{software:?}");
}

#[tokio::test]
async fn samba_with_version_1_alone_is_smb() {
    let Some(server) = smbd("server min protocol = NT1\nserver max protocol = NT1") else { return };
    let fact = fact_of(&server).await;
    assert_eq!(fact.protocol, Protocol::Smb);
    assert_eq!(clues(&fact, ClueSource::SmbDialect), ["1 signing=disabled"]);
    assert_eq!(clues(&fact, ClueSource::NtlmBuild), ["6.1.0"]);
}

#[tokio::test]
async fn openldap_tells_its_root() {
    let Some(server) = program("slapd") else { return };
    let (folder, port) = (Folder::new(), free_port());
    let pid = folder.file("pid");
    let config = folder
        .write("slapd.conf", &format!("include /etc/ldap/schema/core.schema\npidfile {pid}\n"));
    let address = format!("ldap://127.78.0.1:{port}/");
    let server = Daemon::start(&server, ["-d", "0", "-f", &config, "-h", &address], port, folder);
    let fact = fact_of(&server).await;
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Ldap, None));
    assert!(clues(&fact, ClueSource::LdapRootDse).contains(&"objectClass=OpenLDAProotDSE"));
    assert_eq!(fact.access, None);
}

#[tokio::test]
async fn a_key_distribution_centre_refuses_a_stranger() {
    let (Some(server), Some(tool)) = (program("krb5kdc"), program("kdb5_util")) else { return };
    let (folder, port) = (Folder::new(), free_port());
    let (database, stash) = (folder.file("principal"), folder.file("stash"));
    let kdc = folder.write(
        "kdc.conf",
        &format!(
            "[kdcdefaults]\nkdc_listen = 127.78.0.1:{port}\nkdc_tcp_listen = 127.78.0.1:{port}\n\
             [realms]\nOFFICE.EXAMPLE = {{\ndatabase_name = {database}\n\
             key_stash_file = {stash}\n}}\n[logging]\nkdc = FILE:{stash}.log\n"
        ),
    );
    let krb5 = folder.write("krb5.conf", "[libdefaults]\ndefault_realm = OFFICE.EXAMPLE\n");
    let (krb5, kdc) = (format!("KRB5_CONFIG={krb5}"), format!("KRB5_KDC_PROFILE={kdc}"));
    let making = ["create", "-r", "OFFICE.EXAMPLE", "-P", "of-the-test-alone"];
    let env = Path::new("/usr/bin/env");
    let tool = tool.to_str().unwrap().to_owned();
    let fixed = [krb5.as_str(), &kdc, &tool];
    run(env, &[&fixed[..], &making, &["-s", "-sf", &stash]].concat());
    let server = server.to_str().unwrap().to_owned();
    let server = Daemon::start(env, [krb5.as_str(), &kdc, &server, "-n"], port, folder);
    let fact = fact_of(&server).await;
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Kerberos, None));
    assert!(fact.banner.unwrap().starts_with("Kerberos error "));
}

#[tokio::test]
async fn xrdp_chooses_tls_and_has_no_login_first() {
    let (Some(server), Some(openssl)) = (program("xrdp"), program("openssl")) else { return };
    let (folder, port) = (Folder::new(), free_port());
    let (key, certificate) = (folder.file("key"), folder.file("certificate"));
    let fixed = ["req", "-x509", "-nodes", "-subj", "/CN=desk.office.example", "-days", "30"];
    let files = ["-newkey", "rsa:2048", "-keyout", &key, "-out", &certificate];
    run(&openssl, &[&fixed[..], &files].concat());
    let config = folder.write(
        "xrdp.ini",
        &format!(
            "[Globals]\nini_version=1\nfork=true\nport=tcp://127.78.0.1:{port}\n\
             security_layer=negotiate\ncrypt_level=high\ncertificate={certificate}\n\
             key_file={key}\nssl_protocols=TLSv1.2, TLSv1.3\n[Logging]\nEnableSyslog=false\n"
        ),
    );
    let server = Daemon::start(&server, ["--nodaemon", "--config", &config], port, folder);
    let fact = fact_of(&server).await;
    assert_eq!((fact.protocol, fact.trouble.as_ref()), (Protocol::Rdp, None));
    assert_eq!(clues(&fact, ClueSource::RdpProtocol), ["tls nla=none"]);
    assert_eq!(clues(&fact, ClueSource::TlsSubject), ["CN=desk.office.example"]);
}

#[tokio::test]
async fn the_file_server_of_impacket_keeps_its_own_build() {
    let example = "/usr/share/doc/python3-impacket/examples/smbserver.py";
    let Some(python) = program("python3") else { return };
    if !Path::new(example).exists() {
        println!("skipped: `python3-impacket` is not installed");
        return;
    }
    let (folder, port) = (Folder::new(), free_port());
    let share = folder.path().to_str().unwrap().to_owned();
    let number = port.to_string();
    let arguments =
        [example, "-smb2support", "-ip", "127.78.0.1", "-port", &number, "SHARE", &share];
    let server = Daemon::start(&python, arguments, port, folder);
    let fact = fact_of(&server).await;
    assert_eq!(fact.protocol, Protocol::Smb);
}
