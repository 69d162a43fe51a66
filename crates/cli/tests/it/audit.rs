//! `hoshimori audit template`.

use std::fs;

use crate::support::office::Office;
use crate::support::program::hoshimori;

#[test]
fn empty_form_has_every_criterion_and_is_read_back_as_not_judged() {
    let office = Office::of_host("127.0.91.1");
    for language in ["en", "ja"] {
        let form = hoshimori(["audit", "template", "--lang", language]).exits(0).stdout;
        for number in 1..=32 {
            assert!(form.contains(&format!("\n[A-{number:02}]\n")), "A-{number:02}");
        }
        fs::write(office.paper("audit.toml"), form).unwrap();
    }

    let run = office.inspect().exits(1);

    assert!(run.stdout.contains("判定不能"), "{}", run.stdout);
    let grade = &office.assessment()["grade"];
    assert_eq!(grade["level"], "判定不能");
    assert!(grade["audit"].is_null());
    let rule = grade["rules"][0].as_str().unwrap();
    assert!(rule.starts_with("AU-INCOMPLETE:A-01,A-02,"), "{rule}");
}
