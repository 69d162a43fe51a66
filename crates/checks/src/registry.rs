//! All checks, in the order of the scheme.

use hoshimori_scheme::CriterionId;

use crate::Check;
use crate::network::{
    Backdoors, Certificate, HttpMethods, HttpTrace, PeerToPeer, PortScan, SshPassword,
};

/// Every check that exists, in the order of the scheme.
pub const CHECKS: &[&dyn Check] =
    &[&PortScan, &SshPassword, &HttpMethods, &HttpTrace, &Certificate, &Backdoors, &PeerToPeer];

/// The check that decides `id`, if it exists.
pub fn check(id: CriterionId) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.id() == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use hoshimori_scheme::{Scheme, Table};

    use super::*;
    use crate::replay::fixtures;

    /// The modules of checks: name of the file and its text.
    fn modules() -> BTreeMap<String, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/network");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .filter(|(name, _)| {
                name.starts_with('n') && name.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
            })
            .collect()
    }

    #[test]
    fn ids_are_unique_and_in_the_order_of_the_scheme() {
        let ids: Vec<CriterionId> = CHECKS.iter().map(|check| check.id()).collect();
        assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
        assert!(ids.iter().all(|id| check(*id).is_some()));
        assert!(check(CriterionId::audit(1)).is_none());
    }

    #[test]
    fn every_check_decides_a_row_of_the_scheme() {
        for check in CHECKS {
            assert!(Scheme::embedded().test(check.id()).is_some(), "{}", check.id());
            assert_ne!(check.id().table(), Table::Audit);
        }
    }

    #[test]
    fn every_check_has_one_module_named_after_its_id_and_every_module_a_check() {
        let modules = modules();
        for check in CHECKS {
            let start = format!("{}_", check.id().file_stem());
            let named = modules.keys().filter(|name| name.starts_with(&start)).count();
            assert_eq!(named, 1, "{}", check.id());
        }
        assert_eq!(modules.len(), CHECKS.len(), "{:?}", modules.keys());
    }

    #[test]
    fn every_module_explains_itself_under_the_four_headings() {
        for (name, text) in modules() {
            let headings: Vec<&str> =
                text.lines().filter_map(|line| line.strip_prefix("//! ## ")).collect();
            let expected =
                ["What it inspects", "How it decides", "What it cannot see", "References"];
            assert_eq!(headings, expected, "{name}");
        }
    }

    #[test]
    fn every_fixture_is_explained_in_source_md() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let source = fs::read_to_string(root.join("SOURCE.md")).unwrap();
        for check in CHECKS {
            for (name, _) in fixtures(*check) {
                let file = format!("`{}/{name}.json`", check.id().file_stem());
                assert!(source.contains(&file), "{file}");
            }
        }
    }
}
