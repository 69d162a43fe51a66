use std::error::Error;

use proptest::prelude::*;

use super::*;

const PATTERN: &str = r#"
[[pattern]]
id = "tea"
source = ["http.server", "sip.server"]
matches = '^Tea(?:/(?<version>[0-9.]+))?$'
[pattern.product]
name = "Tea"
version = "{version}"
[[pattern.system]]
name = "Kettle"
[[pattern.system]]
name = "Stove"
[[pattern.example]]
text = "Tea/4.18"
product = { version = "4.18" }
system = [{ name = "Kettle" }, { name = "Stove" }]
[[pattern.example]]
text = "Tea"
product = { version = "" }
[[pattern.counter_example]]
text = "Coffee"
"#;

fn load(text: &str) -> Result<Pack, PackError> {
    Pack::from_toml("kitchen", &[("tea.toml", text.as_bytes())])
}

/// What is wrong with `PATTERN` after `from` in it has become `to`.
fn fault(from: &str, to: &str) -> String {
    assert!(PATTERN.contains(from), "{from}");
    let error = load(&PATTERN.replacen(from, to, 1)).unwrap_err();
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

#[test]
fn a_pattern_reads_clues_of_all_its_sources_and_of_no_other() {
    let pack = load(PATTERN).unwrap();
    for (source, readings) in
        [(ClueSource::HttpServer, 1), (ClueSource::SipServer, 1), (ClueSource::FtpGreeting, 0)]
    {
        assert_eq!(pack.read_clue(&Clue::new(source, "Tea/5")).len(), readings, "{source}");
    }
    let clue = Clue::new(ClueSource::HttpServer, "Tea/5");
    let readings = pack.read_clue(&clue);
    assert_eq!(readings[0].systems.len(), 2);
    assert_eq!((readings[0].pack, readings[0].pattern), ("kitchen", "tea"));
}

#[test]
fn a_wrong_pattern_is_refused_with_its_file_its_name_and_its_fault() {
    let said = fault("4.18\" }", "4.19\" }");
    assert!(said.contains("`tea` in `tea.toml`"), "{said}");
    assert!(said.contains("`product.version` = `4.18`, not `4.19`"), "{said}");
    for (from, to, part) in [
        ("text = \"Tea/4.18\"", "text = \"Milk\"", "is not read"),
        ("\"Coffee\"", "\"Tea\"", "counter-example `Tea` is read"),
        ("\"{version}\"", "\"{edition}\"", "group `edition`"),
        ("\"{version}\"", "\"{version\"", "brace"),
        ("id = \"tea\"", "id = \"Tea!\"", "the id"),
        ("name = \"Tea\"\n", "", "`product.name` is missing"),
        ("'^Tea", "'^(?=Tea)Tea", "`matches` cannot be used"),
        ("'^Tea", "'^(?:(?:x{1000}){1000}){1000}Tea", "`matches` cannot be used"),
        ("\"http.server\"", "\"http.servant\"", "cannot read `tea.toml`"),
        (", { name = \"Stove\" }]", "]", "lists 1 systems, the pattern has 2"),
    ] {
        let said = fault(from, to);
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_pack_may_not_be_empty_nor_say_that_it_is_ours_nor_name_two_patterns_alike() {
    assert!(matches!(load("pattern = []"), Err(PackError::Empty { .. })));
    let files: &[(&str, &[u8])] = &[("tea.toml", PATTERN.as_bytes())];
    for name in [OWN_PACK, "", "Kitchen", "a/b"] {
        assert!(matches!(Pack::from_toml(name, files), Err(PackError::Name { .. })), "{name}");
    }
    let twice = [files[0], files[0]];
    let error = Pack::from_toml("kitchen", &twice).unwrap_err();
    let fault = error.source().unwrap().to_string();
    assert_eq!(fault, Fault::DuplicateId.to_string());
}

#[test]
fn a_later_pack_speaks_only_where_those_before_it_are_silent() {
    let other = r#"
[[pattern]]
id = "pot"
source = "http.server"
matches = '^Tea'
product = { name = "Pot" }
device = { class = "appliance", vendor = "Potter" }
[[pattern.example]]
text = "Tea"
"#;
    let later = Pack::from_toml("cellar", &[("pot.toml", other.as_bytes())]).unwrap();
    let packs = Packs::from(vec![load(PATTERN).unwrap()]).with(later);
    let clue = Clue::new(ClueSource::HttpServer, "Tea");
    let readings = packs.read(&clue);
    let pot = readings.iter().find(|reading| reading.pattern == "pot").unwrap();
    assert_eq!(pot.product, None);
    assert_eq!(pot.device.as_ref().unwrap().vendor.as_deref(), Some("Potter"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Pack::from_toml("any", &[("any.toml", &bytes)]);
    }

    #[test]
    fn any_text_is_read_without_harm(text in "\\PC{0,300}") {
        let pack = load(PATTERN).unwrap();
        let clue = Clue::new(ClueSource::HttpServer, &text);
        for reading in pack.read_clue(&clue) {
            prop_assert!(reading.product.is_some());
        }
    }
}
