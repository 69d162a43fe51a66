//! Our own patterns, compiled in.

/// Each file of `patterns/` with its text.
pub(crate) const FILES: &[(&str, &[u8])] = &[
    ("databases.toml", include_bytes!("../patterns/databases.toml")),
    ("device_cameras.toml", include_bytes!("../patterns/device_cameras.toml")),
    ("device_makers.toml", include_bytes!("../patterns/device_makers.toml")),
    ("device_network.toml", include_bytes!("../patterns/device_network.toml")),
    ("device_office.toml", include_bytes!("../patterns/device_office.toml")),
    ("device_printers.toml", include_bytes!("../patterns/device_printers.toml")),
    ("device_storage.toml", include_bytes!("../patterns/device_storage.toml")),
    ("directory.toml", include_bytes!("../patterns/directory.toml")),
    ("dns.toml", include_bytes!("../patterns/dns.toml")),
    ("ftp.toml", include_bytes!("../patterns/ftp.toml")),
    ("http_applications.toml", include_bytes!("../patterns/http_applications.toml")),
    ("http_servers.toml", include_bytes!("../patterns/http_servers.toml")),
    ("mail.toml", include_bytes!("../patterns/mail.toml")),
    ("messaging.toml", include_bytes!("../patterns/messaging.toml")),
    ("network.toml", include_bytes!("../patterns/network.toml")),
    ("roles.toml", include_bytes!("../patterns/roles.toml")),
    ("smb.toml", include_bytes!("../patterns/smb.toml")),
    ("snmp.toml", include_bytes!("../patterns/snmp.toml")),
    ("ssh.toml", include_bytes!("../patterns/ssh.toml")),
    ("upnp.toml", include_bytes!("../patterns/upnp.toml")),
    ("windows.toml", include_bytes!("../patterns/windows.toml")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::pack::{OWN_PACK, Pack, Packs};

    #[test]
    fn every_pattern_reads_its_examples() {
        let pack = Pack::from_toml("examples", FILES).unwrap();
        assert!(pack.patterns().count() >= 150, "{} patterns", pack.patterns().count());
        assert_eq!(Packs::embedded().unwrap().packs().next().unwrap().name(), OWN_PACK);
    }

    #[test]
    fn every_file_of_patterns_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("patterns");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
            .collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }
}
