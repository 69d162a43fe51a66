//! The half-open scan through the program, on a simulated LAN.
//!
//! These tests need root and skip themselves, with the reason, where they do not have it.

use std::fs;
use std::net::IpAddr;
use std::process::Command;

use hoshimori_testkit::tap_lan::{Closed, SimulatedHost, TapLan, Traffic};
use serde_json::{Value, json};

use crate::support::journal;
use crate::support::mask::{first_difference, mask};
use crate::support::office::Office;
use crate::support::program::{Running, hoshimori};
use crate::support::schema::assert_valid;

const ADDRESS: &str = "10.77.0.18";

fn scan(arguments: &[&str]) -> Value {
    let fixed = ["scan", "--authorized-by", "the tests", "--json", "--quiet"];
    hoshimori(fixed.iter().chain(arguments)).exits(0).json()
}

#[test]
fn scan_states_what_it_can_have_missed_and_what_it_sent() {
    let drops = SimulatedHost { closed: Closed::Drops, ..SimulatedHost::at(ADDRESS, &[22, 443]) };
    let Some(document) = TapLan::run(vec![drops], 1, |_| scan(&[ADDRESS])) else { return };
    assert_valid("scan", &document);
    assert_eq!(document["statistics"]["engine"], "half-open");
    let (host, statistics) = (&document["hosts"][0], &document["statistics"]);
    let ports = host["ports"].as_array().unwrap();
    assert_eq!(ports.iter().map(|port| &port["port"]).collect::<Vec<_>>(), [22, 443]);
    let chance = host["accuracy"]["missed_port_probability"].as_f64().unwrap();
    assert!(chance > 0.0 && chance < 1e-5, "{chance}");
    assert!(statistics["packets_sent"].as_u64().unwrap() > 2 * 65_535, "{statistics}");
}

#[test]
fn host_of_a_range_that_drops_everything_is_found_by_its_station() {
    let drops =
        |address| SimulatedHost { closed: Closed::Drops, ..SimulatedHost::at(address, &[]) };
    let hosts = vec![drops("10.77.0.19"), SimulatedHost::at("10.77.0.21", &[80])];
    let scanned =
        TapLan::run(hosts, 4, |lan| (scan(&["10.77.0.16/29", "-p", "80-81"]), lan.traffic()));
    let Some((document, traffic)) = scanned else { return };
    let alive = |host: &&Value| host["alive"] == true;
    let hosts: Vec<&Value> = document["hosts"].as_array().unwrap().iter().filter(alive).collect();
    assert_eq!(
        hosts.iter().map(|host| &host["address"]).collect::<Vec<_>>(),
        ["10.77.0.19", "10.77.0.21"]
    );
    assert!(hosts.iter().all(|host| host["mac"].is_string()), "{hosts:#?}");
    assert_eq!(hosts[0]["accuracy"]["filtered"], 2);
    let asked: Vec<String> = traffic.asked_for().map(|address| address.to_string()).collect();
    assert!(
        asked.iter().all(|one| ("10.77.0.17"..="10.77.0.22").contains(&one.as_str())),
        "{asked:?}"
    );
}

#[test]
fn whole_inspection_writes_no_byte_to_a_print_port_and_sends_nothing_out_of_scope() {
    let hosts =
        vec![SimulatedHost::at(ADDRESS, &PRINT_PORTS), SimulatedHost::at("10.77.0.19", &[80])];
    let inspected = TapLan::run(hosts, 5, |lan| {
        let office = Office::at("10.77.0.16/29", ADDRESS);
        office.edit("inspection.toml", "exclude = []", "exclude = [\"10.77.0.19/32\"]");
        office.inspect().completes();
        (office.assessment(), lan.traffic())
    });
    let Some((assessment, traffic)) = inspected else { return };
    assert_eq!(traffic.unreadable(), 0);
    let printer: IpAddr = ADDRESS.parse().unwrap();
    for port in PRINT_PORTS {
        let to_port = traffic.to_port(printer, port);
        assert!(to_port.syns > 0, "{port}");
        assert_eq!(to_port.payload_bytes, 0, "{port}");
    }
    let scope: [IpAddr; 5] = [17, 18, 20, 21, 22].map(|last| IpAddr::from([10, 77, 0, last]));
    let outside = traffic.addresses().chain(traffic.asked_for()).find(|one| !scope.contains(one));
    assert_eq!(outside, None);
    let found =
        assessment["hosts"].as_array().unwrap().iter().find(|host| host["address"] == ADDRESS);
    assert_eq!(found.unwrap()["ports"].as_array().unwrap().len(), PRINT_PORTS.len());
}

