#![no_main]

use hoshimori_wire::app::pop3::{self, Status};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Status::decode(bytes);
    let _ = pop3::decode_capabilities(bytes);
});
