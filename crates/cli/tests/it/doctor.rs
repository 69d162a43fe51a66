//! `hoshimori doctor`.

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