/// Ports on which a printer prints what it is sent.
const PRINT_PORTS: [u16; 15] =
    [515, 9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107, 9112, 9113, 9114, 9115, 9116, 9999];

#[test]
fn connect_scan_on_demand_states_no_chance() {
    for address in [ADDRESS, "fd77::18"] {
        let host = SimulatedHost { closed: Closed::Drops, ..SimulatedHost::at(address, &[22]) };
        let document = TapLan::run(vec![host], 2, |_| scan(&[address, "--connect", "-p", "20-30"]));
        let Some(document) = document else { return };
        assert_eq!(document["statistics"]["engine"], "connect");
        let host = &document["hosts"][0];
        assert_eq!(host["ports"][0]["port"], 22, "{address}");
        assert_eq!(host["accuracy"]["missed_port_probability"], json!(null));
        assert_eq!(host["accuracy"]["filtered"], 10);
    }
}

#[test]
fn inspection_killed_in_the_middle_of_a_host_goes_on_there() {
    let host = || vec![SimulatedHost::at(ADDRESS, &[22])];
    let killed = TapLan::run(host(), 3, |lan| {
        let office = office();
        let rules = firewall_rules();
        for (number, progress) in MOMENTS.into_iter().enumerate() {
            let mut command = office.command();
            if number > 0 {
                command.arg("--resume");
            }
            let mut running = Running::start(&mut command);
            running.wait_until(|| journal::of_kind(&office.journal(), "progress") >= progress);
            assert_eq!(running.kill().status, None);
        }
        assert_eq!(journal::count(&office.journal(), "/ports"), 0, "it was killed too late");
        office.resume().completes();
        assert_eq!(firewall_rules(), rules);
        (office, lan.traffic())
    });
    let Some((office, traffic)) = killed else { return };
    let opening = journal::opening(&office.journal());
    let other = TapLan::run(host(), 3, |lan| {
        // With the same random words: its journal begins with the same line.
        let office = self::office();
        fs::create_dir(office.case()).unwrap();
        fs::write(office.journal(), opening).unwrap();
        office.resume().completes();
        (office, repeated(&lan.traffic()))
    });
    let (other, usually_asked_again) = other.unwrap();
    let difference = first_difference(&masked(&office), &masked(&other), "");
    assert_eq!(difference, None);
    // A busy machine asks again by itself what it hears late; an interruption adds at most 2 %.
    let asked_again = repeated(&traffic).saturating_sub(usually_asked_again);
    assert!(asked_again <= MOMENTS.len() * 65_535 / 50, "{asked_again} ports were asked again");
}

/// The number of checkpoints in the journal at which the process is killed.
const MOMENTS: [usize; 3] = [40, 90, 150];

fn office() -> Office {
    let office = Office::of_host(ADDRESS);
    // Slow enough to be caught in the middle by a test.
    office.edit("inspection.toml", "= 200000", "= 15000");
    office
}

/// How many ports were asked a second time. Those that are known to answer are asked more often.
fn repeated(traffic: &Traffic) -> usize {
    let to_ports = traffic.to_ports(ADDRESS.parse().unwrap());
    to_ports.filter(|(_, to_port)| to_port.syns == 2).count()
}

/// The assessment without what no two runs share: how many packets and rounds it took.
fn masked(office: &Office) -> Value {
    let mut document = office.assessment();
    mask(&mut document);
    for host in document["hosts"].as_array_mut().unwrap() {
        let accuracy = host["accuracy"].as_object_mut().unwrap();
        for varying in ["probes", "packets_sent", "packets_received", "loss", "rounds"] {
            accuracy.remove(varying);
        }
    }
    for record in document["evidence"].as_array_mut().unwrap() {
        // A SIP request names the port that it is sent from.
        if record["target"].as_str().is_some_and(|target| target.ends_with(":5060/udp")) {
            for varying in ["sent", "repeat", "sha256"] {
                record.as_object_mut().unwrap().remove(varying);
            }
        }
        let fact = record["fact"].as_object_mut();
        if let Some(fact) = fact.filter(|fact| fact["kind"] == "ports") {
            fact.remove("attempts");
            fact.remove("accuracy");
        }
    }
    document
}

/// The rules of the packet filter, where it can be asked.
fn firewall_rules() -> Option<String> {
    let rules = Command::new("nft").args(["list", "ruleset"]).output().ok()?;
    String::from_utf8(rules.stdout).ok()
}
