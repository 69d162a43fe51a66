#![no_main]

use hoshimori_wire::app::cassandra;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = cassandra::Answer::decode(bytes);
});
