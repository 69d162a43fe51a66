#![no_main]

use hoshimori_wire::app::socks::{self, Reply4};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = socks::decode_method(bytes);
    let _ = socks::decode_reply5(bytes);
    let _ = Reply4::decode(bytes);
});
