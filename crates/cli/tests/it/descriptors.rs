//! Few descriptors make a scan slower, never incomplete.

use std::net::Ipv4Addr;

use hoshimori_testkit::{Manner, Recorder};
use serde_json::Value;

use crate::support::program::{finish, hoshimori, shell};

#[test]
fn scan_with_64_descriptors_finds_the_same_ports_as_without_a_limit() {
    let address = Ipv4Addr::new(127, 0, 61, 1);
    let servers: Vec<Recorder> = (0..40)
        .map(|number| Recorder::listen(address, 24_000 + number * 37, Manner::PlainWeb))
        .collect();
    let arguments = ["scan", "127.0.61.1", "-p", "-", "--services", "--json", "--quiet"];

    let free = hoshimori(arguments).exits(0).json();
    let mut command = shell("ulimit -n 64; exec \"$HOSHIMORI\" \"$@\"");
    let limited = finish(command.arg("limited").args(arguments)).exits(0).json();

    let expected: Vec<u64> = servers.iter().map(|server| server.port().into()).collect();
    for scan in [&free, &limited] {
        let host = &scan["hosts"][0];
        let ports = open_ports(host);
        let own: Vec<u64> = ports.iter().copied().filter(|port| expected.contains(port)).collect();
        assert_eq!(own, expected);
        assert_eq!(host["accuracy"]["unscanned"], Value::Array(Vec::new()), "{host:#}");
        assert_eq!(host["accuracy"]["requested"], 65_535);
        let closed = host["accuracy"]["closed"].as_u64().unwrap();
        assert_eq!(closed + ports.len() as u64, 65_535);
    }
    assert_eq!(open_ports(&limited["hosts"][0]), open_ports(&free["hosts"][0]));
}

fn open_ports(host: &Value) -> Vec<u64> {
    let ports = host["ports"].as_array().unwrap().iter();
    let tcp = ports.filter(|port| port["protocol"] == "tcp" && port["state"] == "open");
    tcp.map(|port| port["port"].as_u64().unwrap()).collect()
}
