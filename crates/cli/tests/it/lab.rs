//! The verdict on each real daemon, both ways, as `lab/<scenario>/expected.toml` has it.

use hoshimori_testkit::{Expectation, ExpectedResult, Lab};
use serde_json::Value;

use crate::support::program::{finish, program};
use crate::support::schema::assert_valid;

macro_rules! scenarios {
    ($($name:ident: $scenario:literal,)*) => {$(
        #[test]
        fn $name() {
            assert_as_expected($scenario);
        }
    )*};
}

scenarios! {
    ssh_that_takes_passwords_fails: "ssh-password",
    ssh_that_takes_keys_only_passes: "ssh-publickey",
    ssh_that_asks_for_the_password_through_pam_fails: "ssh-keyboard",
    ssh_that_takes_the_password_of_one_name_fails: "ssh-match-user",
    ssh_with_old_algorithms_is_judged_by_its_methods: "ssh-legacy",
    dropbear_is_judged_by_the_methods_that_it_offers: "dropbear",
    apache_with_trace_on_fails_n16_alone: "apache-trace-on",
    apache_with_trace_off_passes: "apache-trace-off",
    apache_with_a_writable_share_fails_n15: "apache-dav",
    apache_that_forbids_methods_is_not_accused_of_them: "apache-limit",
    nginx_that_serves_files_passes: "nginx-plain",
    nginx_that_stores_files_fails_n15: "nginx-dav",
    page_that_answers_everything_is_no_finding: "catch-all",
    server_that_echoes_track_fails_n16: "track-echo",
    each_fault_of_a_certificate_is_found_and_a_sound_one_passes: "tls-certificates",
    shell_that_lets_anybody_in_fails_n25: "backdoor-shell",
    open_socks_proxy_fails_n25_and_a_closed_one_passes: "backdoor-socks",
    open_web_proxy_fails_n25_and_closed_ones_pass: "backdoor-proxy",
    desktop_without_a_password_fails_n25: "backdoor-vnc",
    debug_bridge_without_a_key_fails_n25: "backdoor-adb",
    ssh_on_an_odd_port_is_a_question: "backdoor-ssh",
    number_of_a_port_is_no_evidence_of_a_backdoor: "backdoor-harmless",
    hardened_server_gives_no_finding_of_n25: "backdoor-none",
    winny_is_found_whoever_speaks_first_and_its_decoys_are_not: "p2p-winny",
    transmission_is_found_whatever_it_wants_encrypted: "p2p-transmission",
    amule_fails_n26_by_its_greeting: "p2p-amule",
    amule_in_kad_fails_n26_over_both_transports: "p2p-amule-kad",
    hub_of_direct_connect_fails_n26: "p2p-hub",
}

fn assert_as_expected(scenario: &str) {
    let Some(lab) = Lab::start_at(scenario, address(scenario)) else { return };
    for expectation in lab.expectations() {
        let document = check(&lab, &expectation);
        assert_valid("assessment", &document);
        let results = document["results"].as_array().unwrap();
        let mut seen: Vec<ExpectedResult> = results.iter().map(seen).collect();
        let mut expected = expectation.results.clone();
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "{scenario} {expectation:#?}\n{results:#?}");
        assert!(results.iter().all(is_backed), "{scenario}: {results:#?}");
    }
}

/// Some backdoors are where they are by the number of their port, which others may have taken on
/// the usual address.
fn address(scenario: &str) -> &'static str {
    if scenario.starts_with("backdoor-") { "127.0.84.1" } else { "127.0.0.1" }
}

fn check(lab: &Lab, expectation: &Expectation) -> Value {
    let host = expectation.host.as_deref().unwrap_or(lab.address());
    let target = format!("{host}:{}", lab.port(&expectation.port));
    let vantage = expectation.vantage.as_deref().unwrap_or("guest");
    let mut command = program();
    command.args(["check", &target, "--json", "--quiet", "--vantage", vantage]);
    command.args(["--tests", &expectation.test]);
    if expectation.state_changing_probes {
        command.arg("--state-changing-probes");
    }
    if expectation.test == "N-20" {
        command.env("SSL_CERT_FILE", lab.file("ca.pem"));
    }
    let is_failed = expectation.results.iter().any(|result| result.verdict == "fail");
    finish(&mut command).exits(i32::from(is_failed)).json()
}

fn seen(result: &Value) -> ExpectedResult {
    let text = |name: &str| result[name].as_str().unwrap().to_owned();
    let aspect = text("id").rsplit(':').next().unwrap().to_owned();
    ExpectedResult { aspect, verdict: text("verdict"), grade: text("grade") }
}

/// Whether a result names evidence and a command that repeats it, and says why in both languages.
fn is_backed(result: &Value) -> bool {
    let says = |name: &str| {
        ["ja", "en"].iter().all(|language| !result[name][language].as_str().unwrap().is_empty())
    };
    !result["evidence"].as_array().unwrap().is_empty()
        && result["repeat"].is_string()
        && says("title")
        && says("because")
}
