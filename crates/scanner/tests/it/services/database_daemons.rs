//! Databases that people really run.

use std::fs::{Permissions, metadata, set_permissions, write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use hoshimori_inspection::evidence::{Access, ClueSource, Observation, Protocol};
use hoshimori_scanner::Breadth;

use super::bench::{Bench, LONG, service};
use super::daemon::{Daemon, Folder, free_port, program, run};

async fn identify(daemon: &Daemon) -> Observation {
    let bench = Bench::new();
    let permit = bench.permit("127.78.0.1");
    bench.prober(LONG).identify(&permit, daemon.port, Breadth::Every).await
}

/// `MariaDB` whose accounts are changed by `sql` before it listens.
fn mariadb(sql: &str) -> Option<Daemon> {
    let (server, install) = (program("mariadbd")?, program("mariadb-install-db")?);
    let folder = Folder::new();
    let data = format!("--datadir={}", folder.file("data"));
    let method = "--auth-root-authentication-method=normal";
    run(&install, &["--no-defaults", &data, method, "--skip-test-db", "--user=root"]);
    let port = free_port();
    let arguments = [
        "--no-defaults".into(),
        data,
        "--user=root".into(),
        format!("--socket={}", folder.file("socket")),
        "--bind-address=127.78.0.1".into(),
        format!("--port={port}"),
        "--skip-name-resolve".into(),
        format!("--init-file={}", folder.write("init.sql", sql)),
    ];
    Some(Daemon::start(&server, arguments, port, folder))
}

#[tokio::test]
async fn mariadb_tells_its_debian_revision() {
    let Some(daemon) = mariadb("") else { return };
    let seen = identify(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mysql, Some(Access::CredentialAsked)));
    let version = fact.clues_from(ClueSource::MysqlVersion).next().unwrap();
    assert!(version.contains("-MariaDB"), "{version}");
    assert!(seen.sent.is_empty());
}

#[tokio::test]
async fn mariadb_for_its_own_host_refuses_this_one() {
    let sql = "DELETE FROM mysql.global_priv WHERE Host <> 'localhost';\nFLUSH PRIVILEGES;\n";
    let Some(daemon) = mariadb(sql) else { return };
    let seen = identify(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Mysql, Some(Access::Refused)));
}

/// The newest `PostgreSQL` of this machine, or `None` with a message.
fn postgresql_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|entry| entry.path().join("bin")).max();
    if found.is_none() {
        println!("skipped: `postgresql` is not installed");
    }
    found
}

/// `PostgreSQL` with these rules for who may come in, and with TLS. It does not run as root.
fn postgresql(rules: &str) -> Option<Daemon> {
    let (programs, setpriv) = (postgresql_folder()?, program("setpriv")?);
    let folder = Folder::new();
    let (data, sockets) = (folder.file("data"), folder.file(""));
    let certified = rcgen::generate_simple_self_signed(["db.office.example".into()]).unwrap();
    let certificate = folder.write("cert.pem", &certified.cert.pem());
    let key = folder.write("key.pem", &certified.signing_key.serialize_pem());
    set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let (mut command, mut prefix) = (PathBuf::from("/usr/bin/env"), Vec::new());
    if metadata(folder.path()).unwrap().uid() == 0 {
        let owner = metadata("/var/lib/postgresql").unwrap().uid();
        chown(folder.path(), Some(owner), None).unwrap();
        chown(&key, Some(owner), None).unwrap();
        prefix = vec![format!("--reuid={owner}"), "--clear-groups".into()];
        command = setpriv;
    }
    let with = |program: &str, rest: &[&str]| -> Vec<String> {
        let program = programs.join(program).to_str().unwrap().to_owned();
        let rest = rest.iter().map(|argument| (*argument).to_owned());
        prefix.iter().cloned().chain([program]).chain(rest).collect()
    };
    let init = with("initdb", &["-D", &data, "-A", "trust", "-N"]);
    run(&command, &init.iter().map(String::as_str).collect::<Vec<_>>());
    write(Path::new(&data).join("pg_hba.conf"), rules).unwrap();
    let port = free_port();
    let settings = format!(
        "port={port}\nlisten_addresses='127.78.0.1'\nunix_socket_directories='{sockets}'\n\
         ssl=on\nssl_cert_file='{certificate}'\nssl_key_file='{key}'\n"
    );
    write(Path::new(&data).join("postgresql.conf"), settings).unwrap();
    Some(Daemon::start(&command, with("postgres", &["-D", &data]), port, folder))
}

