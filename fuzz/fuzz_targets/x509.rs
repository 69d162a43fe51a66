#![no_main]

use hoshimori_wire::app::x509::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Certificate::decode(bytes);
});
