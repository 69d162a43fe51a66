#![no_main]

use hoshimori_wire::app::adb::Answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Answer::decode(bytes).map(|(answer, _)| answer.is_of_device());
});
