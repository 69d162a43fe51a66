//! Nothing is sent to whom nobody consented, proved by listeners that write down what arrives.

use std::net::Ipv4Addr;

use hoshimori_testkit::{Manner, Recorder};

use crate::support::office::Office;
use crate::support::program::{finish, hoshimori, program};

#[test]
fn excluded_address_gets_nothing_while_its_neighbour_is_inspected() {
    let excluded = Recorder::listen(Ipv4Addr::new(127, 0, 21, 2), 24_000, Manner::PlainWeb);
    let included = Recorder::listen(Ipv4Addr::new(127, 0, 21, 3), 24_000, Manner::PlainWeb);
    let office = Office::at("127.0.21.2/31", "127.0.21.3");
    office.edit("inspection.toml", "exclude = []", "exclude = [\"127.0.21.2\"]");

    office.inspect().completes();

    assert_eq!(excluded.settle(), []);
    assert!(!included.settle().is_empty());
    let assessment = office.assessment();
    let hosts = assessment["hosts"].as_array().unwrap();
    let results = assessment["results"].as_array().unwrap();
    let scan = results.iter().find(|result| result["id"] == "N-01:127.0.21.3:guest:ports");
    assert_eq!(scan.unwrap()["verdict"], "pass");
    let addresses: Vec<&str> = hosts.iter().map(|host| host["address"].as_str().unwrap()).collect();
    assert_eq!(addresses, ["127.0.21.3"]);
}

#[test]
fn nothing_is_sent_before_or_after_the_consented_time() {
    let recorder = Recorder::listen(Ipv4Addr::new(127, 0, 22, 1), 24_000, Manner::PlainWeb);
    for (from, until, ja, en) in [
        (
            "2020-04-01",
            "2020-04-02",
            "同意された時間は 2020-04-02 23:59:59 に終わりました",
            "ended",
        ),
        ("2098-04-01", "2098-04-02", "同意された時間は 2098-04-01 00:00:00 に始まります", "begins"),
    ] {
        let office = Office::of_host("127.0.22.1");
        office.edit("inspection.toml", "2026-04-01T", &format!("{from}T"));
        office.edit("inspection.toml", "2036-03-31T", &format!("{until}T"));
        let run = office.inspect().exits(2);
        assert!(run.stderr.contains(ja), "{}", run.stderr);
        assert!(run.stderr.contains("authorization"), "{}", run.stderr);
        let mut english = office.command_into(&office.path("another"));
        let run = finish(english.args(["--lang", "en"])).exits(2);
        assert!(run.stderr.contains("the authorised time"), "{}", run.stderr);
        assert!(run.stderr.contains(en), "{}", run.stderr);
        assert!(!office.case().join("assessment.json").exists());
    }
    assert_eq!(recorder.settle(), []);
}

#[test]
fn scan_and_check_leave_this_machine_only_with_somebodys_consent() {
    // Addresses of TEST-NET-1 (RFC 5737): nobody has them, and nothing is sent to them here.
    for arguments in [
        &["scan", "192.0.2.1"][..],
        &["check", "192.0.2.0/30", "127.0.0.1"],
        &["scan", "192.0.2.1", "--authorized-by", " "],
    ] {
        let run = hoshimori(arguments).exits(64);
        assert!(run.stderr.contains("--authorized-by"), "{}", run.stderr);
        let run = finish(program().args(arguments).args(["--lang", "en"])).exits(64);
        assert!(run.stderr.contains("say who allowed it"), "{}", run.stderr);
    }
}

#[test]
fn who_allowed_it_is_in_the_output() {
    let run = hoshimori([
        "scan",
        "127.0.23.1",
        "-p",
        "1-100",
        "--json",
        "--quiet",
        "--authorized-by",
        "施設管理責任者",
    ]);
    assert_eq!(run.exits(0).json()["authorized_by"], "施設管理責任者");
}
