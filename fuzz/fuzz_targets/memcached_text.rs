#![no_main]

use hoshimori_wire::app::memcached_text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = memcached_text::Line::decode(bytes);
});
