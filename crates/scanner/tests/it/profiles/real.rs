//! What daemons of Debian say of themselves: a gateway, a media server, a printer that announces
//! itself, an agent, and a print server.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hoshimori_inspection::evidence::{Access, ClueSource, Observation};
use hoshimori_inspection::scope::Permit;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{Prober, Quiet, UdpScanner};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::bench::{Bench, mappings, profile, texts};
use crate::names::link::{HOST, Link, run_isolated};
use crate::services::daemon::{Folder, program};
use crate::udp::bench::fact;

const GATEWAY: &str = "ext_ifname=hsnx\next_ip=11.22.33.44\nlistening_ip=hsna\nport=5000\n\
    enable_natpmp=no\nenable_upnp=yes\nupnp_table_name=filter\nupnp_nat_table_name=nat\n\
    upnp_forward_chain=miniupnpd\nupnp_nat_chain=prerouting_miniupnpd\n\
    upnp_nat_postrouting_chain=postrouting_miniupnpd\nlease_file={here}/leases\n\
    uuid=00000000-0000-4000-8000-000000000001\nfriendly_name=Reception Router\nmodel_number=2\n\
    allow 1024-65535 10.83.0.0/24 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535\n";

const LEASES: &str = "TCP:8080:10.83.0.1:8080:0:Winny\nUDP:40000:10.83.0.1:40001:0:libtorrent\n";

/// The chains that the gateway keeps its mappings in, and its side of the internet.
const GATEWAY_TABLES: &str = "table inet filter {\nchain miniupnpd {\n}\n}\n\
    table inet nat {\nchain prerouting_miniupnpd {\n}\nchain postrouting_miniupnpd {\n}\n}\n";

const RESPONDER: &str = "[server]\nhost-name=reception\nuse-ipv6=no\nallow-interfaces=hsna\n";

const DEVICE_INFO: &str = "<?xml version=\"1.0\" standalone='no'?>\
    <!DOCTYPE service-group SYSTEM \"avahi-service.dtd\"><service-group><name>Reception</name>\
    <service><type>_device-info._tcp</type><port>0</port>\
    <txt-record>model=MacBookPro18,1</txt-record></service></service-group>";

/// A host with everything that this machine has.
fn host(folder: &Folder) -> String {
    let here = folder.path().display().to_string();
    let write = |name: &str, text: &str| folder.write(name, &text.replace("{here}", &here));
    let gateway = write("gateway.conf", GATEWAY);
    write("leases", LEASES);
    let tables = write("tables.nft", GATEWAY_TABLES);
    let responder = write("avahi.conf", RESPONDER);
    let media = write(
        "minidlna.conf",
        "network_interface=hsna\nport=8200\ndb_dir={here}/db\nlog_dir={here}/db\n\
         media_dir={here}/db\nfriendly_name=Reception Media\nroot_container=.\n",
    );
    let agent = write("snmpd.conf", "agentAddress udp:10.83.0.2:161\n");
    write("device.service", DEVICE_INFO);
    write(
        "hosts",
        &format!("127.0.0.1 localhost\n{HOST} reception.example\nfd83::2 reception.example\n"),
    );
    format!(
        "mkdir -p /run/dbus {here}/db {here}/spool\n\
         mount -t tmpfs tmpfs /etc/avahi/services\n\
         cp {here}/device.service /etc/avahi/services/\n\
         mount --bind {here}/hosts /etc/hosts\n\
         ip address add fd83::2/64 dev hsna nodad\n\
         ip link add hsnx type veth peer name hsny\n\
         ip address add 11.22.33.44/24 dev hsnx\n\
         ip link set hsnx up\nip link set hsny up\n\
         nft -f {tables}\n\
         miniupnpd -d -f {gateway} -P {here}/gateway.pid >{here}/gateway.log 2>&1 &\n\
         minidlnad -d -f {media} -P {here}/media.pid >{here}/media.log 2>&1 &\n\
         snmpd -f -Lo -C -c {agent} -p {here}/snmpd.pid >{here}/agent.log 2>&1 &\n\
         dbus-daemon --system --nofork --nopidfile >{here}/dbus.log 2>&1 &\n\
         until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done\n\
         avahi-daemon --file {responder} --no-drop-root --no-chroot --no-rlimits \
         >{here}/avahi.log 2>&1 &\n\
         until [ -S /run/avahi-daemon/socket ]; do sleep 0.1; done\n\
         ippeveprinter -p 631 -n reception.example -M 'Example Works' -m 'MFP 2.5' -l Reception \
         -d {here}/spool Reception >{here}/printer.log 2>&1 &\n\
         wait\n"
    )
}

