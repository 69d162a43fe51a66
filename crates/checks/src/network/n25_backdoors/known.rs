//! Products that were published with a backdoor in them.

use hoshimori_inspection::inventory::Product;

/// A release whose source archive was replaced by one with a backdoor.
pub(super) struct Tainted {
    name: &'static str,
    version: &'static str,
    pub(super) ids: &'static [&'static str],
}

/// From the advisories of the projects and the CVE list.
const TAINTED: [Tainted; 3] = [
    Tainted { name: "vsftpd", version: "2.3.4", ids: &["CVE-2011-2523", "CWE-506"] },
    Tainted { name: "UnrealIRCd", version: "3.2.8.1", ids: &["CVE-2010-2075", "CWE-506"] },
    Tainted { name: "ProFTPD", version: "1.3.3c", ids: &["CWE-506"] },
];

/// Whether `product` claims to be such a release.
pub(super) fn tainted(product: &Product) -> Option<&'static Tainted> {
    TAINTED.iter().find(|tainted| {
        product.name.eq_ignore_ascii_case(tainted.name)
            && product.version.as_deref() == Some(tainted.version)
    })
}
