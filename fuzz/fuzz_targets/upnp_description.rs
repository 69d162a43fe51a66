#![no_main]

use hoshimori_wire::app::upnp_description::Description;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Description::decode(bytes);
});
