#![no_main]

use hoshimori_wire::app::ipp::Response;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Response::decode(bytes);
});
