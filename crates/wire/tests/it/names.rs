//! What hosts and name servers are called.

use std::net::IpAddr;

use hoshimori_wire::app::dns_pointer::{Pointers, SERVICE_KINDS};
use hoshimori_wire::app::netbios::{Holder, NodeName, NodeStatus, Suffix};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixture;

#[test]
fn samba_tells_its_name_in_code_page_932() {
    let status = NodeStatus::decode(fixture!("samba_nbstat.bin")).unwrap();
    assert_eq!((status.id, status.unit_id), (0x6868, Some([0; 6])));
    let names: Vec<_> =
        status.names.iter().map(|it| (it.to_text(), it.suffix, it.holder)).collect();
    assert_eq!(
        names,
        [
            ("受付-PC".to_owned(), Suffix::WORKSTATION, Holder::Host),
            ("受付-PC".to_owned(), Suffix(0x03), Holder::Host),
            ("受付-PC".to_owned(), Suffix::FILE_SERVER, Holder::Host),
            ("OFFICE".to_owned(), Suffix::WORKSTATION, Holder::Group),
            ("OFFICE".to_owned(), Suffix(0x1e), Holder::Group),
        ]
    );
}

#[test]
fn avahi_tells_its_name_and_its_services() {
    let named = Pointers::decode(fixture!("avahi_ptr.dns")).unwrap();
    assert!(named.answers(0x6868, IpAddr::from([10, 83, 0, 2])));
    assert_eq!(named.pointers[0].name, "reception-mac.local");
    let announced = Pointers::decode(fixture!("avahi_services.dns")).unwrap();
    let kinds: Vec<_> = announced.names_of(SERVICE_KINDS).collect();
    assert_eq!(kinds, ["_workstation._tcp.local"]);
}

#[test]
fn cut_answers_are_refused() {
    let table = fixture!("samba_nbstat.bin");
    for length in 0..table.len() {
        let error = NodeStatus::decode(&table[..length]).unwrap_err();
        assert!(error.is_incomplete(), "{length}: {error}");
    }
    let pointer = fixture!("avahi_ptr.dns");
    assert!((0..pointer.len()).all(|length| Pointers::decode(&pointer[..length]).is_err()));
}

/// Bytes that are arbitrary, or a sample with some bytes changed.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let samples = vec![
        fixture!("samba_nbstat.bin"),
        fixture!("avahi_ptr.dns"),
        fixture!("avahi_services.dns"),
    ];
    let edits = vec((any::<prop::sample::Index>(), any::<u8>()), 1..8);
    let changed = (select(samples), edits).prop_map(|(sample, changes)| {
        let mut bytes = sample.to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..512), changed]
}

/// Characters that turn the reading direction.
const TURNS: [char; 2] = ['\u{202e}', '\u{2066}'];

proptest! {
    #[test]
    fn names_of_hostile_answers_are_safe_to_show(bytes in hostile_bytes()) {
        let table = NodeStatus::decode(&bytes).map(|it| it.names).unwrap_or_default();
        let pointers = Pointers::decode(&bytes).map(|it| it.pointers).unwrap_or_default();
        let names = pointers.into_iter().flat_map(|pointer| [pointer.owner, pointer.name]);
        for name in names.chain(table.iter().map(NodeName::to_text)) {
            prop_assert!(!name.chars().any(char::is_control));
            prop_assert!(!name.contains(TURNS));
        }
    }
}
