#![no_main]

use hoshimori_wire::app::dns_pointer::{MAX_RECORDS, Pointers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(said) = Pointers::decode(bytes) {
        assert!(said.pointers.len() <= MAX_RECORDS && said.owners.len() <= MAX_RECORDS);
    }
});
