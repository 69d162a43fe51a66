#![no_main]

use hoshimori_wire::app::dns::{Answer, from_tcp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Answer::decode(from_tcp(bytes).unwrap_or(bytes));
});
