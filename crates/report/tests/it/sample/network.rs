//! What the probes saw: fourteen hosts that answer, a few dozen addresses that do not.

use std::net::IpAddr;

use hoshimori_inspection::bytes::Bytes;
use hoshimori_inspection::evidence::{
    Fact, HttpFact, HttpOutcome, HttpPurpose, HttpResponse, Observation, ObservationKey, Protocol,
    ServiceFact, SshAuthFact, SshOutcome, TlsFact, TlsOutcome,
};
use hoshimori_inspection::inventory::{Confidence, Identity, Inventory, Product, ServiceIdentity};
use hoshimori_inspection::target::Target;
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scheme::Text;
use jiff::{SignedDuration, Timestamp};

use super::scans;

/// An open port: number, protocol, in TLS, product, version.
type Port = (u16, Protocol, bool, &'static str, &'static str);

/// A host that answers: address, from where it is seen, open ports.
pub(super) type Host = (&'static str, Vantage, &'static [Port]);

/// The hosts that answer.
pub(super) const HOSTS: [Host; 14] = [
    (
        "192.168.10.1",
        Vantage::Guest,
        &[
            (22, Protocol::Ssh, false, "Dropbear sshd", "2019.78"),
            (53, Protocol::Dns, false, "dnsmasq", "2.80"),
            (80, Protocol::Http, false, "lighttpd", "1.4.55"),
            (443, Protocol::Http, true, "lighttpd", "1.4.55"),
        ],
    ),
    (
        "192.168.10.5",
        Vantage::Guest,
        &[(8008, Protocol::Http, false, "", ""), (8009, Protocol::Tls, true, "", "")],
    ),
    (
        "192.168.10.21",
        Vantage::Guest,
        &[
            (80, Protocol::Http, false, "mini_httpd", "1.19"),
            (554, Protocol::Unknown, false, "", ""),
        ],
    ),
    (
        "192.168.10.22",
        Vantage::Guest,
        &[
            (80, Protocol::Http, false, "nginx", "1.18.0"),
            (8443, Protocol::Http, true, "nginx", "1.18.0"),
        ],
    ),
    (
        "192.168.20.10",
        Vantage::Guest,
        &[
            (22, Protocol::Ssh, false, "OpenSSH", "8.4p1 Debian-5+deb11u3"),
            (80, Protocol::Http, false, "Apache httpd", "2.4.52"),
            (443, Protocol::Http, true, "Apache httpd", "2.4.52"),
        ],
    ),
    (
        "192.168.20.11",
        Vantage::Guest,
        &[
            (21, Protocol::Ftp, false, "vsftpd", "3.0.3"),
            (22, Protocol::Ssh, false, "OpenSSH", "7.9p1 Debian-10+deb10u2"),
            (80, Protocol::Http, false, "lighttpd", "1.4.53"),
            (445, Protocol::Unknown, false, "", ""),
        ],
    ),
    (
        "192.168.20.12",
        Vantage::Business,
        &[
            (22, Protocol::Ssh, false, "OpenSSH", "7.2p2 Ubuntu-4ubuntu2.8"),
            (3306, Protocol::Unknown, false, "MySQL", "5.7.33-0ubuntu0.16.04.1"),
        ],
    ),
    (
        "192.168.20.13",
        Vantage::Business,
        &[
            (135, Protocol::Silent, false, "", ""),
            (445, Protocol::Unknown, false, "", ""),
            (3389, Protocol::Tls, true, "", ""),
        ],
    ),
    (
        "192.168.20.14",
        Vantage::Business,
        &[
            (25, Protocol::Smtp, false, "Postfix", "3.4.13"),
            (443, Protocol::Http, true, "nginx", "1.14.2"),
        ],
    ),
    (
        "192.168.30.2",
        Vantage::Management,
        &[
            (22, Protocol::Ssh, false, "OpenSSH", "6.6.1"),
            (80, Protocol::Http, false, "GoAhead-Webs", "2.5"),
        ],
    ),
    (
        "192.168.30.3",
        Vantage::Management,
        &[
            (22, Protocol::Ssh, false, "Dropbear sshd", "2020.81"),
            (443, Protocol::Http, true, "lighttpd", "1.4.59"),
        ],
    ),
    (
        "192.168.30.4",
        Vantage::Management,
        &[
            (22, Protocol::Ssh, false, "Dropbear sshd", "2020.81"),
            (443, Protocol::Http, true, "lighttpd", "1.4.59"),
        ],
    ),
    ("192.168.30.5", Vantage::Management, &[]),
    (
        "2001:db8:10::1",
        Vantage::Guest,
        &[
            (53, Protocol::Dns, false, "dnsmasq", "2.80"),
            (443, Protocol::Http, true, "lighttpd", "1.4.55"),
        ],
    ),
];

