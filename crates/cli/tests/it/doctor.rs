//! `hoshimori doctor`.

use std::process::Command;

use crate::support::program::{finish, hoshimori, program};
use crate::support::schema::assert_valid;

#[test]
fn abilities_of_the_machine_are_told_in_both_languages_and_as_json() {
    let document = hoshimori(["doctor", "--json"]).exits(0).json();
    assert_valid("doctor", &document);
    let findings = document["findings"].as_array().unwrap();
    for language in ["ja", "en"] {
        let text = hoshimori(["doctor", "--lang", language]).exits(0).stdout;
        for finding in findings {
            let subject = finding["subject"][language].as_str().unwrap();
            assert!(text.contains(subject), "{subject}: {text}");
        }
    }
}

#[test]
fn trust_store_that_cannot_be_read_is_told_with_its_remedy() {
    let mut command = program();
    command.args(["doctor", "--lang", "en"]).env("SSL_CERT_FILE", "/no/such/file.pem");
    let text = finish(&mut command).exits(0).stdout;
    assert!(text.contains("install the package `ca-certificates`"), "{text}");
}

#[test]
fn who_may_not_send_raw_packets_is_told_what_is_lost_and_the_command_that_helps() {
    let without = ["--bounding-set=-net_raw", "--inh-caps=-net_raw", "--"];
    let mut command = Command::new("setpriv");
    command.args(without).arg(program().get_program()).args(["doctor", "--lang", "en"]);
    // Nobody but root may give a privilege up, nor has it.
    let is_dropped = Command::new("setpriv").args(without).arg("true").status();
    if !is_dropped.is_ok_and(|status| status.success()) {
        command = program();
        command.args(["doctor", "--lang", "en"]);
    }
    let text = finish(&mut command).exits(0).stdout;
    assert!(text.contains("setcap cap_net_raw,cap_net_admin+ep"), "{text}");
    assert!(text.contains("no chance of a miss is stated"), "{text}");
}
