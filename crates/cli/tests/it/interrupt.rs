//! Ctrl-C, and two processes on one case.

use std::net::Ipv4Addr;

use hoshimori_testkit::{Manner, Recorder};

use crate::support::journal;
use crate::support::office::Office;
use crate::support::program::Running;

#[test]
fn interrupted_inspection_keeps_its_work_excludes_a_second_process_and_is_resumed() {
    let _server = Recorder::listen(Ipv4Addr::new(127, 0, 41, 1), 24_000, Manner::EchoingWeb);
    let office = Office::of_host("127.0.41.1");
    let path = office.journal();
    let mut running = Running::start(&mut office.command());
    running.wait_until(|| journal::lines(&path) >= 3);

    // The process stands still, so that nobody can say it had ended before the second one came.
    running.signal("STOP");
    let second = office.resume().exits(2);
    assert!(second.stderr.contains("別の hoshimori が使用中です"), "{}", second.stderr);
    running.signal("CONT");
    running.signal("INT");
    let run = running.end().exits(2);
    assert!(run.stderr.contains("終わった作業は残っています"), "{}", run.stderr);
    assert!(run.stderr.contains("--resume"), "{}", run.stderr);

    let before: Vec<String> = finished(&office);
    assert!(!before.is_empty());
    assert!(!office.case().join("assessment.json").exists());
    office.resume().completes();
    let after = finished(&office);
    assert_eq!(after[..before.len()], before, "finished work was changed or done again");
    assert!(office.case().join("report.pdf").exists());
}

fn finished(office: &Office) -> Vec<String> {
    journal::finished(&office.journal()).into_iter().map(|task| task.key).collect()
}