#[tokio::test]
async fn postgresql_is_open_where_it_trusts_everybody() {
    for (rule, access, encryption) in [
        ("host all all 127.0.0.0/8 trust", Some(Access::Open), "offered"),
        ("host all all 127.0.0.0/8 scram-sha-256", Some(Access::CredentialAsked), "offered"),
        ("host all all 127.0.0.0/8 md5", Some(Access::CredentialAsked), "offered"),
        ("hostssl all all 127.0.0.0/8 md5", Some(Access::CredentialAsked), "required"),
        ("hostssl all all 127.0.0.0/8 trust", Some(Access::Open), "required"),
        ("host all all 127.0.0.0/8 reject", None, "offered"),
    ] {
        let Some(daemon) = postgresql(&format!("{rule}\n")) else { return };
        let seen = identify(&daemon).await;
        let fact = service(&seen);
        assert_eq!((fact.protocol, fact.access), (Protocol::Postgresql, access), "{rule}");
        let offered: Vec<&str> = fact.clues_from(ClueSource::DatabaseEncryption).collect();
        assert_eq!(offered, [encryption], "{rule}");
        let errors: Vec<&str> = fact.clues_from(ClueSource::PostgresError).collect();
        let tells = |place: &str| errors.iter().any(|error| error.contains(place));
        assert!(tells("F=postmaster.c") || tells("F=backend_startup.c"), "{rule}: {errors:?}");
    }
}

fn redis(arguments: &[&str], folder: Folder) -> Option<Daemon> {
    let program = program("redis-server")?;
    let port = free_port();
    let number = port.to_string();
    let mut all = vec!["--bind", "127.78.0.1", "--save", ""];
    all.extend(
        arguments.iter().map(|argument| if *argument == "PORT" { &number } else { *argument }),
    );
    Some(Daemon::start(&program, all, port, folder))
}

#[tokio::test]
async fn redis_without_a_password_tells_everything() {
    let settings = ["--port", "PORT", "--protected-mode", "no"];
    let Some(daemon) = redis(&settings, Folder::new()) else { return };
    let seen = identify(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Redis, Some(Access::Open)));
    let clues: Vec<&str> = fact.clues_from(ClueSource::RedisInfo).collect();
    assert!(clues.iter().any(|clue| clue.starts_with("redis_version:")), "{clues:?}");
    assert!(clues.iter().any(|clue| clue.starts_with("os:Linux")), "{clues:?}");
}

#[tokio::test]
async fn redis_with_a_password_asks_for_it() {
    let settings = ["--port", "PORT", "--requirepass", "not-sent-by-anybody"];
    let Some(daemon) = redis(&settings, Folder::new()) else { return };
    let seen = identify(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.access), (Protocol::Redis, Some(Access::CredentialAsked)));
    assert!(fact.banner.as_deref().unwrap().starts_with("NOAUTH"), "{fact:?}");
}

#[tokio::test]
async fn redis_inside_tls_is_found_there() {
    let folder = Folder::new();
    let certified = rcgen::generate_simple_self_signed(["cache.office.example".into()]).unwrap();
    let certificate = folder.write("cert.pem", &certified.cert.pem());
    let key = folder.write("key.pem", &certified.signing_key.serialize_pem());
    let settings = [
        "--port",
        "0",
        "--tls-port",
        "PORT",
        "--tls-auth-clients",
        "no",
        "--protected-mode",
        "no",
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &certificate,
    ];
    let Some(daemon) = redis(&settings, folder) else { return };
    let seen = identify(&daemon).await;
    let fact = service(&seen);
    assert_eq!((fact.protocol, fact.tls, fact.access), (Protocol::Redis, true, Some(Access::Open)));
}

#[tokio::test]
async fn memcached_is_open_unless_it_has_users() {
    let Some(program) = program("memcached") else { return };
    for (users, access) in [(None, Access::Open), (Some("a:b\n"), Access::CredentialAsked)] {
        let (folder, port) = (Folder::new(), free_port());
        let number = port.to_string();
        let mut arguments = ["-u", "root", "-l", "127.78.0.1", "-U", "0", "-p", &number]
            .map(str::to_owned)
            .to_vec();
        if let Some(users) = users {
            arguments.extend(["-Y".into(), folder.write("users", users)]);
        }
        let daemon = Daemon::start(&program, arguments, port, folder);
        let seen = identify(&daemon).await;
        let fact = service(&seen);
        assert_eq!((fact.protocol, fact.access), (Protocol::Memcached, Some(access)));
        let version = fact.clues_from(ClueSource::MemcachedVersion).next();
        assert_eq!(version.is_some(), access == Access::Open);
    }
}
