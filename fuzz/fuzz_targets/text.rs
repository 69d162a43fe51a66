#![no_main]

use hoshimori_wire::app::text::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(!decode(bytes, 512).chars().any(char::is_control));
});
