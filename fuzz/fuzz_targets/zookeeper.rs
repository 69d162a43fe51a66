#![no_main]

use hoshimori_wire::app::zookeeper;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = zookeeper::Answer::decode(bytes);
});
