#![no_main]

use hoshimori_wire::app::mqtt;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = mqtt::Packet::decode(bytes);
});
