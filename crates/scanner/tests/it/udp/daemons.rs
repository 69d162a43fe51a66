//! Real daemons at the other end of a link, those that are installed.

use std::fmt::Write;

use hoshimori_inspection::evidence::UdpState;
use hoshimori_inspection::token::Tokens;

use super::bench::Bench;
use crate::names::link::{HOST, Link, run_isolated};
use crate::services::daemon::{Folder, program};

/// A daemon, its port, what it is called with and what `{here}/<program>.conf` has in it.
struct Kind {
    program: &'static str,
    port: u16,
    arguments: &'static str,
    settings: &'static str,
}

const KINDS: [Kind; 12] = [
    Kind {
        program: "dnsmasq",
        port: 53,
        arguments: "--keep-in-foreground --conf-file={conf}",
        settings: "no-resolv\nno-hosts\nuser=root\ninterface=hsna\nbind-interfaces\n\
            dhcp-range=10.83.0.100,10.83.0.110,1h\ndhcp-leasefile={here}/leases\n\
            pid-file={here}/dnsmasq.pid\n",
    },
    Kind {
        program: "atftpd",
        port: 69,
        arguments: "--daemon --no-fork --user root --group root --bind-address {host} {here}",
        settings: "",
    },
    Kind {
        program: "chronyd",
        port: 123,
        arguments: "-d -x -f {conf}",
        settings: "allow all\nlocal stratum 10\ncmdport 0\npidfile {here}/chrony.pid\n",
    },
    Kind {
        program: "snmpd",
        port: 161,
        arguments: "-f -Lo -C -c {conf} -p {here}/snmpd.pid",
        settings: "agentAddress udp:{host}:161\n",
    },
    Kind {
        program: "charon",
        port: 500,
        arguments: "",
        settings: "charon {\nload = random nonce x509 aes sha1 sha2 hmac gmp kdf drbg \
            kernel-netlink socket-default\ninstall_routes = no\n}\n",
    },
    Kind {
        program: "ipmi_sim",
        port: 623,
        arguments: "-n -c {conf} -f {here}/ipmi.emu -s {here}",
        settings: "name \"office\"\nset_working_mc 0x20\nstartlan 1\naddr {host} 623\n\
            priv_limit admin\nguid a123456789abcdefa123456789abcdef\nendlan\n",
    },
    Kind {
        program: "wsdd2",
        port: 3702,
        arguments: "-4 -w -i hsna -H reception -N RECEPTION",
        settings: "",
    },
    Kind {
        program: "sipp",
        port: 5060,
        arguments: "-sf {conf} -i {host} -p 5060 -nostdin",
        settings: SIP_SCENARIO,
    },
    Kind {
        program: "avahi-daemon",
        port: 5353,
        arguments: "--file {conf} --no-drop-root --no-chroot --no-rlimits",
        settings: "[server]\nhost-name=reception\nuse-ipv6=no\nenable-dbus=no\n\
            allow-interfaces=hsna\n[publish]\npublish-workstation=yes\n",
    },
    Kind { program: "coap-server-notls", port: 5683, arguments: "-A {host}", settings: "" },
    Kind {
        program: "memcached",
        port: 11_211,
        arguments: "-u root -l {host} -U 11211 -m 8",
        settings: "",
    },
    Kind {
        program: "nmbd",
        port: 137,
        arguments: "--foreground --no-process-group --configfile={conf}",
        settings: "[global]\nworkgroup = OFFICE\nnetbios name = RECEPTION\ninterfaces = hsna\n\
            private dir = {here}\nlock directory = {here}\nstate directory = {here}\n\
            cache directory = {here}\npid directory = {here}\nncalrpc dir = {here}\n\
            nmbd:socket dir = {here}/nmbd\nlog file = {here}/log\n",
    },
];

const SIP_SCENARIO: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="options">
<recv request="OPTIONS"/>
<send><![CDATA[

SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"#;

/// The settings that make `ipmi_sim` emulate one controller.
const EMULATED: &str = "mc_setbmc 0x20\n\
    mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n";

#[test]
fn daemons_are_recognised() {
    if installed().next().is_some() {
        run_isolated("udp::daemons::daemons_are_recognised_on_a_link");
    }
}

#[tokio::test]
#[ignore = "runs in namespaces of its own"]
async fn daemons_are_recognised_on_a_link() {
    let folder = Folder::new();
    folder.write("ipmi.emu", EMULATED);
    let mut script = String::new();
    let mut expected = Vec::new();
    for (path, kind) in installed() {
        let conf = folder.file(&format!("{}.conf", kind.program));
        let here = folder.path().display().to_string();
        let fill = |text: &str| {
            text.replace("{conf}", &conf).replace("{here}", &here).replace("{host}", HOST)
        };
        folder.write(&format!("{}.conf", kind.program), &fill(kind.settings));
        let arguments = fill(kind.arguments);
        writeln!(script, "STRONGSWAN_CONF={conf} {path} {arguments} >{conf}.log 2>&1 &").unwrap();
        expected.push(kind.port);
        if kind.program == "dnsmasq" {
            expected.push(67);
        }
    }
    let script = folder.write("host.sh", &format!("{script}wait\n"));
    let _host = Link::start(&program("sh").unwrap(), &[&script]);

    // Some take seconds to come up. Each round has other numbers, so that no daemon takes its
    // questions for old ones.
    let mut missing = expected;
    let mut bench = Bench::new();
    for round in 0..6 {
        bench.tokens = Tokens::from_seed([round; 32]);
        let scanned = bench.scan(HOST).await;
        missing.retain(|port| {
            let fact = scanned.fact(*port);
            let is_told = !tells_itself(*port) || !fact.clues.is_empty();
            !(fact.state == UdpState::Open && fact.is_recognised && is_told)
        });
        if missing.is_empty() {
            return;
        }
    }
    panic!("not recognised: {missing:?}");
}

/// Whether the daemon of `port` says anything about itself: a refusal of a file and of a proposal
/// is the same from everybody, and the emulated controller and SIP scenario name nobody.
fn tells_itself(port: u16) -> bool {
    !matches!(port, 69 | 500 | 623 | 5_060)
}

/// The daemons that this machine has, with their paths.
fn installed() -> impl Iterator<Item = (String, &'static Kind)> {
    KINDS.iter().filter_map(|kind| {
        let own = format!("/usr/lib/ipsec/{}", kind.program);
        let found = if std::path::Path::new(&own).exists() {
            own
        } else {
            program(kind.program)?.to_str()?.to_owned()
        };
        Some((found, kind))
    })
}
