#![no_main]

use hoshimori_wire::app::ssh_banner::Identification;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Identification::decode(bytes);
});
