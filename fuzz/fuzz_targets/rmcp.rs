#![no_main]

use hoshimori_wire::app::rmcp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = rmcp::answers(&rmcp::capabilities_request(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = rmcp::answers(question, answer);
    let _ = rmcp::manufacturer(bytes);
});
