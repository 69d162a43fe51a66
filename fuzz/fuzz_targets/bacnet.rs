#![no_main]

use hoshimori_wire::app::bacnet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = bacnet::answers(&bacnet::identifier_request(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = bacnet::answers(question, answer);
    let _ = bacnet::text_property(bytes);
});
