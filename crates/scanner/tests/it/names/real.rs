//! One test a source against what people really run.

use hoshimori_inspection::evidence::Observation;
use hoshimori_scanner::NameFinder;

use super::finder::{Bench, LONG, SHORT, names, note};
use super::link::{HOST, Link, run_isolated};
use crate::services::daemon::{Daemon, Folder, program};

#[tokio::test]
async fn dnsmasq_names_what_it_knows() {
    let Some(dnsmasq) = program("dnsmasq") else { return };
    if std::net::TcpListener::bind("127.78.0.1:53").is_err() {
        println!("skipped: port 53 needs a privilege");
        return;
    }
    let arguments = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--user=",
        "--pid-file=",
        "--bind-interfaces",
        "--listen-address=127.78.0.1",
        "--host-record=reception.office.example,192.0.2.1,2001:db8::1",
        "--bogus-priv",
    ];
    let _server = Daemon::start(&dnsmasq, arguments, 53, Folder::new());
    let bench = Bench::new();
    let addresses = ["192.0.2.1", "2001:db8::1", "192.168.83.2"].map(|it| it.parse().unwrap());
    let seen = bench.finder(LONG).reverse_dns(&[bench.permit("127.78.0.1")], &addresses).await;
    assert_eq!(names(&seen[0]), ["reception.office.example"]);
    assert_eq!(names(&seen[1]), ["reception.office.example"]);
    assert!(names(&seen[2]).is_empty());
    assert!(note(&seen[2]).contains("NXDOMAIN"), "{}", note(&seen[2]));
}

#[test]
fn avahi_names_itself() {
    if program("avahi-daemon").is_some() {
        run_isolated("names::real::avahi_names_itself_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn avahi_names_itself_on_a_link() {
    let folder = Folder::new();
    let config = folder.write(
        "avahi.conf",
        "[server]\nhost-name=reception-mac\nuse-ipv6=no\nenable-dbus=no\nallow-interfaces=hsna\n\
         [publish]\npublish-workstation=yes\n",
    );
    let arguments = ["--file", &config, "--no-drop-root", "--no-chroot", "--no-rlimits"];
    let _host = Link::start(&program("avahi-daemon").unwrap(), &arguments);
    let bench = Bench::new();
    let (finder, permit) = (bench.finder(SHORT), bench.permit(HOST));
    let seen = until_named(|| finder.mdns(&permit)).await;
    assert_eq!(names(&seen), ["reception-mac.local"]);
    assert!(note(&seen).contains("_workstation._tcp.local"), "{}", note(&seen));
}

#[test]
fn samba_names_itself_in_japanese() {
    if program("nmbd").is_some() {
        run_isolated("names::real::samba_names_itself_in_japanese_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn samba_names_itself_in_japanese_on_a_link() {
    let folder = Folder::new();
    let here = folder.path().display();
    let config = folder.write(
        "smb.conf",
        &format!(
            "[global]\nworkgroup = 会議室\nnetbios name = 受付-PC\ndos charset = CP932\n\
             interfaces = hsna\nlog file = {here}/log\nlock directory = {here}\n\
             state directory = {here}\ncache directory = {here}\npid directory = {here}\n\
             private dir = {here}\nncalrpc dir = {here}\nnmbd:socket dir = {here}/nmbd\n"
        ),
    );
    let config = format!("--configfile={config}");
    let arguments = ["--foreground", "--no-process-group", &config];
    let _host = Link::start(&program("nmbd").unwrap(), &arguments);
    let bench = Bench::new();
    let (finder, permit) = (bench.finder(SHORT), bench.permit(HOST));
    let seen = until_named(|| async { finder.netbios(&permit).await.unwrap() }).await;
    assert_eq!(names(&seen), ["受付-PC"]);
    assert!(note(&seen).contains("in the workgroup or domain 会議室"), "{}", note(&seen));
}

/// Asks until the daemon has claimed its name, which takes some seconds.
async fn until_named<F: Future<Output = Observation>>(ask: impl Fn() -> F) -> Observation {
    let mut last = None;
    for _ in 0..60 {
        let seen = ask().await;
        if !names(&seen).is_empty() {
            return seen;
        }
        last = Some(seen);
        tokio::time::sleep(NameFinder::WAIT / 2).await;
    }
    panic!("no name: {last:?}");
}
