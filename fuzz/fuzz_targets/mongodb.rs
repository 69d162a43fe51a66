#![no_main]

use hoshimori_wire::app::mongodb;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = mongodb::Answer::decode(bytes);
});
