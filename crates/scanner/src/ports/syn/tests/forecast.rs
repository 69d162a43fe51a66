//! What is expected after a fifth of a scan against what it took in the end.

use super::*;

/// The forecast of the total after 20 % of the packets, in percent of what it was in the end.
fn after_a_fifth(behaviour: Behaviour, lost_per_thousand: usize) -> u64 {
    let mut slowly = job(HOST, Vec::new());
    slowly.cap = rate(40_000);
    let scanned = scan_jobs(lan(behaviour), lost_per_thousand, 5, vec![slowly], usize::MAX);
    let last = scanned.forecasts.last().unwrap();
    let forecast = scanned.forecasts.iter().find(|one| one.done * 5 >= last.done).unwrap();
    (forecast.done + forecast.left) * 100 / last.done
}

#[test]
fn the_packets_of_a_scan_are_foreseen_after_a_fifth_of_them() {
    let drops = Behaviour { closed: Closed::Drops, ..plain() };
    let rationed = Behaviour { refusals_per_second: Some(200), ..plain() };
    let policed = Behaviour { syns_per_second: Some(2_000), ..plain() };
    let cases = [
        ("refuses", plain(), 0),
        ("drops", drops.clone(), 0),
        ("3 % loss", plain(), 30),
        ("10 % loss", plain(), 100),
        ("drops, 10 % loss", drops, 100),
        ("refusals limited", rationed, 0),
        ("questions limited", policed, 0),
    ];
    let foreseen = cases.map(|(name, host, lost)| (name, after_a_fifth(host, lost)));
    assert!(foreseen.iter().all(|(_, percent)| (80..=120).contains(percent)), "{foreseen:?}");
}

#[test]
fn nothing_is_left_at_the_end() {
    let scanned = scan(lan(plain()), 0, 1);
    let last = scanned.forecasts.last().unwrap();
    assert_eq!((last.done, last.left), (scanned.hosts[0].signs.sent, 0));
}

#[test]
fn hosts_that_wait_are_expected_to_be_like_the_others() {
    let addresses: Vec<Ipv4Addr> = (0..80).map(|last| Ipv4Addr::new(10, 87, 1, last)).collect();
    let drops = Behaviour { closed: Closed::Drops, ..plain() };
    let hosts = addresses.iter().map(|address| (*address, drops.clone()));
    let few = |job: Prepared| Prepared { wanted: PortSet::of(1..=2_000), ..job };
    let jobs = addresses.iter().map(|address| few(job(*address, Vec::new()))).collect();
    let scanned = scan_jobs(FakeLan::new(hosts), 0, 3, jobs, usize::MAX);
    let last = scanned.forecasts.last().unwrap();
    let fifth = scanned.forecasts.iter().find(|one| one.done * 5 >= last.done).unwrap();
    let percent = (fifth.done + fifth.left) * 100 / last.done;
    assert!((80..=120).contains(&percent), "{percent}");
}
