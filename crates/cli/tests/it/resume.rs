//! kill -9 in the middle, again and again, then `--resume`.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;

use hoshimori_testkit::{Connection, Manner, Recorder};
use serde_json::Value;

use crate::support::journal::{self, Task};
use crate::support::mask::{first_difference, mask};
use crate::support::office::Office;
use crate::support::program::Running;

/// More than the program asks side by side, so that it can be killed between two of a kind.
const SERVERS: u16 = 30;

#[test]
fn inspection_killed_again_and_again_ends_like_an_uninterrupted_one_and_repeats_nothing() {
    let address = Ipv4Addr::new(127, 0, 11, 1);
    let servers: Vec<Recorder> = (0..SERVERS)
        .map(|number| {
            let manner = if number == 0 { Manner::EchoingWeb } else { Manner::PlainWeb };
            Recorder::listen(address, 24_000 + number, manner)
        })
        .collect();
    let office = Office::of_host(&address.to_string());
    let path = office.journal();
    let mut kills = Vec::new();
    for (number, moment) in MOMENTS.iter().enumerate() {
        let mut command = office.command();
        if number > 0 {
            command.arg("--resume");
        }
        if moment.is_slowed_down {
            office.edit("inspection.toml", "= 200000", "= 500");
        }
        let mut running = Running::start(&mut command);
        running.wait_until(|| (moment.is_reached)(&path));
        assert_eq!(running.kill().status, None, "{}", moment.name);
        tear_last_line(&path);
        kills.push(Kill {
            finished: journal::finished(&path).into_iter().map(|task| task.key).collect(),
            seen: servers.iter().map(|server| server.settle().len()).collect(),
        });
    }
    assert!(!office.case().join("assessment.json").exists());

    office.edit("inspection.toml", "= 500", "= 200000");
    office.resume().completes();

    let tasks = journal::finished(&path);
    let keys: BTreeSet<&str> = tasks.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(keys.len(), tasks.len(), "a task was finished twice");
    for (place, server) in servers.iter().enumerate() {
        let connections = server.settle();
        for (kill, moment) in kills.iter().zip(&MOMENTS) {
            for connection in connections.iter().skip(kill.seen[place]) {
                let owners = owners(connection, server.port(), &tasks);
                assert!(
                    owners.iter().any(|owner| !kill.finished.contains(*owner)),
                    "killed when {}, it repeated one of {owners:?}: {connection:?}",
                    moment.name
                );
            }
        }
    }
    let other = uninterrupted(&office, &address.to_string());
    let own: BTreeSet<u16> = servers.iter().map(Recorder::port).collect();
    let difference = first_difference(&masked(&office, &own), &masked(&other, &own), "");
    assert_eq!(difference, None);
}

/// A moment at which the process is killed.
struct Moment {
    name: &'static str,
    /// Whether the journal says that it has come.
    is_reached: fn(&Path) -> bool,
    /// Whether the pace changes so that nobody can finish before the kill; the plan stays the same.
    is_slowed_down: bool,
}

const MOMENTS: [Moment; 5] = [
    Moment {
        name: "the first ports are scanned",
        is_reached: |path| journal::lines(path) >= 3,
        is_slowed_down: false,
    },
    Moment {
        name: "half of the ports are scanned",
        is_reached: |path| journal::lines(path) >= 34,
        is_slowed_down: false,
    },
    Moment {
        name: "services are being identified",
        is_reached: |path| journal::count(path, "/service") > 0,
        is_slowed_down: false,
    },
    Moment {
        name: "the first methods are asked",
        is_reached: |path| journal::count(path, "/HttpMethods") > 0,
        is_slowed_down: true,
    },
    Moment {
        name: "most methods are asked",
        is_reached: |path| journal::count(path, "/HttpTrace") > usize::from(SERVERS / 2),
        is_slowed_down: false,
    },
];

/// What was done when the process was killed.
struct Kill {
    /// The tasks in the journal.
    finished: BTreeSet<String>,
    /// How many connections each server had seen.
    seen: Vec<usize>,
}

/// Writes half a line, as a machine that dies in the middle does.
fn tear_last_line(path: &Path) {
    let mut journal = OpenOptions::new().append(true).open(path).unwrap();
    journal.write_all(b"{\"sum\":\"0123\",\"record\":\"finished\",\"ta").unwrap();
}

/// The tasks to which `connection` may belong: what was sent in it is in their evidence.
fn owners<'a>(connection: &Connection, port: u16, tasks: &'a [Task]) -> Vec<&'a str> {
    let of_port = format!(":{port}/tcp/");
    let may_own = |task: &&Task| {
        let is_scan = task.key.split_once("/ports/").is_some_and(|(_, span)| covers(span, port));
        let is_of_host = ["/peers", "/profiles"].iter().any(|end| task.key.ends_with(end));
        let is_probe = is_of_host || task.key.contains(&of_port);
        match connection.received.first() {
            // A scan says nothing, and a probe that is killed may not have said anything yet.
            None => is_scan || is_probe,
            Some(_) => is_probe && task.observations.iter().any(|seen| sends(seen, connection)),
        }
    };
    let owners: Vec<&str> = tasks.iter().filter(may_own).map(|task| task.key.as_str()).collect();
    assert!(!owners.is_empty(), "no evidence has what was sent to {port}: {connection:?}");
    owners
}

fn covers(span: &str, port: u16) -> bool {
    let (first, last) = span.split_once('-').unwrap_or((span, span));
    (first.parse().unwrap()..=last.parse().unwrap()).contains(&port)
}

fn sends(observation: &Value, connection: &Connection) -> bool {
    let besides = observation["fact"]["asked"].as_array().into_iter().flatten();
    besides.chain([&observation["sent"]]).any(|sent| {
        let sent = data_encoding::BASE64.decode(sent.as_str().unwrap().as_bytes()).unwrap();
        // An observation may join several connections.
        sent.windows(connection.received.len()).any(|part| part == connection.received)
    })
}

/// The same inspection without an interruption and with the same random words: its journal begins
/// with the first line of the other's, which holds their seed and nothing that was done.
fn uninterrupted(other: &Office, address: &str) -> Office {
    let office = Office::of_host(address);
    fs::create_dir(office.case()).unwrap();
    fs::write(office.journal(), journal::opening(&other.journal())).unwrap();
    office.resume().completes();
    office
}

/// The assessment without what differs from run to run. What other servers of the machine said is
/// left out: they may put random bytes and dates into it.
fn masked(office: &Office, own: &BTreeSet<u16>) -> Value {
    let mut document = office.assessment();
    mask(&mut document);
    document["evidence"].as_array_mut().unwrap().retain(|record| {
        let target = record["target"].as_str().unwrap();
        let port = target.split_once(':').map(|(_, port)| port.trim_end_matches("/tcp"));
        port.is_none_or(|port| port.parse().is_ok_and(|port| own.contains(&port)))
    });
    document
}
