#![no_main]

use hoshimori_wire::app::ssh_packet::clear_length;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(clear_length(bytes) <= bytes.len());
});
