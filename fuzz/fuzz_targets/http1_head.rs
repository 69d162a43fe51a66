#![no_main]

use hoshimori_wire::app::http1::Head;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Head::decode(bytes);
});
