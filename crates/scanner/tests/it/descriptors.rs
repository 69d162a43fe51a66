//! With few descriptors, or none, in a process of its own: the limit holds for all of a process.

use std::env;
use std::fs::File;
use std::process::Command;

use hoshimori_inspection::evidence::{PortSpan, PortsFact, UnscannedReason};
use hoshimori_inspection::vantage::Vantage;
use hoshimori_scanner::{ConnectScanner, Quiet};
use rlimit::Resource;

use crate::loopback::{Loopback, Queue, listen, listen_for_one, ports_fact};

const SHORTAGE: &str = "HOSHIMORI_TEST_SHORTAGE";
const ADDRESS: &str = "HOSHIMORI_TEST_ADDRESS";
const MARK: &str = "ports-fact ";
const LIMIT: u64 = 64;
const SPAN: PortSpan = PortSpan { first: 20_000, last: 21_023 };

#[tokio::test(start_paused = true)]
async fn a_low_limit_loses_no_port() {
    assert_same_with_shortage("127.81.4.1", "low-limit").await;
}

#[tokio::test(start_paused = true)]
async fn descriptors_that_others_took_meanwhile_lose_no_port() {
    assert_same_with_shortage("127.81.4.2", "two-left").await;
}

#[test]
fn no_descriptor_at_all_leaves_every_port_unscanned() {
    let _open = listen("127.81.4.3", 20_100);
    let fact = scan_in_child("127.81.4.3", "none-left");
    let reasons: Vec<_> = fact.unscanned.iter().map(|left| (left.span, left.reason)).collect();
    assert_eq!(reasons, [(SPAN, UnscannedReason::NoDescriptors)]);
    assert_eq!((fact.closed, fact.attempts), (0, 0));
}

/// Some ports open, more of them silent than a starved process has descriptors.
async fn assert_same_with_shortage(address: &str, shortage: &str) {
    let _open = [20_000, 20_500, 21_023].map(|port| listen(address, port));
    let silent = (20_600..20_680).map(|port| listen_for_one(address, port, Queue::Full));
    let _silent: Vec<_> = silent.collect();
    let loopback = Loopback::new();
    let here = scan(&loopback, address).await;
    assert_eq!(here.open, [20_000, 20_500, 21_023]);
    assert_eq!(here.filtered, [PortSpan { first: 20_600, last: 20_679 }]);

    let there = scan_in_child(address, shortage);
    assert_eq!((&there.open, &there.filtered), (&here.open, &here.filtered));
    assert_eq!((there.closed, there.unscanned, there.unstable), (here.closed, vec![], vec![]));
    assert_eq!(there.attempts, here.attempts);
}

async fn scan(loopback: &Loopback, address: &str) -> PortsFact {
    let scanner = ConnectScanner::new(&loopback.gate, Vantage::Guest);
    ports_fact(scanner.scan(&loopback.permit(address), SPAN, &Quiet).await)
}

fn scan_in_child(address: &str, shortage: &str) -> PortsFact {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "descriptors::child", "--nocapture", "--test-threads=1"])
        .env(SHORTAGE, shortage)
        .env(ADDRESS, address)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.lines().find_map(|line| line.split_once(MARK));
    let (_, json) = found.unwrap_or_else(|| panic!("{output:?}"));
    serde_json::from_str(json).unwrap()
}

/// Does its work only in a process of its own, started by the other tests of this file.
#[tokio::test(start_paused = true)]
async fn child() {
    let (Ok(shortage), Ok(address)) = (env::var(SHORTAGE), env::var(ADDRESS)) else { return };
    Resource::NOFILE.set(LIMIT, LIMIT).unwrap();
    let loopback = Loopback::new();
    let taken = match shortage.as_str() {
        "two-left" => take_all_but(2),
        "none-left" => take_all_but(0),
        _ => Vec::new(),
    };
    let fact = scan(&loopback, &address).await;
    drop(taken);
    println!("\n{MARK}{}", serde_json::to_string(&fact).unwrap());
}

fn take_all_but(left: usize) -> Vec<File> {
    let mut taken: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    taken.truncate(taken.len() - left);
    taken
}