/// Every observation, in the order in which the probes ran.
pub(super) fn observations(hosts: &[Host], silent: &[u8]) -> Vec<Observation> {
    let mut seen = Vec::new();
    for last in silent {
        let address = IpAddr::from([192, 168, 10, *last]);
        seen.push(dated(scans::silent(address, Vantage::Guest), seen.len()));
    }
    for &(address, vantage, ports) in hosts {
        let address: IpAddr = address.parse().unwrap();
        let open: Vec<u16> = ports.iter().map(|port| port.0).collect();
        for observation in scans::of(address, vantage, &open) {
            seen.push(dated(observation, seen.len()));
        }
        for port in ports {
            for observation in probes(address, vantage, *port) {
                seen.push(dated(observation, seen.len()));
            }
        }
    }
    seen
}

/// What the clues of `hosts` were read as.
pub(super) fn inventory(hosts: &[Host]) -> Inventory {
    let identities = hosts.iter().map(|(address, _, ports)| {
        let address: IpAddr = address.parse().unwrap();
        let services = ports.iter().map(|port| service_identity(address, *port)).collect();
        (address, Identity { services, ..Identity::default() })
    });
    Inventory { hosts: identities.collect() }
}

fn service_identity(address: IpAddr, port: Port) -> ServiceIdentity {
    let (number, _, _, name, version) = port;
    let product = Product {
        vendor: None,
        name: name.to_owned(),
        version: (!version.is_empty()).then(|| version.to_owned()),
        revision: None,
        cpe: None,
        confidence: Confidence::Fair,
        reasons: Vec::new(),
    };
    let products = if name.is_empty() { Vec::new() } else { vec![product] };
    ServiceIdentity { target: Target::tcp(address, number), products }
}

fn probes(address: IpAddr, vantage: Vantage, port: Port) -> Vec<Observation> {
    let (number, protocol, tls, product, version) = port;
    let target = Target::tcp(address, number);
    let banner = match protocol {
        Protocol::Ssh => Some(format!("SSH-2.0-{}_{version}", product.replace(' ', "_"))),
        Protocol::Ftp => Some("220 (vsFTPd 3.0.3)".to_owned()),
        Protocol::Smtp => Some("220 mail.kohan.example.jp ESMTP Postfix".to_owned()),
        _ => None,
    };
    let fact = ServiceFact { tls, banner: banner.clone(), ..ServiceFact::of(protocol) };
    let mut service = observation("service", target, vantage, "", Fact::Service(fact));
    service.received = banner.unwrap_or_default().into_bytes().into();
    let mut all = vec![service];
    match protocol {
        Protocol::Ssh => all.extend(["root", "h5c1e9d0"].map(|user| ssh(target, vantage, user))),
        Protocol::Http => {
            all.extend(HTTP.map(|(name, purpose)| http(target, vantage, name, purpose, port)));
        }
        _ => {}
    }
    if tls {
        let outcome =
            TlsOutcome::Chain { version: "TLS 1.2".into(), certificates: vec![], trust: vec![] };
        let fact = Fact::Tls(TlsFact { server_name: None, outcome });
        let mut hello = observation("tls", target, vantage, "no-name", fact);
        hello.sent = b"\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03".repeat(9).into();
        hello.received = b"\x16\x03\x03\x00\x41\x02\x00\x00\x3d\x03\x03".repeat(40).into();
        hello.repeat =
            Some(format!("openssl s_client -connect {} -showcerts </dev/null", host_port(target)));
        all.push(hello);
    }
    all
}

