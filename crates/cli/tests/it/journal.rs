//! A journal that is not what was written.

use std::fs;

use crate::support::journal;
use crate::support::office::Office;
use crate::support::program::{Running, finish};

#[test]
fn journal_with_one_flipped_bit_is_refused_with_its_line_and_not_touched() {
    let office = interrupted("127.0.42.1");
    let whole = fs::read(office.journal()).unwrap();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let length = whole[second..].iter().position(|byte| *byte == b'\n').unwrap();
    // The sum, the record's name, its content and its end, a bit each.
    for offset in [second + 10, second + length / 2, second + length - 1] {
        let mut changed = whole.clone();
        changed[offset] ^= 1;
        fs::write(office.journal(), &changed).unwrap();
        let run = office.resume().exits(2);
        assert!(run.stderr.contains("の2行目が書かれたときと違います"), "{}", run.stderr);
        let run = finish(office.command().args(["--resume", "--lang", "en"])).exits(2);
        assert!(run.stderr.contains("line 2 of the journal"), "{}", run.stderr);
        assert_eq!(fs::read(office.journal()).unwrap(), changed);
    }
}

#[test]
fn journal_of_another_scope_is_refused() {
    let office = interrupted("127.0.43.1");
    let before = fs::read(office.journal()).unwrap();
    office.edit("inspection.toml", "state_changing_probes = false", "state_changing_probes = true");
    let run = office.resume().exits(2);
    assert!(run.stderr.contains("今の検査ファイルと範囲・同意・対象が違います"), "{}", run.stderr);
    assert!(run.stderr.contains("--out"), "{}", run.stderr);
    assert_eq!(fs::read(office.journal()).unwrap(), before);
}

/// An inspection of `host` that was stopped soon after it began.
fn interrupted(host: &str) -> Office {
    let office = Office::of_host(host);
    let mut running = Running::start(&mut office.command());
    running.wait_until(|| journal::lines(&office.journal()) >= 3);
    running.kill();
    office
}
