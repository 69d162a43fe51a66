//! What `scan --services` makes of some forty real daemons, each on a port chosen by chance.

use std::fs;

use hoshimori_testkit::{KnownService, Lab};
use serde_json::Value;

use crate::support::program::hoshimori;
use crate::support::schema::assert_valid;

/// Services of which protocol, product and version must be told. The others tell a stranger no
/// version, or are not in this laboratory but in that of bench/services, which has more.
const AT_LEAST_RIGHT: usize = 20;

/// Ports that accept and are silent, and print ports, as `lab/services/start` has them.
const SILENT: [u16; 2] = [7_777, 12_345];
const PRINT: [u16; 4] = [9_100, 9_101, 9_102, 9_999];

#[test]
fn real_services_are_told_right_or_not_at_all_and_nothing_is_printed() {
    let Some(lab) = Lab::start_at("services", "127.0.81.1") else { return };
    let known = lab.known_services();

    let document = scan(&lab, &known);

    assert_valid("scan", &document);
    let ports = document["hosts"][0]["ports"].as_array().unwrap();
    let told: Vec<Told> = known
        .iter()
        .map(|service| {
            let number = lab.port(&service.name);
            let record = ports.iter().find(|port| port["port"] == number);
            Told::of(service, record.unwrap_or(&Value::Null))
        })
        .collect();
    let wrong: Vec<&Told> = told.iter().filter(|told| told.is_wrong()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let less: Vec<&Told> = told.iter().filter(|told| !told.is_right()).collect();
    assert!(told.len() - less.len() >= AT_LEAST_RIGHT, "not wholly right: {less:#?}");
    for record in ports {
        let number = record["port"].as_u64().unwrap();
        if SILENT.map(u64::from).contains(&number) {
            assert_eq!((&record["service"], &record["product"]), (&"silent".into(), &Value::Null));
        }
    }
    assert_nothing_printed(&lab);
}

fn scan(lab: &Lab, known: &[KnownService]) -> Value {
    let services = known.iter().map(|service| lab.port(&service.name));
    let ports: Vec<String> =
        services.chain(SILENT).chain(PRINT).map(|port| port.to_string()).collect();
    let ports = ports.join(",");
    let arguments = ["scan", lab.address(), "-p", &ports, "--services", "--json", "--quiet"];
    hoshimori(arguments).exits(0).json()
}

fn assert_nothing_printed(lab: &Lab) {
    let written = fs::read_to_string(lab.file("written")).unwrap();
    for port in PRINT {
        assert!(written.lines().any(|line| line == format!("{port} 0")), "{written}");
    }
}

/// How a claim stands to the truth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Truth {
    Right,
    /// True and not the whole truth, as 2.4 of 2.4.2.
    Broad,
    Untold,
    Wrong,
}

/// What was told of one service, and how each part of it stands to the truth.
#[derive(Debug)]
struct Told {
    #[expect(dead_code, reason = "shown when the test fails")]
    name: String,
    #[expect(dead_code, reason = "shown when the test fails")]
    claim: String,
    protocol: Truth,
    product: Truth,
    version: Truth,
}

impl Told {
    fn of(service: &KnownService, record: &Value) -> Self {
        let text = |name: &str| record[name].as_str();
        let claim = ["service", "product", "version", "banner"].map(|key| text(key).unwrap_or("-"));
        Self {
            name: service.name.clone(),
            claim: claim.join(" "),
            protocol: match text("service") {
                None | Some("unknown" | "silent" | "tls") => Truth::Untold,
                Some(word) if service.words.iter().any(|known| known == word) => Truth::Right,
                Some(_) => Truth::Wrong,
            },
            product: match text("product").map(str::to_lowercase) {
                None => Truth::Untold,
                Some(name) if service.products.iter().any(|known| name.contains(known)) => {
                    Truth::Right
                }
                Some(_) => Truth::Wrong,
            },
            version: text("version").map_or(Truth::Untold, |told| version(service, told)),
        }
    }

    fn parts(&self) -> [Truth; 3] {
        [self.protocol, self.product, self.version]
    }

    fn is_wrong(&self) -> bool {
        self.parts().contains(&Truth::Wrong)
    }

    fn is_right(&self) -> bool {
        self.parts() == [Truth::Right; 3]
    }
}

/// The version comes first; the revision of the distribution follows.
fn version(service: &KnownService, told: &str) -> Truth {
    let told = told.split_whitespace().next().unwrap_or_default();
    let is_part = |version: &String| version.starts_with(&format!("{told}."));
    if service.versions.iter().any(|version| version == told) {
        Truth::Right
    } else if service.versions.iter().any(is_part) {
        Truth::Broad
    } else {
        Truth::Wrong
    }
}