const HTTP: [(&str, HttpPurpose); 5] = [
    ("front", HttpPurpose::Front),
    ("options", HttpPurpose::Options),
    ("control", HttpPurpose::ControlMethod),
    ("trace", HttpPurpose::Trace),
    ("track", HttpPurpose::Track),
];

fn http(
    target: Target,
    vantage: Vantage,
    name: &str,
    purpose: HttpPurpose,
    port: Port,
) -> Observation {
    let method = match purpose {
        HttpPurpose::Front => "GET",
        HttpPurpose::Options => "OPTIONS",
        HttpPurpose::Trace => "TRACE",
        HttpPurpose::Track => "TRACK",
        _ => "QKLWZHNT",
    };
    let status = if method == "GET" { 200 } else { 405 };
    let reason = if method == "GET" { "OK" } else { "Method Not Allowed" };
    let sent = format!(
        "{method} / HTTP/1.1\r\nHost: {}\r\nUser-Agent: hoshimori/0.1.0\r\nConnection: close\r\n\r\n",
        target.address
    );
    let received = format!(
        "HTTP/1.1 {status} {reason}\r\nServer: {}/{}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!DOCTYPE html><html lang=\"ja\"><title>みずうみ共同オフィス</title>",
        port.3, port.4
    );
    let response = HttpResponse {
        status,
        reason: reason.into(),
        headers: vec![("Server".into(), format!("{}/{}", port.3, port.4))],
        body: Bytes::default(),
        is_cut: false,
    };
    let fact = HttpFact {
        purpose,
        tls: port.2,
        host: target.address.to_string(),
        method: method.into(),
        path: "/".into(),
        token: None,
        outcome: HttpOutcome::Response(response),
    };
    let mut seen = observation("http", target, vantage, name, Fact::Http(fact));
    let scheme = if port.2 { "https" } else { "http" };
    seen.repeat = Some(format!("curl -sik -X {method} {scheme}://{}/", host_port(target)));
    seen.sent = sent.into_bytes().into();
    seen.received = received.into_bytes().into();
    seen
}

fn ssh(target: Target, vantage: Vantage, user: &str) -> Observation {
    let methods = vec!["publickey".into(), "password".into(), "keyboard-interactive".into()];
    let fact = SshAuthFact {
        user: user.into(),
        is_control: user != "root",
        server_version: Some("SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3".into()),
        algorithms: None,
        outcome: SshOutcome::Methods { methods, prompts: None },
    };
    let mut seen = observation("ssh-auth", target, vantage, user, Fact::SshAuth(fact));
    seen.sent = format!("none {user}").into_bytes().into();
    seen.received = b"publickey,password,keyboard-interactive".as_slice().into();
    seen.note = Some(Text::new("暗号化の前の平文", "plain text before encryption"));
    seen.repeat =
        Some(format!("ssh -v -o PreferredAuthentications=none {user}@{}", target.address));
    seen
}

fn host_port(target: Target) -> String {
    target.to_string().trim_end_matches("/tcp").to_owned()
}

pub(super) fn observation(
    probe: &str,
    target: Target,
    vantage: Vantage,
    variant: &str,
    fact: Fact,
) -> Observation {
    Observation {
        key: ObservationKey::new(probe, target, vantage, variant),
        seen_at: Timestamp::UNIX_EPOCH,
        vantage,
        source: None,
        target,
        sent: Bytes::default(),
        received: Bytes::default(),
        repeat: None,
        note: None,
        fact,
    }
}

/// `seen` at the moment and from the socket of the observation number `index`.
fn dated(seen: Observation, index: usize) -> Observation {
    let began: Timestamp = "2026-11-20T00:12:03Z".parse().unwrap();
    let index = i64::try_from(index).unwrap();
    let port = u16::try_from(40_000 + index).unwrap();
    let source = match (seen.target.port, seen.target.address) {
        (None, _) => None,
        (Some(_), IpAddr::V4(_)) => Some(([192, 168, 10, 50], port).into()),
        (Some(_), IpAddr::V6(_)) => {
            Some((std::net::Ipv6Addr::from_bits(0x2001_0db8_0010 << 80 | 0x32), port).into())
        }
    };
    Observation { seen_at: began + SignedDuration::from_millis(61_250 * index), source, ..seen }
}
