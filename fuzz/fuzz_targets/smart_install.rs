#![no_main]

use hoshimori_wire::app::smart_install;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = smart_install::decode_answer(bytes);
});
