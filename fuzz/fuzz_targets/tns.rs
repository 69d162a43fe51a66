#![no_main]

use hoshimori_wire::app::tns;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tns::Packet::decode(bytes);
});
