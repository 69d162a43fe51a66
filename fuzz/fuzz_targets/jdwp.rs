#![no_main]

use hoshimori_wire::app::jdwp::{self, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = jdwp::decode_handshake(bytes);
    let _ = Version::decode(bytes);
});
