//! `hoshimori criteria`.

use std::fs;

use hoshimori_testkit::snapshot_filters;

use crate::support::program::{finish, hoshimori, program};
use crate::support::schema::assert_valid;

#[test]
fn all_64_criteria_are_listed_in_both_languages() {
    for language in ["ja", "en"] {
        let page = hoshimori(["criteria", "--lang", language]).exits(0).stdout;
        let ids = ('A'..='Z').filter(|table| "ANW".contains(*table)).flat_map(|table| {
            let last = match table {
                'A' => 32,
                'N' => 27,
                _ => 5,
            };
            (1..=last).map(move |number| format!("{table}-{number:02}"))
        });
        for id in ids {
            assert_eq!(page.matches(&id).count(), 1, "{id}: {page}");
        }
    }
}

#[test]
fn one_test_is_shown_with_its_procedure() {
    for (name, arguments) in [
        ("criteria_n13", ["criteria", "N-13", "--lang", "ja"]),
        ("criteria_n13_en", ["criteria", "N-13", "--lang", "en"]),
        ("criteria_a14", ["criteria", "A-14", "--lang", "ja"]),
    ] {
        let page = hoshimori(arguments).exits(0).stdout;
        insta::with_settings!({ filters => snapshot_filters() }, {
            insta::assert_snapshot!(name, page);
        });
    }
}

#[test]
fn json_of_the_whole_and_of_one_is_what_the_schema_says() {
    let whole = hoshimori(["criteria", "--json"]).exits(0).json();
    assert_valid("criteria", &whole);
    for id in ["A-14", "N-13", "W-05"] {
        let one = hoshimori(["criteria", id, "--json"]).exits(0).json();
        assert_valid("criteria", &one);
        assert_eq!(one["criterion"]["id"], id);
    }
}

#[test]
fn exported_edition_can_be_loaded_again_and_prints_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edition.toml");
    let exported = hoshimori(["criteria", "--export"]).exits(0).stdout;
    fs::write(&path, &exported).unwrap();
    for arguments in [&["criteria", "--export"][..], &["criteria", "N-13"], &["criteria", "--json"]]
    {
        let embedded = hoshimori(arguments).exits(0).stdout;
        let loaded = finish(program().args(arguments).arg("--scheme").arg(&path)).exits(0).stdout;
        assert_eq!(loaded, embedded, "{arguments:?}");
    }
    fs::write(&path, exported.replace("id = \"N-13\"", "id = \"N-99\"")).unwrap();
    let run = finish(program().arg("criteria").arg("--scheme").arg(&path)).exits(2);
    assert!(run.stderr.contains("edition.toml:"), "{}", run.stderr);
}