const PROGRAMS: [&str; 8] = [
    "nft",
    "ip",
    "miniupnpd",
    "minidlnad",
    "snmpd",
    "dbus-daemon",
    "avahi-daemon",
    "ippeveprinter",
];

#[test]
fn daemons_say_what_they_are() {
    if PROGRAMS.iter().all(|name| name == &"ip" || program(name).is_some()) {
        run_isolated("profiles::real::daemons_say_what_they_are_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn daemons_say_what_they_are_on_a_link() {
    let folder = Folder::new();
    let script = folder.write("host.sh", &host(&folder));
    let _host = Link::start(&program("sh").unwrap(), &[&script]);
    for port in [5_000, 8_200, 631] {
        wait_for(HOST, port).await;
    }
    let bench = Bench::new();
    let (prober, permit) = (bench.prober(), bench.permit(HOST));
    until_announced(&prober, &permit).await;
    let scanner = UdpScanner::new(prober.gate, Vantage::Guest, prober.tokens);
    let ports = scanner.scan(&permit, &Quiet).await;
    let told = |port: u16, source: ClueSource| -> Vec<String> {
        let of_port = ports.iter().filter(|it| it.target.port_number() == Some(port));
        let clues = of_port.flat_map(|it| &fact(it).clues).filter(|clue| clue.from == source);
        clues.map(|clue| clue.text.clone()).collect()
    };

    assert_eq!(told(161, ClueSource::SnmpEnterprise), ["8072"]);

    // The gateway: where it is, what it is, what it keeps.
    let types = told(1_900, ClueSource::SsdpType);
    assert!(types.len() > 5, "several answers of one search: {types:?}");
    let locations = told(1_900, ClueSource::SsdpLocation);
    assert_eq!(locations, ["http://10.83.0.2:5000/rootDesc.xml"]);
    let seen = prober.upnp(&permit, &locations).await;
    let gateway = profile(&seen[0]);
    assert_eq!(gateway.access, Some(Access::Open));
    assert_eq!(texts(gateway, ClueSource::UpnpFriendlyName)[0], "Reception Router");
    assert_eq!(texts(gateway, ClueSource::UpnpModelNumber)[0], "2");
    let list = mappings(&seen[1]);
    assert!(list.is_complete, "{list:?}");
    let mut entries: Vec<_> = list
        .entries
        .iter()
        .map(|it| (&*it.protocol, it.external_port, it.internal_port, &*it.description))
        .collect();
    entries.sort_unstable();
    assert_eq!(entries, [("TCP", 8_080, 8_080, "Winny"), ("UDP", 40_000, 40_001, "libtorrent")]);

    // The media server hears multicast only, so its place is given here.
    let seen = prober.upnp(&permit, &["http://10.83.0.2:8200/rootDesc.xml".to_owned()]).await;
    let media = profile(&seen[0]);
    assert_eq!(
        texts(media, ClueSource::UpnpModelName),
        ["Windows Media Connect compatible (MiniDLNA)"]
    );
    assert_eq!(texts(media, ClueSource::UpnpFriendlyName), ["Reception Media"]);

    // The printer, by the path that it announces.
    let types = told(5_353, ClueSource::MdnsService);
    assert!(types.iter().any(|kind| kind == "_ipp._tcp"), "{types:?}");
    let announced = prober.announced_services(&permit, &types).await.unwrap();
    assert_printer(&announced);
    let printer = prober.printer(&permit, &["ipp/print".to_owned()]).await;
    let fact = profile(&printer);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    assert_eq!(texts(fact, ClueSource::IppModel), ["Example Works MFP 2.5"]);
    let attributes = texts(fact, ClueSource::IppAttribute);
    assert!(attributes.contains(&"printer-location=Reception"), "{attributes:?}");
}

/// Asks until the responder is sure that nobody else has its names, which takes some seconds.
async fn until_announced(prober: &Prober<'_>, permit: &Permit) {
    for _ in 0..60 {
        let types = ["_ipp._tcp".to_owned()];
        let seen = prober.announced_services(permit, &types).await.unwrap();
        if !texts(profile(&seen), ClueSource::MdnsText).is_empty() {
            return;
        }
        sleep(Duration::from_millis(250)).await;
    }
    panic!("the printer is not announced");
}

fn assert_printer(announced: &Observation) {
    let fact = profile(announced);
    let ports = texts(fact, ClueSource::MdnsPort);
    assert!(ports.contains(&"_ipp._tcp:631"), "{ports:?}");
    let pairs = texts(fact, ClueSource::MdnsText);
    assert!(pairs.contains(&"_ipp._tcp:rp=ipp/print"), "{pairs:?}");
    assert!(pairs.contains(&"_ipp._tcp:ty=Example Works MFP 2.5"), "{pairs:?}");
    assert_eq!(texts(fact, ClueSource::MdnsDeviceModel), ["MacBookPro18,1"]);
}

/// Waits until somebody listens on `port` of `address`.
#[expect(clippy::disallowed_methods, reason = "the test looks whether its own daemon is up")]
async fn wait_for(address: &str, port: u16) {
    for _ in 0..400 {
        if TcpStream::connect((address, port)).await.is_ok() {
            return;
        }
        sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody listens on port {port} of {address}");
}

/// A print server that ends with the test.
struct PrintServer {
    child: Child,
    _folder: Folder,
}

impl Drop for PrintServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl PrintServer {
    /// CUPS with one queue, which leads nowhere, on 631 of `address`.
    fn start(address: &str) -> Option<Self> {
        let server = program("cupsd")?;
        if std::net::TcpListener::bind((address, 631)).is_err() {
            println!("skipped: port 631 needs a privilege");
            return None;
        }
        let folder = Folder::new();
        let here = folder.path().display().to_string();
        let files = folder.write(
            "files.conf",
            &format!(
                "ServerRoot {here}\nRequestRoot {here}\nCacheDir {here}\nStateDir {here}\n\
                 TempDir {here}\nAccessLog {here}/access\nErrorLog {here}/error\n\
                 PageLog {here}/page\nSystemGroup root\nFileDevice Yes\n"
            ),
        );
        let settings = folder.write(
            "cupsd.conf",
            &format!(
                "Listen {address}:631\nBrowsing No\nWebInterface No\nDefaultAuthType None\n\
                 <Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            ),
        );
        folder.write(
            "printers.conf",
            "<DefaultPrinter reception>\nInfo Reception printer\nLocation Reception\n\
             DeviceURI file:///dev/null\nState Idle\nAccepting Yes\nShared Yes\n\
             </DefaultPrinter>\n",
        );
        let mut command = Command::new(server);
        command.args(["-f", "-c", &settings, "-s", &files]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Some(Self { child: command.spawn().unwrap(), _folder: folder })
    }
}

#[tokio::test]
async fn a_queue_of_cups_tells_what_it_is() {
    // Over loopback CUPS answers to no other address.
    let address = "127.0.0.1";
    let Some(_server) = PrintServer::start(address) else { return };
    wait_for(address, 631).await;
    let bench = Bench::new();
    let (prober, permit) = (bench.prober(), bench.permit(address));
    let seen = prober.printer(&permit, &["printers/reception".to_owned()]).await;
    let fact = profile(&seen);
    assert_eq!((fact.access, &fact.trouble), (Some(Access::Open), &None));
    let attributes = texts(fact, ClueSource::IppAttribute);
    assert!(attributes.contains(&"printer-name=reception"), "{attributes:?}");
    assert!(attributes.contains(&"printer-location=Reception"), "{attributes:?}");
    assert!(texts(fact, ClueSource::HttpServer)[0].starts_with("CUPS/"));

    // Without the announced path the server is still known for what it is.
    let fact = prober.printer(&permit, &[]).await;
    let fact = profile(&fact);
    assert!(fact.access.is_none() && fact.trouble.is_some(), "{fact:?}");
    assert!(texts(fact, ClueSource::HttpServer)[0].starts_with("CUPS/"));
}
