//! The command line itself.

use hoshimori_testkit::snapshot_filters;

use crate::support::program::{finish, hoshimori, program, shell};

#[test]
fn help_names_every_verb_and_exit_status() {
    let help = hoshimori(["--help"]).exits(0);
    assert_eq!(help.stderr, "");
    insta::with_settings!({ filters => snapshot_filters() }, {
        insta::assert_snapshot!("help", help.stdout);
    });
}

#[test]
fn each_verb_has_its_help() {
    for verb in ["inspect", "scan", "check", "grade", "report", "criteria", "audit", "doctor"] {
        let help = hoshimori([verb, "--help"]).exits(0);
        assert!(help.stdout.contains(verb), "{}", help.stdout);
        assert!(help.stdout.contains("--lang"), "{}", help.stdout);
    }
}

#[test]
fn version_is_that_of_the_package() {
    let version = hoshimori(["--version"]).exits(0);
    assert_eq!(version.stdout, format!("hoshimori {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_exits_64_with_nothing_on_standard_output() {
    for arguments in [
        &[][..],
        &["inspekt"],
        &["inspect"],
        &["inspect", "a.toml", "b.toml"],
        &["check", "127.0.0.1", "--tests", "N-28"],
        &["check", "127.0.0.1", "--tests", "Z-01"],
        &["check", "127.0.0.1", "--vantage", "moon"],
        &["criteria", "A-33"],
        &["criteria", "A-01", "--export"],
        &["audit"],
        &["--lang", "fr", "criteria"],
        &["doctor", "--resume"],
    ] {
        let run = hoshimori(arguments).exits(64);
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{arguments:?}: {run:?}");
    }
}

#[test]
fn reader_that_has_seen_enough_is_no_failure() {
    for command in ["criteria", "criteria --json", "criteria --export", "audit template"] {
        let script = format!("$HOSHIMORI {command} | head -1; echo ${{PIPESTATUS[0]}}");
        let run = finish(&mut shell(&script)).exits(0);
        assert_eq!(run.stdout.lines().count(), 2, "{command}: {run:?}");
        assert!(run.stdout.ends_with("\n0\n"), "{command}: {run:?}");
        assert_eq!(run.stderr, "", "{command}");
    }
}

#[test]
fn language_comes_from_the_environment_and_the_option_wins() {
    let english = "there is no criterion `A-33`";
    let run = finish(program().args(["criteria", "A-33"]).env("HOSHIMORI_LANG", "en"));
    assert!(run.stderr.contains(english), "{}", run.stderr);
    let mut japanese = program();
    japanese.args(["criteria", "A-33", "--lang", "ja"]).env("HOSHIMORI_LANG", "en");
    assert!(!finish(&mut japanese).stderr.contains(english));
}
