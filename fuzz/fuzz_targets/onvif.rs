#![no_main]

use hoshimori_wire::app::onvif::Answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Answer::decode(bytes);
});
