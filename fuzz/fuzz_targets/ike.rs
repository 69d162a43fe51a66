#![no_main]

use hoshimori_wire::app::ike;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = ike::answers(&ike::main_mode(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = ike::answers(question, answer);
    let _ = ike::vendor_ids(bytes);
});
