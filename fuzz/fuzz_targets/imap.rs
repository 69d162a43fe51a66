#![no_main]

use hoshimori_wire::app::imap::{Answer, Greeting};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Greeting::decode(bytes);
    let _ = Answer::decode("h", bytes);
});
