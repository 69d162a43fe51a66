#![no_main]

use hoshimori_wire::app::tftp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tftp::answers(&tftp::read_request("h"), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = tftp::answers(question, answer);
});
