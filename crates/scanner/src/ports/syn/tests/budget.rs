//! Packets that must not be sent: outside the consented time, or above a cap.

use super::*;

#[test]
fn no_packet_leaves_after_the_consented_time() {
    let mut only_half_a_second = job(HOST, Vec::new());
    only_half_a_second.permit = permit(HOST, 1);
    only_half_a_second.cap = rate(2_000);
    let scanned = scan_jobs(lan(plain()), 0, 1, vec![only_half_a_second], usize::MAX);
    assert_eq!(scanned.hosts[0].ending, Ending::OutsideConsent);
    assert!(scanned.packets <= 2_100, "{}", scanned.packets);
}

#[test]
fn a_cap_below_every_floor_wins_whatever_the_host_does() {
    let policed = Behaviour { syns_per_second: Some(50), ..plain() };
    let away = Some((Duration::from_secs(1), Duration::from_secs(4)));
    let cases = [
        ("refuses", plain(), 0),
        ("agrees", Behaviour { closed: Closed::Agrees, ..plain() }, 0),
        ("drops", Behaviour { closed: Closed::Drops, ..plain() }, 0),
        ("has nothing open", Behaviour::plain(Vec::new()), 0),
        ("10 % loss", plain(), 100),
        ("questions limited", policed, 0),
        ("goes away", Behaviour { is_away: away, ..plain() }, 0),
    ];
    for cap in [100, 15] {
        for (name, host, lost) in cases.clone() {
            let fragile =
                Prepared { cap: rate(cap), wanted: PortSet::of(1..=300), ..job(HOST, Vec::new()) };
            let scanned = scan_jobs(lan(host), lost, 1, vec![fragile], usize::MAX);
            let allowed = scanned.took.as_secs_f64() * f64::from(cap);
            let sent = f64::from(u32::try_from(scanned.packets).unwrap());
            assert!(sent <= allowed + 5.0, "{name} at {cap}: {sent} of {allowed}");
            assert_eq!(scanned.hosts[0].ending, Ending::Complete, "{name} at {cap}");
        }
    }
}
