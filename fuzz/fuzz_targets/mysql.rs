#![no_main]

use hoshimori_wire::app::mysql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = mysql::FirstPacket::decode(bytes);
});
