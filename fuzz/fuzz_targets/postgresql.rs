#![no_main]

use hoshimori_wire::app::postgresql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = postgresql::Encryption::decode(bytes);
    let _ = postgresql::Message::decode(bytes);
});
