#![no_main]

use hoshimori_wire::app::coap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = coap::answers(&coap::get_resources(7, 7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = coap::answers(question, answer);
    let _ = coap::resources(bytes);
});
