#![no_main]

use hoshimori_wire::app::redis;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = redis::Reply::decode(bytes);
});
