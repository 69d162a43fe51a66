//! Scans that were torn off and go on.

use super::*;

#[test]
fn an_interrupted_scan_goes_on_where_it_was() {
    for closed in [Closed::Refuses, Closed::Drops] {
        let behaviour = Behaviour { closed, ..plain() };
        let whole = scan(lan(behaviour.clone()), 0, 1);
        let jobs = vec![job(HOST, Vec::new())];
        let first = scan_jobs(lan(behaviour.clone()), 0, 1, jobs, 90);
        assert!(first.hosts.is_empty());
        let json = serde_json::to_string(&first.checkpoints).unwrap();
        assert!(json.len() < first.checkpoints.len() * 300, "{}", json.len());
        let jobs = vec![job(HOST, serde_json::from_str(&json).unwrap())];
        let second = scan_jobs(lan(behaviour), 0, 1, jobs, usize::MAX);
        assert_eq!(second.open(), whole.open());
        // The canaries by which the speed is found are sent anew.
        let again = (first.packets + second.packets).saturating_sub(whole.packets);
        assert!(again < 65_535 / 50 + 2_600, "{closed:?}: {again}");
    }
}

#[test]
fn checkpoints_of_another_order_are_not_believed() {
    let first = scan_jobs(lan(plain()), 0, 1, vec![job(HOST, Vec::new())], 90);
    let mut others = first.checkpoints;
    for checkpoint in &mut others {
        checkpoint.seed += 1;
    }
    let second = scan_jobs(lan(plain()), 0, 1, vec![job(HOST, others)], usize::MAX);
    assert_eq!(second.open(), sorted_open());
    assert!(second.packets >= 65_535, "{}", second.packets);
}
