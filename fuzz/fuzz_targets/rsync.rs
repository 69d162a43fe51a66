#![no_main]

use hoshimori_wire::app::rsync::{self, Answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = rsync::decode_greeting(bytes);
    let _ = Answer::decode(bytes);
});
