#![no_main]

use hoshimori_wire::app::tds;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tds::Prelogin::decode(bytes);
});
