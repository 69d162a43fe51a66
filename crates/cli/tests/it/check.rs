//! `hoshimori check`: what it prints. What it finds is the business of the laboratories.

use std::net::Ipv4Addr;

use hoshimori_testkit::{Manner, Recorder, snapshot_filters};

use crate::support::program::hoshimori;
use crate::support::schema::assert_valid;

#[test]
fn verdicts_are_printed_for_people_and_for_machines() {
    let _web = Recorder::listen(Ipv4Addr::new(127, 0, 74, 1), 24_000, Manner::EchoingWeb);
    let check = ["check", "127.0.74.1:24000", "--tests", "N-16", "--quiet"];
    let japanese = hoshimori(check).exits(1).stdout;
    let english = hoshimori(check.iter().chain(&["--lang", "en"])).exits(1).stdout;
    let json = hoshimori(check.iter().chain(&["--json"])).exits(1);
    assert_valid("assessment", &json.json());
    insta::with_settings!({ filters => snapshot_filters() }, {
        insta::assert_snapshot!("check_n16", japanese);
        insta::assert_snapshot!("check_n16_en", english);
        insta::assert_snapshot!("check_n16_json", json.stdout);
    });
}

#[test]
fn test_without_a_service_is_not_applicable_and_passes() {
    let run = hoshimori(["check", "127.0.75.1:1", "--tests", "N-13,N-20", "--json", "--quiet"]);
    let document = run.exits(0).json();
    assert_eq!(document["results"].as_array().unwrap().len(), 0);
    for test in document["tests"].as_array().unwrap() {
        let is_chosen = ["N-13", "N-20"].iter().any(|chosen| test["test"] == *chosen);
        let expected = if is_chosen { "not_applicable" } else { "not_run" };
        assert_eq!(test["status"], expected, "{test}");
    }
}

#[test]
fn one_target_may_be_named_twice_and_by_name() {
    let web = Recorder::listen(Ipv4Addr::LOCALHOST, 0, Manner::PlainWeb);
    let (address, name) =
        (format!("127.0.0.1:{}", web.port()), format!("LOCALHOST:{}", web.port()));
    let run = hoshimori(["check", &address, &name, "--tests", "N-16", "--json", "--quiet"]);
    let document = run.exits(0).json();
    let target = format!("{address}/tcp");
    let results = document["results"].as_array().unwrap();
    let own = results.iter().filter(|result| result["target"] == target.as_str());
    let verdicts: Vec<&str> = own.map(|result| result["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["pass", "pass"], "{results:#?}");
}
