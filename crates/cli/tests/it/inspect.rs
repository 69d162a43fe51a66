//! `hoshimori inspect`: a whole inspection of real daemons.

use std::collections::BTreeSet;
use std::fs;

use hoshimori_testkit::Lab;
use serde_json::Value;

use crate::support::office::Office;
use crate::support::program::{finish, hoshimori};
use crate::support::schema::assert_valid;

#[test]
fn office_with_real_daemons_is_inspected_graded_and_reported() {
    let address = "127.0.31.1";
    let Some(ssh) = Lab::start_at("ssh-password", address) else { return };
    let Some(web) = Lab::start_at("apache-trace-on", address) else { return };
    let office = Office::of_host(address);
    let explained = format!("expected_tcp = [{}, {}]", web.port("trace"), web.port("extended"));
    let names = "names = [\"localhost\"]";
    office.edit("inspection.toml", names, &format!("{names}\n{explained}"));

    let run = office.inspect().exits(0);

    let assessment = office.assessment();
    assert_valid("assessment", &assessment);
    assert_valid("grade-request", &assessment["inspection"]["request"]);
    assert_eq!(verdict(&assessment, &format!("N-01:{address}:guest:unexplained")), "fail");
    let password = format!("N-13:{address}:{}/tcp:guest:password", ssh.port("ssh"));
    assert_eq!(verdict(&assessment, &password), "fail");
    for port in [web.port("trace"), web.port("extended")] {
        assert_eq!(verdict(&assessment, &format!("N-16:{address}:{port}/tcp:guest:trace")), "fail");
        assert_eq!(
            verdict(&assessment, &format!("N-15:{address}:{port}/tcp:guest:overall")),
            "pass"
        );
    }
    // No TLS server is in the lab; a port of the machine itself that cannot be identified makes
    // the difference between the two.
    assert!(["not_applicable", "done"].contains(&state(&assessment, "N-20")));
    assert_eq!(state(&assessment, "N-13"), "done");
    assert_cited(&assessment);

    let grade = &assessment["grade"];
    // The password from the guest network is medium on a ▲ test without a plan: C, hence ★.
    assert_eq!((&grade["vuln"], &grade["level"]), (&"C".into(), &"★".into()));
    for told in
        ["認証レベルの候補: ★", "SSHでパスワード認証が許可されている", "report.pdf", "report.html"]
    {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    let pdf = fs::read(office.case().join("report.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let html = fs::read_to_string(office.case().join("report.html")).unwrap();
    assert!(html.contains("ほしのもりコワーキング") && html.contains("N-13"));

    assert_regrades(&office, grade);
    assert_is_rendered_again(&office, &pdf);
}

/// The request in the document, handed to `grade`, gives the document's grades.
fn assert_regrades(office: &Office, grade: &Value) {
    let request = office.path("request.json");
    fs::write(&request, office.assessment()["inspection"]["request"].to_string()).unwrap();
    let again = hoshimori(["grade".as_ref(), request.as_os_str()]).exits(0).json();
    for key in ["audit_computed", "vuln_computed", "audit", "vuln", "level", "rules"] {
        assert_eq!(again[key], grade[key], "{key}");
    }
}

/// `report` makes the same files from the document, and refuses one with other grades.
fn assert_is_rendered_again(office: &Office, pdf: &[u8]) {
    let case = office.case();
    let html = fs::read(case.join("report.html")).unwrap();
    for report in ["report.pdf", "report.html"] {
        fs::remove_file(case.join(report)).unwrap();
    }
    hoshimori(["report".as_ref(), case.as_os_str()]).exits(0);
    assert!(fs::read(case.join("report.pdf")).unwrap() == pdf, "another PDF");
    assert!(fs::read(case.join("report.html")).unwrap() == html, "another page");
    let path = case.join("assessment.json");
    let text = fs::read_to_string(&path).unwrap();
    let better = text.replace("\"vuln\": \"C\"", "\"vuln\": \"A\"");
    assert_ne!(better, text);
    fs::write(&path, better).unwrap();
    let run = hoshimori(["report".as_ref(), case.as_os_str()]).exits(2);
    assert!(run.stderr.contains("assessment.json"), "{}", run.stderr);
}

#[test]
fn occupied_case_directory_is_refused_and_left_as_it_is() {
    let office = Office::of_host("127.0.32.1");
    fs::create_dir(office.case()).unwrap();
    fs::write(office.journal(), "kept\n").unwrap();
    let run = office.inspect().exits(2);
    assert!(run.stderr.contains("--resume") && run.stderr.contains("--out"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(office.journal()).unwrap(), "kept\n");
}

#[test]
fn nothing_to_resume_is_said() {
    let run = Office::of_host("127.0.32.1").resume().exits(2);
    assert!(run.stderr.contains("続きのできる検査がありません"), "{}", run.stderr);
}

#[test]
fn output_directory_that_cannot_be_made_is_named() {
    let office = Office::of_host("127.0.32.1");
    // A file stands where the folder should be: not even root can write below it.
    let blocked = office.path("blocked");
    fs::write(&blocked, "").unwrap();
    let out = blocked.join("case");
    let run = finish(&mut office.command_into(&out)).exits(2);
    assert!(run.stderr.contains(out.to_str().unwrap()), "{}", run.stderr);
    let run = finish(office.command_into(&out).args(["--lang", "en"])).exits(2);
    assert!(run.stderr.contains("cannot create"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
}

fn verdict<'a>(assessment: &'a Value, id: &str) -> &'a str {
    let results = assessment["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["id"] == id);
    result.unwrap_or_else(|| panic!("no result {id}: {results:#?}"))["verdict"].as_str().unwrap()
}

fn state<'a>(assessment: &'a Value, test: &str) -> &'a str {
    let tests = assessment["tests"].as_array().unwrap();
    tests.iter().find(|one| one["test"] == test).unwrap()["status"].as_str().unwrap()
}

/// Every number that a result or finding cites is among the evidence.
fn assert_cited(assessment: &Value) {
    let evidence = assessment["evidence"].as_array().unwrap();
    let known: BTreeSet<&str> =
        evidence.iter().filter_map(|record| record["id"].as_str()).collect();
    let lists = ["results", "findings"].map(|list| assessment[list].as_array().unwrap());
    for record in lists.into_iter().flatten() {
        for id in record["evidence"].as_array().unwrap() {
            assert!(known.contains(id.as_str().unwrap()), "{record:#?}");
        }
    }
}
