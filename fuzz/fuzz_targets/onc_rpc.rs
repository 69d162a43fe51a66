#![no_main]

use hoshimori_wire::app::onc_rpc::{Mapping, Reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Reply::decode(bytes);
    let _ = Mapping::list(bytes);
});
