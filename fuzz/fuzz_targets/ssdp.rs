#![no_main]

use hoshimori_wire::app::ssdp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = ssdp::answers(&[], bytes);
    let _ = ssdp::Answer::decode(bytes);
});
