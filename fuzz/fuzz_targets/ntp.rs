#![no_main]

use hoshimori_wire::app::ntp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = ntp::answers(&ntp::client_request(7), bytes);
    let (question, answer) = bytes.split_at(bytes.len() / 2);
    let _ = ntp::answers(question, answer);
    let _ = (ntp::Source::decode(bytes), ntp::variables(bytes));
});
