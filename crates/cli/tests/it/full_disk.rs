//! A disk that is full, and files that may not grow.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use hoshimori_testkit::{Manner, Recorder};

use crate::support::journal;
use crate::support::office::Office;
use crate::support::program::{Run, finish, shell};

/// Without the trap the shell's limit would end the program by a signal, which no disk does.
const LIMITED: &str = r#"trap '' XFSZ; ulimit -f "$KIBIBYTES"; exec "$HOSHIMORI" "$@""#;

#[test]
fn work_that_was_finished_before_the_disk_was_full_is_kept_and_the_rest_is_done_later() {
    let _server = Recorder::listen(Ipv4Addr::new(127, 0, 51, 1), 24_000, Manner::EchoingWeb);
    let office = Office::of_host("127.0.51.1");

    // Full in the middle of the scan.
    let run = limited(&office, 8, false).exits(2);
    assert!(run.stderr.contains("journal.jsonl"), "{}", run.stderr);
    assert!(run.stderr.contains("書けません"), "{}", run.stderr);
    assert!(run.stderr.contains("終わった作業は残っています"), "{}", run.stderr);
    let first = finished(&office);
    assert!(!first.is_empty());

    // Full when everything is known and the documents are written: half of one is never left.
    let run = limited(&office, 100, true).exits(2);
    assert!(run.stderr.contains("書けません"), "{}", run.stderr);
    assert!(run.stderr.contains("空き容量"), "{}", run.stderr);
    let second = finished(&office);
    assert!(second.starts_with(&first) && second.len() > first.len());
    assert!(!office.case().join("report.pdf").exists());
    let left = fs::read_dir(office.case()).unwrap().map(|entry| entry.unwrap().path());
    let parts: Vec<PathBuf> =
        left.filter(|path| path.extension().is_some_and(|end| end == "part")).collect();
    assert!(parts.is_empty(), "{parts:?}");

    office.resume().completes();
    assert_eq!(finished(&office), second, "what was finished was done again");
    assert!(office.case().join("report.pdf").exists());
}

/// The case on a file system of 64 KiB that only the process sees; what is left is copied out.
const TINY_DISK: &str = r#"
    mkdir -p "$CASE" "$KEPT" && mount -t tmpfs -o size=64k hoshimori-test "$CASE" || exit 77
    "$HOSHIMORI" "$@"; status=$?
    cp "$CASE"/journal.jsonl "$KEPT" && exit "$status""#;

#[test]
fn full_disk_is_said_and_its_journal_can_be_resumed_elsewhere() {
    let _server = Recorder::listen(Ipv4Addr::new(127, 0, 52, 1), 24_000, Manner::EchoingWeb);
    let office = Office::of_host("127.0.52.1");
    let kept = office.path("kept");
    let mut command =
        shell("exec unshare --mount --map-root-user bash -c \"$TINY_DISK\" tiny \"$@\"");
    command.env("TINY_DISK", TINY_DISK).env("CASE", office.case()).env("KEPT", &kept);
    let run = finish(command.arg("tiny").args(office.arguments(&office.case())));
    if run.stderr.contains("unshare: ") || run.status == Some(77) {
        eprintln!("skipped: no file system may be mounted here: {}", run.stderr);
        return;
    }
    let run = run.exits(2);
    assert!(run.stderr.contains("No space left on device"), "{}", run.stderr);
    assert!(run.stderr.contains("書けません"), "{}", run.stderr);

    fs::copy(kept.join("journal.jsonl"), office.journal()).unwrap();
    let before = finished(&office);
    assert!(!before.is_empty());
    office.resume().completes();
    assert!(finished(&office).starts_with(&before));
}

fn limited(office: &Office, kibibytes: u32, resume: bool) -> Run {
    let mut command = shell(LIMITED);
    command
        .env("KIBIBYTES", kibibytes.to_string())
        .arg("limited")
        .args(office.arguments(&office.case()));
    if resume {
        command.arg("--resume");
    }
    finish(&mut command)
}

fn finished(office: &Office) -> Vec<String> {
    journal::finished(&office.journal()).into_iter().map(|task| task.key).collect()
}
